// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "experiments/session/session.h"
#include "tests/experiments/session/session_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <set>

namespace mlab::experiments {
namespace {

using namespace test; // NOLINT: the helpers of these tests
using testing::HasSubstr;

/// Right in 80 % of the trials, by a stream of its own.
auto mostlyRight(std::uint64_t seed)
{
    return [seed](const TrialPlan& plan) {
        return RandomStream(seed, "answers", static_cast<std::uint64_t>(plan.trialIndex))
                   .uniform() < 0.8;
    };
}

std::vector<TrialPlan> plansOf(Session session, const std::vector<TrialRecord>& records)
{
    std::vector<TrialPlan> plans;
    for (const auto& record : records) {
        plans.push_back(session.next().value());
        session.apply(record);
    }
    return plans;
}

std::map<std::string, std::vector<TrialPlan>> byDimension(const std::vector<TrialPlan>& plans)
{
    std::map<std::string, std::vector<TrialPlan>> out;
    for (const auto& plan : plans) {
        if (!plan.practice) {
            out[plan.dimension.id()].push_back(plan);
        }
    }
    return out;
}

TEST(Session, SameInputsGiveTheSamePlans)
{
    Session one = sessionOf(mameDesign(), 5);
    Session two = sessionOf(mameDesign(), 5);
    const auto records = runToEnd(one, mostlyRight(1));
    EXPECT_EQ(plansOf(sessionOf(mameDesign(), 5), records),
              plansOf(sessionOf(mameDesign(), 5), runToEnd(two, mostlyRight(1))));
    EXPECT_GT(records.size(), 54U * 6U);
}

TEST(Session, AnotherSeedGivesOtherOrders)
{
    const auto a = sessionOf(mameDesign(), 5).next().value();
    bool differs = false;
    for (std::uint64_t seed = 6; seed < 9; ++seed) {
        differs = differs || sessionOf(mameDesign(), seed).next() != a;
    }
    EXPECT_TRUE(differs);
}

TEST(Session, CopiesAreIndependent)
{
    Session session = sessionOf(mameDesign());
    const Session before = session;
    const auto plan = before.next();
    runToEnd(session, mostlyRight(1));
    EXPECT_EQ(before.next(), plan);
    EXPECT_EQ(before.trialsDone(), 0);
}

TEST(Session, PracticeComesFirstAndTeachesTheStaircasesNothing)
{
    auto design = designOf({"band", "texture", "pool"});
    design.practice = {.trials = 14, .level = 2.5, .feedback = true};
    Session session = sessionOf(design);
    std::map<std::string, int> shown;
    for (int trial = 0; trial < 14; ++trial) {
        const auto plan = session.next().value();
        EXPECT_TRUE(plan.practice);
        EXPECT_EQ(plan.blockIndex, -1);
        EXPECT_EQ(plan.trialIndex, trial);
        EXPECT_EQ(plan.request.level, 2.5);
        EXPECT_EQ(plan.procedure, "practice");
        ++shown[plan.dimension.id()];
        session.apply(recordOf(plan, trial % 3 == 0));
    }
    EXPECT_EQ(shown.size(), 6U) << "each dimension before any repeats";
    for (const auto& status : session.dimensions()) {
        EXPECT_EQ(status.trials, 0);
        EXPECT_EQ(status.nextLevel, StaircaseSpec{}.startLevel);
    }
    const auto plan = session.next().value();
    EXPECT_FALSE(plan.practice);
    EXPECT_EQ(plan.trialIndex, 14);
    EXPECT_EQ(plan.blockIndex, 0);
    EXPECT_EQ(plan.procedure, "staircase-2down-1up");
}

TEST(Session, PracticeDoesNotShiftTheMainTrials)
{
    auto design = designOf({"band", "texture"});
    Session without = sessionOf(design);
    design.practice.trials = 5;
    Session with = sessionOf(design);
    for (int trial = 0; trial < 5; ++trial) {
        with.applyAnswer(true);
    }
    for (int trial = 0; trial < 40; ++trial) {
        const auto a = without.next().value();
        const auto b = with.next().value();
        EXPECT_EQ(a.dimension, b.dimension);
        EXPECT_EQ(a.request, b.request);
        EXPECT_EQ(a.intervals, b.intervals);
        without.applyAnswer(trial % 5 != 0);
        with.applyAnswer(trial % 5 != 0);
    }
}

TEST(Session, EveryBlockShowsEachUnfinishedDimensionOnce)
{
    Session session = sessionOf(mameDesign(), 3);
    std::set<std::string> expected;
    std::set<std::string> shown;
    int block = -1;
    int shrunk = 0;
    for (auto plan = session.next(); plan; plan = session.next()) {
        if (plan->blockIndex != block) {
            EXPECT_EQ(plan->blockIndex, block + 1);
            EXPECT_EQ(shown, expected) << "block " << block;
            block = plan->blockIndex;
            shown.clear();
            const auto before = expected.size();
            expected.clear();
            for (const auto& status : session.dimensions()) {
                if (!status.finished) {
                    expected.insert(status.dimension.id());
                }
            }
            shrunk += expected.size() < before ? 1 : 0;
        }
        EXPECT_TRUE(shown.insert(plan->dimension.id()).second) << "twice in block " << block;
        session.apply(recordOf(*plan, mostlyRight(2)(*plan)));
    }
    EXPECT_EQ(shown, expected);
    EXPECT_GT(shrunk, 3) << "dimensions finish in different blocks";
    for (const auto& status : session.dimensions()) {
        EXPECT_TRUE(status.finished);
        EXPECT_EQ(status.reversals, 6);
        EXPECT_TRUE(status.threshold.has_value());
    }
}

TEST(Session, BlocksAreInDifferentOrders)
{
    Session session = sessionOf(designOf({"a", "b", "c"}));
    std::set<std::vector<std::string>> orders;
    for (int block = 0; block < 5; ++block) {
        std::vector<std::string> order;
        for (int i = 0; i < 6; ++i) {
            order.push_back(session.next()->dimension.id());
            session.applyAnswer(true);
        }
        orders.insert(order);
    }
    EXPECT_GE(orders.size(), 4U);
}

TEST(Session, EveryDimensionIsFirstInABlockEquallyOften)
{
    std::map<std::string, int> first;
    for (std::uint64_t seed = 0; seed < 6000; ++seed) {
        ++first[sessionOf(designOf({"a", "b", "c"}), seed).next()->dimension.id()];
    }
    ASSERT_EQ(first.size(), 6U);
    double chiSquare = 0;
    for (const auto& [id, n] : first) {
        chiSquare += (n - 1000.0) * (n - 1000.0) / 1000.0;
    }
    EXPECT_LT(chiSquare, 20.5); // 99.9 % of chi-square with 5 degrees of freedom
}

TEST(Session, TheLevelIsTheOneAfterAllEarlierAnswersOfItsDimension)
{
    Session session = sessionOf(mameDesign(), 4);
    const auto records = runToEnd(session, mostlyRight(4));
    std::map<std::string, Staircase> folded;
    for (const auto& record : records) {
        auto& staircase = folded.try_emplace(record.dimension.id(), StaircaseSpec{}).first->second;
        ASSERT_EQ(record.levelRequested, staircase.nextLevel()) << "trial " << record.trialIndex;
        staircase.tell(record.correct);
    }
}

TEST(Session, TheFourAbxCombinationsComeOnceInEveryFourTrialsOfADimension)
{
    auto design = mameDesign();
    design.practice.trials = 8;
    Session session = sessionOf(design, 9);
    const auto plans = plansOf(sessionOf(design, 9), runToEnd(session, mostlyRight(3)));
    const std::set<std::string> all = {"RPR", "RPP", "PRP", "PRR"};
    std::set<std::vector<std::string>> orders;
    const auto check = [&](const std::vector<TrialPlan>& ofOne) {
        for (std::size_t i = 0; i + 4 <= ofOne.size(); i += 4) {
            std::vector<std::string> four;
            for (std::size_t j = i; j < i + 4; ++j) {
                four.push_back(ofOne[j].intervalOrder());
            }
            EXPECT_EQ(std::set<std::string>(four.begin(), four.end()), all);
            orders.insert(four);
        }
    };
    for (const auto& [id, ofOne] : byDimension(plans)) {
        check(ofOne);
    }
    check({plans.begin(), plans.begin() + 8});
    EXPECT_EQ(orders.size(), 24U) << "and in every order";
    for (const auto& plan : plans) {
        EXPECT_EQ(plan.correctAnswer == Answer::first, plan.intervals[2] == plan.intervals[0]);
        EXPECT_NE(plan.intervals[0], plan.intervals[1]);
    }
}

TEST(Session, EveryReferenceIsUsedBeforeAnyRepeats)
{
    auto design = designOf({"band", "texture"});
    for (auto& measured : design.dimensions) {
        std::get<StaircaseSpec>(measured.procedure).stopReversals.reset();
        std::get<StaircaseSpec>(measured.procedure).stopTrials = 35;
    }
    Session session = sessionOf(design, 2, 7);
    const auto plans = plansOf(sessionOf(design, 2, 7), runToEnd(session, mostlyRight(3)));
    std::set<std::vector<std::string>> decks;
    for (const auto& [id, ofOne] : byDimension(plans)) {
        ASSERT_EQ(ofOne.size(), 35U);
        for (std::size_t cycle = 0; cycle < 5; ++cycle) {
            std::vector<std::string> deck;
            for (std::size_t i = 0; i < 7; ++i) {
                deck.push_back(ofOne[cycle * 7 + i].request.references.front());
            }
            EXPECT_EQ(std::set<std::string>(deck.begin(), deck.end()).size(), 7U);
            decks.insert(deck);
        }
    }
    EXPECT_EQ(decks.size(), 20U) << "shuffled anew for each dimension and cycle";
}

TEST(Session, APlanNamesTheDecksNextReferencesWithoutRepeats)
{
    auto design = designOf({"band"});
    design.referencesPerTrial = 3;
    Session session = sessionOf(design, 2, 7);
    const auto plans = plansOf(sessionOf(design, 2, 7), runToEnd(session, mostlyRight(3)));
    for (const auto& [id, ofOne] : byDimension(plans)) {
        for (std::size_t i = 0; i + 1 < ofOne.size(); ++i) {
            const auto& named = ofOne[i].request.references;
            ASSERT_EQ(named.size(), 3U);
            EXPECT_EQ(std::set<std::string>(named.begin(), named.end()).size(), 3U);
            if (i % 7 < 5) {
                EXPECT_EQ(named[1], ofOne[i + 1].request.references[0]);
                EXPECT_EQ(named[2], ofOne[i + 1].request.references[1]);
            }
        }
    }
}

TEST(Session, NamesNoMoreReferencesThanThereAre)
{
    auto design = designOf({"band"});
    design.referencesPerTrial = 3;
    EXPECT_EQ(sessionOf(design, 1, 2).next()->request.references.size(), 2U);
}

TEST(Session, AnotherDimensionLeavesTheOrdersOfTheOthers)
{
    auto design = designOf({"band", "texture"});
    Session small = sessionOf(design, 6);
    design.dimensions.insert(design.dimensions.begin() + 1,
                             {.dimension = {.layer = "pool",
                                            .component = 2,
                                            .direction = Direction::minus,
                                            .eccentricityDeg = 4},
                              .procedure = {}});
    Session large = sessionOf(design, 6);
    const auto right = [](const TrialPlan&) { return true; };
    const auto smallPlans =
        plansOf(sessionOf(designOf({"band", "texture"}), 6), runToEnd(small, right, 4 * 20));
    auto largePlans = plansOf(sessionOf(design, 6), runToEnd(large, right, 5 * 20));
    std::erase_if(largePlans, [](const TrialPlan& p) { return p.dimension.layer == "pool"; });
    ASSERT_EQ(largePlans.size(), smallPlans.size());
    for (std::size_t i = 0; i < smallPlans.size(); ++i) {
        EXPECT_EQ(largePlans[i].dimension, smallPlans[i].dimension) << "trial " << i;
        EXPECT_EQ(largePlans[i].request, smallPlans[i].request) << "trial " << i;
        EXPECT_EQ(largePlans[i].intervals, smallPlans[i].intervals) << "trial " << i;
        EXPECT_EQ(largePlans[i].blockIndex, smallPlans[i].blockIndex) << "trial " << i;
    }
}

TEST(Session, ABreakIsDueEverySoManyMainTrials)
{
    auto design = designOf({"band", "texture"});
    design.practice.trials = 3;
    design.breakEveryTrials = 10;
    Session session = sessionOf(design);
    const auto plans = plansOf(sessionOf(design), runToEnd(session, mostlyRight(1)));
    ASSERT_GT(plans.size(), 23U);
    for (const auto& plan : plans) {
        const int mainTrial = plan.trialIndex - 3;
        EXPECT_EQ(plan.breakBefore, mainTrial > 0 && mainTrial % 10 == 0) << plan.trialIndex;
    }
}

TEST(Session, ATrialAtTheLimitDoesNotRaiseTheLevelAndIsCounted)
{
    Session session = sessionOf(designOf({"band"}));
    const auto first = session.next().value();
    session.apply(recordOf(first, false, true));
    const auto second = session.next().value();
    session.apply(recordOf(second, false, false));
    for (const auto& status : session.dimensions()) {
        const bool limited = status.dimension == first.dimension;
        EXPECT_EQ(status.atLimitTrials, limited ? 1 : 0);
        EXPECT_EQ(status.nextLevel > StaircaseSpec{}.startLevel, !limited);
    }
}

TEST(Session, ADesignWithoutDimensionsOrWithTwinsIsRefused)
{
    EXPECT_THROW(sessionOf(Design{}), InvalidArgument);
    EXPECT_THROW(sessionOf(designOf({"band"}), 1, 0), InvalidArgument);
    EXPECT_THROW(sessionOf(designOf({"band", "band"})), InvalidArgument);
    EXPECT_THROW(Session(std::make_shared<const Design>(designOf({"band"})), 1, {"a", "b", "a"}),
                 InvalidArgument);
    auto noneNamed = designOf({"band"});
    noneNamed.referencesPerTrial = 0;
    EXPECT_THROW(sessionOf(noneNamed), InvalidArgument);
}

TEST(Session, ARecordThatIsNotOfTheOpenTrialIsRefusedByItsFirstDifferingField)
{
    auto design = designOf({"band", "texture"});
    Session session = sessionOf(design);
    session.applyAnswer(true);
    const auto plan = session.next().value();
    const std::vector<std::pair<std::string, std::function<void(TrialRecord&)>>> slips = {
        {"trial_index", [](auto& r) { r.trialIndex = 2; }},
        {"block_index", [](auto& r) { r.blockIndex = 1; }},
        {"practice", [](auto& r) { r.practice = true; }},
        {"dimension_id", [](auto& r) { r.dimension.eccentricityDeg = 4; }},
        {"procedure", [](auto& r) { r.procedure = "staircase-3down-1up"; }},
        {"level_requested", [](auto& r) { r.levelRequested *= 1 + 1e-15; }},
        {"reference_id", [](auto& r) { r.referenceId = "reference99"; }},
        {"interval_order", [](auto& r) { std::swap(r.intervalOrder[0], r.intervalOrder[1]); }},
        {"correct_answer",
         [](auto& r) {
             r.correctAnswer = r.correctAnswer == Answer::first ? Answer::second : Answer::first;
         }},
        {"correct", [](auto& r) { r.correct = !r.correct; }},
    };
    for (std::size_t i = 0; i < slips.size(); ++i) {
        auto record = recordOf(plan, true);
        EXPECT_EQ(firstDifference(plan, record), std::nullopt);
        // All fields from here on are wrong; the first one is reported.
        for (std::size_t j = i; j < slips.size(); ++j) {
            slips[j].second(record);
        }
        EXPECT_THAT(firstDifference(plan, record).value_or(""),
                    testing::StartsWith(slips[i].first + " is "));
        try {
            session.apply(record);
            ADD_FAILURE() << slips[i].first << " was not noticed";
        } catch (const InvalidArgument& error) {
            EXPECT_THAT(error.what(), HasSubstr(slips[i].first));
        }
        EXPECT_EQ(session.next(), plan) << "a refused record leaves the session as it was";
    }
    auto later = recordOf(plan, true);
    later.referenceId = plan.request.references.back();
    EXPECT_NO_THROW(session.apply(later)) << "a reference gave way to the next";
}

TEST(Session, TakesNothingAfterItsEnd)
{
    Session session = sessionOf(designOf({"band"}));
    const auto records = runToEnd(session, mostlyRight(1));
    EXPECT_EQ(session.next(), std::nullopt);
    EXPECT_EQ(session.progress(), 1.0);
    EXPECT_THROW(session.apply(records.back()), InvalidArgument);
}

Design randomDesign()
{
    auto design = designOf({"band", "texture"}, *rc::gen::inRange(1, 3));
    design.practice.trials = *rc::gen::inRange(0, 4);
    design.breakEveryTrials = *rc::gen::inRange(0, 6);
    design.referencesPerTrial = *rc::gen::inRange(1, 4);
    for (auto& measured : design.dimensions) {
        std::get<StaircaseSpec>(measured.procedure).nDown = *rc::gen::inRange(1, 4);
        std::get<StaircaseSpec>(measured.procedure).stopReversals = *rc::gen::inRange(1, 5);
        std::get<StaircaseSpec>(measured.procedure).stopTrials = *rc::gen::inRange(1, 15);
        std::get<StaircaseSpec>(measured.procedure).stopWhen =
            *rc::gen::element(StaircaseSpec::StopWhen::any, StaircaseSpec::StopWhen::all);
    }
    return design;
}

RC_GTEST_PROP(Session, FoldingTheRecordsAgainGivesTheSameSessionAtEveryPrefix, ())
{
    const auto design = randomDesign();
    const auto seed = *rc::gen::arbitrary<std::uint64_t>();
    const int references = *rc::gen::inRange(1, 6);
    Session session = sessionOf(design, seed, references);
    std::vector<TrialRecord> records;
    double before = 0.0;
    for (auto plan = session.next(); plan && records.size() < 60; plan = session.next()) {
        Session again = sessionOf(design, seed, references);
        for (const auto& record : records) {
            again.apply(record);
        }
        RC_ASSERT(again.next() == plan);
        RC_ASSERT(again.lookAhead(3) == session.lookAhead(3));
        RC_ASSERT(plan->progress >= before && plan->progress < 1.0);
        before = plan->progress;
        const auto answer = *rc::gen::arbitrary<std::pair<bool, bool>>();
        records.push_back(recordOf(*plan, answer.first, answer.second));
        session.apply(records.back());
    }
}

} // namespace
} // namespace mlab::experiments
