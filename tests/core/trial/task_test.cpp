// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "core/procedures/procedure.h"
#include "core/trial/task.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace mlab {
namespace {

/// Those whose intervals decide the answer: all but recognition.
const std::vector<Task> kTasks = [] {
    std::vector<Task> out(kAllTasks.begin(), kAllTasks.end());
    std::erase(out, Task::recognition);
    return out;
}();

TEST(Task, NamesReadBack)
{
    for (const Task task : kTasks) {
        EXPECT_EQ(taskNamed(toString(task)), task);
        for (const Answer answer : answersOf(task)) {
            EXPECT_EQ(answerFromString(toString(answer)), answer);
        }
    }
    EXPECT_FALSE(taskNamed("ABX").has_value());
    EXPECT_THROW(answerFromString("left"), InvalidArgument);
}

TEST(Task, EveryDescriptionIsComplete)
{
    for (const Task task : kTasks) {
        SCOPED_TRACE(toString(task));
        const auto& description = descriptionOf(task);
        EXPECT_FALSE(description.question.empty());
        EXPECT_EQ(description.intervalNames.size(), intervalCount(task));
        EXPECT_NE(description.decisionModel.has_value(), description.chance.has_value());
        EXPECT_GT(chanceOf(task), 0);
    }
}

TEST(Task, EachAnswerIsRightEquallyOftenAndNoKeyIsFavoured)
{
    for (const Task task : kTasks) {
        SCOPED_TRACE(toString(task));
        std::map<Answer, std::size_t> right;
        for (const auto& intervals : intervalOrdersOf(task)) {
            EXPECT_EQ(intervals.size(), intervalCount(task));
            ++right[correctAnswer(task, intervals)];
        }
        EXPECT_EQ(right.size(), answersOf(task).size());
        for (const Answer answer : answersOf(task)) {
            EXPECT_EQ(right[answer] * answersOf(task).size(), intervalOrdersOf(task).size());
        }
    }
}

TEST(Task, TheRightAnswerFollowsFromWhatTheIntervalsShow)
{
    const auto answer = [](Task task, const std::string& order) {
        std::vector<Interval> intervals;
        for (const char letter : order) {
            intervals.push_back(static_cast<Interval>(letter));
        }
        return std::string(toString(correctAnswer(task, intervals)));
    };
    EXPECT_EQ(answer(Task::abx, "RPR"), "first");
    EXPECT_EQ(answer(Task::abx, "PRR"), "second");
    EXPECT_EQ(answer(Task::twoIfc, "RPR"), "first") << "the changed one of the two after R";
    EXPECT_EQ(answer(Task::twoIfc, "RRP"), "second");
    EXPECT_EQ(answer(Task::oddity, "PRR"), "first");
    EXPECT_EQ(answer(Task::oddity, "PRP"), "second");
    EXPECT_EQ(answer(Task::oddity, "PPR"), "third");
    EXPECT_EQ(answer(Task::sameDifferent, "PP"), "same");
    EXPECT_EQ(answer(Task::sameDifferent, "RP"), "different");
}

TEST(Task, ChanceIsWhatItsDecisionModelGivesWithoutSensitivity)
{
    EXPECT_EQ(chanceOf(Task::abx), 0.5);
    EXPECT_EQ(chanceOf(Task::twoIfc), 0.5);
    EXPECT_EQ(chanceOf(Task::oddity), 1.0 / 3);
    EXPECT_EQ(chanceOf(Task::sameDifferent), 0.5);
}

/// An observer whose d' is (level / threshold)^slope, in any task.
struct SensitiveObserver {
    double threshold;
    double slope;
    double criterion; ///< of same-different

