// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/graphs/study_input.h"
#include "stimuli/worker/engine_info.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <optional>
#include <stop_token>

namespace mlab::app {

/// A network of a study that can be used.
struct ReadyNetwork {
    GraphNetworkSpec spec;         ///< with the file of its weights
    nlohmann::ordered_json record; ///< trainedRecord() or givenRecord(): weights_sha256 is that of
                                   ///< the file that write() writes
};

/// The networks of a study: those with weights, and those that are trained. These are in the folder
/// `graph-networks` of the cache, named by the hash of what they are a function of, so that what is
/// there need not be trained again, whichever study asks for it. A file that has been changed is
/// trained again.
class StudyNetworks {
public:
    /// @param input must outlive this
    StudyNetworks(const GraphStudyInput& input, std::filesystem::path cacheFolder);

    /// Absent if it is to be trained first.
    std::optional<ReadyNetwork> find(const experiments::StudyNetwork& network) const;
    /// Trains it if it is not there.
    /// @throws mlab::Error; Cancelled when `stop` is requested
    ReadyNetwork make(const experiments::StudyNetwork& network, const stimuli::Progress& progress,
                      const std::stop_token& stop) const;
    /// Writes `networks/NAME.safetensors` and the manifest `networks/NAME.json`. @throws IoError
    void write(const experiments::StudyNetwork& network, const ReadyNetwork& ready,
               const std::filesystem::path& folder) const;

private:
    const GraphStudyInput& input_;
    std::filesystem::path cacheFolder_;
};

} // namespace mlab::app
