// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/graphs/builtin/karate_club.h"
#include "stimuli/graphs/sources/source_graph.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace mlab::stimuli {
namespace {

GraphSource karateSource(int trainPerClass)
{
    return {.from = KarateClub{},
            .identityFeatures = true,
            .split = GraphSplitSpec{.trainPerClass = trainPerClass, .validation = 8, .seed = 1}};
}

std::string sourceRefusal(const GraphSource& source)
{
    try {
        sourceGraph(source);
    } catch (const InvalidArgument& problem) {
        return problem.what();
    }
    return "accepted";
}

TEST(SourceGraph, HasFeaturesAndASplitIfAskedFor)
{
    const auto graph = sourceGraph(karateSource(4)).graph;
    requireWhole(graph);
    EXPECT_EQ(graph.structure, karateClub().structure);
    EXPECT_EQ(columnsOf(graph.features), 34);
    EXPECT_EQ(dense(graph.features).row(5)[5], 1);
    EXPECT_EQ(std::ranges::count(graph.splits, Split::validation), 8);
    EXPECT_EQ(std::ranges::count(graph.splits, Split::test), 34 - 8 - 8);
    int first = 0;
    for (std::size_t node = 0; node < graph.splits.size(); ++node) {
        first += graph.splits[node] == Split::training && graph.labels[node] == 0 ? 1 : 0;
    }
    EXPECT_EQ(first, 4);
    EXPECT_EQ(sourceGraph(karateSource(4)).graph, graph);
    auto other = karateSource(4);
    other.split->seed = 2;
    EXPECT_NE(sourceGraph(other).graph.splits, graph.splits);
}

TEST(SourceGraph, SaysWhatCannotBe)
{
    EXPECT_THAT(sourceRefusal(karateSource(18)), testing::HasSubstr("has 17"));
    EXPECT_THAT(sourceRefusal(karateSource(13)), testing::HasSubstr("no labelled node to test"));
    EXPECT_THAT(sourceRefusal({.from = ContextualSbm{}, .identityFeatures = true}),
                testing::HasSubstr("100 features"));
    EXPECT_THAT(sourceRefusal({.from = ContextualSbm{.meanDegree = 1}}),
                testing::HasSubstr("mean degree"));
}

} // namespace
} // namespace mlab::stimuli
