// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graphs/graph_dimensions.h"
#include "app/program/end_signals.h"
#include "app/program/exit_codes.h"
#include "app/program/progress_bar.h"
#include "app/synth/graph_options.h"
#include "app/synth/graph_study_options.h"
#include "app/synth/synth_commands.h"
#include "core/base/csv.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/number_text.h"

#include <nlohmann/json.hpp>

#include <cstddef>
#include <cstdint>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mlab::app {
namespace {

/// What the dimensions consist of, as the mean over the nodes, and the dimension of the whole
/// graph.
nlohmann::ordered_json summary(const std::vector<stimuli::NodeDimension>& nodes,
                               const std::optional<stimuli::GraphDimension>& graph)
{
    const auto mean = [&](std::int64_t stimuli::NodeDimension::*part) {
        double sum = 0;
        for (const auto& node : nodes) {
            sum += static_cast<double>(node.*part);
        }
        return sum / static_cast<double>(nodes.size());
    };
    nlohmann::ordered_json out;
    out["nodes"] = nodes.size();
    using Node = stimuli::NodeDimension;
    out["mean"] = {{"own", mean(&Node::own)},
                   {"field", mean(&Node::field)},
                   {"aggregation", mean(&Node::aggregation)},
                   {"width", mean(&Node::width)},
                   {"activation", mean(&Node::activation)}};
    out["graph"] = nullptr;
    if (graph) {
        out["graph"] = {{"dimension", graph->dimension}, {"rank", graph->rank}};
    }
    return out;
}

int writeDimensions(const GraphOptions& options, const std::stop_token& stop)
{
    const auto engine = graphEngine(options);
    ProgressBar bar;
    const auto nodes = engine->dimensions(
        options.layer, options.values(),
        [&](const std::string& what, double share) { bar.show(what, share); }, stop);
    bar.clear();
    std::string table =
        csvRecord({"node", "own", "field", "rank_own", "rank_field", "log_volume_change"});
    for (std::size_t node = 0; node < nodes.size(); ++node) {
        const auto& at = nodes[node];
        table += csvRecord({std::to_string(node), std::to_string(at.own), std::to_string(at.field),
                            std::to_string(at.rankOwn), std::to_string(at.rankField),
                            at.logVolumeChange ? shortNumber(*at.logVolumeChange) : ""});
    }
    writeFileAtomically(options.out, table);
    std::cout << summary(nodes, engine->graphDimension(options.layer, options.values())).dump(2)
              << "\n";
    return kDone;
}

/// What a command without a study needs.
void requireNetwork(const GraphOptions& options)
{
    const auto require = [](bool given, const std::string& name) {
        if (!given) {
            throw InvalidArgument(name + " is required; or name a study of graph networks");
        }
    };
    require(!options.files.graph.empty(), "--graph");
    require(!options.architecture.empty(), "--architecture");
    require(!options.network.weights.empty(), "--weights");
}

} // namespace

void addGraphDimension(CommandLine& program)
{
    struct Typed {
        GraphStudyCommand study;
        GraphOptions network;
    };
    auto typed = std::make_shared<Typed>();
    auto& command = program.add(
        "graph-dimension",
        "Write the local metamer dimensions of the networks of a study, or of one network given by "
        "--graph, --architecture and --weights",
        [typed] {
            if (typed->study.study.empty()) {
                requireNetwork(typed->network);
                return runStoppable([&](const std::stop_token& stop) {
                    return writeDimensions(typed->network, stop);
                });
            }
            auto options = studyOptions(typed->study);
            options.outFolder = typed->network.out;
            const auto input = loadGraphStudy(typed->study.study);
            return runStoppable([&](const std::stop_token& stop) {
                return runGraphDimensions(input, options, stop);
            });
        });
    auto* study = command.add_option(
        "STUDY", typed->study.study,
        "Study of graph networks: every layer of all its networks, which are trained if they are "
        "missing; --out is a folder");
    addGraph(command, typed->network);
    addNetworkCache(command, typed->study);
    for (const auto* name : {"--graph", "--architecture", "--weights"}) {
        command.get_option(name)->required(false);
    }
    for (const auto* name : {"--graph", "--features", "--nodes", "--architecture", "--weights",
                             "--hops", "--residual", "--activation", "--layer", "--pre"}) {
        study->excludes(command.get_option(name));
    }
}

} // namespace mlab::app
