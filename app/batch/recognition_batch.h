// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/design/design.h"
#include "stimuli/worker/compute_options.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <vector>

namespace mlab::app {

struct RecognitionBatchOptions {
    std::vector<std::uint64_t> seeds; ///< of the sessions to be prepared; empty: any
    std::filesystem::path cacheFolder;
    stimuli::ComputeOptions compute;
};

/// Makes the metamers of a recognition design that the cache lacks: those that the
/// sessions of some seeds show, or those of every reference that belongs to a category. Prints for
/// each layer how many there are and how well they match.
/// @return an exit code: 1 when one could not be made; each is named on stderr
/// @throws InvalidArgument if the design is of another task or its references are too few for a
/// session; Cancelled when `stop` is requested; IoError when the cache cannot keep what is made
int runRecognitionBatch(const experiments::Design& design, const RecognitionBatchOptions& options,
                        const std::stop_token& stop);

} // namespace mlab::app
