// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sensitivity and discrimination tests against sensR's and psyphy's numbers and the formulas'
// (dprime_and_overdispersion.json).
#include "core/base/files.h"
#include "core/psychometrics/discrimination.h"
#include "core/psychometrics/dprime.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>
#include <map>
#include <string>
#include <vector>

namespace mlab {
namespace {

using nlohmann::json;
using Task = DiscriminationTask;

const json& publishedSensitivities()
{
    static const json kCases =
        json::parse(readFile(std::string(MLAB_SOURCE_DIR) +
                             "/tests/conformance/adaptive/dprime_and_overdispersion.json"));
    return kCases;
}

const std::map<std::string, Task> kTasks = {
    {"two_afc", Task::twoAfc},
    {"three_afc", Task::threeAfc},
    {"four_afc", Task::fourAfc},
    {"abx_differencing", Task::abxDifferencing},
    {"abx_independent_observations", Task::abxIndependent},
    {"duo_trio", Task::duoTrio},
    {"triangle", Task::oddity},
    {"oddity_triangle_differencing", Task::oddity},
    {"tetrad", Task::tetrad},
    {"same_different_independent_observations_unbiased", Task::sameDifferentIndependent},
};

constexpr double kExact = 1e-6;
constexpr double kRoot = 2e-5; // sensR finds roots and profile limits that well

TEST(DPrimeConformance, ProportionCorrectOfEachTask)
{
    int checked = 0;
    for (const auto& [name, table] :
         publishedSensitivities().at("proportion_correct_from_dprime").at("table").items()) {
        for (const auto& [dPrime, expected] : table.items()) {
            const double d = std::stod(dPrime);
            EXPECT_NEAR(proportionCorrect(kTasks.at(name), d), expected, 1e-11) << name << " " << d;
            EXPECT_NEAR(dPrimeFromProportionCorrect(kTasks.at(name), expected), d, kExact)
                << name << " " << d;
            ++checked;
        }
    }
    EXPECT_EQ(checked, 9 * 12);
}

void expectEstimate(const IntervalEstimate& got, const json& expected, const std::string& name,
                    double tolerance, const std::string& where)
{
    const auto near = [&](double value, const std::string& key) {
        EXPECT_NEAR(value, expected.at(key), tolerance) << where << " " << key;
    };
    near(got.value, name);
    near(got.lower, "lower_" + name);
    near(got.upper, "upper_" + name);
    ASSERT_EQ(got.standardError.has_value(), !expected.at("se_" + name).is_null()) << where;
    if (got.standardError) {
        near(*got.standardError, "se_" + name);
    }
}

TEST(DPrimeConformance, DiscriminationTests)
{
    const std::map<std::string, IntervalStatistic> statistics = {
        {"exact", IntervalStatistic::exact},
        {"likelihood", IntervalStatistic::likelihood},
        {"score", IntervalStatistic::score}};
    for (const auto& test : publishedSensitivities().at("sensr_discrimination_tests").at("cases")) {
        const auto task = kTasks.at(test.at("protocol"));
        const auto statistic = statistics.at(test.at("interval_statistic"));
        const std::string kind = test.at("test");
        const auto got = kind == "difference"
                             ? testDifference(task, test.at("correct"), test.at("total"), statistic,
                                              test.at("confidence"))
                             : testSimilarity(task, test.at("correct"), test.at("total"), statistic,
                                              0.2, test.at("confidence"));
        const auto& expected = test.at("expected");
        const auto where = test.at("protocol").get<std::string>() + " " + kind;
        // Its profile limits are roots of a spline in pc; their error goes on to d' by the slope.
        const bool profile = statistic == IntervalStatistic::likelihood;
        const double pc = profile ? kRoot : kExact;
        expectEstimate(got.proportionCorrect, expected, "pc", pc, where);
        expectEstimate(got.proportionDiscriminated, expected, "pd", pc, where);
        const double slope = proportionCorrectSlope(task, got.dPrime.upper);
        expectEstimate(got.dPrime, expected, "dprime", profile ? kRoot / slope : kRoot, where);
        EXPECT_NEAR(got.pValue, expected.at("p_value"), kExact) << where;
    }
}

TEST(DPrimeConformance, YesNo)
{
    const auto& test = publishedSensitivities().at("sensr_yes_no_a_not_a");
    const auto got = testYesNo({.hits = test.at("hits"),
                                .signalTrials = test.at("signal_trials"),
                                .falseAlarms = test.at("false_alarms"),
                                .noiseTrials = test.at("noise_trials")});
    const auto& expected = test.at("expected");
    EXPECT_NEAR(got.dPrime.value, expected.at("dprime"), kExact);
    EXPECT_NEAR(got.dPrime.standardError.value(), expected.at("se"), kExact);
    EXPECT_NEAR(got.pValue, expected.at("p_value_one_sided_fisher"), kExact);
    EXPECT_NEAR(got.dPrime.lower, expected.at("profile_likelihood_ci95")[0], kRoot);
    EXPECT_NEAR(got.dPrime.upper, expected.at("profile_likelihood_ci95")[1], 2 * kRoot);
}

TEST(DPrimeConformance, SameDifferentByDifferencing)
{
    for (const double criterion : {0.5, 1.0, 2.0}) {
        for (const double d : {0.1, 1.0, 3.0}) {
            const auto rates = sameDifferentRates(d, criterion);
            EXPECT_NEAR(rates.falseAlarm, 2 * normalCdf(-criterion / std::sqrt(2.0)), 1e-15);
            EXPECT_NEAR(sameDifferentDPrime(rates), d, 1e-9);
        }
    }
}

} // namespace
} // namespace mlab
