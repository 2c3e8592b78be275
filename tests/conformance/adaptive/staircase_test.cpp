// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/procedures/staircase.h"
#include "tests/conformance/adaptive/adaptive_json.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace mlab {
namespace {

using nlohmann::json;

/// PsychoPy's configuration in our words.
StaircaseSpec fromPsychoPy(const json& config)
{
    const bool db = config.at("stepType") == "db";
    StaircaseSpec spec;
    spec.startLevel = config.at("startVal");
    spec.maxLevel = config.value("maxVal", 1e6);
    // Logarithmic steps never reach PsychoPy's minimum of 0.
    spec.minLevel = std::max(config.value("minVal", 0.0), db ? 1e-12 : 0.0);
    spec.scale = db ? LevelScale::decibel : LevelScale::linear;
    spec.steps.clear();
    for (const auto& step : config.at("stepSizes").is_array()
                                ? config.at("stepSizes")
                                : json::array({config.at("stepSizes")})) {
        spec.steps.push_back(step.get<double>());
    }
    spec.nDown = config.at("nDown");
    spec.nUp = config.at("nUp");
    spec.stopReversals.reset();
    if (config.contains("nReversals") && config.at("nReversals").is_number()) {
        spec.stopReversals =
            std::max(config.at("nReversals").get<int>(), static_cast<int>(spec.steps.size()));
    }
    spec.stopWhen = StaircaseSpec::StopWhen::all;
    return spec;
}

// Sequences of another, widely used program. Ours has no initial rule (one answer is enough for a
// step until the first reversal); where PsychoPy applied it, each answer that moved it alone is
// repeated as often as our rule needs, which must give the same track.
TEST(Staircase, AgreesWithPsychoPy)
{
    const json cases = adaptiveJson("staircase_psychopy.json").at("cases");
    ASSERT_GE(cases.size(), 9U);
    for (const auto& [name, example] : cases.items()) {
        SCOPED_TRACE(name);
        const auto& config = example.at("config");
        auto spec = fromPsychoPy(config);
        const bool initialRule = config.value("applyInitialRule", true);
        const auto responses = example.at("responses").get<std::vector<int>>();
        const auto reversalTrials =
            example.at("expected_reversal_trial_index_0based").get<std::vector<std::size_t>>();

        std::vector<int> repeats(responses.size(), 1);
        int told = 0;
        for (std::size_t i = 0; i < responses.size(); ++i) {
            if (initialRule && i <= reversalTrials.front()) {
                repeats[i] = responses[i] == 1 ? spec.nDown : spec.nUp;
            }
            told += repeats[i];
        }
        if (config.contains("nTrials")) {
            // The repeated trials are only in our track; they must not make it end earlier.
            spec.stopTrials =
                config.at("nTrials").get<int>() + told - static_cast<int>(responses.size());
        }

        Staircase staircase(spec);
        for (std::size_t i = 0; i < responses.size(); ++i) {
            ASSERT_FALSE(staircase.finished()) << "before trial " << i;
            EXPECT_NEAR(staircase.nextLevel(), example.at("computed_full_precision")[i], 1e-8)
                << "trial " << i;
            for (int repeat = 0; repeat < repeats[i]; ++repeat) {
                staircase.tell(responses[i] == 1);
            }
        }
        EXPECT_TRUE(staircase.finished());
        EXPECT_NEAR(staircase.nextLevel(), example.at("next_intensity_after_last_response"), 1e-8);
        const auto reversals =
            example.at("expected_reversal_intensities").get<std::vector<double>>();
        ASSERT_EQ(staircase.reversalLevels().size(), reversals.size());
        for (std::size_t i = 0; i < reversals.size(); ++i) {
            EXPECT_NEAR(staircase.reversalLevels()[i], reversals[i], 1e-8);
        }
    }
}

TEST(StaircaseConformance, ConvergencePoints)
{
    const auto test =
        adaptiveJson("dprime_and_overdispersion.json").at("staircase_convergence_points");
    for (const auto& [n, share] : test.at("n_down_1_up_equal_steps").items()) {
        const int nDown = std::stoi(n);
        EXPECT_NEAR(convergenceShare({.nDown = nDown}), share, 1e-12);
    }
    for (const auto& [n, point] : test.at("garcia_perez_fixed_step").items()) {
        const double downOverUp = point.at("ratio_down_over_up");
        EXPECT_NEAR(convergenceShare({.nDown = std::stoi(n), .upStepRatio = 1 / downOverUp}),
                    point.at("converges_at"), 1e-4);
    }
    EXPECT_NEAR(convergenceShare({.nDown = 1, .upStepRatio = 3}), 0.75, 1e-12); // Kaernbach
}

} // namespace
} // namespace mlab
