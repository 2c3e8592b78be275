// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graphs/study_input.h"

#include "app/program/bad_input.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/output_folder.h"
#include "core/base/sha256.h"
#include "experiments/graph_study/graph_study_reader.h"
#include "experiments/json/located_json.h"
#include "stimuli/engine/graph_metamer_engine.h"
#include "stimuli/engine/graph_training.h"
#include "stimuli/graphs/files/graph_writer.h"
#include "stimuli/graphs/sources/source_graph.h"
#include "stimuli/worker/engine_info.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <set>
#include <utility>
#include <variant>
#include <vector>

namespace mlab::app {
namespace {

using experiments::KeyProblem;

StudyGraph studyGraph(const std::string& name, const GraphSource& source)
{
    auto read = stimuli::sourceGraph(source);
    const std::string about = "graph " + name + ": ";
    for (const auto& note : read.notes) {
        stimuli::warnOnStderr(about + note);
    }
    StudyGraph out{.graph = std::move(read.graph), .files = {}, .sha256 = {}};
    out.files = stimuli::encodeGraph(out.graph);
    std::map<std::string, std::string> hashes;
    for (const auto& [file, content] : out.files) {
        hashes[file] = sha256Hex(content);
    }
    out.sha256 = stimuli::graphSha256(hashes);
    return out;
}

void requireFit(const GraphNetworkSpec& spec, const stimuli::Graph& graph)
{
    const auto network = stimuli::loadGraphNetwork(spec);
    const auto taken = stimuli::inputsOf(network.layers.front());
    const auto there = stimuli::columnsOf(graph.features);
    if (taken != there) {
        throw InvalidArgument("the nodes have " + std::to_string(there) +
                              " features, and the network takes " + std::to_string(taken) +
                              (there == 0 ? R"(; name them in the graph: "features")" : ""));
    }
    const auto logits = stimuli::outputsOf(network.layers.back());
    const auto classes = static_cast<std::int64_t>(graph.classNames.size());
    if (!graph.labels.empty() && logits != classes) {
        throw InvalidArgument("the nodes are of " + std::to_string(classes) +
                              " classes, and the network gives " + std::to_string(logits) +
                              " numbers for each node");
    }
    bool isResidual = false;
    for (int layer = 1; layer < static_cast<int>(network.layers.size()); ++layer) {
        isResidual = isResidual || stimuli::hasResidual(network, layer);
    }
    if (spec.residual != isResidual) {
        throw InvalidArgument("no hidden layer of the network has as many outputs as inputs, so "
                              "none can have a residual connection");
    }
}

/// What graphs and given weights have against the metamers; one problem of each entry.
void checkMetamers(const experiments::GraphStudy& study,
                   const std::map<std::string, StudyGraph>& graphs,
                   std::vector<KeyProblem>& problems)
{
    std::map<std::size_t, stimuli::GraphNetwork> given;
    std::set<std::string> wrong;
    for (const auto& metamer : study.metamers) {
        if (wrong.contains(metamer.pointer)) {
            continue;
        }
        const auto& network = study.networks[metamer.network];
        const auto& graph = graphs.at(network.graph).graph;
        auto problem = stimuli::problemOf(metamer.spec, graph);
        const auto* training = std::get_if<GraphTrainingSpec>(&network.source);
        if (problem.empty() && training != nullptr) {
            problem = stimuli::problemOf(metamer.spec, training->network, graph);
        }
        const auto* weights = std::get_if<GraphNetworkSpec>(&network.source);
        if (problem.empty() && weights != nullptr) {
            if (!given.contains(metamer.network)) {
                given.emplace(metamer.network, stimuli::loadGraphNetwork(*weights));
            }
            problem = stimuli::problemOf(metamer.spec, given.at(metamer.network));
        }
        if (!problem.empty()) {
            wrong.insert(metamer.pointer);
            problems.push_back(
                {.pointer = metamer.pointer, .reason = metamer.name + ": " + problem});
        }
    }
}

/// Makes the graphs of a study, and finds what their content has against it.
std::vector<KeyProblem> problemsOf(const experiments::GraphStudy& study,
                                   std::map<std::string, StudyGraph>& graphs)
{
    std::vector<KeyProblem> problems;
    for (const auto& [name, source] : study.graphs) {
        try {
            graphs.emplace(name, studyGraph(name, source));
        } catch (const Error& problem) {
            problems.push_back(
                {.pointer = experiments::childPointer("/graphs", name), .reason = problem.what()});
        }
    }
    for (const auto& network : study.networks) {
        const auto graph = graphs.find(network.graph);
        const bool told = !problems.empty() && problems.back().pointer == network.pointer;
        if (graph == graphs.end() || told) {
            continue;
        }
        try {
            if (const auto* training = std::get_if<GraphTrainingSpec>(&network.source)) {
                stimuli::requireTrainable(*training, graph->second.graph);
            } else {
                requireFit(std::get<GraphNetworkSpec>(network.source), graph->second.graph);
            }
        } catch (const Error& problem) {
            problems.push_back({.pointer = network.pointer, .reason = problem.what()});
        }
    }
    if (problems.empty()) {
        checkMetamers(study, graphs, problems);
    }
    return problems;
}

} // namespace

GraphStudyInput loadGraphStudy(const std::filesystem::path& file)
{
    GraphStudyInput input;
    input.text = readInput([&] { return readText(file); });
    auto check = experiments::checkGraphStudy(
        input.text, file, [&](const auto& study) { return problemsOf(study, input.graphs); });
    if (!check.study) {
        throw BadInput(std::move(check.diagnostics));
    }
    input.study = std::move(*check.study);
    return input;
}

void writeStudy(const GraphStudyInput& input, const std::filesystem::path& folder)
{
    createFolder(folder);
    const auto there = folder / "study.json";
    if (std::filesystem::exists(there)) {
        const auto old = nlohmann::json::parse(readText(there), nullptr, false);
        if (!old.is_object() || !old.contains("name") || old["name"] != input.study.name) {
            throw IoError(folder.string() + " has the results of another study than " +
                          input.study.name + "; give another folder with --out");
        }
    }
    writeFileAtomically(there, input.text);
    for (const auto& [name, graph] : input.graphs) {
        const auto files = folder / "graphs" / name;
        createFolder(files);
        for (const auto& [file, content] : graph.files) {
            writeFileAtomically(files / file, content);
        }
    }
}

} // namespace mlab::app
