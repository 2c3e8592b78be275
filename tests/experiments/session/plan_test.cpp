// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "experiments/design/design_reader.h"
#include "experiments/session/plan.h"
#include "tests/experiments/design/design_test_support.h"
#include "tests/temporary_folder.h"

#include <gtest/gtest.h>

#include <array>
#include <clocale>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <numbers>
#include <string>

namespace mlab::experiments {
namespace {

std::shared_ptr<const Design> designToPlan(const std::string& procedure,
                                           const std::string& more = "")
{
    auto check = checkDesign(R"({"schema_version": 1, "name": "plan", )" + more +
                                 R"("dimensions": [{"layer": "band", "components": [1, 2],
                                     "eccentricities_deg": [4]}], "procedure": )" +
                                 procedure + "}",
                             "d.json", checkEverything());
    EXPECT_TRUE(check.design.has_value()) << check.diagnostics.front().text();
    return std::make_shared<const Design>(std::move(*check.design));
}

Observer observerOf(const Design& design, const std::string& numbers)
{
    const auto check = checkObserver(R"({"type": "psychometric", "rt_ms": {"median": 500,
        "sigma": 0}, "seed": 4, )" + numbers +
                                         "}",
                                     "o.json", design);
    EXPECT_TRUE(check.observer.has_value()) << check.diagnostics.front().text();
    return *check.observer;
}

const std::string kTypical = R"("threshold_sd": 0.5, "slope": 3, "lapse": 0.02)";

double sought(const std::string& procedure, const std::string& numbers,
              const std::string& more = "")
{
    const auto design = designToPlan(procedure, more);
    const auto& [dimension, spec] = design->dimensions.front();
    return soughtLevel(spec, observerOf(*design, numbers), dimension);
}

TEST(Plan, TheLevelSoughtIsWhereTheObserversOwnFunctionSaysSo)
{
    // 0.5 + 0.48 (1 - exp(-(x / 0.5)^3)) = p
    const auto at = [](double p) { return 0.5 * std::cbrt(-std::log(1 - (p - 0.5) / 0.48)); };
    EXPECT_NEAR(sought(R"({"type": "staircase"})", kTypical), at(std::sqrt(0.5)), 1e-9);
    EXPECT_NEAR(sought(R"({"type": "staircase", "n_down": 3})", kTypical), at(std::cbrt(0.5)),
                1e-9);
    EXPECT_NEAR(sought(R"({"type": "staircase", "n_down": 1, "step":
                           {"scale": "db", "sizes": [1], "up_ratio": 3}})",
                       kTypical),
                at(0.75), 1e-9);
    EXPECT_NEAR(sought(R"({"type": "quest", "target": 0.8})", kTypical), at(0.8), 1e-9);
    EXPECT_NEAR(sought(R"({"type": "psi"})", kTypical), 0.5, 1e-9);
    EXPECT_NEAR(sought(R"({"type": "psi", "curve": "logistic", "slopes": [1]})", kTypical),
                0.5 * std::cbrt(std::numbers::ln2), 1e-9)
        << "half-way up";
    // 2IFC at d' = 1: Phi(1 / sqrt 2) = 0.760250.
    EXPECT_NEAR(sought(R"({"type": "psi", "curve": "dprime"})", kTypical, R"("task": "2ifc", )"),
                0.5 * std::cbrt(-std::log(1 - (0.7602499389 - 0.5) / 0.5)), 1e-8);
    EXPECT_NEAR(sought(R"({"type": "psi", "curve": "dprime"})", kTypical + R"(, "criterion": 1.3)",
                       R"("task": "same-different", )"),
                0.5, 1e-9)
        << "such an observer's threshold is at d' = 1";
    EXPECT_THROW(sought(R"({"type": "quest", "target": 0.9})",
                        R"("threshold_sd": 0.5, "slope": 3, "lapse": 0.2)"),
                 InvalidArgument);
}

TEST(Plan, AStaircaseSettlesAtTheLevelSought)
{
    // Also where runs of wrong answers count: the mean level of a long track.
    const std::string procedure =
        R"({"type": "staircase", "n_down": 3, "n_up": 2, "start_level": 0.5,
        "step": {"scale": "db", "sizes": [0.2]}, "stop": {"trials": 40000}})";
    const auto design = designToPlan(procedure);
    const auto observer = observerOf(*design, kTypical);
    const auto& [dimension, spec] = design->dimensions.front();
    Procedure track(spec);
    RandomStream stream(3, "long track");
    double sum = 0.0;
    while (!track.finished()) {
        const double level = track.nextLevel();
        sum += toScale(LevelScale::decibel, level);
        track.tell(level, stream.uniform() < observer.probabilityCorrect(dimension, level, false));
    }
    EXPECT_NEAR(sum / 40000, toScale(LevelScale::decibel, soughtLevel(spec, observer, dimension)),
                0.15);
}

TEST(Plan, IsTheSameWhateverTheNumberOfThreads)
{
    const auto design =
        designToPlan(R"({"type": "hierarchical", "level_step_db": 3, "slopes": [2, 4],
        "lapses": [0, 0.05], "stop": {"interval_width_db": 8, "max_trials": 20}})",
                     R"("practice": {"trials": 2}, )");
    const auto observer = observerOf(*design, kTypical);
    const auto one = planSessions(design, observer, 12, 1);
    const auto three = planSessions(design, observer, 12, 3);
    EXPECT_EQ(describe(one, *design, 12), describe(three, *design, 12));
    EXPECT_EQ(one.moments.back().precision.front().rmseDb,
              three.moments.back().precision.front().rmseDb);
}