    double right(Task task, double level, Answer correct) const
    {
        const double dPrime = std::pow(level / threshold, slope);
        if (const auto model = decisionModelOf(task)) {
            return proportionCorrect(*model, dPrime);
        }
        const auto rates = sameDifferentRates(dPrime, criterion);
        return correct == Answer::same ? 1 - rates.falseAlarm : rates.hit;
    }
};

/// Mean error and root mean square error, in dB, of psi-marginal's threshold at d' = 1.
std::pair<double, double> errors(Task task, double criterion, int trials)
{
    auto grid = recommendedGrid(0.01, 10, 2, task);
    grid.curve = SigmoidShape::dPrime;
    const Procedure fresh(
        GridProcedureSpec{.grid = grid, .stop = {.trials = trials, .maxTrials = trials}});
    constexpr int kObservers = 40;
    double sum = 0.0;
    double squares = 0.0;
    for (int i = 0; i < kObservers; ++i) {
        RandomStream stream(5, "sensitive observer", static_cast<std::uint64_t>(i));
        const SensitiveObserver observer{.threshold = 0.15 * std::pow(10, stream.uniform()),
                                         .slope = 2.5,
                                         .criterion = criterion};
        auto procedure = fresh;
        while (!procedure.finished()) {
            const auto& orders = intervalOrdersOf(task);
            const Answer correct = correctAnswer(task, orders[stream.below(orders.size())]);
            const double level = procedure.nextLevel();
            procedure.tell(level, stream.uniform() < observer.right(task, level, correct), false,
                           correct == Answer::same);
        }
        const double error =
            toScale(LevelScale::decibel, procedure.estimate()->threshold / observer.threshold);
        sum += error;
        squares += error * error;
    }
    return {sum / kObservers, std::sqrt(squares / kObservers)};
}

TEST(Task, EveryTaskFindsTheSameThresholdOnTheScaleOfDPrime)
{
    for (const Task task : {Task::abx, Task::twoIfc, Task::oddity}) {
        const auto [bias, rmse] = errors(task, 0, 80);
        EXPECT_LT(std::abs(bias), 1.0) << toString(task);
        EXPECT_LT(rmse, 2.5) << toString(task);
    }
}

TEST(Task, SameDifferentFindsItWhateverTheCriterion)
{
    for (const double criterion : {0.8, 1.5, 2.5}) {
        const auto [bias, rmse] = errors(Task::sameDifferent, criterion, 120);
        EXPECT_LT(std::abs(bias), 1.0) << criterion;
        EXPECT_LT(rmse, 2.5) << criterion;
    }
}

TEST(Procedure, TakesTrialsWithoutADifferenceOnlyWhereTheTaskHasThem)
{
    const auto abx = recommendedGrid(0.05, 3, 4);
    Procedure psi(GridProcedureSpec{.grid = abx, .stop = {}});
    EXPECT_THROW(psi.tell(1, true, false, true), InvalidArgument);
    Procedure quest(QuestSpec{});
    EXPECT_THROW(quest.tell(1, true, false, true), InvalidArgument);
    Procedure staircase{StaircaseSpec{}};
    EXPECT_NO_THROW(staircase.tell(1, true, false, true));
}

TEST(Procedure, AWrongAnswerToEqualIntervalsSaysNothingAboutTheLevelShown)
{
    const auto grid = recommendedGrid(0.05, 3, 4, Task::sameDifferent);
    const Procedure fresh(GridProcedureSpec{.grid = grid, .stop = {}});
    auto low = fresh;
    auto high = fresh;
    low.tell(0.05, false, false, true);
    high.tell(3, false, false, true);
    EXPECT_EQ(low, high);
    EXPECT_NE(low, fresh);
}

TEST(Procedure, ExpectedInformationFallsAsThresholdsAreKnown)
{
    EXPECT_FALSE(Procedure(StaircaseSpec{}).expectedInformation().has_value());
    const std::vector<ProcedureSpec> specs = {
        QuestSpec{}, GridProcedureSpec{.grid = recommendedGrid(0.05, 3, 2), .stop = {}},
        HierarchicalSpec{.grid = recommendedGrid(0.05, 3, 2), .stop = {}}};
    for (const auto& spec : specs) {
        Procedure procedure(spec);
        const double atStart = procedure.expectedInformation().value();
        EXPECT_GT(atStart, 0.0);
        EXPECT_LT(atStart, std::log(2.0)) << "one answer has two outcomes";
        for (int trial = 0; trial < 60; ++trial) {
            procedure.tell(procedure.nextLevel(), procedure.nextLevel() > 0.4);
        }
        EXPECT_LT(procedure.expectedInformation().value(), atStart / 2);
    }
}

} // namespace
} // namespace mlab
