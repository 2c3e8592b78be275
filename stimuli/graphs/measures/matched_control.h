// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph.h"
#include "stimuli/graphs/measures/consistency.h"

#include <cstdint>

namespace mlab::stimuli {

/// A graph that is as far from the reference as a metamer, but no metamer. Features: some of the
/// nodes exchange their rows in a circle. Structure: double edge swaps, which keep all degrees.
/// What the metamer did not change stays. Comes as near to `like` as these changes can: rows that
/// are themselves alike cannot be exchanged for as small a cosine as a metamer may have.
/// @param like similarity of the metamer to the reference
Graph matchedControl(const Graph& reference, const InputSimilarity& like, std::uint64_t seed);

} // namespace mlab::stimuli
