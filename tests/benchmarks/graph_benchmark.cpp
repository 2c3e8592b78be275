// SPDX-License-Identifier: GPL-3.0-or-later
//
// What a metamer of a graph costs. With --weights, one metamer of a graph from files; without, of
// the features of a random graph of 100,000 nodes, 1,000,000 edges and 100 features for a GCN with
// random weights.
#include "core/base/files.h"
#include "core/base/random_stream.h"
#include "stimuli/checkpoints/safetensors.h"
#include "stimuli/graphs/files/graph_reader.h"
#include "stimuli/graphs/metamers/graph_metamer_maker.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <filesystem>
#include <set>
#include <sys/resource.h>

using namespace mlab;
using namespace mlab::stimuli;

namespace {

/// Wall and processor time since it was made.
class Clock {
public:
    void print(const char* what) const
    {
        const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - wall_;
        std::printf("%s: %.2f s, %.2f s of processor time\n", what, wall.count(),
                    static_cast<double>(std::clock() - processor_) / CLOCKS_PER_SEC);
    }

private:
    std::chrono::steady_clock::time_point wall_ = std::chrono::steady_clock::now();
    std::clock_t processor_ = std::clock();
};

FloatArray randomWeights(std::int64_t outputs, std::int64_t inputs, RandomStream& stream)
{
    FloatArray out{.shape = {outputs, inputs}, .values = {}};
    const double size = 1 / std::sqrt(static_cast<double>(inputs));
    for (std::int64_t i = 0; i < outputs * inputs; ++i) {
        out.values.push_back(static_cast<float>(size * stream.normal()));
    }
    return out;
}

Graph largeGraph()
{
    constexpr int kNodes = 100'000;
    constexpr std::size_t kEdges = 1'000'000;
    constexpr int kFeatures = 100;
    RandomStream stream(1, "large graph");
    std::set<Edge> edges;
    while (edges.size() < kEdges) {
        const auto a = static_cast<int>(stream.below(kNodes));
        const auto b = static_cast<int>(stream.below(kNodes));
        if (a != b) {
            edges.insert(ordered({.first = a, .second = b}));
        }
    }
    DenseFeatures x{.rows = kNodes, .columns = kFeatures, .values = {}};
    std::generate_n(std::back_inserter(x.values), std::size_t{kNodes} * kFeatures,
                    [&] { return stream.normal(); });
    return {.structure = GraphStructure(kNodes, {edges.begin(), edges.end()}),
            .features = std::move(x)};
}

std::filesystem::path largeNetwork()
{
    RandomStream stream(1, "weights");
    Safetensors content;
    content.arrays["conv1.lin.weight"] = randomWeights(16, 100, stream);
    content.arrays["conv2.lin.weight"] = randomWeights(10, 16, stream);
    const auto file = std::filesystem::temp_directory_path() / "graph_benchmark.safetensors";
    writeFileAtomically(file, encodeSafetensors(content));
    return file;
}

} // namespace

int main(int argc, char** argv)
{
    CLI::App program("What a metamer of a graph costs");
    GraphFiles files;
    std::string architecture = "gcn";
    std::string solver = "lbfgs";
    std::string change = "features";
    GraphNetworkSpec network;
    GraphMetamerSpec spec{.layer = 2};
    bool null = false;
    program.add_option("--graph", files.graph);
    program.add_option("--features", files.features);
    program.add_option("--weights", network.weights);
    program.add_option("--architecture", architecture);
    program.add_option("--layer", spec.layer);
    program.add_option("--solver", solver);
    program.add_option("--change", change);
    program.add_option("--steps", spec.steps);
    program.add_option("--tolerance", spec.tolerance);
    program.add_option("--seed", spec.seed);
    program.add_flag("--null", null, "Also the null distributions");
    CLI11_PARSE(program, argc, argv);
    network.architecture = valueIn(kGraphArchitectures, architecture).value();
    spec.solver = valueIn(kGraphSolvers, solver).value();
    spec.change = valueIn(kGraphChanges, change).value();
    const bool isLarge = network.weights.empty();
    if (isLarge) {
        network.weights = largeNetwork();
    }
    const GraphMetamerMaker maker(network, isLarge ? largeGraph() : readGraph(files).graph);
    const Clock clock;
    const auto metamer = maker.make(spec, [](const std::string&, double) {}, {});
    clock.print("metamer");
    if (metamer.graph) {
        const auto match = maker.match(spec.layer, spec.nodes, *metamer.graph);
        std::printf("loss %.3g after %d steps (%s), same class %.4f\n", match.loss, metamer.steps,
                    nameIn(kGraphStops, metamer.stop).c_str(), match.sameClass);
    } else {
        std::printf("%s\n", metamer.statement.c_str());
    }
    if (null) {
        const Clock ofNull;
        const auto quantiles = maker.null(spec.layer, spec.nodes, {});
        ofNull.print("null");
        std::printf("permuted %.3g, nodes %.3g\n", quantiles.permuted,
                    quantiles.nodes.value_or(std::nan("")));
    }
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    std::printf("at most %.2f GiB\n", static_cast<double>(used.ru_maxrss) / (1 << 20));
    return 0;
}
