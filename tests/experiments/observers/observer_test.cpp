// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "experiments/observers/observer.h"
#include "tests/experiments/session/session_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

namespace mlab::experiments {
namespace {

using namespace test; // NOLINT: the helpers of these tests
using testing::HasSubstr;

std::string textWith(const std::string& byDimension, const std::string& rest = "")
{
    return R"({"type": "psychometric", "threshold_sd": 0.6, "slope": 3.5, "lapse": 0.02,
 "rt_ms": {"median": 600, "sigma": 0.2}, "seed": 11)" +
           rest + (byDimension.empty() ? "" : ", \"by_dimension\": " + byDimension) + "}";
}

Design design()
{
    return designOf({"band", "texture"});
}

Observer observerOf(const std::string& text)
{
    return checkObserver(text, "observer.json", design()).observer.value();
}

TrialPlan planOf(int trialIndex, Answer correct = Answer::first)
{
    TrialPlan plan;
    plan.trialIndex = trialIndex;
    plan.dimension = design().dimensions.front().dimension;
    plan.correctAnswer = correct;
    return plan;
}

TEST(Observer, IsRightAsOftenAsItsWeibullSays)
{
    const auto observer = observerOf(textWith(""));
    constexpr int kTrials = 20'000;
    for (const double level : {0.0, 0.3, 0.6, -0.6, 5.0}) {
        int right = 0;
        for (int trial = 0; trial < kTrials; ++trial) {
            const auto correct = trial % 2 == 0 ? Answer::first : Answer::second;
            right += observer.answer(planOf(trial, correct), level).answer == correct ? 1 : 0;
        }
        const double p = 0.5 + 0.48 * (1 - std::exp(-std::pow(std::abs(level) / 0.6, 3.5)));
        EXPECT_NEAR(static_cast<double>(right) / kTrials, p, 4 * std::sqrt(p * (1 - p) / kTrials))
            << "level " << level;
    }
}

TEST(Observer, ResponseTimesAreLogNormal)
{
    const auto observer = observerOf(textWith(""));
    constexpr int kTrials = 20'001;
    std::vector<double> logs;
    double squares = 0;
    for (int trial = 0; trial < kTrials; ++trial) {
        logs.push_back(std::log(observer.answer(planOf(trial), 1.0).rtMs / 600));
        squares += logs.back() * logs.back();
    }
    std::ranges::nth_element(logs, logs.begin() + kTrials / 2);
    EXPECT_NEAR(logs[kTrials / 2], 0.0, 4 * 0.2 * 1.2533 / std::sqrt(kTrials));
    EXPECT_NEAR(std::sqrt(squares / kTrials), 0.2, 4 * 0.2 / std::sqrt(2.0 * kTrials));
}

TEST(Observer, AnswersDependOnSeedTrialAndLevelButNotOnTheOrderOfAsking)
{
    const auto observer = observerOf(textWith(""));
    std::vector<SimulatedAnswer> forwards;
    forwards.reserve(50);
    for (int trial = 0; trial < 50; ++trial) {
        forwards.push_back(observer.answer(planOf(trial), 0.5));
    }
    for (int trial = 49; trial >= 0; --trial) {
        const auto again = observer.answer(planOf(trial), 0.5);
        const auto& before = forwards[static_cast<std::size_t>(trial)];
        EXPECT_EQ(again.answer, before.answer);
        EXPECT_EQ(again.rtMs, before.rtMs);
    }
    EXPECT_NE(forwards[0].rtMs, forwards[1].rtMs);
    auto other = textWith("");
    other.replace(other.find("11"), 2, "12");
    EXPECT_NE(observerOf(other).answer(planOf(0), 0.5).rtMs, forwards[0].rtMs);
}

TEST(Observer, TheMostSpecificKeyCountsForADimension)
{
    const auto observer = observerOf(textWith(
        R"({"*/*/*/*": {"slope": 2}, "texture/*/*/8": {"threshold_sd": 0.9, "lapse": 0},
            "texture/1/plus/8": {"threshold_sd": 1.1, "rt_ms": {"median": 800}},
            "conv5/1/plus/12": {"threshold_sd": 3}})"));
    const auto of = [&](const char* layer, Direction direction) {
        return observer.parameters(
            {.layer = layer, .component = 1, .direction = direction, .eccentricityDeg = 8});
    };
    EXPECT_EQ(of("band", Direction::plus),
              (ObserverParameters{.weibull = {.threshold = 0.6, .slope = 2, .lapse = 0.02},
                                  .times = {}}));
    EXPECT_EQ(
        of("texture", Direction::minus),
        (ObserverParameters{.weibull = {.threshold = 0.9, .slope = 3.5, .lapse = 0}, .times = {}}));
    EXPECT_EQ(of("texture", Direction::plus),
              (ObserverParameters{.weibull = {.threshold = 1.1, .slope = 3.5, .lapse = 0.02},
                                  .times = {.medianMs = 800}}));
}

TEST(Observer, WasNotMadeForADimensionOutsideTheDesign)
{
    auto plan = planOf(0);
    plan.dimension.layer = "pool";
    EXPECT_THROW(observerOf(textWith("")).answer(plan, 1.0), InternalError);
}

TEST(Observer, AFileThatIsNotThereIsAnError)
{
    EXPECT_THROW(readObserver("no/such/observer.json", design()), IoError);
}

struct BadFile {
    std::string text;
    std::vector<std::string> problems;
};

class BadObserver : public testing::TestWithParam<BadFile> {};

TEST_P(BadObserver, IsToldWithPlaceAndName)
{
    const auto check = checkObserver(GetParam().text, "o.json", design());
    EXPECT_FALSE(check.observer.has_value());
    std::vector<std::string> problems;
    for (const auto& diagnostic : check.diagnostics) {
        problems.push_back(diagnostic.text());
    }
    EXPECT_EQ(problems, GetParam().problems);
}

// NOLINTBEGIN(bugprone-suspicious-missing-comma): long messages are written over two lines
INSTANTIATE_TEST_SUITE_P(
    Table, BadObserver,
    testing::Values(
        BadFile{"[]", {"o.json:1:1: /: expected an object ({...}), found []"}},
        BadFile{"{}",
                {R"(o.json:1:1: /: the key "type" is missing)",
                 R"(o.json:1:1: /: the key "threshold_sd" is missing)",
                 R"(o.json:1:1: /: the key "slope" is missing)",
                 R"(o.json:1:1: /: the key "lapse" is missing)",
                 R"(o.json:1:1: /: the key "rt_ms" is missing)",
                 R"(o.json:1:1: /: the key "seed" is missing)"}},
        BadFile{textWith("", R"(,
 "by_dimensions": {})"),
                {R"(o.json:3:2: /by_dimensions: unknown key "by_dimensions" (did you mean )"
                 R"("by_dimension"?))"}},
        BadFile{R"({"type": "psychometrik", "threshold_sd": 0, "slope": "steep", "lapse": 0.6,
 "rt_ms": {"median": -1, "sigma": -0.1, "mean": 3}, "seed": -2, "by_dimension": []})",
                {R"(o.json:1:10: /type: expected "psychometric", found "psychometrik" (did you )"
                 R"(mean "psychometric"?))",
                 "o.json:1:42: /threshold_sd: expected a number from 1e-09 to 1000, found 0",
                 R"(o.json:1:54: /slope: expected a number from 0.01 to 100, found "steep")",
                 "o.json:1:72: /lapse: expected a number from 0 to 0.5, found 0.6",
                 "o.json:2:22: /rt_ms/median: expected a number from 1 to 600000, found -1",
                 "o.json:2:35: /rt_ms/sigma: expected a number from 0 to 3, found -0.1",
                 R"(o.json:2:41: /rt_ms/mean: unknown key "mean" (did you mean "median"?))",
                 "o.json:2:61: /seed: expected a whole number from 0 to 18446744073709551615, "
                 "found -2",
                 "o.json:2:81: /by_dimension: expected an object ({...}), found []"}},
        // Its other members mean something else.
        BadFile{R"({"type": "network", "model": {"builtin": "gabor-compressive"}, "sigma": -1})",
                {R"(o.json:1:10: /type: expected "psychometric", found "network"; a network must )"
                 R"(see the stimuli, so that it answers in "metamerlab run" only)"}},
        // With this sigma a response time is infinite.
        BadFile{R"({"type": "psychometric", "threshold_sd": 1e300, "slope": 1e9, "lapse": 0,
 "rt_ms": {"median": 1e9, "sigma": 2147483647}, "seed": 1e300, "criterion": 1e9})",
                {"o.json:1:42: /threshold_sd: expected a number from 1e-09 to 1000, found 1e300",
                 "o.json:1:58: /slope: expected a number from 0.01 to 100, found 1e9",
                 "o.json:2:22: /rt_ms/median: expected a number from 1 to 600000, found 1e9",
                 "o.json:2:36: /rt_ms/sigma: expected a number from 0 to 3, found 2147483647",
                 "o.json:2:57: /seed: expected a whole number from 0 to 18446744073709551615, "
                 "found 1e300",
                 "o.json:2:77: /criterion: expected a number from 0 to 100, found 1e9"}},
        BadFile{textWith("", R"(,
 "seed": 12)"),
                {R"(o.json:3:2: /seed: "seed" is given twice; it was first given on line 2)"}},
        BadFile{textWith(R"({
"texture/1/plus": {}, "texture/1/up/8": {}, "texture/one/plus/8": {}, "texture/1/plus/8": 3,
"*/1/plus/8": {"treshold_sd": 1}})"),
                {"o.json:3:1: /by_dimension/texture~11~1plus: expected a dimension id like "
                 "\"texture/1/plus/8\", or of whole metamers "
                 "\"texture/original-synthesised/noise/20dB\", in which * matches any part, found "
                 "\"texture/1/plus\"",
                 "o.json:3:23: /by_dimension/texture~11~1up~18: expected a dimension id like "
                 "\"texture/1/plus/8\", or of whole metamers "
                 "\"texture/original-synthesised/noise/20dB\", in which * matches any part, found "
                 "\"texture/1/up/8\"",
                 "o.json:3:45: /by_dimension/texture~1one~1plus~18: expected a dimension id like "
                 "\"texture/1/plus/8\", or of whole metamers "
                 "\"texture/original-synthesised/noise/20dB\", in which * matches any part, found "
                 "\"texture/one/plus/8\"",
                 "o.json:3:91: /by_dimension/texture~11~1plus~18: expected an object ({...}), "
                 "found 3",
                 "o.json:4:16: /by_dimension/*~11~1plus~18/treshold_sd: unknown key "
                 "\"treshold_sd\" (did you mean \"threshold_sd\"?)"}},
        BadFile{textWith(R"({
"texture/*/plus/8": {}, "texture/1/*/8": {}})"),
                {"o.json:3:25: /by_dimension/texture~11~1*~18: \"texture/*/plus/8\" and "
                 "\"texture/1/*/8\" match texture/1/plus/8 equally well; make one of them more "
                 "specific"}}));
// NOLINTEND(bugprone-suspicious-missing-comma)

TEST(Observer, TwoKeysThatTieWhereAThirdDecidesAreFine)
{
    const auto check = checkObserver(
        textWith(R"({"texture/*/plus/8": {}, "texture/1/*/8": {}, "texture/1/plus/8": {}})"),
        "o.json", design());
    EXPECT_TRUE(check.diagnostics.empty());
}

TEST(Observer, AWholeNumberMayHaveADecimalPoint)
{
    auto text = textWith("");
    text.replace(text.find("11"), 2, "11.0");
    EXPECT_EQ(observerOf(text).seed(), 11U);
}

TEST(Observer, ASyntaxErrorHasItsPlace)
{
    const auto check = checkObserver("{\"type\": \"psychometric\",\n}", "o.json", design());
    ASSERT_EQ(check.diagnostics.size(), 1U);
    EXPECT_THAT(check.diagnostics[0].text(), HasSubstr("trailing comma"));
    EXPECT_EQ(check.diagnostics[0].line, 1);
}

} // namespace
} // namespace mlab::experiments
