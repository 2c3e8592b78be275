// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/random_stream.h"
#include "stimuli/checkpoints/safetensors.h"
#include "stimuli/graphs/builtin/karate_club.h"
#include "stimuli/graphs/files/feature_table.h"
#include "stimuli/graphs/networks/feature_tensor.h"
#include "stimuli/graphs/networks/graph_forward.h"
#include "stimuli/graphs/networks/metamer_dimension.h"
#include "stimuli/graphs/networks/network_on_graph.h"
#include "stimuli/graphs/rewiring/structure_metamer.h"
#include "tests/stimuli/graphs/numpy_networks.h"
#include "tests/temporary_folder.h"

#include <gtest/gtest.h>
#include <torch/autograd.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <optional>
#include <tuple>
#include <utility>

namespace mlab::stimuli {
namespace {

double largestDifference(const std::vector<double>& a, const std::vector<double>& b)
{
    EXPECT_EQ(a.size(), b.size());
    double largest = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        largest = std::max(largest, std::abs(a[i] - b.at(i)));
    }
    return largest;
}

TEST(NetworkOnGraph, AgreesWithDenseMatricesInNumPy)
{
    const auto cases = allCases();
    ASSERT_EQ(cases.size(), 9U);
    for (const auto& [name, spec, layers] : cases) {
        const NetworkOnGraph network(spec, referenceGraph());
        for (int layer = 1; layer <= layers; ++layer) {
            const auto file = name + "-" + std::to_string(layer);
            EXPECT_LT(
                largestDifference(network.activations(layer, LayerValues::preActivations).values,
                                  readFeatureTable(kNetworks / (file + "-pre.csv")).values),
                1e-12)
                << file;
            EXPECT_LT(largestDifference(network.activations(layer, LayerValues::activations).values,
                                        readFeatureTable(kNetworks / (file + ".csv")).values),
                      1e-12)
                << file;
        }
    }
}

// f(P A P^T, P X) = P f(A, X)
TEST(NetworkOnGraph, DoesNotDependOnTheOrderOfNodes)
{
    const auto graph = referenceGraph();
    const auto& features = std::get<DenseFeatures>(graph.features);
    const int nodes = graph.structure.nodes();
    const auto order = RandomStream(1, "order").permutation(static_cast<std::size_t>(nodes));
    std::vector<Edge> edges;
    for (const auto& edge : graph.structure.edges()) {
        edges.push_back({static_cast<int>(order[static_cast<std::size_t>(edge.first)]),
                         static_cast<int>(order[static_cast<std::size_t>(edge.second)])});
    }
    auto permuted = graph;
    permuted.structure = GraphStructure(nodes, edges);
    auto& rows = std::get<DenseFeatures>(permuted.features);
    const auto columns = static_cast<std::size_t>(features.columns);
    for (int node = 0; node < nodes; ++node) {
        std::ranges::copy(
            features.row(node),
            rows.values.begin() +
                static_cast<std::ptrdiff_t>(order[static_cast<std::size_t>(node)] * columns));
    }
    for (const auto& [name, spec, layers] : allCases()) {
        const auto before =
            NetworkOnGraph(spec, graph).activations(layers, LayerValues::activations);
        const auto after =
            NetworkOnGraph(spec, permuted).activations(layers, LayerValues::activations);
        for (int node = 0; node < nodes; ++node) {
            const auto a = before.row(node);
            const auto b = after.row(static_cast<int>(order[static_cast<std::size_t>(node)]));
            EXPECT_LT(largestDifference({a.begin(), a.end()}, {b.begin(), b.end()}), 1e-12) << name;
        }
    }
}

// gnn.md 5: swaps within stable colours change no activation of any architecture.
TEST(NetworkOnGraph, DoesNotSeeAnExactStructureMetamer)
{
    Graph graph;
    std::vector<Edge> edges;
    DenseFeatures blocks{.rows = 40, .columns = 4, .values = {}};
    for (int i = 0; i < 20; ++i) {
        edges.insert(edges.end(), {{i, (i + 1) % 20}, {20 + i, 20 + (i + 1) % 20}, {i, 20 + i}});
    }
    for (int i = 0; i < 40; ++i) {
        const double block = i < 20 ? 1 : -0.5;
        blocks.values.insert(blocks.values.end(), {block, 1, -block, 2 * block});
    }
    graph.structure = GraphStructure(40, edges);
    graph.features = blocks;
    auto metamer = graph;
    metamer.structure = exactStructureMetamer(graph, 400, 1).structure.value();
    EXPECT_NE(metamer.structure, graph.structure);
    for (const auto& [name, spec, layers] : allCases()) {
        const auto values = LayerValues::activations;
        const auto before = NetworkOnGraph(spec, graph).activations(layers, values).values;
        const auto after = NetworkOnGraph(spec, metamer).activations(layers, values).values;
        EXPECT_LT(largestDifference(before, after), 1e-12) << name;
    }
}

// gnn.md 5
TEST(NetworkOnGraph, DoesNotTellAHexagonFromTwoTriangles)
{
    Graph cycle;
    cycle.structure = GraphStructure(6, {{0, 4}, {4, 5}, {5, 3}, {3, 1}, {1, 2}, {2, 0}});
    cycle.features = DenseFeatures{.rows = 6, .columns = 4, .values = std::vector<double>(24, 1)};
    auto triangles = cycle;
    triangles.structure = GraphStructure(6, {{0, 1}, {1, 2}, {2, 0}, {3, 4}, {4, 5}, {5, 3}});
    for (const auto& [name, spec, layers] : allCases()) {
        const auto values = LayerValues::activations;
        EXPECT_LT(
            largestDifference(NetworkOnGraph(spec, cycle).activations(layers, values).values,
                              NetworkOnGraph(spec, triangles).activations(layers, values).values),
            1e-12)
            << name;
    }
}

TEST(NetworkOnGraph, RefusesWhatItCannotTake)
{
    const auto cases = allCases();
    const NetworkOnGraph network(cases.front().spec, referenceGraph());
    EXPECT_THROW(network.activations(0, LayerValues::activations), InvalidArgument);
    EXPECT_THROW(network.activations(3, LayerValues::activations), InvalidArgument);
    auto narrow = referenceGraph();
    narrow.features = noFeatures(narrow.structure.nodes());
    EXPECT_THROW(NetworkOnGraph(cases.front().spec, narrow), InvalidArgument);
    EXPECT_THROW(NetworkOnGraph(cases.front().spec, Graph{}), InvalidArgument);
    auto huge = referenceGraph();
    std::ranges::fill(std::get<DenseFeatures>(huge.features).values, 1.7e308);
    const NetworkOnGraph overflowing(cases.front().spec, huge);
    EXPECT_THROW(overflowing.activations(1, LayerValues::preActivations), NumericError);
}

/// A network of one layer with the given arrays.
class OneLayer {
public:
    OneLayer(GraphArchitecture architecture, GraphActivation activation,
             std::map<std::string, FloatArray> arrays, bool residual = false)
        : spec_{.architecture = architecture,
                .activation = activation,
                .weights = scratch_.path() / "w.safetensors",
                .hops = {},
                .residual = residual}
    {
        writeFileAtomically(spec_.weights,
                            encodeSafetensors({.metadata = {}, .arrays = std::move(arrays)}));
    }