// What a desktop in Berlin sets.
class GermanNumbers {
public:
    GermanNumbers()
    {
        const auto made = "localedef -i de_DE -f UTF-8 " + (folder_.path() / kName).string();
        EXPECT_EQ(std::system(made.c_str()), 0) << "the Debian package locales is missing";
        ::setenv("LOCPATH", folder_.path().c_str(), 1);
        EXPECT_NE(std::setlocale(LC_NUMERIC, kName), nullptr);
    }
    ~GermanNumbers()
    {
        std::setlocale(LC_NUMERIC, "C");
        ::unsetenv("LOCPATH");
    }
    GermanNumbers(const GermanNumbers&) = delete;
    GermanNumbers& operator=(const GermanNumbers&) = delete;

private:
    static constexpr const char* kName = "de_DE.UTF-8";
    TemporaryFolder folder_;
};

TEST(Plan, TheTableIsTheSameInEveryLocale)
{
    const auto design = designToPlan(R"({"type": "psi"})");
    const SessionPlan plan{
        .procedures = {"psi"},
        .dimensions = {4},
        .moments = {{.trialsPerDimension = 4,
                     .minutes = 1234.5625,
                     .precision = {{.estimated = 0.0, .widthDb = {}, .coverage = {}}}},
                    {.trialsPerDimension = 24,
                     .minutes = 7.5,
                     .precision = {{.estimated = 1.0,
                                    .rmseDb = 2.25,
                                    .biasDb = -0.75,
                                    .widthDb = 10.5,
                                    .coverage = 0.9375}}}},
        .trials = 2104.0,
        .minutes = 7.5,
        .minutesLow = 6.75,
        .minutesHigh = 8.25};
    const std::string expected =
        "plan: 4 dimensions, task abx, 12 simulated sessions\n"
        "  2104 trials in 8 minutes (5 % below 7, 5 % above 8), breaks of 30 s included\n"
        "\n"
        "psi, 4 dimensions\n"
        "  trials of a  minutes  estimates  error     bias      95 % interval\n"
        "  dimension                         (rmse)              width     contains truth\n"
        "           4    1234.6        0 %\n"
        "  end     24       7.5      100 %    2.2 dB   -0.8 dB    10.5 dB       94 %\n";
    EXPECT_EQ(describe(plan, *design, 12), expected);
    const GermanNumbers german;
    std::array<char, 8> text{};
    std::snprintf(text.data(), text.size(), "%.1f", 1.5);
    ASSERT_STREQ(text.data(), "1,5");
    EXPECT_EQ(describe(plan, *design, 12), expected);
}

TEST(Plan, AgreesWithProceduresRunOutsideOfASession)
{
    const auto design = designToPlan(R"({"type": "psi-marginal", "level_step_db": 2,
        "stop": {"trials": 24}})");
    const auto observer = observerOf(*design, kTypical);
    constexpr int kSessions = 150;
    const auto plan = planSessions(design, observer, kSessions, 2);
    ASSERT_EQ(plan.procedures, (std::vector<std::string>{"psi-marginal"}));
    EXPECT_EQ(plan.dimensions.front(), 4);
    ASSERT_EQ(plan.moments.size(), 5U) << "4, 8, 12, 16 trials, and 24 at the end";
    EXPECT_EQ(plan.moments.back().trialsPerDimension, 24);
    const auto& end = plan.moments.back().precision.front();
    EXPECT_EQ(end.estimated, 1.0);

    double squares = 0.0;
    int covered = 0;
    const auto& [dimension, spec] = design->dimensions.front();
    const Procedure fresh(spec);
    for (std::uint64_t run = 0; run < 4 * kSessions; ++run) {
        RandomStream stream(6, "outside", run);
        auto procedure = fresh;
        while (!procedure.finished()) {
            const double level = procedure.nextLevel();
            procedure.tell(level,
                           stream.uniform() < observer.probabilityCorrect(dimension, level, false));
        }
        const auto estimate = procedure.estimate().value();
        squares += std::pow(toScale(LevelScale::decibel, estimate.threshold / 0.5), 2);
        covered += estimate.interval->low <= 0.5 && 0.5 <= estimate.interval->high ? 1 : 0;
    }
    const double rmse = std::sqrt(squares / (4 * kSessions));
    // Each is known to about 1 / sqrt(2 n) of itself.
    EXPECT_NEAR(end.rmseDb, rmse, 4 * rmse * std::sqrt(2.0 / (2 * 4 * kSessions)));
    EXPECT_NEAR(end.coverage.value(), covered / (4.0 * kSessions), 0.05);
    EXPECT_LT(end.rmseDb, plan.moments.front().precision.front().rmseDb);
    EXPECT_LT(end.widthDb.value(), plan.moments.front().precision.front().widthDb.value());
}

TEST(Plan, CountsTheMinutesThatATrialOfTheTaskTakes)
{
    const auto minutes = [](const std::string& task) {
        const auto design =
            designToPlan(R"({"type": "staircase", "stop": {"trials": 10}})",
                         R"("task": ")" + task + R"(", "breaks": {"every_trials": 15}, )");
        const auto observer = observerOf(*design, kTypical + R"(, "criterion": 1)");
        const auto plan = planSessions(design, observer, 5, 1);
        EXPECT_EQ(plan.trials, 40);
        EXPECT_EQ(plan.minutesLow, plan.minutesHigh);
        return plan.minutes;
    };
    // 40 trials of 1500 + 3 x 200 + 2 x 500 + 1000 + 500 ms, and two breaks of 30 s.
    EXPECT_NEAR(minutes("oddity"), (40 * 4.6 + 60) / 60, 1e-9);
    EXPECT_NEAR(minutes("same-different"), (40 * 3.9 + 60) / 60, 1e-9);
}

} // namespace
} // namespace mlab::experiments
