// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/diagnostic.h"
#include "core/procedures/procedure.h"
#include "core/procedures/procedure_settings.h"
#include "experiments/json/json_node.h"
#include "experiments/json/located_json.h"

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mlab::experiments {

/// Adds what a "procedure" object says to the settings. Another type starts from its defaults, but
/// keeps the levels and the task.
void readProcedure(const JsonNode& procedure, ProcedureSettings& settings);

/// Keys of the object at `pointer` that have no meaning for the type.
std::vector<Diagnostic> keysOfOtherTypes(const LocatedJson& document, const std::string& pointer,
                                         const std::string& type);

/// A procedure, or everything that is wrong with its file.
struct ProcedureCheck {
    std::optional<ProcedureSpec> spec;
    std::vector<Diagnostic> diagnostics;
};

/// Reads a procedure from the text of a design (its common "procedure"), or from such an object
/// alone, which is assumed to be for a task with two alternatives.
/// @param file  for the diagnostics
ProcedureCheck checkProcedure(std::string text, const std::filesystem::path& file);

} // namespace mlab::experiments
