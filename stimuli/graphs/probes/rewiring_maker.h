// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/graph_drawing_spec.h"
#include "stimuli/graphs/graph/graph.h"
#include "stimuli/sources/named_stimulus.h"
#include "stimuli/worker/probe_maker.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// A graph as a design calls it.
struct NamedGraph {
    std::string name;
    Graph graph; ///< whole
};

/// Of the graphs with their names, in this order.
std::string sha256Of(std::span<const NamedGraph> graphs);

/// The graphs of a design, and how they are drawn.
struct RewiringOptions {
    std::vector<NamedGraph> graphs;
    GraphDrawingSpec drawing;
    int sizePx = 224; ///< of the drawings, which are square
    std::filesystem::path cacheFolder;
    std::function<void(const std::string&)> warn = warnOnStderr;
};

/// A graph after some swaps, see rewiringSequence().
struct RewiredGraph {
    GraphStructure structure;
    int swaps = 0; ///< that were made: those asked for, or all there are
};

/// The graph after the first `swaps` swaps of the sequence that the seed draws. So a probe of more
/// swaps of one seed has all changes of a probe of fewer.
RewiredGraph rewiredGraph(const Graph& graph, RewiringKind kind, int swaps, std::uint64_t seed);

/// Draws graphs, and the same graphs after double edge swaps, in the layout of the reference. Each
/// layout of a graph is a reference; its id is drawingId(). A drawing takes milliseconds, so that
/// every probe is drawn again; the cache keeps it for the report.
class RewiringMaker final : public ProbeMaker {
public:
    /// @throws InvalidArgument if a graph cannot be drawn, naming it
    explicit RewiringMaker(RewiringOptions options);
    ~RewiringMaker() override;

    /// In place of a basis, the hash of the graphs.
    EngineInfo info() const override;
    /// @throws InvalidArgument for a reference that there is not; NumericError if its graph has no
    ///         swap of that kind
    Probe make(const ProbeRequest& request, const std::stop_token& stop) override;

    const std::vector<NamedStimulus>& references() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace mlab::stimuli
