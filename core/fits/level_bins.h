// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fits/psychometric_posterior.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace mlab {

/// Trials of neighbouring levels taken together.
struct LevelBins {
    std::vector<LevelCounts> counts; ///< by rising level, which is the bin's geometric mean
    std::vector<std::size_t> binOf;  ///< of each trial, into `counts`
};

/// At most 8 bins of at least 6 trials each (fewer in a single bin), with equal levels in one bin.
/// @param trials one answer each, at levels > 0
LevelBins binByLevel(std::span<const LevelCounts> trials);

/// Two bins of which the lower has the higher share of correct answers.
struct DecreaseWithLevel {
    LevelCounts low, high;
};

/// The most significant decrease between two bins, if any is significant at 0.05 after Bonferroni's
/// correction for the number of pairs (Fisher's exact test, one-sided).
std::optional<DecreaseWithLevel> significantDecrease(std::span<const LevelCounts> bins);

} // namespace mlab
