// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "stimuli/graphs/rewiring/edge_swaps.h"

#include <span>
#include <vector>

namespace mlab::stimuli {

/// Random swaps within colours that can all be made in one graph, one after the other, and of which
/// none undoes another: each takes two edges that no earlier one took, and adds two that neither
/// the reference nor an earlier swap has. So the first n of them change exactly 2n edges of the
/// reference, and edge Jaccard is (|E| - 2n) / (|E| + 2n). Each is drawn from all swaps that are
/// still possible with equal probability, and the list ends where none is.
/// @param colours one for each node of `reference`, as swapEdges() takes them; where they are
///        stable, the rewired graph has them as its stable colours, too
std::vector<EdgeSwap> rewiringSequence(const GraphStructure& reference, const Colours& colours,
                                       RandomStream& stream);

/// The reference after these swaps, of one rewiringSequence().
/// @throws InvalidArgument if they cannot be made in it
GraphStructure rewired(const GraphStructure& reference, std::span<const EdgeSwap> swaps);

} // namespace mlab::stimuli
