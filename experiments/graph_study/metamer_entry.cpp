// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/graph_study/metamer_entry.h"

#include "experiments/json/located_json.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>
#include <variant>

namespace mlab::experiments {
namespace {

/// What is the same for all metamers of the entry.
GraphMetamerSpec readSpec(const JsonNode& entry, std::vector<KeyProblem>& problems)
{
    GraphMetamerSpec spec;
    if (const auto change = entry.find("change")) {
        spec.change = valueIn(kGraphChanges, change->as<std::string>()).value();
    }
    if (const auto solver = entry.find("solver")) {
        spec.solver = valueIn(kGraphSolvers, solver->as<std::string>()).value();
        if (entry.find("change") && !fits(spec.solver, spec.change)) {
            problems.push_back(
                {.pointer = solver->pointer(),
                 .reason = nameIn(kGraphSolvers, spec.solver) + " cannot change " +
                           nameIn(kGraphChanges, spec.change) + "; it changes " +
                           (spec.solver == GraphSolver::exact ? "structure" : "features")});
        }
    }
    if (const auto kept = entry.find("sparsity")) {
        spec.onesKept = valueIn(kOnesKept, kept->as<std::string>()).value();
        if (spec.solver != GraphSolver::straightThrough || spec.change == GraphChange::structure) {
            problems.push_back({.pointer = kept->pointer(),
                                .reason = "only straight-through on features has a sparsity"});
        }
    }
    if (entry.find("nodes") && entry.find("nodes")->value().is_array()) {
        for (const auto& node : entry.items("nodes")) {
            spec.nodes.push_back(node.as<int>());
        }
        std::ranges::sort(spec.nodes);
    }
    entry.read("tolerance", spec.tolerance);
    entry.read("steps", spec.steps);
    return spec;
}

/// The networks that a name stands for, by their places: one, or those of an entry.
std::vector<std::size_t> networksCalled(const std::string& name, const JsonNode& root,
                                        const std::vector<StudyNetwork>& networks)
{
    std::string entryPointer;
    for (const auto& entry : root.items("networks")) {
        const auto called = entry.find("name");
        if (called && called->as<std::string>() == name) {
            entryPointer = entry.pointer();
        }
    }
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < networks.size(); ++i) {
        if (networks[i].name == name || networks[i].pointer == entryPointer) {
            out.push_back(i);
        }
    }
    return out;
}

/// What an entry of metamers may name.
std::vector<std::string> namesThatMayBeUsed(const JsonNode& root,
                                            const std::vector<StudyNetwork>& networks)
{
    std::vector<std::string> out;
    for (const auto& entry : root.items("networks")) {
        if (const auto name = entry.find("name")) {
            out.push_back(name->as<std::string>());
        }
    }
    for (const auto& network : networks) {
        out.push_back(network.name);
    }
    return out;
}

std::vector<std::size_t> networksOf(const JsonNode& entry, const JsonNode& root,
                                    const std::vector<StudyNetwork>& networks,
                                    std::vector<KeyProblem>& problems)
{
    std::vector<std::size_t> out;
    if (!entry.find("networks")) {
        out.resize(networks.size());
        std::iota(out.begin(), out.end(), std::size_t{0});
        return out;
    }
    for (const auto& node : entry.items("networks")) {
        const auto name = node.as<std::string>();
        const auto called = networksCalled(name, root, networks);
        if (called.empty()) {
            problems.push_back(
                {.pointer = node.pointer(),
                 .reason = "the study has no network " + inQuotes(name),
                 .suggestion = nearestName(name, namesThatMayBeUsed(root, networks)).value_or("")});
        }
        out.insert(out.end(), called.begin(), called.end());
    }
    std::ranges::sort(out); // an entry and a network of it may both be named
    out.erase(std::unique(out.begin(), out.end()), out.end());
    return out;
}

/// What can be known of a network before it is trained.
void checkLayer(const JsonNode& layer, const StudyNetwork& network, const GraphMetamerSpec& spec,
                std::vector<KeyProblem>& problems)
{
    const auto* training = std::get_if<GraphTrainingSpec>(&network.source);
    if (training == nullptr) {
        return; // its weights say
    }
    const auto& shape = training->network;
    const auto layers = static_cast<int>(shape.hidden.size()) + 1;
    const auto number = layer.as<int>();
    if (number > layers) {
        problems.push_back({.pointer = layer.pointer(),
                            .reason = "network " + inQuotes(network.name) + " has layers 1 to " +
                                      std::to_string(layers)});
    } else if (spec.solver == GraphSolver::hitAndRun &&
               (number != 1 || layers == 1 || shape.activation != GraphActivation::relu ||
                shape.architecture == GraphArchitecture::gat ||
                shape.architecture == GraphArchitecture::gin)) {
        problems.push_back({.pointer = layer.pointer(),
                            .reason = "hit-and-run needs a hidden first layer with a ReLU that is "
                                      "linear before it: gcn, sage, sgc, or gin with one map, "
                                      "which only given weights have; layer " +
                                      std::to_string(number) + " of network " +
                                      inQuotes(network.name) + " is not"});
    }
}

} // namespace

KeyProblem tooManyNodes(const JsonNode& entry)
{
    return {.pointer = entry.pointer(),
            .reason = "the lists of nodes of all metamers together have more than " +
                      std::to_string(kMostListedNodes) +
                      R"( entries, the most a study may have; divide it, or say "nodes": "all")"};
}

std::vector<StudyMetamer> readMetamerEntry(const JsonNode& entry, const JsonNode& root,
                                           const std::vector<StudyNetwork>& networks,
                                           std::vector<KeyProblem>& problems)
{
    const auto before = problems.size();
    const auto common = readSpec(entry, problems);
    const auto named = networksOf(entry, root, networks, problems);
    const auto layers = entry.items("layers");
    std::vector<std::uint64_t> seeds;
    for (const auto& seed : entry.items("seeds")) {
        seeds.push_back(seed.as<std::uint64_t>());
    }
    if (seeds.empty()) {
        seeds.push_back(common.seed);
    }
    const auto count = named.size() * layers.size() * seeds.size();
    if (count > kMostStudyMetamers) {
        problems.push_back({.pointer = entry.pointer(),
                            .reason = "all combinations are more than " +
                                      std::to_string(kMostStudyMetamers) +
                                      " metamers, the most a study may have; divide it"});
        return {};
    }
    if (count * common.nodes.size() > kMostListedNodes) {
        problems.push_back(tooManyNodes(entry));
        return {};
    }
    for (const auto& layer : layers) {
        for (const auto network : named) {
            if (problems.size() == before) { // one network says what is wrong with all
                checkLayer(layer, networks[network], common, problems);
            }
        }
    }
    std::string entryName;
    entry.read("name", entryName);
    std::string part = "-" + nameIn(kGraphChanges, common.change) + "-";
    if (!entryName.empty()) {
        part += entryName + "-";
    }
    std::vector<StudyMetamer> out;
    for (const auto network : named) {
        for (const auto& layer : layers) {
            for (const auto seed : seeds) {
                auto spec = common;
                spec.layer = layer.as<int>();
                spec.seed = seed;
                std::string name = networks[network].name;
                name.append("-layer").append(std::to_string(spec.layer));
                name.append(part).append("s").append(std::to_string(seed));
                out.push_back({.name = std::move(name),
                               .network = network,
                               .spec = std::move(spec),
                               .entry = entryName,
                               .pointer = entry.pointer()});
            }
        }
    }
    return out;
}

} // namespace mlab::experiments
