// SPDX-License-Identifier: GPL-3.0-or-later
//
// Every task is dealt, answered, resumed and looked ahead by the same rules.
#include "core/base/random_stream.h"
#include "experiments/design/design_reader.h"
#include "experiments/observers/observer.h"
#include "tests/experiments/design/design_test_support.h"
#include "tests/experiments/session/session_fixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace mlab::experiments {
namespace {

using test::recordOf;
using test::resumedAfter;
using test::sessionOf;

std::string designText(const std::string& task, const std::string& procedure,
                       const std::string& more = "")
{
    return R"({"schema_version": 1, "name": "tasks", "task": ")" + task + R"(", )" + more +
           R"("dimensions": [{"layer": "band", "components": [1, 2], "eccentricities_deg": [4]}],
           "practice": {"trials": 3}, "procedure": )" +
           procedure + "}";
}

Design designFrom(const std::string& text)
{
    auto check = checkDesign(text, "d.json", checkEverything());
    EXPECT_TRUE(check.design.has_value()) << check.diagnostics.front().text();
    return *check.design;
}

const std::string kPsi = R"({"type": "psi-marginal", "level_step_db": 3, "slopes": [2, 4],
    "lapses": [0, 0.05], "stop": {"trials": 24}})";

class EveryTask : public testing::TestWithParam<const char*> {
protected:
    Task task() const { return taskNamed(GetParam()).value(); }
};

TEST_P(EveryTask, OrdersOfIntervalsAreBalancedWithinEachDimension)
{
    Session session = sessionOf(designFrom(designText(GetParam(), kPsi)));
    std::map<std::string, std::vector<std::string>> orders;
    for (auto plan = session.next(); plan; plan = session.next()) {
        EXPECT_EQ(plan->correctAnswer, correctAnswer(task(), plan->intervals));
        if (!plan->practice) {
            orders[plan->dimension.id()].push_back(plan->intervalOrder());
        }
        session.apply(recordOf(*plan, plan->trialIndex % 3 != 0));
    }
    std::multiset<std::string> all;
    for (const auto& intervals : intervalOrdersOf(task())) {
        TrialPlan plan;
        plan.intervals = intervals;
        all.insert(plan.intervalOrder());
    }
    ASSERT_EQ(orders.size(), 4U);
    for (const auto& [id, ofOne] : orders) {
        ASSERT_EQ(ofOne.size(), 24U);
        for (auto from = ofOne.begin(); from != ofOne.end();
             from += static_cast<std::ptrdiff_t>(all.size())) {
            EXPECT_EQ(
                std::multiset<std::string>(from, from + static_cast<std::ptrdiff_t>(all.size())),
                all);
        }
    }
    EXPECT_NE(orders.begin()->second, orders.rbegin()->second) << "dealt for each dimension";
}

TEST_P(EveryTask, GoesOnAfterResumingAsItWouldHave)
{
    for (const auto* schedule : {R"("schedule": "blocks", )", R"("schedule": "information", )"}) {
        const auto design = designFrom(designText(GetParam(), kPsi, schedule));
        Session session = sessionOf(design);
        std::vector<TrialRecord> records;
        RandomStream stream(7, "answers");
        double before = 0.0;
        for (auto plan = session.next(); plan; plan = session.next()) {
            EXPECT_GE(plan->progress, before);
            EXPECT_LT(plan->progress, 1.0);
            before = plan->progress;
            records.push_back(recordOf(*plan, stream.uniform() < 0.75));
            records.back().levelAchieved *= 0.97 + 0.06 * stream.uniform();
            session.apply(records.back());
            if (records.size() % 7 == 0) {
                const Session resumed = resumedAfter(records, design);
                ASSERT_EQ(resumed.next(), session.next()) << "after " << records.size();
                ASSERT_EQ(resumed.lookAhead(4), session.lookAhead(4));
            }
        }
        EXPECT_EQ(session.progress(), 1.0);
        EXPECT_EQ(records.size(), 3U + 4U * 24U);
        for (const auto& status : session.dimensions()) {
            EXPECT_TRUE(status.finished);
            EXPECT_EQ(status.stopReason, StopReason::trials);
        }
    }
}

