// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/graph_drawing_spec.h"
#include "core/stimulus/graph_source.h"
#include "experiments/json/json_node.h"
#include "experiments/json/key_problem.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mlab::experiments {

// Levels where a design names none, in swaps.
inline constexpr double kLeastSwaps = 1;
inline constexpr double kUsualSwaps = 8;  ///< of the first trial
inline constexpr double kClearSwaps = 16; ///< in practice
inline constexpr double kMostSwaps = 32;

/// The graphs of a design whose references are drawings.
struct DrawnGraphs {
    std::map<std::string, GraphSource> graphs; ///< by the name that dimensions use
    GraphDrawingSpec drawing;

    bool operator==(const DrawnGraphs&) const = default;
};

/// Absent if the design has none.
/// @param file  paths are relative to its folder
/// @param problems  gets what the schema cannot know, see readGraphSource()
std::optional<DrawnGraphs> readDrawnGraphs(const JsonNode& root, const std::filesystem::path& file,
                                           std::vector<KeyProblem>& problems);

} // namespace mlab::experiments
