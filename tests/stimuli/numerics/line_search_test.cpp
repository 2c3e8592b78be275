// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/numerics/line_search.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

namespace mlab::stimuli {
namespace {

using State = StrongWolfeSearch::State;
using Function = std::function<double(double)>;

struct Ended {
    State state;
    double step;
    int evaluations;
};

Ended search(const Function& value, const Function& slope, double firstStep)
{
    StrongWolfeSearch line(value(0), slope(0), firstStep);
    State state = State::searching;
    int evaluations = 0;
    while (state == State::searching) {
        const double step = line.step();
        state = line.advance(value(step), slope(step));
        ++evaluations;
    }
    return {state, line.step(), evaluations};
}

// The first function is that of Moré & Thuente 1994; first steps far below and above the minimum.
TEST(StrongWolfeSearch, AcceptsStepsOfBothConditions)
{
    const double beta = 2;
    const std::pair<Function, Function> functions[] = {
        {[=](double a) { return -a / (a * a + beta); },
         [=](double a) { return (a * a - beta) / ((a * a + beta) * (a * a + beta)); }},
        {[](double a) { return std::pow(a - 1, 4) - a / 8; },
         [](double a) { return 4 * std::pow(a - 1, 3) - 0.125; }},
        {[](double a) { return std::cosh(a - 2) + 0.1 * std::sin(9 * a); },
         [](double a) { return std::sinh(a - 2) + 0.9 * std::cos(9 * a); }},
    };
    for (const auto& [value, slope] : functions) {
        for (const double first : {1e-3, 0.1, 1.0, 10.0, 100.0}) {
            const auto end = search(value, slope, first);
            ASSERT_EQ(end.state, State::accepted) << first;
            EXPECT_LE(end.evaluations, StrongWolfeSearch::kMaxEvaluations) << first;
            EXPECT_LE(value(end.step),
                      value(0) + StrongWolfeSearch::kDecrease * end.step * slope(0));
            EXPECT_LE(std::abs(slope(end.step)),
                      StrongWolfeSearch::kCurvature * std::abs(slope(0)));
        }
    }
}

TEST(StrongWolfeSearch, BacksOutOfWhereTheFunctionIsNotANumber)
{
    const auto value = [](double a) {
        return a < 1 ? (a - 0.5) * (a - 0.5) : std::numeric_limits<double>::quiet_NaN();
    };
    const auto end = search(
        value, [](double a) { return 2 * a - 1; }, 8);
    ASSERT_EQ(end.state, State::accepted);
    EXPECT_LT(end.step, 1);
}

// |a - 1| has the same slope up to its kink: no step meets the curvature condition.
TEST(StrongWolfeSearch, SettlesForADecreaseAtAKink)
{
    const auto value = [](double a) { return std::abs(a - 1); };
    const auto end = search(
        value, [](double a) { return a < 1 ? -1.0 : 1.0; }, 3);
    ASSERT_EQ(end.state, State::accepted);
    EXPECT_LT(value(end.step), 0.1);
    EXPECT_EQ(end.evaluations, StrongWolfeSearch::kMaxEvaluations + 1);
}

TEST(StrongWolfeSearch, FailsWhereNothingDecreases)
{
    const auto end = search([](double a) { return a; }, [](double) { return -1.0; }, 1);
    EXPECT_EQ(end.state, State::failed);
}

} // namespace
} // namespace mlab::stimuli
