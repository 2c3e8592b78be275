// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/semantic_checks.h"

#include <algorithm>
#include <string>
#include <vector>

namespace mlab::experiments {
namespace {

void refuseKeysOfModels(CheckedDesign& design)
{
    const std::string why = "drawings of graphs need no model, basis or folder of references; "
                            "remove this key";
    for (const auto* at : {"/model", "/basis", "/solver", "/references", "/references_per_trial",
                           "/metamers", "/recognition"}) {
        design.refuse(at, why);
    }
    if (design->modality == Modality::audio) {
        design.add("/modality", "graphs are drawn, so that the modality is \"image\"");
    }
    if (!design.context().references.empty()) {
        design.add("/graphs", "drawings of graphs have no folder of references: leave out "
                              "--references");
    }
}

void checkEntries(CheckedDesign& design)
{
    std::vector<std::string> names;
    for (const auto& [name, source] : design->graphs->graphs) {
        names.push_back(name);
    }
    const auto& dimensions = design->dimensions;
    for (std::size_t i = 0; i < dimensions.size(); ++i) {
        const auto& entry = design.origins()[i].entry;
        const auto& graph = dimensions[i].dimension.layer;
        if (!dimensions[i].dimension.rewiring) {
            design.add(design.origins()[i].component,
                       "a design with graphs has rewirings alone, because their levels are in "
                       "swaps; make two designs");
            return;
        }
        for (const auto* key : {"/layer", "/directions"}) {
            design.refuse(entry + key, "a rewiring has a graph in place of a layer, and no "
                                       "direction; remove this key");
        }
        if (std::ranges::find(names, graph) == names.end()) {
            design.add(entry + "/graph", "the design has no graph " + inQuotes(graph),
                       nearestName(graph, names).value_or(""));
        }
        if (design.origins()[i].procedure.minLevel < kLeastSwaps) {
            design.add(design.writtenOr(entry + "/procedure/min_level", "/procedure/min_level"),
                       "a level is a number of swaps, at least 1");
        }
    }
}

/// Whether an entry of "dimensions" has a problem of its own: it may have meant any graph.
bool anEntryIsUnclear(const CheckedDesign& design)
{
    if (design.partlyRefused("/dimensions")) {
        return true;
    }
    for (std::size_t i = 0; design.has(childPointer("/dimensions", i)); ++i) {
        const auto entry = childPointer("/dimensions", i);
        const auto origin = std::ranges::find(design.origins(), entry, &DimensionOrigin::entry);
        if (origin == design.origins().end()) {
            return true;
        }
        const auto place = static_cast<std::size_t>(origin - design.origins().begin());
        if (!design->graphs->graphs.contains(design->dimensions[place].dimension.layer)) {
            return true;
        }
    }
    return false;
}

void checkGraph(CheckedDesign& design, const std::string& name, const GraphSource& source)
{
    const auto at = childPointer("/graphs", name);
    const auto isIt = [&](const MeasuredDimension& measured) {
        return measured.dimension.layer == name;
    };
    if (std::ranges::none_of(design->dimensions, isIt)) {
        if (!anEntryIsUnclear(design)) {
            design.add(at, "no dimension names this graph; remove it, or add a dimension");
        }
        return;
    }
    if (!design.context().graphProblem || design.partlyRefused(at) ||
        design.partlyRefused("/drawing") || !design.usable({"/image_size_px", "/modality"}) ||
        design->sounds() != nullptr) {
        return;
    }
    const auto problem = design.context().graphProblem(
        source, design->graphs->drawing, std::get<ImageFormat>(design->synthesis.format).sizePx);
    if (!problem.empty()) {
        design.add(at, problem);
    }
}

} // namespace

void checkRewirings(CheckedDesign& design)
{
    if (!design->graphs) {
        const auto rewired = [](const MeasuredDimension& measured) {
            return measured.dimension.rewiring.has_value();
        };
        const auto first = std::ranges::find_if(design->dimensions, rewired);
        if (first != design->dimensions.end() && !design.has("/graphs")) {
            const auto place = static_cast<std::size_t>(first - design->dimensions.begin());
            design.add(design.origins()[place].component,
                       "a rewiring needs the key \"graphs\", which names the graphs");
        }
        design.refuse("/drawing", "this key is for designs with graphs; remove it");
        return;
    }
    refuseKeysOfModels(design);
    checkEntries(design);
    std::vector<KeyProblem> problems;
    const JsonNode root(design.document().root(), "", design.unusable());
    readDrawnGraphs(root, design->path, problems);
    if (design.context().graphProblem) {
        for (const auto& problem : problems) {
            design.add(problem.pointer, problem.reason, problem.suggestion);
        }
    }
    if (problems.empty() && design.usable({"/dimensions"})) {
        for (const auto& [name, source] : design->graphs->graphs) {
            checkGraph(design, name, source);
        }
    }
}

} // namespace mlab::experiments
