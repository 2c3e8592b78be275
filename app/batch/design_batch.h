// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/batch/batch.h"
#include "experiments/design/design.h"
#include "stimuli/worker/compute_options.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <vector>

namespace mlab::app {

struct DesignBatchOptions {
    Shard shard;
    std::vector<std::uint64_t> seeds; ///< of the sessions to be prepared; empty: any
    std::filesystem::path cacheFolder;
    stimuli::ComputeOptions compute;
};

/// Makes the metamers of a design of recognition or of whole metamers that the cache lacks, those
/// of the shard: what the sessions of some seeds show, or what those of any seed may show. Prints
/// for each layer how many there are and how well they match.
/// @return an exit code: 1 when one could not be made; each is named on stderr
/// @throws InvalidArgument if the design measures dimensions or its references are too few for a
/// session; Cancelled when `stop` is requested; IoError when the cache cannot keep what is made
int runDesignBatch(const experiments::Design& design, const DesignBatchOptions& options,
                   const std::stop_token& stop);

} // namespace mlab::app
