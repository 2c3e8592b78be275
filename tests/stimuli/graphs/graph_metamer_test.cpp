// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/random_stream.h"
#include "stimuli/checkpoints/safetensors.h"
#include "stimuli/graphs/architectures/initial_network.h"
#include "stimuli/graphs/builtin/bag_of_words.h"
#include "stimuli/graphs/builtin/contextual_sbm.h"
#include "stimuli/graphs/builtin/karate_club.h"
#include "stimuli/graphs/feature_solvers/bit_pairs.h"
#include "stimuli/graphs/feature_solvers/soft_bits.h"
#include "stimuli/graphs/measures/feature_deviation.h"
#include "stimuli/graphs/metamers/graph_metamer_maker.h"
#include "stimuli/graphs/metamers/sent_messages.h"
#include "stimuli/graphs/networks/feature_tensor.h"
#include "stimuli/graphs/networks/graph_forward.h"
#include "stimuli/graphs/networks/metamer_dimension.h"
#include "stimuli/graphs/structure_solvers/swap_descent.h"
#include "stimuli/graphs/training/trainer.h"
#include "tests/stimuli/graphs/numpy_networks.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/autograd.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <functional>
#include <numeric>
#include <stop_token>
#include <tuple>

namespace mlab::stimuli {
namespace {

using testing::HasSubstr;

FloatArray normalArray(std::vector<std::int64_t> shape, std::uint64_t index)
{
    RandomStream stream(1, "array", index);
    FloatArray out{.shape = std::move(shape), .values = {}};
    const auto count =
        std::accumulate(out.shape.begin(), out.shape.end(), std::int64_t{1}, std::multiplies<>());
    const double size = 1 / std::sqrt(static_cast<double>(out.shape.back()));
    for (std::int64_t i = 0; i < count; ++i) {
        out.values.push_back(static_cast<float>(size * stream.normal()));
    }
    return out;
}

/// Two layers with random weights: `hidden` units and 3 classes.
class RandomNetwork {
public:
    RandomNetwork(GraphArchitecture architecture, std::int64_t features, std::int64_t hidden)
    {
        Safetensors content;
        const auto add = [&](const std::string& layer, std::int64_t in, std::int64_t out) {
            const auto index = content.arrays.size();
            if (architecture == GraphArchitecture::sage) {
                content.arrays[layer + ".lin_l.weight"] = normalArray({out, in}, index);
                content.arrays[layer + ".lin_r.weight"] = normalArray({out, in}, index + 1);
                return;
            }
            content.arrays[layer + ".lin.weight"] = normalArray({out, in}, index);
            if (architecture == GraphArchitecture::gat) {
                content.arrays[layer + ".att_src"] = normalArray({1, 1, out}, index + 1);
                content.arrays[layer + ".att_dst"] = normalArray({1, 1, out}, index + 2);
            }
        };
        add("conv1", features, hidden);
        add("conv2", hidden, 3);
        writeFileAtomically(spec_.weights, encodeSafetensors(content));
        spec_.architecture = architecture;
    }

