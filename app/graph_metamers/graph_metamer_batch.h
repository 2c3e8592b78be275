// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/graphs/graph_training.h"

#include <stop_token>

namespace mlab::app {

/// Makes the metamers of a study's shard that are not in the cache yet, and trains the networks
/// that they need. Writes the study, its graphs, the networks of metamers, and the metamers of all
/// shards that are in the cache; at the end `metamers.csv`. What is made does not depend on how it
/// is sharded or how often it was killed.
/// @param options whose shard is one of the metamers, in the study's order
/// @return an exit code: 1 when a metamer of the shard could not be made or is not accepted; that
///         none exists is a result. Each of these is named on stderr
/// @throws Cancelled when `stop` is requested; what is finished is in the cache
int runGraphMetamers(const GraphStudyInput& input, const GraphStudyOptions& options,
                     const std::stop_token& stop);

} // namespace mlab::app
