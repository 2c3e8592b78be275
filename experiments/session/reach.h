// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial/probe.h"
#include "experiments/design/design.h"

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

/// How far the references of a design can be moved, measured before the first trial: a picture
/// that is already the least contrasted of its kind cannot lose 2 SD of contrast.
namespace mlab::experiments {

/// How far references can be moved along one component or distortion in one direction, or how many
/// swaps of a kind a graph has. Levels in levelUnit().
struct Reach {
    Dimension moved;     ///< at any eccentricity
    double lowest = 0.0; ///< of the levels that a session asks for
    double asked = 0.0;  ///< the highest of them
    /// For references that were measured, ascending: the highest level at which a probe was made,
    /// `asked` or less; 0 if it is below `lowest`. A reference that falls short is asked again for
    /// 0.9 times what it reached, but for no less than a third of what it was asked before. Of
    /// rewirings: the swaps made, also below `lowest`.
    std::vector<double> levels = {};
    /// So many other references reach no further than the first of `levels`. How far they do
    /// changes no level that trials ask for, and moves that cannot be made take longest to try.
    std::size_t shorter = 0;
    std::string problem = {}; ///< why one of them can make no probe at all

    std::size_t measured() const { return levels.size() + shorter; }
};

/// So many references are measured, spread evenly over the list.
inline constexpr std::size_t kMeasuredReferences = 4;

/// Measures every component or distortion and direction of a design.
/// @param design  with dimensions
/// @param referenceIds  of all its references
/// @param make  makes a probe, or the one that comes nearest to the request
/// @param progress  may be empty
/// @throws InvalidArgument without references; Cancelled; what `make` throws, except NumericError:
/// that reference cannot be moved; but
///         NumericError if no reference can be moved in any dimension
std::vector<Reach> measureReach(const Design& design, const std::vector<std::string>& referenceIds,
                                const std::function<Probe(const ProbeRequest&)>& make,
                                const std::function<void(int done, int total)>& progress,
                                const std::stop_token& stop = {});

/// By dimension: the highest level that at least 95 % of trials can show, each trying as many
/// of the references, drawn at random, as Design::referencesPerTrial says. 0 where most trials can
/// show no change.
std::vector<double> highestLevels(const Design& design, const std::vector<Reach>& reach,
                                  std::size_t references);

/// A sentence for each dimension of which no trial could show even the procedure's lowest level.
std::vector<std::string> unmeasurable(const Design& design,
                                      const std::vector<double>& highestLevels);

/// The table of `check`, in plain text.
std::string describe(const Design& design, const std::vector<Reach>& reach, std::size_t references);

} // namespace mlab::experiments
