// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/sha256.h"
#include "stimuli/graphs/builtin/karate_club.h"
#include "stimuli/graphs/probes/rewiring_maker.h"
#include "stimuli/store/cache_folder.h"
#include "stimuli/store/probe_cache.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

namespace mlab::stimuli {
namespace {

using testing::ElementsAre;

/// A ring of `nodes` nodes: all have one stable colour.
Graph ring(int nodes)
{
    std::vector<Edge> edges;
    for (int node = 0; node < nodes; ++node) {
        edges.push_back({.first = node, .second = (node + 1) % nodes});
    }
    Graph graph;
    graph.structure = {nodes, edges};
    graph.features = noFeatures(nodes);
    return graph;
}

class RewiringMakerTest : public testing::Test {
protected:
    RewiringMaker maker(int layouts = 2) const
    {
        return RewiringMaker({.graphs = {{.name = "karate", .graph = karateClub()},
                                         {.name = "ring", .graph = ring(12)},
                                         {.name = "triangle", .graph = ring(3)}},
                              .drawing = {.layouts = layouts},
                              .sizePx = 192,
                              .cacheFolder = folder_.path()});
    }

    static ProbeRequest wanted(const std::string& reference, RewiringKind kind, int swaps,
                               std::uint64_t seed)
    {
        return {.layer = reference.substr(0, reference.find('/')),
                .component = 0,
                .level = static_cast<double>(swaps),
                .references = {reference},
                .rewiring = kind,
                .seed = seed};
    }

    TemporaryFolder folder_;
};

TEST_F(RewiringMakerTest, EachLayoutIsAReference)
{
    const auto made = maker();
    std::vector<std::string> ids;
    std::set<std::string> pictures;
    for (const auto& reference : made.info().references) {
        ids.push_back(reference.id);
        pictures.insert(reference.sha256);
    }
    EXPECT_THAT(
        ids, ElementsAre("karate/1", "karate/2", "ring/1", "ring/2", "triangle/1", "triangle/2"));
    EXPECT_GE(pictures.size(), 5U);
    EXPECT_NE(made.info().basisSha256, "");
}

TEST_F(RewiringMakerTest, AProbeIsAFunctionOfItsRequest)
{
    auto one = maker();
    auto other = maker();
    const auto request = wanted("karate/2", RewiringKind::degrees, 5, 7);
    const auto probe = one.make(request, {});
    EXPECT_EQ(probe.referenceId, "karate/2");
    EXPECT_EQ(probe.referenceSha256, one.references()[1].sha256);
    EXPECT_NE(probe.probeSha256, probe.referenceSha256);
    EXPECT_EQ(probe.levelAchieved, 5);
    EXPECT_TRUE(probe.converged);
    EXPECT_EQ(other.make(request, {}).probeSha256, probe.probeSha256);
    std::set<std::string> pictures;
    for (std::uint64_t seed = 0; seed < 10; ++seed) {
        pictures.insert(
            one.make(wanted("karate/2", RewiringKind::degrees, 5, seed), {}).probeSha256);
    }
    EXPECT_EQ(pictures.size(), 10U);
}

TEST_F(RewiringMakerTest, MoreSwapsThanThereAreAreTold)
{
    auto made = maker(1);
    const auto probe = made.make(wanted("ring/1", RewiringKind::colours, 50, 1), {});
    EXPECT_FALSE(probe.converged);
    EXPECT_GE(probe.levelAchieved, 2);
    EXPECT_LE(probe.levelAchieved, 6);
    EXPECT_EQ(probe.residualMax, 50 - probe.levelAchieved);
    EXPECT_THROW(made.make(wanted("triangle/1", RewiringKind::colours, 1, 1), {}), NumericError);
    EXPECT_THROW(made.make(wanted("triangle/1", RewiringKind::degrees, 1, 1), {}), NumericError);
}

TEST_F(RewiringMakerTest, TheReportFindsProbesByTheirPixels)
{
    auto made = maker(1);
    const auto probe = made.make(wanted("karate/1", RewiringKind::degrees, 3, 1), {});
    ProbeCache cache(probeFolder(folder_.path()), [](const std::string& text) { FAIL() << text; });
    const auto found = cache.findByContent({probe.probeSha256});
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(sha256Of(cache.stimulusOf(found.begin()->second).value()), probe.probeSha256);
}

TEST_F(RewiringMakerTest, AGraphThatCannotBeDrawnIsNamed)
{
    const auto tooLarge = [&] {
        return RewiringMaker({.graphs = {{.name = "large", .graph = ring(2000)}},
                              .drawing = {},
                              .sizePx = 224,
                              .cacheFolder = folder_.path()});
    };
    EXPECT_THROW(
        try { tooLarge(); } catch (const InvalidArgument& problem) {
            EXPECT_THAT(problem.what(), testing::HasSubstr("graph large: "));
            throw;
        },
        InvalidArgument);
}

} // namespace
} // namespace mlab::stimuli
