// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/probes/rewiring_maker.h"

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "stimuli/graphs/drawing/graph_picture.h"
#include "stimuli/graphs/files/graph_writer.h"
#include "stimuli/graphs/rewiring/rewiring_sequence.h"
#include "stimuli/store/cache_folder.h"
#include "stimuli/store/probe_cache.h"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <span>
#include <utility>

namespace mlab::stimuli {
namespace {

/// One layout of one graph.
struct Drawing {
    std::size_t graph = 0; ///< in RewiringOptions::graphs
    std::uint64_t layoutSeed = 1;
    std::vector<Position> places;
};

double millisecondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start)
        .count();
}

std::string hashOf(const Graph& graph)
{
    Sha256 hash;
    for (const auto& [name, content] : encodeGraph(graph)) {
        if (name.ends_with(".csv")) { // the others repeat them, in forms that may change
            hash.update(name).update("|").update(content);
        }
    }
    return hash.hex();
}

} // namespace

std::string sha256Of(std::span<const NamedGraph> graphs)
{
    Sha256 hash;
    for (const auto& [name, graph] : graphs) {
        hash.update(name).update("|").update(hashOf(graph)).update("|");
    }
    return hash.hex();
}

RewiredGraph rewiredGraph(const Graph& graph, RewiringKind kind, int swaps, std::uint64_t seed)
{
    const auto colours = kind == RewiringKind::colours
                             ? stableColours(graph.structure, featureColours(graph.features))
                             : Colours(static_cast<std::size_t>(graph.structure.nodes()), 0);
    RandomStream stream(seed, "rewiring");
    const auto sequence = rewiringSequence(graph.structure, colours, stream);
    const auto made = std::span(sequence).first(
        std::min(sequence.size(), static_cast<std::size_t>(std::max(0, swaps))));
    return {.structure = rewired(graph.structure, made), .swaps = static_cast<int>(made.size())};
}

struct RewiringMaker::State {
    explicit State(RewiringOptions given)
        : options(std::move(given)), probes(probeFolder(options.cacheFolder), options.warn)
    {
    }

    RgbImage drawn(const Drawing& drawing, const GraphStructure& edges) const
    {
        return graphPicture(edges, options.graphs[drawing.graph].graph, drawing.places,
                            options.drawing, options.sizePx);
    }
    void draw(std::size_t graph);
    void keep(const RewiredProbeKey& key, const NamedStimulus& reference, const Probe& probe);

    RewiringOptions options;
    ProbeCache probes;
    std::vector<Drawing> drawings; ///< of the references, in their order
    std::vector<NamedStimulus> references;
    std::vector<std::string> hashes; ///< of the graphs
    bool probesFailed = false;       ///< to be stored, and it was said
};

void RewiringMaker::State::draw(std::size_t graph)
{
    const auto& [name, content] = options.graphs[graph];
    hashes.push_back(hashOf(content));
    try {
        for (int layout = 0; layout < options.drawing.layouts; ++layout) {
            const auto seed = options.drawing.layoutSeed + static_cast<std::uint64_t>(layout);
            drawings.push_back({.graph = graph,
                                .layoutSeed = seed,
                                .places = graphLayout(content.structure, seed)});
            Stimulus stimulus =
                std::make_shared<const RgbImage>(drawn(drawings.back(), content.structure));
            auto sha256 = sha256Of(stimulus);
            references.push_back({.id = drawingId(name, seed),
                                  .stimulus = std::move(stimulus),
                                  .sha256 = std::move(sha256),
                                  .remark = {}});
        }
    } catch (const InvalidArgument& problem) {
        throw InvalidArgument("graph " + name + ": " + problem.what());
    }
}

void RewiringMaker::State::keep(const RewiredProbeKey& key, const NamedStimulus& reference,
                                const Probe& probe)
{
    const auto kept = probes.stimulusOf({.keyHash = key.hash(), .metrics = {}});
    if (kept && sha256Of(*kept) == probe.probeSha256) {
        return;
    }
    try {
        probes.store(key, {.stimulus = probe.probe,
                           .swaps = static_cast<int>(probe.levelAchieved),
                           .metrics = compare(reference.stimulus, probe.probe)});
    } catch (const IoError& problem) {
        if (!std::exchange(probesFailed, true)) {
            options.warn(std::string(problem.what()) +
                         ". Probes that cannot be stored there are still shown; free some space "
                         "and make the folder writable, or name another folder with --cache");
        }
    }
}

RewiringMaker::RewiringMaker(RewiringOptions options)
    : state_(std::make_unique<State>(std::move(options)))
{
    for (std::size_t graph = 0; graph < state_->options.graphs.size(); ++graph) {
        state_->draw(graph);
    }
}

RewiringMaker::~RewiringMaker() = default;

EngineInfo RewiringMaker::info() const
{
    EngineInfo info;
    info.basisSha256 = sha256Of(state_->options.graphs);
    for (const auto& reference : state_->references) {
        info.references.push_back({.id = reference.id, .sha256 = reference.sha256});
    }
    return info;
}

const std::vector<NamedStimulus>& RewiringMaker::references() const
{
    return state_->references;
}

Probe RewiringMaker::make(const ProbeRequest& request, const std::stop_token& /*stop*/)
{
    const auto start = std::chrono::steady_clock::now();
    if (!request.rewiring || request.references.size() != 1) {
        throw InvalidArgument("a probe of a graph needs a kind of rewiring and one drawing");
    }
    const auto reference =
        std::ranges::find(state_->references, request.references.front(), &NamedStimulus::id);
    if (reference == state_->references.end()) {
        throw InvalidArgument("reference \"" + request.references.front() +
                              "\" is not in this session's set");
    }
    const auto& drawing =
        state_->drawings[static_cast<std::size_t>(reference - state_->references.begin())];
    const auto& [name, graph] = state_->options.graphs[drawing.graph];
    const int asked = static_cast<int>(request.level);
    const auto made = rewiredGraph(graph, *request.rewiring, asked, request.seed);
    if (made.swaps == 0) {
        throw NumericError("graph " + name + " has no double edge swap" +
                           (*request.rewiring == RewiringKind::colours
                                ? " within stable colours: its colours determine every edge"
                                : ": no other graph has its degrees"));
    }
    Probe probe;
    probe.reference = reference->stimulus;
    probe.probe = std::make_shared<const RgbImage>(state_->drawn(drawing, made.structure));
    probe.referenceId = reference->id;
    probe.referenceSha256 = reference->sha256;
    probe.probeSha256 = sha256Of(probe.probe);
    probe.levelAchieved = made.swaps;
    probe.residualMax = asked - made.swaps;
    probe.converged = made.swaps == asked;
    state_->keep({.graphSha256 = state_->hashes[drawing.graph],
                  .referenceSha256 = reference->sha256,
                  .layoutSeed = drawing.layoutSeed,
                  .drawing = state_->options.drawing,
                  .kind = *request.rewiring,
                  .swaps = made.swaps,
                  .seed = request.seed},
                 *reference, probe);
    probe.generationMs = millisecondsSince(start);
    return probe;
}

} // namespace mlab::stimuli
