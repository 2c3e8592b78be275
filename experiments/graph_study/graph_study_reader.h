// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/diagnostic.h"
#include "experiments/graph_study/graph_study.h"
#include "experiments/json/key_problem.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mlab::experiments {

/// A study, or everything that is wrong with it: `study` is set exactly when there are no
/// diagnostics. Diagnostics are in the order of their lines.
struct GraphStudyCheck {
    std::optional<GraphStudy> study;
    std::vector<Diagnostic> diagnostics;
};

/// Reads and checks a study of graph networks (experiments/schema/graph-study-1.schema.json).
/// @param text  of the file
/// @param file  for the diagnostics, and paths are relative to its folder
/// @param problems  what the content of its graphs and weights has against a study that is in order
///        otherwise; empty: they are not looked into
GraphStudyCheck
checkGraphStudy(std::string text, const std::filesystem::path& file,
                const std::function<std::vector<KeyProblem>(const GraphStudy&)>& problems = {});

} // namespace mlab::experiments
