// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "stimuli/graphs/builtin/bag_of_words.h"
#include "stimuli/graphs/builtin/contextual_sbm.h"
#include "stimuli/graphs/builtin/karate_club.h"
#include "stimuli/graphs/measures/consistency.h"
#include "stimuli/graphs/measures/graph_deviation.h"
#include "stimuli/graphs/measures/matched_control.h"
#include "stimuli/graphs/rewiring/null_graphs.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <atomic>
#include <numbers>
#include <stop_token>

namespace mlab::stimuli {
namespace {

Features rows(int columns, std::vector<double> values)
{
    return DenseFeatures{.rows = static_cast<int>(values.size()) / columns,
                         .columns = columns,
                         .values = std::move(values)};
}

std::optional<double> valueOf(const std::vector<DeviationMeasure>& measures,
                              const std::string& name, const std::string& statistic = "value")
{
    const auto found = std::ranges::find_if(measures, [&](const DeviationMeasure& one) {
        return one.measure == name && one.statistic == statistic;
    });
    return found == measures.end() ? std::nullopt : found->value;
}

TEST(Consistency, NodesWithoutActivationsMatchEachOtherOnly)
{
    const auto first = rows(2, {1, 0, 0, 0, 0, 0, 1, 0});
    const auto second = rows(2, {1, 1, 0, 0, 3, 0, -2, 0});
    EXPECT_THAT(
        nodeCosines(first, second),
        testing::ElementsAre(testing::DoubleNear(1 / std::numbers::sqrt2, 1e-15), 1, 0, -1));
    EXPECT_NEAR(meanNodeCosine(first, second), (1 / std::numbers::sqrt2) / 4, 1e-15);
    EXPECT_DOUBLE_EQ(meanNodeCosine(first, second, std::vector<int>{1, 2}), 0.5);
    EXPECT_THROW(meanNodeCosine(first, second, std::vector<int>{4}), InvalidArgument);
    EXPECT_THROW(nodeCosines(first, rows(1, {1, 2, 3, 4})), InvalidArgument);
}

// gnn.md 5: no message-passing network tells a hexagon from two triangles without features.
// Rounding had made one in six of these cosines larger than 1, and charts had left the metamer out.
TEST(Consistency, ACosineIsNeverAbove1)
{
    RandomStream random(1, "cosine");
    for (int i = 0; i < 100; ++i) {
        std::vector<double> values(8);
        std::ranges::generate(values, [&] { return random.uniform(); });
        const auto cosines = nodeCosines(rows(8, values), rows(8, values));
        EXPECT_LE(cosines.front(), 1.0);
        EXPECT_NEAR(cosines.front(), 1.0, 1e-12);
    }
}

TEST(Consistency, OfAHexagonAndTwoTriangles)
{
    // Cycle 1-5-6-4-2-3-1; triangles 123 and 456.
    Graph hexagon{.structure = GraphStructure(6, {{0, 4}, {4, 5}, {5, 3}, {3, 1}, {1, 2}, {2, 0}}),
                  .features = noFeatures(6)};
    Graph triangles{.structure =
                        GraphStructure(6, {{0, 1}, {1, 2}, {2, 0}, {3, 4}, {4, 5}, {5, 3}}),
                    .features = noFeatures(6)};
    const auto input = inputSimilarity(hexagon, triangles);
    EXPECT_EQ(input.features, 1);
    EXPECT_DOUBLE_EQ(input.structure, 0.5);
    EXPECT_DOUBLE_EQ(input.mean(), 0.75);
    EXPECT_DOUBLE_EQ(consistency(1, input.mean()), 0.75);
    const auto measures = structureMeasures(StructureComparison(hexagon), triangles);
    EXPECT_EQ(valueOf(measures, "edge_jaccard"), 0.5);
    EXPECT_EQ(valueOf(measures, "edit_distance"), 4);
    EXPECT_EQ(valueOf(measures, "wl_similarity"), 1);
    EXPECT_EQ(valueOf(measures, "triangles"), 2);
    EXPECT_EQ(valueOf(measures, "components"), 2);
    EXPECT_TRUE(featureMeasures(hexagon, triangles).empty());
}

TEST(Consistency, OfAGraphWithItselfIsOne)
{
    const auto words = bagOfWords({.nodes = 60, .words = 40, .density = .05});
    for (const auto& graph : {karateClub(), contextualSbm({.nodes = 50, .features = 3}), words}) {
        EXPECT_NEAR(inputSimilarity(graph, graph).mean(), 1, 1e-15);
        EXPECT_NEAR(consistency(1, inputSimilarity(graph, graph).mean()), 1, 1e-15);
        for (const auto& measure : structureMeasures(StructureComparison(graph), graph)) {
            if (measure.reference) {
                EXPECT_EQ(measure.value, measure.reference) << measure.measure;
            }
        }
    }
    const auto measures = featureMeasures(words, words);
    EXPECT_NEAR(valueOf(measures, "cosine", "mean").value(), 1, 1e-15);
    EXPECT_EQ(valueOf(measures, "jaccard", "q05"), 1);
    EXPECT_EQ(valueOf(measures, "relative_l2"), 0);
    EXPECT_EQ(valueOf(measures, "hamming", "q95"), 0);
    EXPECT_EQ(
        valueOf(structureMeasures(StructureComparison(words), words), "wl_similarity_features"), 1);
    // Two that agree are opposite; a negative match counts as none.
    EXPECT_EQ(consistency(-0.5, 0), 1);
    EXPECT_EQ(consistency(1, 0), 0);
}

TEST(Consistency, ClassesAreThoseOfTheLargestLogit)
{
    const DenseFeatures logits{.rows = 3, .columns = 2, .values = {0, 1, 2, -1, 5, 5}};
    const auto classes = predictedClasses(logits);
    EXPECT_EQ(classes, (std::vector<int>{1, 0, 0}));
    EXPECT_DOUBLE_EQ(agreement(classes, std::vector<int>{1, 1, 0}, std::vector<int>{0, 1}), 0.5);
    EXPECT_THROW(agreement(classes, std::vector<int>{1}, std::vector<int>{0}), InvalidArgument);
}

TEST(GraphNull, IsTheSameOnAnyNumberOfThreadsAndHoldsItsMean)
{
    const auto graph = contextualSbm({.nodes = 60, .features = 4});
    const auto permuted = [&](std::uint64_t index) {
        return withPermutedFeatures(graph, 3, index);
    };
    const auto one = featureNull(graph, permuted, {.count = 5, .threads = 1});
    const auto two = featureNull(graph, permuted, {.count = 5, .threads = 2});
    ASSERT_EQ(one.size(), two.size());
    ASSERT_EQ(one.size(), featureMeasures(graph, graph).size());
    for (std::size_t i = 0; i < one.size(); ++i) {
        ASSERT_TRUE(one[i] && two[i]);
        EXPECT_EQ(one[i]->mean, two[i]->mean);
        EXPECT_EQ(one[i]->interval, two[i]->interval);
        EXPECT_LE(one[i]->interval[0], one[i]->mean);
        EXPECT_GE(one[i]->interval[1], one[i]->mean);
    }
    EXPECT_FALSE(nullSummary({1.0, std::nullopt}));
    const auto summary = nullSummary({3.0, 1.0, 2.0}).value();
    EXPECT_DOUBLE_EQ(summary.mean, 2);
    EXPECT_DOUBLE_EQ(summary.interval[0], 1.05);
    EXPECT_DOUBLE_EQ(summary.interval[1], 2.95);
    // Random edges keep the degrees. libigraph is not made for threads: see callIgraph().
    const StructureComparison comparison(graph);
    const auto structure = structureNull(
        comparison, [&](std::uint64_t index) { return withRandomEdges(graph, 1, index); },
        {.count = 30, .threads = 4});
    EXPECT_EQ(structure[2]->mean, 0) << "degree_ks";
    EXPECT_LT(structure[0]->mean, 0.5) << "edge_jaccard";
}

TEST(GraphNull, EndsWhenItIsStopped)
{
    const auto graph = contextualSbm({.nodes = 60, .features = 4});
    std::stop_source stop;
    std::atomic<int> drawn = 0;
    const auto stopping = [&](std::uint64_t /*index*/) {
        ++drawn;
        stop.request_stop();
        return graph;
    };
    EXPECT_THROW(featureNull(graph, stopping, {.count = 40, .stop = stop.get_token()}), Cancelled);
    EXPECT_EQ(drawn, 1);
}

TEST(MatchedControl, IsAsFarFromTheReferenceAsItShallBe)
{
    const auto graph = contextualSbm({.nodes = 100, .features = 8});
    for (const double target : {0.9, 0.5}) {
        const auto control =
            inputSimilarity(graph, matchedControl(graph, {.features = target, .structure = 1}, 1));
        EXPECT_NEAR(control.features, target, 0.02);
        EXPECT_EQ(control.structure, 1);
        const auto rewired = matchedControl(graph, {.features = 1, .structure = target}, 1);
        EXPECT_NEAR(inputSimilarity(graph, rewired).structure, target, 0.02);
        EXPECT_EQ(rewired.features, graph.features);
        for (int node = 0; node < 100; ++node) {
            EXPECT_EQ(rewired.structure.degree(node), graph.structure.degree(node));
        }
    }
    EXPECT_EQ(matchedControl(graph, {}, 1), graph);
}

} // namespace
} // namespace mlab::stimuli