    std::vector<NodeDimension> dimensions(const Graph& graph, int layer = 1) const
    {
        return NetworkOnGraph(spec_, graph)
            .dimensions(
                layer, LayerValues::activations, [](const std::string&, double) {},
                std::stop_token());
    }

    GraphDimension ofEdges(const Graph& graph) const
    {
        return NetworkOnGraph(spec_, graph).structureDimension(1, LayerValues::activations).value();
    }

    GraphDimension whole(const Graph& graph) const
    {
        return NetworkOnGraph(spec_, graph).graphDimension(1, LayerValues::activations).value();
    }

private:
    TemporaryFolder scratch_;
    GraphNetworkSpec spec_;
};

/// Normally distributed.
FloatArray randomArray(std::vector<std::int64_t> shape, std::uint64_t seed)
{
    RandomStream stream(seed, "weights");
    FloatArray out{.shape = std::move(shape), .values = {}};
    out.values.resize(static_cast<std::size_t>(elementCount(out.shape).value()));
    for (auto& value : out.values) {
        value = static_cast<float>(stream.normal());
    }
    return out;
}

Graph randomFeatures(GraphStructure structure, int columns)
{
    RandomStream stream(2, "features");
    Graph out;
    out.structure = std::move(structure);
    DenseFeatures features{.rows = out.structure.nodes(), .columns = columns, .values = {}};
    features.values.resize(static_cast<std::size_t>(features.rows * columns));
    for (auto& value : features.values) {
        value = stream.normal();
    }
    out.features = std::move(features);
    return out;
}

void expectDimensions(const std::vector<NodeDimension>& nodes,
                      const std::vector<std::pair<int, int>>& ownAndField)
{
    ASSERT_EQ(nodes.size(), ownAndField.size());
    for (std::size_t node = 0; node < nodes.size(); ++node) {
        EXPECT_EQ(nodes[node].own, ownAndField[node].first) << node;
        EXPECT_EQ(nodes[node].field, ownAndField[node].second) << node;
    }
}

// The worked case of gnn.md 3.
class WorkedCase : public testing::Test {
protected:
    static OneLayer layer(GraphActivation activation)
    {
        const FloatArray weight{.shape = {2, 3}, .values = {1, 0, 1, -1, 2, 1}};
        return {GraphArchitecture::gcn, activation, {{"conv1.lin.weight", weight}}};
    }
    std::vector<NodeDimension> dimensions(GraphActivation activation) const
    {
        return layer(activation).dimensions(graph_);
    }

