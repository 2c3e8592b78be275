// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/graphs/builtin/bag_of_words.h"
#include "stimuli/graphs/builtin/karate_club.h"
#include "stimuli/graphs/measures/structure_deviation.h"
#include "stimuli/graphs/measures/wl_similarity.h"
#include "stimuli/graphs/rewiring/edge_swaps.h"
#include "stimuli/graphs/rewiring/null_graphs.h"
#include "stimuli/graphs/rewiring/structure_metamer.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>

namespace mlab::stimuli {
namespace {

// 1-5-6-4-2-3-1, from 0.
const std::vector<Edge> kSixCycle = {{0, 4}, {4, 5}, {5, 3}, {3, 1}, {1, 2}, {2, 0}};
const std::vector<Edge> kTwoTriangles = {{0, 1}, {1, 2}, {2, 0}, {3, 4}, {4, 5}, {5, 3}};

Graph plain(int nodes, std::vector<Edge> edges)
{
    return {.structure = GraphStructure(nodes, std::move(edges)), .features = noFeatures(nodes)};
}

std::vector<int> degreesOf(const GraphStructure& structure)
{
    std::vector<int> out;
    for (int node = 0; node < structure.nodes(); ++node) {
        out.push_back(structure.degree(node));
    }
    return out;
}

Colours stableOf(const Graph& graph)
{
    return stableColours(graph.structure, featureColours(graph.features));
}

/// The colours of every node and of its neighbours, sorted.
std::vector<std::vector<int>> seenBy(const GraphStructure& structure, const Colours& colours)
{
    std::vector<std::vector<int>> out;
    for (int node = 0; node < structure.nodes(); ++node) {
        std::vector<int> seen;
        for (const auto other : structure.neighbours(node)) {
            seen.push_back(colours[static_cast<std::size_t>(other)]);
        }
        std::ranges::sort(seen);
        out.push_back(seen);
    }
    return out;
}

TEST(ColourRefinement, SeparatesAPathByDistanceFromItsEnds)
{
    const auto path = plain(5, {{0, 1}, {1, 2}, {2, 3}, {3, 4}});
    EXPECT_EQ(stableOf(path), (Colours{0, 1, 2, 1, 0}));
    EXPECT_EQ(refinedColours(path.structure, Colours(5, 0)), (Colours{0, 1, 1, 1, 0}));
}

TEST(ColourRefinement, BeginsWithEqualRowsOfFeatures)
{
    EXPECT_EQ(featureColours(DenseFeatures{.rows = 3, .columns = 2, .values = {1, 2, 1, 3, 1, 2}}),
              (Colours{0, 1, 0}));
    EXPECT_EQ(featureColours(binaryFeatures(3, std::vector<std::vector<int>>{{2}, {}, {2}})),
              (Colours{0, 1, 0}));
    EXPECT_EQ(featureColours(noFeatures(2)), (Colours{0, 0}));
}

TEST(EdgeSwaps, KeepDegreesAndMakeNoLoopOrDoubleEdge)
{
    const auto club = karateClub();
    RandomStream stream(5, "test");
    const auto result = swapEdges(club.structure, Colours(34, 0), 500, 50'000, stream);
    EXPECT_EQ(result.swaps, 500); // GraphStructure itself refuses loops and double edges
    EXPECT_EQ(degreesOf(result.structure), degreesOf(club.structure));
    EXPECT_NE(result.structure, club.structure);
    EXPECT_GT(structureDeviation(club, withRandomEdges(club, 1, 0)).edges.editDistance, 40);
    EXPECT_EQ(withRandomEdges(club, 1, 0), withRandomEdges(club, 1, 0));
    EXPECT_NE(withRandomEdges(club, 1, 0), withRandomEdges(club, 1, 1));
}

TEST(EdgeSwaps, AGraphWithoutAnySwapIsLeftAsItIs)
{
    RandomStream stream(5, "test");
    const auto star = plain(5, {{0, 1}, {0, 2}, {0, 3}, {0, 4}});
    const auto result = swapEdges(star.structure, Colours(5, 0), 10, 1000, stream);
    EXPECT_EQ(result.swaps, 0);
    EXPECT_EQ(result.structure, star.structure);
    EXPECT_THROW(swapped(star.structure, {.a = 0, .b = 1, .c = 0, .d = 2}), InvalidArgument);
    EXPECT_THROW(swapped(star.structure, {.a = 1, .b = 2, .c = 0, .d = 3}), InvalidArgument);
}

// Swaps reach 31 graphs from the path of six nodes. Not all have as many possible swaps, so that a
// walk that ended after a number of swaps would favour some.
TEST(EdgeSwaps, TheWalkReachesEveryGraphOfTheDegreesEquallyOften)
{
    std::map<std::vector<Edge>, int> counts;
    const GraphStructure path(6, {{0, 1}, {1, 2}, {2, 3}, {3, 4}, {4, 5}});
    constexpr int kWalks = 6000;
    constexpr int kGraphs = 31;
    constexpr int kProposals = 60;
    for (int walk = 0; walk < kWalks; ++walk) {
        RandomStream stream(9, "paths", static_cast<std::uint64_t>(walk));
        const auto edges = swapEdges(path, Colours(6, 0), kProposals, kProposals, stream).structure;
        ++counts[{edges.edges().begin(), edges.edges().end()}];
    }
    EXPECT_EQ(counts.size(), kGraphs);
    constexpr double kExpected = static_cast<double>(kWalks) / kGraphs;
    double chiSquare = 0;
    for (const auto& [edges, count] : counts) {
        chiSquare += (count - kExpected) * (count - kExpected) / kExpected;
    }
    EXPECT_LT(chiSquare, 59.7); // 0.1 % of a chi square of 30 degrees of freedom
}

// gnn.md 5: a network cannot tell a hexagon from two triangles.
TEST(StructureMetamer, AHexagonAndTwoTrianglesAreOneSwapApart)
{
    const auto cycle = plain(6, kSixCycle);
    const auto triangles = plain(6, kTwoTriangles);
    const auto deviation = structureDeviation(cycle, triangles);
    EXPECT_DOUBLE_EQ(deviation.edges.jaccard, 0.5);
    EXPECT_EQ(deviation.edges.editDistance, 4);
    EXPECT_DOUBLE_EQ(deviation.wlSimilarity, 1);
    EXPECT_EQ(deviation.reference.triangles, 0);
    EXPECT_EQ(deviation.changed.triangles, 2);
    EXPECT_EQ(deviation.changed.components, 2);
    bool reached = false;
    for (const auto& one : cycle.structure.edges()) {
        for (const auto& other : cycle.structure.edges()) {
            for (const auto& [c, d] :
                 {std::pair(other.first, other.second), std::pair(other.second, other.first)}) {
                try {
                    reached =
                        reached || swapped(cycle.structure,
                                           {.a = one.first, .b = one.second, .c = c, .d = d}) ==
                                       triangles.structure;
                } catch (const InvalidArgument&) {
                    continue; // not every pair can be swapped
                }
            }
        }
    }
    EXPECT_TRUE(reached);
}

TEST(StructureMetamer, KeepsTheColoursThatEveryNodeSees)
{
    // Blocks without attributes: each of 60 nodes has 2 neighbours in its block and 1 in the other.
    std::vector<Edge> edges;
    for (int i = 0; i < 30; ++i) {
        edges.push_back({i, (i + 1) % 30});
        edges.push_back({30 + i, 30 + (i + 1) % 30});
        edges.push_back({i, 30 + i});
    }
    auto graph = plain(60, edges);
    DenseFeatures blocks{.rows = 60, .columns = 1, .values = std::vector<double>(60, 0)};
    std::fill(blocks.values.begin() + 30, blocks.values.end(), 1);
    graph.features = blocks;
    const auto colours = stableOf(graph);
    EXPECT_EQ(countOf(colours), 2);
    const auto metamer = exactStructureMetamer(graph, 1000, 7);
    ASSERT_TRUE(metamer.structure) << metamer.statement;
    EXPECT_EQ(metamer.swaps, 1000);
    EXPECT_EQ(seenBy(*metamer.structure, colours), seenBy(graph.structure, colours));
    auto changed = graph;
    changed.structure = *metamer.structure;
    const auto deviation = structureDeviation(graph, changed);
    EXPECT_LT(deviation.edges.jaccard, 0.2);
    EXPECT_DOUBLE_EQ(deviation.wlSimilarity, 1);
    EXPECT_EQ(*exactStructureMetamer(graph, 1000, 7).structure, *metamer.structure);
}

// The only second swap leads back.
TEST(StructureMetamer, IsNotTheReferenceItself)
{
    Graph graph;
    graph.structure = GraphStructure(4, {{0, 1}, {2, 3}});
    graph.features = DenseFeatures{.rows = 4, .columns = 1, .values = {0, 1, 0, 1}};
    const auto metamer = exactStructureMetamer(graph, 2, 1);
    ASSERT_TRUE(metamer.structure);
    EXPECT_NE(*metamer.structure, graph.structure);
    EXPECT_EQ(metamer.swaps, 1);
}

TEST(StructureMetamer, NoneExistsWhereColoursDetermineTheEdges)
{
    const auto star = exactStructureMetamer(plain(5, {{0, 1}, {0, 2}, {0, 3}, {0, 4}}), 10, 1);
    EXPECT_FALSE(star.structure);
    EXPECT_EQ(star.statement, "no other edges give the same activations in every message-passing "
                              "network: the 2 stable colours of the 5 nodes determine every edge");
    EXPECT_FALSE(exactStructureMetamer(plain(3, {{0, 1}, {1, 2}, {0, 2}}), 10, 1).structure);
    EXPECT_FALSE(exactStructureMetamer(plain(3, {}), 10, 1).structure);
    // Rows of features that all differ, as those of Cora nearly do.
    const auto words = exactStructureMetamer(bagOfWords({.nodes = 300, .density = .05}), 10, 1);
    EXPECT_FALSE(words.structure);
    EXPECT_EQ(words.colours, 300);
}

TEST(StructureMetamer, OneSwapIsFoundInADenseGraph)
{
    // Each of 40 nodes is connected to all but one.
    std::vector<Edge> edges;
    for (int a = 0; a < 40; ++a) {
        for (int b = a + 1; b < 40; ++b) {
            if (b != a + 20) {
                edges.push_back({a, b});
            }
        }
    }
    const auto metamer = exactStructureMetamer(plain(40, edges), 1, 1);
    ASSERT_TRUE(metamer.structure);
    EXPECT_EQ(metamer.swaps, 1);
    EXPECT_EQ(degreesOf(*metamer.structure), std::vector<int>(40, 38));
}

// Whether swapWithinColours() finds a swap agrees with a search for another graph of the same
// colours among all graphs of five nodes.
TEST(StructureMetamer, ExistsExactlyIfAnotherGraphHasTheSameColours)
{
    std::vector<Edge> pairs;
    for (int a = 0; a < 5; ++a) {
        for (int b = a + 1; b < 5; ++b) {
            pairs.push_back({a, b});
        }
    }
    std::map<std::vector<std::vector<int>>, int> sameColours; // colours, and those that nodes see
    std::vector<std::pair<std::vector<std::vector<int>>, bool>> graphs;
    for (unsigned bits = 0; bits < 1024; ++bits) {
        std::vector<Edge> edges;
        for (unsigned i = 0; i < 10; ++i) {
            if ((bits >> i & 1U) != 0) {
                edges.push_back(pairs[i]);
            }
        }
        const auto graph = plain(5, edges);
        const auto colours = stableOf(graph);
        auto key = seenBy(graph.structure, colours);
        key.push_back(colours);
        ++sameColours[key];
        graphs.emplace_back(key, swapWithinColours(graph.structure, colours).has_value());
    }
    int withSwap = 0;
    for (const auto& [key, swap] : graphs) {
        EXPECT_EQ(swap, sameColours[key] > 1);
        withSwap += swap ? 1 : 0;
    }
    EXPECT_GT(withSwap, 50);
    EXPECT_LT(withSwap, 1000);
}

TEST(NullGraphs, PermutedFeaturesKeepTheirRows)
{
    const auto graph = bagOfWords({.nodes = 60, .words = 50, .density = .1});
    const auto null = withPermutedFeatures(graph, 3, 0);
    EXPECT_EQ(null.structure, graph.structure);
    EXPECT_NE(null.features, graph.features);
    const auto rows = [](const Graph& of) {
        std::multiset<std::vector<int>> out;
        for (int node = 0; node < 60; ++node) {
            const auto row = std::get<BinaryFeatures>(of.features).row(node);
            out.insert({row.begin(), row.end()});
        }
        return out;
    };
    EXPECT_EQ(rows(null), rows(graph));
    EXPECT_NE(withPermutedFeatures(graph, 3, 1).features, null.features);
    auto real = graph;
    real.features = dense(graph.features);
    EXPECT_EQ(withPermutedFeatures(real, 3, 0).features, Features(dense(null.features)));
}

} // namespace
} // namespace mlab::stimuli
