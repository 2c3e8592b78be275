// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/graph_metamer_spec.h"
#include "stimuli/engine/graph_metamer_engine.h"
#include "stimuli/graphs/graph/graph.h"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>

namespace mlab::app {

/// Everything that a metamer is a function of.
/// @param referenceSha256 StudyGraph::sha256
nlohmann::ordered_json metamerKey(const std::string& referenceSha256,
                                  const stimuli::GraphNetwork& network,
                                  const GraphMetamerSpec& spec);

/// Metamers of graphs on disk: folders `ab/abcdef...`, named by the SHA-256 of their key, with the
/// files of the graph (encodeGraph()) and `record.json`. A folder appears whole or not at all, and
/// a file that was changed is noticed. Several programs may use one folder.
class GraphMetamerStore {
public:
    using Json = nlohmann::ordered_json;
    using Warn = std::function<void(const std::string&)>;

    /// @param warn called for each folder that is not used
    GraphMetamerStore(std::filesystem::path folder, Warn warn);

    /// The record, if the metamer is there as it was stored.
    std::optional<Json> find(const Json& key) const;
    /// Writes the files of the graph; then asks for the record, which may read them; then shows the
    /// folder under its name.
    /// @param graph null: there is none, only a record that says so
    /// @param recordOf given the folder of the files
    /// @return the record. @throws IoError if it cannot be written
    Json store(const Json& key, const stimuli::Graph* graph,
               const std::function<Json(const std::filesystem::path& files)>& recordOf) const;
    std::filesystem::path path(const Json& key) const;

private:
    std::filesystem::path folder_;
    Warn warn_;
};

/// The features of a metamer as they are kept: real ones with 8 significant digits, which changes a
/// loss by 1e-16 and halves the files.
stimuli::Graph asKept(stimuli::Graph graph);

/// The graph in such a folder. @throws IoError
stimuli::Graph readStoredGraph(const std::filesystem::path& files);

} // namespace mlab::app