TEST_P(EveryTask, LooksAheadToWhatIsShownNextWhateverIsAnswered)
{
    for (const auto* schedule : {R"("schedule": "blocks", )", R"("schedule": "information", )"}) {
        Session session = sessionOf(designFrom(designText(GetParam(), kPsi, schedule)));
        RandomStream stream(8, "answers");
        for (auto plan = session.next(); plan; plan = session.next()) {
            const double shown = plan->request.level * 0.98;
            const auto wanted = session.lookAhead(4, false, shown);
            std::vector<Session> folded = {session};
            for (int ahead = 1; ahead <= 4; ++ahead) {
                std::vector<Session> after;
                for (const auto& one : folded) {
                    for (const bool correct : {true, false}) {
                        after.push_back(one);
                        if (ahead == 1) {
                            after.back().applyAnswer(shown, correct);
                        } else {
                            after.back().applyAnswer(correct);
                        }
                        const auto next = after.back().next();
                        if (!next) {
                            after.pop_back();
                            continue;
                        }
                        ASSERT_TRUE(next->request == plan->request ||
                                    std::ranges::count(wanted, next->request) == 1)
                            << "trial " << plan->trialIndex << ", " << ahead << " ahead";
                    }
                }
                folded = std::move(after);
            }
            auto record = recordOf(*plan, stream.uniform() < 0.75);
            record.levelAchieved = shown;
            session.apply(record);
        }
    }
}

TEST_P(EveryTask, AnObserverWhoSeesNothingIsRightAsOftenAsChanceSays)
{
    const auto design = designFrom(designText(GetParam(), kPsi));
    const auto observer =
        checkObserver(R"({"type": "psychometric", "threshold_sd": 0.6, "slope": 3.5, "lapse": 0.02,
            "criterion": 1.2, "rt_ms": {"median": 600, "sigma": 0.2}, "seed": 3})",
                      "o.json", design)
            .observer.value();
    const auto& orders = intervalOrdersOf(task());
    constexpr int kTrials = 24'000;
    int right = 0;
    std::map<Answer, int> wrong;
    TrialPlan plan;
    plan.dimension = design.dimensions.front().dimension;
    for (int trial = 0; trial < kTrials; ++trial) {
        plan.trialIndex = trial;
        plan.intervals = orders[static_cast<std::size_t>(trial) % orders.size()];
        plan.correctAnswer = correctAnswer(task(), plan.intervals);
        const auto answer = observer.answer(plan, 0.0).answer;
        EXPECT_EQ(std::ranges::count(answersOf(task()), answer), 1);
        right += answer == plan.correctAnswer ? 1 : 0;
        ++wrong[answer];
    }
    EXPECT_NEAR(static_cast<double>(right) / kTrials, chanceOf(task()), 0.013);
    EXPECT_EQ(wrong.size(), answersOf(task()).size()) << "every key is pressed sometimes";
}

INSTANTIATE_TEST_SUITE_P(Tasks, EveryTask,
                         testing::Values("abx", "2ifc", "oddity", "same-different"),
                         [](const auto& test) {
                             std::string name = test.param;
                             std::erase(name, '-');
                             return name;
                         });

TEST(Observer, OfSameDifferentAnswersByItsCriterion)
{
    const auto design = designFrom(designText("same-different", kPsi));
    const auto text = [](const std::string& criterion) {
        return R"({"type": "psychometric", "threshold_sd": 0.5, "slope": 2, "lapse": 0,)" +
               criterion + R"("rt_ms": {"median": 600, "sigma": 0.2}, "seed": 3})";
    };
    const auto observer =
        checkObserver(text(R"("criterion": 1.5, )"), "o.json", design).observer.value();
    const auto& dimension = design.dimensions.front().dimension;
    const auto rates = sameDifferentRates(4.0, 1.5); // twice the threshold, squared
    EXPECT_NEAR(observer.probabilityCorrect(dimension, 1.0, false), rates.hit, 1e-12);
    EXPECT_NEAR(observer.probabilityCorrect(dimension, 1.0, true), 1 - rates.falseAlarm, 1e-12);

    const auto without = checkObserver(text(""), "o.json", design);
    ASSERT_EQ(without.diagnostics.size(), 1U);
    EXPECT_EQ(without.diagnostics.front().message, R"(the key "criterion" is missing)");
}

