// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/graphs/builtin/bag_of_words.h"
#include "stimuli/graphs/builtin/contextual_sbm.h"
#include "stimuli/graphs/builtin/karate_club.h"
#include "stimuli/graphs/measures/structure_statistics.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace mlab::stimuli {
namespace {

TEST(GraphStructure, NeighboursAreSortedAndEdgesUndirected)
{
    const GraphStructure structure(4, {{3, 1}, {0, 1}, {1, 2}});
    EXPECT_EQ(structure.edges().front(), (Edge{0, 1}));
    EXPECT_EQ(std::vector<int>(structure.neighbours(1).begin(), structure.neighbours(1).end()),
              (std::vector<int>{0, 2, 3}));
    EXPECT_TRUE(structure.connected(1, 3));
    EXPECT_TRUE(structure.connected(3, 1));
    EXPECT_FALSE(structure.connected(0, 2));
    EXPECT_EQ(GraphStructure(0, {}).nodes(), 0);
}

TEST(GraphStructure, RefusesWhatIsNoSimpleGraph)
{
    EXPECT_THROW(GraphStructure(3, {{0, 3}}), InvalidArgument);
    EXPECT_THROW(GraphStructure(3, {{-1, 2}}), InvalidArgument);
    EXPECT_THROW(GraphStructure(3, {{1, 1}}), InvalidArgument);
    EXPECT_THROW(GraphStructure(3, {{0, 1}, {1, 0}}), InvalidArgument);
    EXPECT_THROW(GraphStructure(kMostNodes + 1, {}), InvalidArgument);
}

TEST(Graph, IsWholeOnlyIfAllItsPartsFitItsNodes)
{
    Graph graph{.structure = GraphStructure(2, {{0, 1}}),
                .features = DenseFeatures{.rows = 2, .columns = 1, .values = {1, 2}},
                .labels = {0, kUnknownLabel},
                .classNames = {"a"},
                .splits = {Split::test, Split::none},
                .nodeNames = {"x", "y"}};
    EXPECT_NO_THROW(requireWhole(graph));
    const auto refused = [&](const auto& change) {
        auto changed = graph;
        change(changed);
        EXPECT_THROW(requireWhole(changed), InvalidArgument);
    };
    refused([](Graph& g) { g.labels[0] = 1; });
    refused([](Graph& g) { g.labels.pop_back(); });
    refused([](Graph& g) { g.splits.pop_back(); });
    refused([](Graph& g) { g.nodeNames = {"x", "x"}; });
    refused([](Graph& g) { g.nodeNames = {"x", "y\nz"}; });
    refused([](Graph& g) { g.features = noFeatures(3); });
    refused([](Graph& g) { std::get<DenseFeatures>(g.features).values[1] = 0.0 / 0.0; });
    refused([](Graph& g) {
        g.features = binaryFeatures(2, std::vector<std::vector<int>>{{0, 0}, {}});
    });
    refused([](Graph& g) {
        g.features = binaryFeatures(2, std::vector<std::vector<int>>{{2}, {}});
    });
}

// Zachary (1977), with the numbers of Girvan & Newman's copy.
TEST(BuiltinGraphs, TheKarateClubIsZacharys)
{
    const auto club = karateClub();
    EXPECT_NO_THROW(requireWhole(club));
    const std::vector<int> degrees = {16, 9, 10, 6, 3, 4, 4, 4, 5, 2, 3, 1, 2, 5, 2, 2,  2,
                                      2,  2, 3,  2, 2, 2, 5, 3, 3, 2, 4, 3, 4, 4, 6, 12, 17};
    ASSERT_EQ(club.structure.nodes(), 34);
    EXPECT_EQ(club.structure.edges().size(), 78U);
    for (int node = 0; node < 34; ++node) {
        EXPECT_EQ(club.structure.degree(node), degrees[static_cast<std::size_t>(node)]) << node;
    }
    EXPECT_EQ(structureStatistics(club.structure).triangles, 45);
    EXPECT_EQ(std::ranges::count(club.labels, 0), 17);
    EXPECT_NEAR(edgeHomophily(club).value(), .858974, 1e-6);
}

TEST(BuiltinGraphs, AContextualSbmHasTheDegreeAndHomophilyOfItsFormula)
{
    const ContextualSbm model{.nodes = 2000, .meanDegree = 8, .edgeSignal = 1.5, .seed = 3};
    const auto graph = contextualSbm(model);
    EXPECT_NO_THROW(requireWhole(graph));
    // The mean degree has an SD of 0.06, the homophily (1 + lambda / sqrt(c)) / 2 one of 0.005.
    EXPECT_NEAR(structureStatistics(graph.structure).meanDegree, 8, 0.3);
    EXPECT_NEAR(edgeHomophily(graph).value(), 0.765, 0.025);
    EXPECT_EQ(std::ranges::count(graph.labels, 1), 1000);
    EXPECT_EQ(graph, contextualSbm(model));
    auto other = model;
    other.seed = 4;
    EXPECT_NE(graph.structure, contextualSbm(other).structure);
}

TEST(BuiltinGraphs, TheFeaturesOfAContextualSbmPointAlongTheClass)
{
    const ContextualSbm model{.nodes = 400, .featureSignal = 100, .features = 50};
    const auto graph = contextualSbm(model);
    const auto& features = std::get<DenseFeatures>(graph.features);
    // |mean of class 1 - mean of class 0|^2 = 4 mu / n * |u|^2 + noise of 4 / n: about 50.
    double squares = 0;
    for (int column = 0; column < 50; ++column) {
        double difference = 0;
        for (int node = 0; node < 400; ++node) {
            const double sign = graph.labels[static_cast<std::size_t>(node)] == 1 ? 1 : -1;
            difference += sign * features.row(node)[static_cast<std::size_t>(column)] / 200;
        }
        squares += difference * difference;
    }
    EXPECT_GT(squares, 25);
    EXPECT_LT(squares, 90);
    EXPECT_TRUE(recoverable({.nodes = 400, .edgeSignal = 0.5, .featureSignal = 3, .features = 50}));
    EXPECT_FALSE(
        recoverable({.nodes = 400, .edgeSignal = 0.5, .featureSignal = 2, .features = 50}));
}

TEST(BuiltinGraphs, ABagOfWordsHasTheStatisticsOfCora)
{
    const auto graph = bagOfWords({});
    EXPECT_NO_THROW(requireWhole(graph));
    const auto& words = std::get<BinaryFeatures>(graph.features);
    EXPECT_EQ(graph.structure.nodes(), 2708);
    EXPECT_EQ(words.columns, 1433);
    EXPECT_NEAR(static_cast<double>(words.ones.size()) / (2708 * 1433.0), .0127, .0003);
    EXPECT_NEAR(structureStatistics(graph.structure).meanDegree, 3.9, 0.2);
    EXPECT_NEAR(edgeHomophily(graph).value(), .81, .03);
    std::vector<double> ones(2); // of the document's class, of others
    for (int node = 0; node < 2708; ++node) {
        for (const auto word : words.row(node)) {
            ones[word % 7 == graph.labels[static_cast<std::size_t>(node)] ? 0 : 1] += 1;
        }
    }
    EXPECT_NEAR(6 * ones[0] / ones[1], 4, 0.3);
}

TEST(BuiltinGraphs, RefuseWhatCannotBeDrawn)
{
    EXPECT_THROW(contextualSbm({.nodes = 1}), InvalidArgument);
    EXPECT_THROW(contextualSbm({.meanDegree = 4, .edgeSignal = 2.1}), InvalidArgument);
    EXPECT_THROW(contextualSbm({.nodes = 10, .meanDegree = 9, .edgeSignal = 2}), InvalidArgument);
    EXPECT_THROW(contextualSbm({.featureSignal = 0.0 / 0.0}), InvalidArgument);
    EXPECT_THROW(bagOfWords({.nodes = 10}), InvalidArgument);
    EXPECT_THROW(bagOfWords({.homophily = 1.1}), InvalidArgument);
    EXPECT_THROW(bagOfWords({.density = .9, .boost = 10}), InvalidArgument);
    EXPECT_THROW(bagOfWords({.nodes = 14, .meanDegree = 10}), InvalidArgument);
}

} // namespace
} // namespace mlab::stimuli
