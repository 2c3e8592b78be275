// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_metamers/graph_study_input.h"

#include "app/program/bad_input.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "experiments/graph_study/graph_study_reader.h"
#include "experiments/json/located_json.h"
#include "stimuli/engine/engine_module.h"
#include "stimuli/graphs/sources/source_graph.h"
#include "stimuli/worker/engine_info.h"

#include <memory>
#include <set>
#include <utility>
#include <variant>
#include <vector>

namespace mlab::app {
namespace {

using experiments::KeyProblem;

void loadGraphs(const experiments::GraphStudy& study, std::map<std::string, stimuli::Graph>& graphs,
                std::vector<KeyProblem>& problems)
{
    for (const auto& [name, source] : study.graphs) {
        try {
            auto read = stimuli::sourceGraph(source);
            for (const auto& note : read.notes) {
                stimuli::warnOnStderr("graph " + name + ": " + note);
            }
            graphs[name] = std::move(read.graph);
        } catch (const Error& problem) {
            problems.push_back(
                {.pointer = experiments::childPointer("/graphs", name), .reason = problem.what()});
        }
    }
}

/// What weights and graphs say of the metamers; one problem of each entry.
void checkMetamers(const experiments::GraphStudy& study,
                   const std::map<std::string, stimuli::Graph>& graphs,
                   std::vector<KeyProblem>& problems)
{
    std::set<std::string> wrong;
    const auto add = [&](const std::string& pointer, const std::string& reason) {
        if (wrong.insert(pointer).second) {
            problems.push_back({.pointer = pointer, .reason = reason});
        }
    };
    std::unique_ptr<stimuli::GraphMetamerEngine> engine;
    std::string loaded; // the network of the engine
    for (const auto& metamer : study.metamers) {
        const auto& network = study.networks[metamer.network];
        if (wrong.contains(network.pointer) || wrong.contains(metamer.pointer)) {
            continue;
        }
        const auto& graph = graphs.at(network.graph);
        auto problem = stimuli::problemOf(metamer.spec, graph);
        if (const auto* weights = std::get_if<GraphNetworkSpec>(&network.source)) {
            try {
                if (loaded != network.name) {
                    engine = stimuli::engine().graphMetamers(*weights, graph);
                    loaded = network.name;
                }
                problem = engine->problemOf(metamer.spec);
            } catch (const Error& refused) {
                add(network.pointer, refused.what());
                continue;
            }
        }
        if (!problem.empty()) {
            add(metamer.pointer, metamer.name + ": " + problem);
        }
    }
}

} // namespace

GraphStudyInput loadGraphStudy(const std::filesystem::path& file)
{
    GraphStudyInput out;
    const auto look = [&](const experiments::GraphStudy& study) {
        std::vector<KeyProblem> problems;
        loadGraphs(study, out.graphs, problems);
        if (problems.empty()) {
            checkMetamers(study, out.graphs, problems);
        }
        return problems;
    };
    auto check = experiments::checkGraphStudy(readText(file), file, look);
    if (!check.study) {
        throw BadInput(std::move(check.diagnostics));
    }
    out.study = std::move(*check.study);
    return out;
}

} // namespace mlab::app
