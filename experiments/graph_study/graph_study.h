// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/graph_metamer_spec.h"
#include "core/stimulus/graph_network_spec.h"
#include "core/stimulus/graph_source.h"

#include <cstddef>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace mlab::experiments {

/// A study has at most so many networks.
inline constexpr std::size_t kMostStudyNetworks = 100'000;

/// One network of a study: trained here, or with weights from a file.
struct StudyNetwork {
    std::string name;  ///< a different one for each network; names files
    std::string graph; ///< whose nodes it classifies: a key of GraphStudy::graphs
    std::variant<GraphTrainingSpec, GraphNetworkSpec> source;
    std::string pointer; ///< to its entry in the file
};

/// A study has at most so many metamers.
inline constexpr std::size_t kMostStudyMetamers = 1'000'000;
/// The lists of nodes of all its metamers together have at most so many entries (200 MB).
inline constexpr std::size_t kMostListedNodes = 50'000'000;

/// One metamer of a study.
struct StudyMetamer {
    std::string name; ///< NETWORK-layerL-CHANGE-sSEED, a different one for each; names a folder
    std::size_t network = 0; ///< its place in GraphStudy::networks
    GraphMetamerSpec spec;
    std::string entry;   ///< name of its entry; empty: it has none
    std::string pointer; ///< to its entry in the file
};

/// What a study of graph networks asks for. Entries that list several values are divided.
struct GraphStudy {
    std::string name;
    std::map<std::string, GraphSource> graphs;
    std::vector<StudyNetwork> networks;
    std::vector<StudyMetamer> metamers;
};

} // namespace mlab::experiments