    GraphMetamerMaker on(const Graph& graph) const { return {spec_, graph}; }

private:
    TemporaryFolder folder_;
    GraphNetworkSpec spec_{.weights = folder_.path() / "w.safetensors", .hops = {}};
};

GraphMetamer made(const GraphMetamerMaker& maker, const GraphMetamerSpec& spec)
{
    return maker.make(spec, [](const std::string&, double) {}, {});
}

Graph smallSbm()
{
    return contextualSbm({.nodes = 40, .meanDegree = 5, .features = 20});
}

Graph smallWords()
{
    return bagOfWords({.nodes = 60, .classes = 3, .words = 50, .density = 0.1});
}

double cosineOf(const Features& a, const Features& b)
{
    return meanCosine(featureDeviation(a, b)).value();
}

TEST(GraphMessages, EdgesOfWeightZeroAreNone)
{
    const auto graph = referenceGraph();
    const int nodes = graph.structure.nodes();
    std::vector<Edge> pairs;
    std::vector<double> present;
    for (int a = 0; a < nodes; ++a) {
        for (int b = a + 1; b < nodes; ++b) {
            pairs.push_back({.first = a, .second = b});
            present.push_back(graph.structure.connected(a, b) ? 1 : 0);
        }
    }
    const GraphMessages all(GraphStructure(nodes, pairs));
    const auto x = featureTensor(graph.features);
    for (const auto& [name, spec, layers] : allCases()) {
        const auto network = loadGraphNetwork(spec);
        const auto weights = torch::tensor(present, torch::dtype(torch::kFloat64));
        const auto h = [&](const torch::Tensor& w) {
            return layerValues(network, all.weighted(w), x, layers).second;
        };
        const auto expected =
            layerValues(network, GraphMessages(graph.structure), x, layers).second;
        EXPECT_TRUE(torch::allclose(h(weights), expected, 1e-10, 1e-10)) << name;
        // Derivatives where the weights are between 0 and 1.
        const auto some = (0.5 + 0.3 * torch::arange(weights.numel()).sin()).requires_grad_();
        const auto w = some.to(torch::kFloat64).detach().requires_grad_();
        const auto values = h(w);
        const auto factors = torch::arange(values.numel()).reshape(values.sizes()).cos();
        const auto gradient = torch::autograd::grad({(values * factors).sum()}, {w})[0];
        const auto direction = torch::arange(w.numel()).to(torch::kFloat64).sin();
        const torch::NoGradGuard noGradients;
        constexpr double kStep = 1e-6;
        const auto slope = (h(w + kStep * direction) - h(w - kStep * direction)) / (2 * kStep);
        const double derivative = (gradient * direction).sum().item<double>();
        EXPECT_NEAR(derivative, (slope * factors).sum().item<double>(),
                    1e-6 * (1 + std::abs(derivative)))
            << name;
    }
}

TEST(GraphMetamer, ContinuousSolversMatchEveryLayerWithOtherFeatures)
{
    const auto graph = smallSbm();
    for (const auto architecture :
         {GraphArchitecture::gcn, GraphArchitecture::sage, GraphArchitecture::gat}) {
        const RandomNetwork network(architecture, 20, 16);
        const auto maker = network.on(graph);
        for (const auto& [solver, tolerance] :
             {std::pair(GraphSolver::lbfgs, 1e-6), std::pair(GraphSolver::gaussNewton, 1e-6),
              std::pair(GraphSolver::adam, 1e-3)}) {
            for (const int layer : {1, 2}) {
                const auto metamer =
                    made(maker, {.layer = layer, .solver = solver, .tolerance = tolerance});
                const auto name = nameIn(kGraphArchitectures, architecture) + " " +
                                  nameIn(kGraphSolvers, solver) + " " + std::to_string(layer);
                const auto match = maker.match(layer, {}, *metamer.graph);
                EXPECT_EQ(metamer.stop, GraphStop::tolerance) << name << " " << match.loss;
                EXPECT_LE(match.loss, tolerance) << name;
                EXPECT_LT(cosineOf(graph.features, metamer.graph->features), 0.9) << name;
                EXPECT_EQ(metamer.graph->structure, graph.structure);
            }
        }
    }
}

TEST(GraphMetamer, OfOneNodeKeepsItsActivationsAlone)
{
    const auto graph = smallSbm();
    const RandomNetwork network(GraphArchitecture::gcn, 20, 16);
    const auto maker = network.on(graph);
    const auto metamer = made(maker, {.layer = 2, .nodes = {7}, .tolerance = 1e-10});
    EXPECT_LE(maker.match(2, {7}, *metamer.graph).loss, 1.1e-10);
    EXPECT_EQ(maker.match(2, {7}, *metamer.graph).sameClass, 1);
    EXPECT_GT(maker.match(2, {8}, *metamer.graph).loss, 1e-3);
}

/// The nodes whose features differ.
std::vector<int> changedNodes(const Graph& reference, const Graph& metamer)
{
    const auto before = dense(reference.features);
    const auto after = dense(metamer.features);
    std::vector<int> out;
    for (int node = 0; node < before.rows; ++node) {
        if (!std::ranges::equal(before.row(node), after.row(node))) {
            out.push_back(node);
        }
    }
    return out;
}

// What no target sees could be anything, and would count as an invariance of the network.
TEST(GraphMetamer, OfSomeNodesKeepsTheFeaturesThatTheyDoNotSee)
{
    const auto graph = smallSbm();
    const RandomNetwork network(GraphArchitecture::gcn, 20, 16);
    const auto maker = network.on(graph);
    for (const int layer : {1, 2}) {
        auto field = fieldOf(graph.structure, {7}, layer);
        std::ranges::sort(field);
        ASSERT_LT(field.size(), 40U);
        for (const auto solver : {GraphSolver::lbfgs, GraphSolver::adam, GraphSolver::gaussNewton,
                                  GraphSolver::hitAndRun}) {
            if (layer == 2 && solver == GraphSolver::hitAndRun) {
                continue; // of first layers only
            }
            const auto metamer =
                made(maker, {.layer = layer, .nodes = {7}, .solver = solver, .steps = 50});
            EXPECT_EQ(changedNodes(graph, *metamer.graph), field) << nameIn(kGraphSolvers, solver);
        }
    }
    const auto words = smallWords();
    const RandomNetwork ofWords(GraphArchitecture::sage, 50, 8);
    const auto onWords = ofWords.on(words);
    const auto metamer = made(onWords, {.layer = 1,
                                        .nodes = {7},
                                        .solver = GraphSolver::straightThrough,
                                        .tolerance = 1e-3,
                                        .steps = 40});
    const auto field = fieldOf(words.structure, {7}, 1);
    const auto changed = changedNodes(words, *metamer.graph);
    EXPECT_FALSE(changed.empty());
    for (const int node : changed) {
        EXPECT_NE(std::ranges::find(field, node), field.end()) << node;
    }
    EXPECT_EQ(std::get<BinaryFeatures>(metamer.graph->features).ones.size(),
              std::get<BinaryFeatures>(words.features).ones.size());
}

/// A path or a cycle with standard normal features.
Graph chain(int nodes, int features, bool isCycle)
{
    std::vector<Edge> edges;
    for (int node = 0; node + 1 < nodes; ++node) {
        edges.push_back({.first = node, .second = node + 1});
    }
    if (isCycle) {
        edges.push_back({.first = 0, .second = nodes - 1});
    }
    RandomStream stream(1, "features");
    DenseFeatures x{.rows = nodes, .columns = features, .values = {}};
    for (int i = 0; i < nodes * features; ++i) {
        x.values.push_back(stream.normal());
    }
    return {.structure = GraphStructure(nodes, edges), .features = x};
}

// The exact sampler of gnn.md: path of 12 nodes, 20 features, 6 units.
TEST(GraphMetamer, HitAndRunStaysExactAndGoesFar)
{
    const auto graph = chain(12, 20, false);
    const RandomNetwork network(GraphArchitecture::gcn, 20, 6);
    const auto maker = network.on(graph);
    const auto metamer = made(maker, {.layer = 1, .solver = GraphSolver::hitAndRun, .steps = 1000});
    EXPECT_EQ(metamer.stop, GraphStop::walked);
    EXPECT_EQ(metamer.steps, 1000);
    EXPECT_LE(maker.match(1, {}, *metamer.graph).loss, 1e-12);
    EXPECT_LT(cosineOf(graph.features, metamer.graph->features), 0.5);
    EXPECT_THROW(made(maker, {.layer = 2, .solver = GraphSolver::hitAndRun}), InvalidArgument);
}

// The sums over neighbours of a cycle whose length 3 divides have no inverse. The last one is too
// large for a decomposition: conjugate gradients cannot reach what rounding leaves outside their
// range.
TEST(GraphMetamer, HitAndRunStaysExactWhereSumsOverNeighboursAreSingular)
{
    for (const auto& [nodes, hidden, loss] :
         {std::tuple(6, 6, 1e-24), std::tuple(12, 6, 1e-24), std::tuple(300, 10, 1e-12)}) {
        const auto graph = chain(nodes, 20, true);
        const RandomNetwork network(GraphArchitecture::gcn, 20, hidden);
        const auto maker = network.on(graph);
        const auto metamer = made(maker, {.solver = GraphSolver::hitAndRun, .steps = 10});
        EXPECT_LE(maker.match(1, {}, *metamer.graph).loss, loss) << nodes;
        EXPECT_NE(graph.features, metamer.graph->features) << nodes;
    }
}

TEST(GraphMetamer, HitAndRunSaysWhereActivationsDetermineTheFeatures)
{
    const RandomNetwork network(GraphArchitecture::gcn, 4, 16);
    const auto none =
        made(network.on(chain(12, 4, false)), {.solver = GraphSolver::hitAndRun, .steps = 50});
    EXPECT_FALSE(none.graph);
    EXPECT_EQ(none.stop, GraphStop::noneExists);
    EXPECT_EQ(none.steps, 0);
    EXPECT_THAT(none.statement, HasSubstr("those of layer 1 determine every feature"));
}

TEST(GraphMetamer, BinaryFeaturesKeepTheirNumberOfOnes)
{
    const auto graph = smallWords();
    const auto& words = std::get<BinaryFeatures>(graph.features);
    const RandomNetwork network(GraphArchitecture::gcn, 50, 16);
    const auto maker = network.on(graph);
    for (const auto kept : {OnesKept::graph, OnesKept::node}) {
        const auto metamer = made(
            maker,
            {.layer = 1, .solver = GraphSolver::straightThrough, .onesKept = kept, .steps = 300});
        const auto& found = std::get<BinaryFeatures>(metamer.graph->features);
        EXPECT_EQ(onesOf(found, kept), onesOf(words, kept));
        EXPECT_NE(found, words);
        EXPECT_LT(maker.match(1, {}, *metamer.graph).loss, maker.null(1, {}, {}).permuted);
    }
}

TEST(SoftBits, OnesAreTheLargestAndOfEqualValuesTheFirst)
{
    const auto x = torch::tensor({0.F, 2.F, 1.F, 1.F, 1.F, -1.F, 5.F, 5.F});
    EXPECT_EQ(largestOnes(x, {4}), (std::vector<std::uint8_t>{0, 1, 1, 0, 0, 0, 1, 1}));
    EXPECT_EQ(largestOnes(x, {2, 1}), (std::vector<std::uint8_t>{0, 1, 1, 0, 0, 0, 1, 0}));
}

// Of more ones than 50 pairs are tried at once, then half as many, and then 50 pairs alone.
TEST(BitPairs, AreTriedAFewTimesInAStep)
{
    std::vector<std::uint8_t> bits(4000, 0);
    std::fill(bits.begin(), bits.begin() + 2000, 1);
    auto gradient = torch::zeros({4000}, torch::dtype(torch::kFloat64));
    gradient.slice(0, 0, 2000).fill_(1); // promises much
    int calls = 0;
    const auto lossOf = [&](const std::vector<std::uint8_t>&, bool) {
        ++calls;
        return BitsLoss{.loss = 1, .gradient = gradient}; // and keeps nothing
    };
    StopRule rule(0.5, 10, [](const std::string&, double) {}, {});
    EXPECT_EQ(improveByPairs(bits, 1, lossOf, rule), bits);
    EXPECT_EQ(rule.reason(), GraphStop::noProgress);
    EXPECT_EQ(calls, 1 + 7 + 50); // 200, 100, 50, 25, 12, 6 and 3 at once
}

std::vector<int> degreeList(const GraphStructure& structure)
{
    std::vector<int> out;
    for (int node = 0; node < structure.nodes(); ++node) {
        out.push_back(structure.degree(node));
    }
    return out;
}

TEST(GraphMetamer, StructureKeepsTheNumberOfEdges)
{
    const auto graph = smallSbm();
    const RandomNetwork network(GraphArchitecture::gcn, 20, 16);
    const auto maker = network.on(graph);
    const auto metamer = made(maker, {.layer = 2,
                                      .change = GraphChange::structure,
                                      .solver = GraphSolver::straightThrough,
                                      .steps = 300});
    EXPECT_EQ(metamer.graph->structure.edges().size(), graph.structure.edges().size());
    EXPECT_EQ(metamer.graph->features, graph.features);
    EXPECT_LT(maker.match(2, {}, *metamer.graph).loss, maker.null(2, {}, {}).permuted);
    const auto both = made(maker, {.layer = 2,
                                   .change = GraphChange::both,
                                   .solver = GraphSolver::straightThrough,
                                   .steps = 600});
    EXPECT_LT(maker.match(2, {}, *both.graph).loss, 0.01);
    EXPECT_NE(both.graph->structure, graph.structure);
}

// What two nodes send differs in W h alone, in every layer.
TEST(SentMessages, AreInputsTimesWeightsOfAllLayers)
{
    const auto weight = [](std::vector<double> values) {
        return torch::tensor(values, torch::kFloat64).reshape({-1, 2});
    };
    const NetworkTensors network{.layers = {GcnTensors{.map = {weight({1, 0, 1, 0}), {}}},
                                            GcnTensors{.map = {weight({0, 2}), {}}}},
                                 .residual = {false, false}};
    const GraphStructure structure(4, {{0, 2}, {1, 2}, {2, 3}});
    // Nodes 0 and 1 differ in a feature without weight, 3 from both in the other.
    const auto x = torch::tensor({{1., 5.}, {1., -7.}, {2., 0.}, {3., 5.}}, torch::kFloat64);
    const auto sent = sentMessages(network, GraphMessages(structure), x, 2);
    ASSERT_EQ(sent.size(1), 3);
    EXPECT_TRUE(sent[0].equal(sent[1]));
    EXPECT_FALSE(sent[0].slice(0, 2).equal(sent[3].slice(0, 2))); // of layer 2
    EXPECT_NEAR(sent.slice(1, 0, 2).norm().item<double>(), 1, 1e-12);
    EXPECT_NEAR(sent.slice(1, 2).norm().item<double>(), 1, 1e-12);
}

TEST(SwapDescent, AsksWhatNodesSendAfterEachSwap)
{
    const auto cycle = chain(12, 1, true);
    int asked = 0;
    double loss = 10;
    RandomStream stream(1, "swaps");
    StopRule rule(0.5, 5, [](const std::string&, double) {}, {});
    descendBySwaps(
        cycle.structure,
        [&](const GraphStructure&) {
            ++asked;
            return std::get<DenseFeatures>(cycle.features);
        },
        [&](const GraphStructure&) { return loss -= 1; }, stream, rule);
    EXPECT_EQ(rule.steps(), 5);
    EXPECT_EQ(asked, 1 + 5);
}

// Two blocks of 20 nodes: each node has 4 neighbours in its block or 2, and 1 in the other.
Graph blockColoured()
{
    std::vector<Edge> edges;
    for (int node = 0; node < 20; ++node) {
        const auto at = [](int block, int place) { return 20 * block + place % 20; };
        edges.push_back({.first = at(0, node), .second = at(0, node + 1)});
        edges.push_back({.first = at(0, node), .second = at(0, node + 2)});
        edges.push_back({.first = at(1, node), .second = at(1, node + 1)});
        edges.push_back({.first = at(0, node), .second = at(1, node)});
    }
    return {.structure = GraphStructure(40, edges),
            .features =
                DenseFeatures{.rows = 40, .columns = 1, .values = std::vector<double>(40, 1)}};
}

double jaccardOf(const GraphStructure& a, const GraphStructure& b)
{
    const auto shared =
        std::ranges::count_if(a.edges(), [&](Edge e) { return b.connected(e.first, e.second); });
    return static_cast<double>(shared) / static_cast<double>(a.edges().size() + b.edges().size() -
                                                             static_cast<std::size_t>(shared));
}

/// Other edges of layer 2 by a walk of 500 swaps.
GraphMetamerSpec exactEdges()
{
    return {
        .layer = 2, .change = GraphChange::structure, .solver = GraphSolver::exact, .steps = 500};
}

TEST(GraphMetamer, ExactStructuresOfBlocksHaveOtherEdges)
{
    const auto plain = blockColoured(); // the nodes have no attributes
    auto coloured = plain;
    coloured.features = DenseFeatures{.rows = 40, .columns = 1, .values = std::vector<double>(40)};
    auto& colours = std::get<DenseFeatures>(coloured.features).values;
    std::fill(colours.begin() + 20, colours.end(), 1);
    for (const auto& graph : {plain, coloured}) {
        for (const auto architecture :
             {GraphArchitecture::gcn, GraphArchitecture::sage, GraphArchitecture::gat}) {
            const RandomNetwork network(architecture, 1, 6);
            const auto maker = network.on(graph);
            const auto metamer = made(maker, exactEdges());
            const auto match = maker.match(2, {}, *metamer.graph);
            EXPECT_LT(match.loss, 1e-12);
            EXPECT_LT(jaccardOf(graph.structure, metamer.graph->structure), 0.6);
            EXPECT_EQ(degreeList(graph.structure), degreeList(metamer.graph->structure));
            EXPECT_EQ(whyNotAccepted(exactEdges(), match, maker.null(2, {}, {})), "");
        }
    }
    const RandomNetwork network(GraphArchitecture::gcn, 20, 16);
    const auto none =
        made(network.on(smallSbm()),
             {.layer = 1, .change = GraphChange::structure, .solver = GraphSolver::exact});
    EXPECT_FALSE(none.graph);
    EXPECT_EQ(none.stop, GraphStop::noneExists);
    EXPECT_NE(none.statement, "");
}

// The 27 stable colours of the karate club allow one swap: 4 - 6 and 5 - 10 become 4 - 5 and
// 6 - 10.
TEST(GraphMetamer, TheKarateClubHasOneExactStructureMetamer)
{
    auto graph = karateClub();
    graph.features = DenseFeatures{.rows = 34, .columns = 1, .values = {}};
    auto& factions = std::get<DenseFeatures>(graph.features).values;
    factions.assign(graph.labels.begin(), graph.labels.end());
    const RandomNetwork network(GraphArchitecture::gcn, 1, 16);
    const auto maker = network.on(graph);
    const auto metamer = made(maker, exactEdges());
    EXPECT_LT(maker.match(2, {}, *metamer.graph).loss, 1e-12);
    const auto& structure = metamer.graph->structure;
    EXPECT_DOUBLE_EQ(jaccardOf(graph.structure, structure), 76. / 80);
    EXPECT_TRUE(structure.connected(4, 5) && structure.connected(6, 10));
}

TEST(GraphMetamer, AWalkOfEdgesCanBeStopped)
{
    const RandomNetwork network(GraphArchitecture::gcn, 1, 6);
    std::stop_source stop;
    auto spec = exactEdges();
    spec.steps = 10'000'000;
    const auto stopAtOnce = [&](const std::string&, double) { stop.request_stop(); };
    EXPECT_THROW(network.on(blockColoured()).make(spec, stopAtOnce, stop.get_token()), Cancelled);
}

TEST(GraphMetamer, IsRefusedWhereTheReferenceIsAllThatCouldBeFound)
{
    const GraphMetamerSpec edges{.change = GraphChange::structure,
                                 .solver = GraphSolver::straightThrough};
    auto graph = smallSbm();
    EXPECT_EQ(problemOf(edges, graph), "");
    EXPECT_EQ(problemOf(GraphMetamerSpec{}, graph), "");
    graph.structure = GraphStructure(40, {});
    EXPECT_THAT(problemOf(edges, graph), HasSubstr("the graph has no edges"));
    EXPECT_EQ(problemOf(GraphMetamerSpec{}, graph), "");
    Graph triangle{.structure = GraphStructure(3, {{0, 1}, {0, 2}, {1, 2}}),
                   .features =
                       DenseFeatures{.rows = 3, .columns = 2, .values = {1, 2, 1, 2, 1, 2}}};
    EXPECT_THAT(problemOf(edges, triangle), HasSubstr("all possible edges"));
    EXPECT_THAT(problemOf(GraphMetamerSpec{}, triangle), HasSubstr("all nodes have the same"));
    EXPECT_EQ(problemOf({.solver = GraphSolver::hitAndRun}, triangle), "");
    triangle.structure = GraphStructure(3, {{0, 1}, {1, 2}});
    EXPECT_EQ(
        problemOf({.change = GraphChange::both, .solver = GraphSolver::straightThrough}, triangle),
        ""); // its edges can change

    GraphMetamerSpec bits{.solver = GraphSolver::straightThrough};
    triangle.features = binaryFeatures(2, std::vector<std::vector<int>>{{0, 1}, {}, {0, 1}});
    EXPECT_EQ(problemOf(bits, triangle), "");
    bits.onesKept = OnesKept::node;
    EXPECT_THAT(problemOf(bits, triangle), HasSubstr("all 0 or all 1"));
    bits.change = GraphChange::both;
    EXPECT_THAT(problemOf(bits, smallSbm()), HasSubstr("have a sparsity"));
}

TEST(GraphMetamer, OfBothHasASolverForItsFeatures)
{
    const GraphMetamerSpec both{.change = GraphChange::both,
                                .solver = GraphSolver::straightThrough};
    EXPECT_EQ(featureSolver(both, smallSbm()), GraphSolver::lbfgs);
    EXPECT_EQ(featureSolver(both, smallWords()), GraphSolver::straightThrough);
    EXPECT_EQ(featureSolver(exactEdges(), smallSbm()), std::nullopt);
}

TEST(GraphMetamer, IsAcceptedBelowChanceWithItsClassesAndRealOnesWithinTheTolerance)
{
    const GraphMetamerSpec real{.tolerance = 1e-4};
    const GraphNull null{.permuted = 0.3, .nodes = 0.2};
    EXPECT_EQ(whyNotAccepted(real, {.loss = 1e-4, .sameClass = 0.99}, null), "");
    EXPECT_THAT(whyNotAccepted(real, {.loss = 0.05, .sameClass = 1}, null),
                HasSubstr("its loss 0.05 is above the tolerance 0.0001"));
    EXPECT_THAT(whyNotAccepted(real, {.loss = 1e-4, .sameClass = 0.98}, null),
                HasSubstr("only 98 % of the targeted nodes"));
    auto discrete = real;
    discrete.solver = GraphSolver::straightThrough;
    EXPECT_EQ(whyNotAccepted(discrete, {.loss = 0.05, .sameClass = 1}, null), "");
    EXPECT_THAT(whyNotAccepted(discrete, {.loss = 0.25, .sameClass = 1}, null),
                HasSubstr("quantile of pairs of nodes"));
    EXPECT_THAT(whyNotAccepted(discrete, {.loss = 0.35, .sameClass = 1}, null),
                HasSubstr("quantile of permuted features"));
}

TEST(GraphMetamer, OfCoraIsAccepted)
{
    const auto folder = std::filesystem::path(MLAB_SHARED_DIR) / "graphs" / "cora";
    if (!std::filesystem::exists(folder)) {
        GTEST_SKIP() << "no " << folder;
    }
    const auto cora = readGraph({.graph = folder / "edges.csv",
                                 .features = folder / "features.csv",
                                 .nodes = folder / "nodes.csv"})
                          .graph;
    GraphTrainingSpec training;
    training.epochs = 30;
    auto trained = trainedNetwork(training, cora, [](const std::string&, double) {}, {});
    Safetensors content;
    for (const auto& array : arraysOf(trained.network)) {
        content.arrays[array.name] = {.shape = array.shape, .values = *array.values};
    }
    const TemporaryFolder scratch;
    const auto weights = scratch.path() / "gcn.safetensors";
    writeFileAtomically(weights, encodeSafetensors(content));
    const GraphMetamerMaker maker({.weights = weights, .hops = {}}, cora);
    for (const int layer : {1, 2}) {
        const GraphMetamerSpec spec{.layer = layer};
        const auto metamer = made(maker, spec);
        const auto match = maker.match(layer, {}, *metamer.graph);
        EXPECT_EQ(whyNotAccepted(spec, match, maker.null(layer, {}, {})), "");
        EXPECT_LT(cosineOf(cora.features, metamer.graph->features), 0.5);
    }
}

TEST(GraphMetamer, IsTheSameOnOneAndTwoThreads)
{
    const auto words = smallWords();
    const RandomNetwork network(GraphArchitecture::gat, 50, 16);
    const auto maker = network.on(words);
    const int before = at::get_num_threads();
    for (const auto& spec :
         {GraphMetamerSpec{.layer = 2, .steps = 30},
          GraphMetamerSpec{.layer = 1, .solver = GraphSolver::straightThrough, .steps = 30},
          GraphMetamerSpec{.layer = 2,
          .change = GraphChange::structure,
          .solver = GraphSolver::straightThrough,
          .steps = 30}}) {
        at::set_num_threads(1);
        const auto one = made(maker, spec).graph;
        at::set_num_threads(2);
        EXPECT_EQ(one, made(maker, spec).graph);
        auto other = spec;
        other.seed = 2;
        EXPECT_NE(one, made(maker, other).graph);
    }
    at::set_num_threads(before);
}

} // namespace
} // namespace mlab::stimuli