    Graph graph_{.structure = GraphStructure(3, {{0, 1}, {1, 2}}),
                 .features = DenseFeatures{
                     .rows = 3, .columns = 3, .values = {1, 0, 2, 0, 1, -1, -1, 2, 0}}};
};

TEST_F(WorkedCase, LinearAndReluDimensions)
{
    expectDimensions(dimensions(GraphActivation::linear), {{1, 4}, {1, 7}, {1, 4}});
    const auto relu = dimensions(GraphActivation::relu);
    expectDimensions(relu, {{1, 4}, {1, 7}, {2, 5}});
    EXPECT_NEAR(relu[0].logVolumeChange.value(), 0, 1e-12);
    EXPECT_FALSE(relu[2].logVolumeChange); // the dimension itself changes
    EXPECT_EQ(relu[2].rankOwn, 1);
    EXPECT_EQ(relu[2].rankField, 1);
}

TEST_F(WorkedCase, DimensionsOfTheWholeGraph)
{
    EXPECT_EQ(layer(GraphActivation::linear).whole(graph_).dimension, 3);
    EXPECT_EQ(layer(GraphActivation::relu).whole(graph_).dimension, 4);
    EXPECT_EQ(layer(GraphActivation::elu).whole(graph_).rank, 6);
}

TEST_F(WorkedCase, TheFieldConsistsOfAggregationWidthAndActivation)
{
    const auto relu = dimensions(GraphActivation::relu);
    const auto elu = dimensions(GraphActivation::elu);
    for (const auto& [node, aggregation, activation] :
         {std::tuple(0, 3, 0), {1, 6, 0}, {2, 3, 1}}) {
        const auto& of = relu[static_cast<std::size_t>(node)];
        EXPECT_EQ(of.aggregation, aggregation) << node;
        EXPECT_EQ(of.width, 1) << node;
        EXPECT_EQ(of.activation, activation) << node;
        EXPECT_EQ(of.aggregation + of.width + of.activation, of.field) << node;
        EXPECT_EQ(elu[static_cast<std::size_t>(node)].aggregation, aggregation) << node;
        EXPECT_EQ(elu[static_cast<std::size_t>(node)].activation, 0) << node;
    }
}

TEST_F(WorkedCase, VolumesOfEluAndTanh)
{
    const auto elu = dimensions(GraphActivation::elu);
    expectDimensions(elu, {{1, 4}, {1, 7}, {1, 4}});
    EXPECT_NEAR(elu[0].logVolumeChange.value(), 0, 1e-12);
    EXPECT_NEAR(elu[2].logVolumeChange.value(), 0.908248, 1e-6); // product of phi': 0.403230
    const auto tanh = dimensions(GraphActivation::tanh);
    EXPECT_NEAR(tanh[0].logVolumeChange.value(), 1.742202, 1e-6);
    EXPECT_NEAR(tanh[1].logVolumeChange.value(), 4.411883, 1e-6);
    EXPECT_NEAR(tanh[2].logVolumeChange.value(), 5.167660, 1e-6);
}

// gnn.md 4: with m <= d, the volume is that of the diagonal product, whatever the weights are.
TEST(MetamerDimension, VolumeOfEluIsTheSumOfItsNegativeArguments)
{
    const auto weight = randomArray({3, 6}, 5);
    Graph graph;
    graph.structure = GraphStructure(1, {}); // S = 1, so that z = W x + b
    graph.features = DenseFeatures{.rows = 1, .columns = 6, .values = std::vector<double>(6, 0)};
    const FloatArray bias{.shape = {3}, .values = {0.5F, -1, -0.2F}};
    const auto elu = OneLayer(GraphArchitecture::gcn, GraphActivation::elu,
                              {{"c.lin.weight", weight}, {"c.bias", bias}})
                         .dimensions(graph);
    EXPECT_NEAR(elu[0].logVolumeChange.value(), 1.2, 1e-6);
    EXPECT_EQ(elu[0].own, 3);
}

// gnn.md 3: the rank of S = D^-1/2 (A + I) D^-1/2, by one feature and one unit of weight 1.
TEST(MetamerDimension, OfSumsIsTheKernelOfTheNormalisedAdjacency)
{
    const OneLayer sum(GraphArchitecture::gcn, GraphActivation::linear,
                       {{"c.lin.weight", {.shape = {1, 1}, .values = {1}}}});
    const auto rank = [&](int nodes, std::vector<Edge> edges) {
        const auto graph = randomFeatures(GraphStructure(nodes, std::move(edges)), 1);
        const auto whole = sum.whole(graph);
        EXPECT_EQ(whole.dimension + whole.rank, nodes);
        return whole.rank;
    };
    for (int n = 3; n <= 12; ++n) {
        std::vector<Edge> path;
        std::vector<Edge> star;
        std::vector<Edge> complete;
        for (int node = 1; node < n; ++node) {
            path.push_back({node - 1, node});
            star.push_back({0, node});
            for (int other = 0; other < node; ++other) {
                complete.push_back({other, node});
            }
        }
        auto cycle = path;
        cycle.push_back({n - 1, 0});
        EXPECT_EQ(rank(n, path), n % 3 == 2 ? n - 1 : n) << n;
        EXPECT_EQ(rank(n, star), n) << n;
        EXPECT_EQ(rank(n, complete), 1) << n;
        EXPECT_EQ(rank(n, cycle), n % 3 == 0 ? n - 2 : n) << n;
    }
    EXPECT_EQ(rank(2, {{0, 1}}), 1); // a star of one leaf
    const auto club = karateClub().structure;
    EXPECT_EQ(rank(34, {club.edges().begin(), club.edges().end()}), 34);
}

// gnn.md 3: n d - rank(S) rank(W) of a linear layer. Cycle of 6: rank S is 4.
TEST(MetamerDimension, OfALinearLayerIsAProductOfRanks)
{
    std::vector<Edge> cycle;
    for (int node = 0; node < 6; ++node) {
        cycle.push_back({node, (node + 1) % 6});
    }
    const auto graph = randomFeatures(GraphStructure(6, cycle), 5);
    const OneLayer linear(GraphArchitecture::gcn, GraphActivation::linear,
                          {{"c.lin.weight", randomArray({3, 5}, 1)}});
    EXPECT_EQ(linear.whole(graph).dimension, 6 * 5 - 4 * 3);
}

// gnn.md 3: an identity residual removes width and activation of a node's own dimension, and leaves
// what is lost in the sum over neighbours.
TEST(MetamerDimension, OfAResidualLayerIsThatOfTheSumAlone)
{
    const auto graph = randomFeatures(GraphStructure(3, {{0, 1}, {1, 2}}), 4);
    const std::map<std::string, FloatArray> arrays = {{"c.lin.weight", randomArray({4, 4}, 1)}};
    const auto plain =
        OneLayer(GraphArchitecture::gcn, GraphActivation::relu, arrays).dimensions(graph);
    const auto residual =
        OneLayer(GraphArchitecture::gcn, GraphActivation::relu, arrays, true).dimensions(graph);
    expectDimensions(residual, {{0, 4}, {0, 8}, {0, 4}});
    for (std::size_t node = 0; node < 3; ++node) {
        EXPECT_GT(plain[node].activation, 0);
        EXPECT_EQ(residual[node].aggregation, plain[node].aggregation);
        EXPECT_EQ(residual[node].width + residual[node].activation, 0);
    }
}

// gnn.md 3: SAGE, min(2 d, k); a node without neighbours has its own row alone. GIN as GCN.
TEST(MetamerDimension, OfSageAndGin)
{
    // 0 - 1 - 2 and node 3 alone; d = 3, m = 5.
    const auto graph = randomFeatures(GraphStructure(4, {{0, 1}, {1, 2}}), 3);
    const OneLayer sage(
        GraphArchitecture::sage, GraphActivation::linear,
        {{"c.lin_l.weight", randomArray({5, 3}, 1)}, {"c.lin_r.weight", randomArray({5, 3}, 2)}});
    const auto ofSage = sage.dimensions(graph);
    expectDimensions(ofSage, {{0, 1}, {0, 4}, {0, 1}, {0, 0}});
    EXPECT_EQ(ofSage[1].aggregation, 3); // (deg - 1) d
    EXPECT_EQ(ofSage[1].width, 1);       // 2 d - rank
    EXPECT_EQ(ofSage[3].aggregation, 0);
    const OneLayer gin(GraphArchitecture::gin, GraphActivation::linear,
                       {{"c.nn.0.weight", randomArray({2, 3}, 3)}});
    expectDimensions(gin.dimensions(graph), {{1, 4}, {1, 7}, {1, 4}, {1, 1}});
}

// gnn.md 3: attention moves within the columns of W, so that two neighbours give no more rank than
// one in each head.
TEST(MetamerDimension, OfGatIsAtLeastThatOfGcn)
{
    const auto graph = randomFeatures(GraphStructure(3, {{0, 1}, {1, 2}}), 3);
    const OneLayer gat(GraphArchitecture::gat, GraphActivation::linear,
                       {{"c.lin.weight", randomArray({2, 3}, 1)},
                        {"c.att_src", randomArray({1, 1, 2}, 2)},
                        {"c.att_dst", randomArray({1, 1, 2}, 3)},
                        {"c.bias", randomArray({2}, 4)}});
    expectDimensions(gat.dimensions(graph), {{1, 4}, {1, 7}, {1, 4}});
}

// gnn.md 3: of two layers, |N_2[v]| d - k generically.
TEST(MetamerDimension, OfTwoLayersCountsTheFieldOfBoth)
{
    // A path of 5 nodes, d = 4, 3 hidden units and 2 outputs.
    const auto graph = randomFeatures(GraphStructure(5, {{0, 1}, {1, 2}, {2, 3}, {3, 4}}), 4);
    const OneLayer two(GraphArchitecture::gcn, GraphActivation::tanh,
                       {{"conv1.lin.weight", randomArray({3, 4}, 1)},
                        {"conv2.lin.weight", randomArray({2, 3}, 2)}});
    expectDimensions(two.dimensions(graph, 2), {{2, 10}, {2, 14}, {2, 18}, {2, 14}, {2, 10}});
    EXPECT_EQ(fieldOf(graph.structure, {1}, 2), (std::vector<int>{1, 0, 2, 3}));
}

// The activations on the field alone are those on the whole graph: the central difference of the
// whole graph's activations agrees with the rank. A direction of the null space changes nothing.
TEST(MetamerDimension, AChangeAlongTheKernelChangesNoActivation)
{
    // gnn.md 3: adding t (1, 1, -1) to any row changes nothing, as W^T (1, 1, -1) = 0.
    const FloatArray weight{.shape = {2, 3}, .values = {1, 0, 1, -1, 2, 1}};
    TemporaryFolder scratch;
    const GraphNetworkSpec spec{.architecture = GraphArchitecture::gcn,
                                .weights = scratch.path() / "w.safetensors",
                                .hops = {}};
    writeFileAtomically(spec.weights,
                        encodeSafetensors({.metadata = {}, .arrays = {{"c.lin.weight", weight}}}));
    Graph graph{.structure = GraphStructure(3, {{0, 1}, {1, 2}}),
                .features = DenseFeatures{
                    .rows = 3, .columns = 3, .values = {1, 0, 2, 0, 1, -1, -1, 2, 0}}};
    const auto z = [&] {
        return NetworkOnGraph(spec, graph).activations(1, LayerValues::preActivations).values;
    };
    const auto before = z();
    const std::vector<double> expected = {1.091752, .908248, .483163, 2.782823, -.908248, 2.908248};
    EXPECT_LT(largestDifference(before, expected), 1e-6);
    auto& x = std::get<DenseFeatures>(graph.features).values;
    x[3] += 0.7;
    x[4] += 0.7;
    x[5] -= 0.7;
    EXPECT_LT(largestDifference(z(), before), 1e-12);
    x = {1.3, 0, 2, 0, 1, -1, -1, 2, 0}; // L_act of x_1 += (.3, 0, 0)
    const auto h = NetworkOnGraph(spec, graph).activations(1, LayerValues::activations).values;
    double change = 0;
    double norm = 0;
    for (std::size_t i = 0; i < h.size(); ++i) {
        const double old = std::max(before[i], 0.0);
        change += (h[i] - old) * (h[i] - old);
        norm += old * old;
    }
    EXPECT_NEAR(change / norm, 0.00406453, 1e-8);
}

/// A cycle of 7 nodes with a chord, 12 features, and two layers of 3 and 2 units.
struct TwoLayers {
    GraphArchitecture architecture;
    std::optional<int> hops;
    Graph graph = randomFeatures(
        GraphStructure(7, {{0, 1}, {0, 6}, {1, 2}, {1, 5}, {2, 3}, {3, 4}, {4, 5}, {5, 6}}), 12);
    TemporaryFolder scratch = {};