// ---- by information ---------------------------------------------------------------------------

TEST(Session, ByInformationNoDimensionIsShownTwiceInARowOrMoreThanTwiceInABlock)
{
    Session session =
        sessionOf(designFrom(designText("abx", kPsi, R"("schedule": "information", )")));
    RandomStream stream(9, "answers");
    std::string last;
    std::map<std::pair<int, std::string>, int> inBlock;
    std::map<std::string, int> trials;
    for (auto plan = session.next(); plan; plan = session.next()) {
        if (!plan->practice) {
            EXPECT_NE(plan->dimension.id(), last);
            last = plan->dimension.id();
            EXPECT_LE((++inBlock[{plan->blockIndex, last}]), 2);
            ++trials[last];
        }
        // One dimension is answered at random: it stays unknown longest.
        const bool blind = plan->dimension.component == 2;
        const double p = blind ? 0.5 : plan->request.level > 0.4 ? 0.98 : 0.5;
        session.apply(recordOf(*plan, stream.uniform() < p));
    }
    int all = 0;
    for (const auto& [id, count] : trials) {
        all += count;
    }
    EXPECT_EQ(all, 4 * 24) << "the budget is what the dimensions bring into it";
    EXPECT_NE(trials.begin()->second, trials.rbegin()->second) << "and is not spent evenly";
}

TEST(Session, ByInformationTheNextTrialIsThatOfTheMostInformativeAnswer)
{
    const auto design = designFrom(designText("abx", kPsi, R"("schedule": "information", )"));
    Session session = sessionOf(design);
    std::map<std::string, Procedure> shadows;
    for (const auto& [dimension, spec] : design.dimensions) {
        shadows.emplace(dimension.id(), spec);
    }
    RandomStream stream(10, "answers");
    std::string last;
    std::map<std::string, int> inBlock;
    int block = 0;
    for (auto plan = session.next(); plan && plan->trialIndex < 60; plan = session.next()) {
        const bool correct = stream.uniform() < 0.8;
        if (!plan->practice) {
            if (plan->blockIndex != block) {
                block = plan->blockIndex;
                inBlock.clear();
            }
            const auto id = plan->dimension.id();
            for (const auto& [other, procedure] : shadows) {
                if (other != last && inBlock[other] < 2) {
                    EXPECT_LE(procedure.expectedInformation(), shadows.at(id).expectedInformation())
                        << "trial " << plan->trialIndex;
                }
            }
            ++inBlock[id];
            last = id;
            shadows.at(id).tell(plan->request.level, correct);
        }
        session.apply(recordOf(*plan, correct));
    }
}

TEST(DesignReader, ByInformationNeedsProceduresThatKnowWhatAnAnswerSays)
{
    const auto check =
        checkDesign(designText("abx", R"({"type": "staircase"})", R"("schedule": "information", )"),
                    "d.json", checkEverything());
    ASSERT_EQ(check.diagnostics.size(), 1U);
    EXPECT_EQ(check.diagnostics.front().pointer, "/schedule");
    EXPECT_NE(check.diagnostics.front().message.find("which a staircase cannot say"),
              std::string::npos);
}

TEST(DesignReader, QuestCannotMeasureSameDifferent)
{
    const auto check = checkDesign(designText("same-different", R"({"type": "quest"})"), "d.json",
                                   checkEverything());
    ASSERT_FALSE(check.diagnostics.empty());
    EXPECT_NE(check.diagnostics.front().message.find("psi-marginal"), std::string::npos);
}

} // namespace
} // namespace mlab::experiments
