// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/stimulus/graph_drawing_spec.h"
#include "experiments/session/reach.h"
#include "experiments/session/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace mlab::experiments {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

const std::vector<std::string> kDrawings = {"karate/1", "karate/2", "sbm/1", "sbm/2"};

std::shared_ptr<Design> ofGraphs()
{
    auto design = std::make_shared<Design>();
    design->task = Task::sameDifferent;
    design->referencesPerTrial = 1;
    design->practice = {.trials = 4, .level = 16.4};
    for (const auto* graph : {"karate", "sbm"}) {
        StaircaseSpec staircase;
        staircase.startLevel = 7.7;
        staircase.minLevel = 1;
        staircase.maxLevel = 32;
        design->dimensions.push_back(
            {.dimension = {.layer = graph, .component = 0, .rewiring = RewiringKind::degrees},
             .procedure = staircase});
    }
    return design;
}

TEST(RewiringSession, EachTrialShowsAnotherRewiringOfAWholeNumberOfSwapsOfItsOwnGraph)
{
    Session session(ofGraphs(), 5, kDrawings);
    std::set<std::uint64_t> seeds;
    std::set<std::string> drawings;
    std::set<ProbeRequest> announced;
    for (int trial = 0; trial < 20; ++trial) {
        const auto plan = session.next();
        ASSERT_TRUE(plan);
        const auto& request = plan->request;
        EXPECT_EQ(request.level, std::round(request.level));
        EXPECT_GE(request.level, 1);
        ASSERT_EQ(request.references.size(), 1U);
        EXPECT_EQ(graphOfDrawing(request.references.front()), plan->dimension.layer);
        EXPECT_TRUE(trial == 0 || announced.contains(request)) << trial;
        seeds.insert(request.seed);
        drawings.insert(request.references.front());
        for (const auto& next : session.lookAhead(3)) {
            announced.insert(next);
        }
        session.applyAnswer(request.level, trial % 3 != 0);
    }
    EXPECT_EQ(seeds.size(), 20U);
    EXPECT_EQ(drawings.size(), 4U);
}

TEST(RewiringSession, TheSeedOfATrialFollowsFromTheSessionTheDimensionAndItsNumber)
{
    const auto design = ofGraphs();
    const SessionRandomization random(design, 5, kDrawings);
    EXPECT_EQ(random.request(1, 3, 8).seed, rewiringSeed(5, design->dimensions[1].dimension, 3));
    EXPECT_NE(random.request(1, 3, 8).seed, random.request(0, 3, 8).seed);
    EXPECT_NE(random.request(1, 3, 8).seed, random.withSeed(6).request(1, 3, 8).seed);
}

TEST(RewiringSession, TheReachIsTheNumberOfSwapsThatARewiringHas)
{
    const auto design = ofGraphs();
    const auto make = [](const ProbeRequest& request) {
        const double most = request.layer == "karate" ? 29 + static_cast<double>(request.seed) : 0;
        Probe probe;
        probe.levelAchieved = std::min(most, request.level);
        probe.converged = probe.levelAchieved == request.level;
        return probe;
    };
    const auto reach = measureReach(*design, kDrawings, make, {});
    ASSERT_EQ(reach.size(), 2U);
    EXPECT_THAT(reach[0].levels, ElementsAre(29, 30)); // of its own two drawings
    const auto levels = highestLevels(*design, reach, kDrawings.size());
    EXPECT_THAT(levels, ElementsAre(29, 0));
    EXPECT_THAT(unmeasurable(*design, levels),
                ElementsAre(testing::AllOf(HasSubstr("sbm/degrees/plus/0 cannot be measured"),
                                           HasSubstr("use another graph"))));
    const auto text = describe(*design, reach, kDrawings.size());
    EXPECT_THAT(text, HasSubstr("How many swaps can be made, measured with 2 rewirings"));
    EXPECT_THAT(text, HasSubstr("karate/degrees/plus      32      30      30      29"));
}

} // namespace
} // namespace mlab::experiments
