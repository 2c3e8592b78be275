// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "experiments/session/reach.h"
#include "tests/experiments/session/session_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <map>

namespace mlab::experiments {
namespace {

using test::designOf;
using test::references;
using testing::DoubleNear;
using testing::ElementsAre;
using testing::HasSubstr;

/// Makes probes of references that can be moved just so far, whatever the component. What is asked
/// beyond it ends somewhat short of it, as a solver does.
class Maker {
public:
    explicit Maker(std::map<std::string, double> reach) : reach_(std::move(reach)) {}

    Probe operator()(const ProbeRequest& request)
    {
        ++made;
        const double most = reach_.at(request.references.front());
        if (std::isnan(most)) {
            throw NumericError("flat");
        }
        Probe probe;
        probe.converged = request.level <= most;
        probe.levelAchieved = probe.converged ? request.level : 0.97 * most;
        return probe;
    }

    int made = 0;

private:
    std::map<std::string, double> reach_;
};

Design oneMove()
{
    auto design = designOf({"band"});
    design.dimensions.resize(1);
    return design;
}

Reach reachOf(const Design& design, const std::map<std::string, double>& reach)
{
    std::vector<std::string> ids;
    for (const auto& [id, level] : reach) {
        ids.push_back(id);
    }
    return measureReach(design, ids, Maker(reach), {}).front();
}

TEST(Reach, IsALevelThatWasShownAndLittleBelowTheHighest)
{
    auto design = oneMove();
    design.referencesPerTrial = 1;
    EXPECT_THAT(reachOf(design, {{"a", 100.0}, {"b", 1.0}, {"c", 0.0}, {"d", std::nan("")}}).levels,
                ElementsAre(0.0, 0.0, testing::AllOf(testing::Le(1.0), testing::Ge(0.85)),
                            3.0)); // StaircaseSpec's highest level
}

// To find out that a reference cannot be moved takes longest.
TEST(Reach, ReferencesThatNoTrialNeedsAreNotMeasuredToTheEnd)
{
    auto design = oneMove();
    design.referencesPerTrial = 3; // of four, so that two may fail
    Maker maker({{"a", 100.0}, {"b", 2.0}, {"c", 0.0}, {"d", 0.0}});
    const auto reach = measureReach(design, {"a", "b", "c", "d"}, std::ref(maker), {}).front();
    EXPECT_EQ(reach.shorter, 2U);
    EXPECT_EQ(reach.measured(), 4U);
    EXPECT_THAT(reach.levels, ElementsAre(testing::AllOf(testing::Le(2.0), testing::Ge(1.7)), 3.0));
    EXPECT_EQ(highestLevels(design, {reach}, 4).front(), reach.levels.front());
    EXPECT_EQ(maker.made, 5) << "each once, and b again";
}

RC_GTEST_PROP(Reach, IsWhatMeasuringEveryReferenceToTheEndGives, ())
{
    auto design = oneMove();
    design.referencesPerTrial = *rc::gen::inRange(1, 5);
    std::map<std::string, double> limits;
    const auto count = *rc::gen::inRange(1, 7);
    for (int i = 0; i < count; ++i) {
        limits["reference" + std::to_string(i)] = *rc::gen::inRange(0, 400) / 100.0;
    }
    const auto all = references(count);
    const auto some = measureReach(design, all, Maker(limits), {}).front();
    // Each alone, of which none may fail.
    Reach whole = some;
    whole.shorter = 0;
    whole.levels.clear();
    const auto measured = std::min<std::size_t>(all.size(), kMeasuredReferences);
    for (std::size_t i = 0; i < measured; ++i) {
        const auto& id = all[i * all.size() / measured];
        whole.levels.push_back(reachOf(design, {{id, limits.at(id)}}).levels.front());
    }
    std::ranges::sort(whole.levels);
    RC_ASSERT(highestLevels(design, {some}, all.size()) ==
              highestLevels(design, {whole}, all.size()));
}

// A model that gives no numbers, and not references that cannot be moved.
TEST(Reach, AModelThatFailsForEveryReferenceIsAnErrorThatSaysWhy)
{
    try {
        reachOf(oneMove(), {{"a", std::nan("")}, {"b", std::nan("")}});
        FAIL() << "no error";
    } catch (const NumericError& problem) {
        EXPECT_THAT(problem.what(), testing::HasSubstr("flat"));
    }
}

TEST(Reach, EachMoveIsMeasuredOnceWhateverTheEccentricities)
{
    const auto design = test::mameDesign();
    Maker maker({{"reference0", 100.0}, {"reference1", 100.0}});
    const auto moves = measureReach(design, references(2), std::ref(maker), {});
    EXPECT_EQ(moves.size(), 18U);
    EXPECT_EQ(maker.made, 18) << "the other reference may fail";
    EXPECT_EQ(highestLevels(design, moves, 2), std::vector<double>(54, 3.0));
}

TEST(Reach, OfManyReferencesFourSpreadOverTheListAreMeasured)
{
    std::vector<std::string> asked;
    measureReach(oneMove(), references(12),
                 [&](const ProbeRequest& request) {
                     asked.push_back(request.references.front());
                     Probe probe;
                     probe.converged = asked.size() > 1;
                     return probe;
                 },
                 {});
    EXPECT_THAT(asked, ElementsAre("reference0", "reference3", "reference6", "reference9"));
}

// A session that measures up to 1 SD and practises at 2 asks for both.
TEST(Reach, IsMeasuredUpToThePracticeLevel)
{
    auto design = oneMove();
    design.dimensions[0].procedure = StaircaseSpec{.startLevel = 0.5, .maxLevel = 1.0};
    EXPECT_THAT(reachOf(design, {{"a", 100.0}}).levels, ElementsAre(1.0));
    design.practice = {.trials = 4, .level = 2.0};
    EXPECT_THAT(reachOf(design, {{"a", 100.0}}).levels, ElementsAre(2.0));
}

TEST(Reach, ATrialFailsOnlyIfAllTheReferencesItTriesDo)
{
    auto design = oneMove();
    const auto sure = [&](std::vector<double> levels, int tried, std::size_t all) {
        design.referencesPerTrial = tried;
        return highestLevels(
                   design,
                   {{.moved = {.layer = "band"}, .asked = 3.0, .levels = std::move(levels)}}, all)
            .front();
    };
    // All four were measured, and three different ones are tried: two that fail do no harm.
    EXPECT_EQ(sure({0.1, 0.2, 0.3, 3.0}, 3, 4), 0.3);
    // All three that are tried may be among the three that fail: 1 of 4 trials.
    EXPECT_EQ(sure({0.1, 0.1, 0.1, 3.0}, 3, 4), 0.1);
    // Of many references a quarter fails: (1/4)^3 = 1.6 %, but (1/2)^3 = 12.5 %.
    EXPECT_EQ(sure({0.1, 0.2, 0.3, 3.0}, 3, 100), 0.2);
    EXPECT_EQ(sure({0.1, 0.2, 0.3, 3.0}, 1, 100), 0.1);
    EXPECT_EQ(sure({0.4}, 5, 1), 0.4);
}

TEST(Reach, ADimensionThatCannotShowItsLowestLevelIsNamed)
{
    const auto design = oneMove();
    const double lowest = levelRange(design.dimensions[0].procedure).lowest;
    EXPECT_THAT(unmeasurable(design, {lowest / 2}),
                ElementsAre(testing::AllOf(HasSubstr("band/1/plus/8"), HasSubstr("lowest level"))));
    EXPECT_THAT(unmeasurable(design, {0.0}), ElementsAre(HasSubstr("any change")));
    EXPECT_TRUE(unmeasurable(design, {lowest}).empty());
}

TEST(Reach, TheTableWarnsOfMovesThatFallShort)
{
    auto design = oneMove();
    const auto table = [&](double highest) {
        return describe(design, {{.moved = {.layer = "band"}, .asked = 3.0, .levels = {highest}}},
                        1);
    };
    EXPECT_THAT(table(1.25), testing::AllOf(HasSubstr("band/1/plus"), HasSubstr("1.25"),
                                            HasSubstr("Warning: 1 of 1 moves")));
    EXPECT_THAT(table(3.0), testing::Not(HasSubstr("Warning")));
}

TEST(Reach, CanBeStopped)
{
    std::stop_source stop;
    stop.request_stop();
    EXPECT_THROW(measureReach(oneMove(), references(1), Maker({}), {}, stop.get_token()),
                 Cancelled);
}

// No trial asks for what cannot be shown, in practice or later, whatever the procedure and the
// answers; nor does what is made ahead.
RC_GTEST_PROP(SessionReach, NoTrialAsksForMoreThanItsDimensionCanShow, ())
{
    auto design = test::mameDesign();
    design.dimensions.resize(6);
    design.practice = {.trials = 7, .level = 2.0};
    const auto limits = *rc::gen::container<std::vector<int>>(6, rc::gen::inRange(10, 300));
    const ProcedureSpec procedure = *rc::gen::element<ProcedureSpec>(
        StaircaseSpec{}, QuestSpec{.stop = {.trials = 15}},
        GridProcedureSpec{.grid = recommendedGrid(0.05, 3.0, 6.0), .stop = {.trials = 15}},
        HierarchicalSpec{.grid = recommendedGrid(0.05, 3.0, 6.0), .stop = {.trials = 15}});
    std::map<std::string, double> highest;
    for (std::size_t d = 0; d < 6; ++d) {
        design.dimensions[d].procedure = procedure;
        design.highestLevels.push_back(limits[d] / 100.0);
        highest[design.dimensions[d].dimension.id()] = limits[d] / 100.0;
    }
    auto session = test::sessionOf(design, *rc::gen::arbitrary<std::uint64_t>());
    bool practised = false;
    for (int trial = 0; trial < 60; ++trial) {
        const auto plan = session.next();
        if (!plan) {
            break;
        }
        practised = practised || plan->practice;
        RC_ASSERT(plan->request.level <= highest.at(plan->dimension.id()) * (1 + 1e-9));
        const auto record = test::recordOf(*plan, *rc::gen::arbitrary<bool>());
        for (const auto& ahead : session.lookAhead(3)) {
            double most = 0.0;
            for (const auto& [dimension, spec] : design.dimensions) {
                if (dimension.layer == ahead.layer && dimension.component == ahead.component &&
                    dimension.direction == ahead.direction) {
                    most = std::max(most, highest.at(dimension.id()));
                }
            }
            RC_ASSERT(ahead.level <= most * (1 + 1e-9));
        }
        session.apply(record);
    }
    RC_ASSERT(practised);
}

} // namespace
} // namespace mlab::experiments
