// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/graphs/study_input.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <string>

namespace mlab::app {

/// Writes metamers of a study into a folder of results, one at a time, so that no more than one is
/// in memory.
class GraphMetamerOutput {
public:
    /// @param input must outlive this
    /// @param folder  of the results; the networks are in it before their metamers
    /// @param alone  no other shard writes there
    GraphMetamerOutput(const GraphStudyInput& input, std::filesystem::path folder, bool alone);

    /// Writes `metamers/ITEM/` with the files of the metamer, if there is one, and `record.json`.
    /// @param record  of the metamer in the cache
    /// @param files  its folder there
    /// @throws IoError
    void add(const experiments::StudyMetamer& metamer, const nlohmann::ordered_json& record,
             const std::filesystem::path& files);
    /// Writes `metamers.csv` with a row for each. @throws IoError
    void finish() const;

private:
    /// Of networks/NAME.safetensors, which metamers of one network in turn share.
    const std::string& weightsSha256(const experiments::StudyNetwork& network);

    const GraphStudyInput& input_;
    std::filesystem::path folder_;
    bool alone_;
    std::string table_;
    std::string hashedNetwork_;
    std::string hash_;
};

} // namespace mlab::app
