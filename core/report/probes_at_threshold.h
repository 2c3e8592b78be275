// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/stimulus_measures.h"

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mlab {

/// The measures of probes against their references, by TrialRecord::probeSha256.
using MeasuresByProbe = std::map<std::string, MeasureValues>;

struct ShownProbe {
    double level = 0.0; ///< achieved, > 0
    std::string sha256;
};

/// The probes shown nearest to the threshold.
struct ProbesAtThreshold {
    int probes = 0;         ///< with known measures, > 0
    MeasureValues measures; ///< means over the probes that have a value
};

/// Probes at threshold are at most this many, and lie within this factor of it.
inline constexpr int kProbesAtThreshold = 5;
inline constexpr double kNearThreshold = 1.5;

/// The probes at threshold, nearest first (by the ratio of levels; earlier trials before later
/// ones).
std::vector<std::string> probesNear(double threshold, std::span<const ShownProbe> shown);

/// Their mean measures. Absent if none is known.
std::optional<ProbesAtThreshold> measuresOf(std::span<const std::string> probes,
                                            const MeasuresByProbe& measures);

/// The mean of each measure over those that have a value, absent where none has.
MeasureValues meanMeasures(std::span<const MeasureValues> values);

} // namespace mlab
