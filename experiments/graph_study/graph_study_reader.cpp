// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/graph_study/graph_study_reader.h"

#include "experiments/design/design_schema.h"
#include "experiments/graph_source/graph_source_reader.h"
#include "experiments/graph_study/metamer_entry.h"
#include "experiments/graph_study/network_entry.h"
#include "experiments/json/json_node.h"
#include "experiments/json/located_json.h"

#include <algorithm>
#include <cstddef>
#include <set>
#include <utility>

namespace mlab::experiments {
namespace {

void checkGraphName(const JsonNode& entry, const JsonNode& root, std::vector<KeyProblem>& problems)
{
    const auto graph = entry.find("graph");
    const auto graphs = root.find("graphs");
    if (!graph || !graphs) {
        return;
    }
    std::vector<std::string> known;
    for (const auto& [name, value] : graphs->value().items()) {
        known.push_back(name);
    }
    const auto name = graph->as<std::string>();
    if (std::ranges::find(known, name) == known.end()) {
        problems.push_back({.pointer = graph->pointer(),
                            .reason = "the study has no graph " + inQuotes(name),
                            .suggestion = nearestName(name, known).value_or("")});
    }
}

void readNetworks(const JsonNode& root, const std::filesystem::path& file, GraphStudy& study,
                  std::vector<KeyProblem>& problems)
{
    std::set<std::string> names;
    for (const auto& entry : root.items("networks")) {
        checkGraphName(entry, root, problems);
        const auto before = problems.size();
        auto read = readNetworkEntry(entry, file, problems);
        if (problems.size() > before) {
            continue; // their names may be wrong, too
        }
        for (auto& network : read) {
            if (study.networks.size() == kMostStudyNetworks) {
                problems.push_back({.pointer = entry.pointer(),
                                    .reason = "all entries together are more than " +
                                              std::to_string(kMostStudyNetworks) +
                                              " networks, the most a study may have; divide it"});
                return;
            }
            if (!names.insert(network.name).second) {
                problems.push_back(
                    {.pointer = childPointer(entry.pointer(), "name"),
                     .reason = "two networks would have the name " + inQuotes(network.name)});
                break;
            }
            study.networks.push_back(std::move(network));
        }
    }
}

void readMetamers(const JsonNode& root, GraphStudy& study, std::vector<KeyProblem>& problems)
{
    std::set<std::string> names;
    std::size_t listedNodes = 0;
    for (const auto& entry : root.items("metamers")) {
        for (auto& metamer : readMetamerEntry(entry, root, study.networks, problems)) {
            if (study.metamers.size() == kMostStudyMetamers) {
                problems.push_back({.pointer = entry.pointer(),
                                    .reason = "all entries together are more than " +
                                              std::to_string(kMostStudyMetamers) +
                                              " metamers, the most a study may have; divide it"});
                return;
            }
            listedNodes += metamer.spec.nodes.size();
            if (listedNodes > kMostListedNodes) {
                problems.push_back(tooManyNodes(entry));
                return;
            }
            if (!names.insert(metamer.name).second) {
                problems.push_back({.pointer = entry.pointer(),
                                    .reason = "two metamers would have the name " +
                                              inQuotes(metamer.name) +
                                              R"(; give this entry another name: "name")"});
                break;
            }
            study.metamers.push_back(std::move(metamer));
        }
    }
}

} // namespace

GraphStudyCheck
checkGraphStudy(std::string text, const std::filesystem::path& file,
                const std::function<std::vector<KeyProblem>(const GraphStudy&)>& problems)
{
    GraphStudyCheck check;
    const auto document = LocatedJson::parse(std::move(text), file.string(), check.diagnostics);
    if (!document) {
        return check;
    }
    auto verdict = checkAgainstSchema(*document, "/definitions/graph_study");
    check.diagnostics.insert(check.diagnostics.end(), verdict.diagnostics.begin(),
                             verdict.diagnostics.end());
    GraphStudy study;
    std::vector<KeyProblem> found;
    if (!verdict.unusable.contains("")) {
        const JsonNode root(document->root(), "", verdict.unusable);
        root.read("name", study.name);
        study.graphs = readGraphSources(root, file, found);
        readNetworks(root, file, study, found);
        const auto refused = verdict.unusable.lower_bound("/networks");
        const bool allRead =
            refused == verdict.unusable.end() || !refused->starts_with("/networks");
        if (found.empty() && allRead) { // or networks are missing that metamers name
            readMetamers(root, study, found);
        }
        if (problems && check.diagnostics.empty() && found.empty()) {
            found = problems(study);
        }
    }
    for (auto& problem : found) {
        check.diagnostics.push_back(
            document->atValue(problem.pointer, problem.reason, std::move(problem.suggestion)));
    }
    check.diagnostics = listed(std::move(check.diagnostics));
    if (check.diagnostics.empty()) {
        check.study = std::move(study);
    }
    return check;
}

} // namespace mlab::experiments
