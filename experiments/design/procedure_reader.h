// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/diagnostic.h"
#include "core/procedures/procedure.h"
#include "experiments/json/json_node.h"
#include "experiments/json/located_json.h"

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace mlab::experiments {

/// A procedure as people write it: one set of keys, of which each type uses some. Levels are in SD,
/// grids and widths of the Bayesian ones in dB of level.
struct ProcedureSettings {
    std::string type = "psi-marginal"; ///< what is recommended: see tests/benchmarks/README.md
    Task task = Task::abx;             ///< what chance is, and what "dprime" means
    StaircaseSpec staircase;           ///< its start, minimum and maximum level are every type's
    double levelStepDb = 1.0;
    double guessSdDb = 10.0;
    double target = 0.8;
    double slope = 3.5;
    double lapse = 0.02;
    std::string rule = "quantile";
    std::string curve = "weibull";
    std::vector<double> slopes = {}; ///< empty: recommendedGrid()'s
    std::vector<double> lapses = {};
    std::optional<double> priorLevel = {}; ///< middle of the thresholds' prior, absent: the range's
    double priorSdDb = 8.0;
    StopRule stop = {.trials = 32};
};

/// Changes the settings by what a "procedure" object says. Another type begins with its defaults,
/// but keeps the levels and the task.
void readProcedure(const JsonNode& procedure, ProcedureSettings& settings);

/// @throws InvalidArgument if the settings contradict each other.
ProcedureSpec procedureSpec(const ProcedureSettings& settings);

/// Keys that have no meaning for the type, in the object at `pointer`.
std::vector<Diagnostic> keysOfOtherTypes(const LocatedJson& document, const std::string& pointer,
                                         const std::string& type);

/// A procedure, or everything that is wrong with its file.
struct ProcedureCheck {
    std::optional<ProcedureSpec> spec;
    std::vector<Diagnostic> diagnostics;
};

/// Reads a procedure from the text of a design, its own "procedure", or from that object alone,
/// which is taken to be for a task with two alternatives.
/// @param file  names the diagnostics
ProcedureCheck checkProcedure(std::string text, const std::filesystem::path& file);

} // namespace mlab::experiments
