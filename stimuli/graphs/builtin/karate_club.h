// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph.h"

namespace mlab::stimuli {

/// `karate-club`: the friendships in a club of 34 people before it split in two, 78 edges and no
/// features. The labels are the two factions of 17. Source: Zachary (1977), J. Anthropol. Res. 33.
Graph karateClub();

} // namespace mlab::stimuli
