// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "stimuli/graphs/builtin/karate_club.h"
#include "stimuli/graphs/sources/source_graph.h"
#include "tests/temporary_folder.h"

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

// x / sum x of each row; a row of zeros stays.
TEST(SourceGraph, FeaturesAreDividedByTheirSumsIfAskedFor)
{
    TemporaryFolder scratch;
    writeFileAtomically(scratch.path() / "e.csv", "0,1\n1,2\n");
    const auto source = [&](const std::string& features) {
        writeFileAtomically(scratch.path() / "x.csv", features);
        return GraphSource{.from = GraphFiles{.graph = scratch.path() / "e.csv",
                                              .features = scratch.path() / "x.csv"},
                           .normaliseFeatures = true};
    };
    const auto read = sourceGraph(source("1,3,4\n0,0,0\n0,0.5,0\n"));
    EXPECT_THAT(std::get<DenseFeatures>(read.graph.features).values,
                testing::ElementsAre(0.125, 0.375, 0.5, 0, 0, 0, 0, 1, 0));
    EXPECT_THAT(read.notes, testing::Contains(testing::HasSubstr("1 of 3 nodes are all 0")));
    EXPECT_THAT(sourceRefusal(source("1,0\n2,-0.5\n1,1\n")),
                testing::HasSubstr("the features of node 1 cannot be divided by their sum: one is "
                                   "-0.5, below 0"));
    EXPECT_THAT(sourceRefusal(source("1,0\n1.7e308,1.7e308\n1,1\n")),
                testing::HasSubstr("too large"));
    EXPECT_THAT(sourceRefusal({.from = KarateClub{}, .normaliseFeatures = true}),
                testing::HasSubstr("no features that could be divided"));
}

TEST(SourceGraph, SaysWhatCannotBe)
{
    EXPECT_THAT(sourceRefusal(karateSource(18)), testing::HasSubstr("has 17"));
    EXPECT_EQ(sourceRefusal(karateSource(13)),
              "the split leaves no labelled node to test with: 34 nodes have labels, and it takes "
              "13 of each of 2 classes for training (\"train_per_class\") and 8 for validation "
              "(\"validation\"); ask for fewer");
    EXPECT_THAT(sourceRefusal({.from = ContextualSbm{}, .identityFeatures = true}),
                testing::HasSubstr("100 features"));
    EXPECT_THAT(sourceRefusal({.from = ContextualSbm{.meanDegree = 1}}),
                testing::HasSubstr("mean degree"));
}

} // namespace
} // namespace mlab::stimuli