    GraphNetworkSpec spec() const
    {
        using Arrays = std::map<std::string, FloatArray>;
        const auto named = [&](const std::string& module, std::int64_t in, std::int64_t out,
                               std::uint64_t seed) -> Arrays {
            const auto weight = randomArray({out, in}, seed);
            switch (architecture) {
            case GraphArchitecture::sage:
                return {{module + ".lin_l.weight", weight},
                        {module + ".lin_r.weight", randomArray({out, in}, seed + 10)}};
            case GraphArchitecture::gat:
                return {{module + ".lin.weight", weight},
                        {module + ".att_src", randomArray({1, 1, out}, seed + 20)},
                        {module + ".att_dst", randomArray({1, 1, out}, seed + 30)}};
            case GraphArchitecture::gin:
                return {{module + ".nn.0.weight", weight}};
            default:
                return {{module + ".lin.weight", weight}};
            }
        };
        auto arrays = named("conv1", 12, 3, 1);
        arrays.merge(named("conv2", 3, 2, 2));
        GraphNetworkSpec out{.architecture = architecture,
                             .activation = GraphActivation::elu,
                             .weights = scratch.path() / "w.safetensors",
                             .hops = hops};
        writeFileAtomically(out.weights,
                            encodeSafetensors({.metadata = {}, .arrays = std::move(arrays)}));
        return out;
    }
};

/// The singular values of dy / dx, row by row.
torch::Tensor singularValues(const torch::Tensor& y, const torch::Tensor& x)
{
    std::vector<torch::Tensor> rows;
    for (std::int64_t i = 0; i < y.numel(); ++i) {
        rows.push_back(torch::autograd::grad({y.flatten()[i]}, {x}, {}, true)[0].flatten());
    }
    return at::linalg_svdvals(torch::stack(rows));
}

// Features vary in the space that the first layer sees: the numbers are those of all features.
TEST(MetamerDimension, IsThatOfTheJacobianWithRespectToAllFeatures)
{
    constexpr double kEps = 2.220446049250313e-16;
    using enum GraphArchitecture;
    for (const auto& [architecture, hops] :
         {std::pair(gcn, std::optional<int>()), {sage, {}}, {gat, {}}, {gin, {}}, {sgc, 2}}) {
        const TwoLayers two{.architecture = architecture, .hops = hops};
        const NetworkOnGraph engine(two.spec(), two.graph);
        const auto x = featureTensor(two.graph.features).requires_grad_();
        for (int layer = 1; layer <= 2; ++layer) {
            const auto nodes = engine.dimensions(layer, LayerValues::activations,
                                                 [](const std::string&, double) {}, {});
            const auto [z, h] =
                layerValues(engine.network(), GraphMessages(two.graph.structure), x, layer);
            for (std::int64_t node = 0; node < 7; ++node) {
                const auto& found = nodes[static_cast<std::size_t>(node)];
                const auto field = fieldOf(two.graph.structure, {static_cast<int>(node)},
                                           depthOf(engine.network(), layer));
                const auto inputs = static_cast<std::int64_t>(field.size()) * 12;
                const auto direct = singularValues(h[node], x);
                const auto before = singularValues(z[node], x);
                const auto rank = direct.gt(found.tolerance).sum().item<std::int64_t>();
                EXPECT_EQ(found.rankField, rank) << node;
                EXPECT_EQ(found.field, inputs - rank);
                EXPECT_NEAR(found.tolerance /
                                (static_cast<double>(inputs) * kEps * direct.max().item<double>()),
                            1, 1e-10);
                EXPECT_EQ(found.logVolumeChange.has_value(), rank == h.size(1));
                if (found.logVolumeChange) {
                    EXPECT_NEAR(*found.logVolumeChange,
                                (before.log().sum() - direct.log().sum()).item<double>(), 1e-10);
                }
            }
            const auto whole = engine.graphDimension(layer, LayerValues::activations).value();
            const auto direct = singularValues(h, x);
            EXPECT_EQ(whole.rank, direct.gt(whole.tolerance).sum().item<std::int64_t>());
            EXPECT_EQ(whole.dimension, 7 * 12 - whole.rank);
            EXPECT_NEAR(whole.tolerance / (7 * 12 * kEps * direct.max().item<double>()), 1, 1e-10);
        }
    }
}

TEST(MetamerDimension, DoesNotDependOnTheNumberOfThreads)
{
    const OneLayer wide(GraphArchitecture::gcn, GraphActivation::tanh,
                        {{"c.lin.weight", randomArray({60, 80}, 1)}});
    Graph graph = randomFeatures(karateClub().structure, 80);
    const auto numbers = [&](int threads) {
        const int before = torch::get_num_threads();
        torch::set_num_threads(threads);
        std::vector<double> out;
        for (const auto& node : wide.dimensions(graph)) {
            out.push_back(node.logVolumeChange.value());
            out.push_back(node.tolerance);
        }
        torch::set_num_threads(before);
        return out;
    };
    EXPECT_EQ(numbers(1), numbers(2));
}

// The sum aggregator Z = A M, M = X W of rank r: n(n-1)/2 - min(n(n-1)/2, n r - r(r-1)/2) weights
// of edges are free (gnn.md 3). GIN adds (1 + eps) x, which does not depend on them.
TEST(StructureDimension, IsThatOfTheFormulaForSums)
{
    struct Case {
        int nodes;
        int rank;
        std::int64_t dimension;
    };
    for (const auto& [nodes, rank, dimension] :
         {Case{6, 1, 9}, Case{6, 2, 4}, Case{6, 4, 0}, Case{8, 3, 7}, Case{10, 4, 11}}) {
        RandomStream stream(1, "test");
        DenseFeatures x{.rows = nodes, .columns = rank, .values = {}};
        for (int i = 0; i < nodes * rank; ++i) {
            x.values.push_back(stream.normal());
        }
        FloatArray identity{.shape = {rank, rank}, .values = {}};
        for (int i = 0; i < rank * rank; ++i) {
            identity.values.push_back(i % (rank + 1) == 0 ? 1.0F : 0.0F);
        }
        std::vector<Edge> path;
        for (int node = 1; node < nodes; ++node) {
            path.push_back({node - 1, node});
        }
        const Graph graph{.structure = GraphStructure(nodes, path), .features = x};
        const OneLayer sum(GraphArchitecture::gin, GraphActivation::linear,
                           {{"conv1.nn.0.weight", identity}});
        EXPECT_EQ(sum.ofEdges(graph).dimension, dimension) << nodes << " " << rank;
    }
}

TEST_F(WorkedCase, MeasuredRanksAreThoseOfTheFormula)
{
    for (const auto activation :
         {GraphActivation::linear, GraphActivation::relu, GraphActivation::elu}) {
        for (const auto& node : dimensions(activation)) {
            EXPECT_EQ(node.rankField, node.formulaRank);
            EXPECT_GT(node.tolerance, 0);
        }
    }
    // A linear layer of the whole graph: 9 inputs less the product of the ranks of S (3) and W (2).
    const auto whole = layer(GraphActivation::elu).whole(graph_);
    EXPECT_EQ(whole.rankBefore, 6);
    EXPECT_NEAR(whole.logVolumeChange.value(), 0.908248, 1e-6); // -ln of the product of phi'
}

} // namespace
} // namespace mlab::stimuli
