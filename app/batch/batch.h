// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/batch/study.h"
#include "stimuli/worker/compute_options.h"

#include <cstddef>
#include <filesystem>
#include <stop_token>
#include <string>

namespace mlab::app {

/// Which part is made: the batches of a study, or the metamers of a design, whose number is
/// `index` - 1 modulo `count`.
struct Shard {
    int index = 1; ///< from 1
    int count = 1;

    bool holds(std::size_t number) const
    {
        return number % static_cast<std::size_t>(count) == static_cast<std::size_t>(index - 1);
    }
};
/// Of "2/8". @throws InvalidArgument for another form
Shard parsedShard(const std::string& text);

struct BatchOptions {
    Shard shard;
    std::filesystem::path cacheFolder;
    std::filesystem::path outFolder; ///< empty: the stimuli stay in the cache, without a summary
    stimuli::ComputeOptions compute;
};

/// Makes the items of a study's shard that are not in the cache yet, then writes the summary
/// (`summary.csv`, `index.html`, `items/`) of all items in the cache, including those of other
/// shards. What a study makes does not depend on how it is sharded or how often it was killed: its
/// batches are the same in every run.
/// @throws Cancelled when `stop` is requested; finished batches are in the cache
/// @return an exit code: 1 when an item could not be made, did not converge or is not accepted;
///         each is named on stderr
int runBatch(const Study& study, const BatchOptions& options, const std::stop_token& stop);

} // namespace mlab::app
