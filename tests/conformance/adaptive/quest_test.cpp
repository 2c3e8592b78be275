// SPDX-License-Identifier: GPL-3.0-or-later
//
// QUEST as in Psychtoolbox and PsychoPy.
#include "core/procedures/quest.h"
#include "tests/conformance/adaptive/adaptive_json.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mlab {
namespace {

using nlohmann::json;

// Intensities that may be negative are places on a logarithmic scale.
QuestSpec specOf(const json& config)
{
    QuestSpec spec;
    const bool logarithmic = config.at("startVal").get<double>() < 0;
    spec.scale = logarithmic ? LevelScale::logarithmic : LevelScale::linear;
    spec.guess = fromScale(spec.scale, config.at("startVal"));
    spec.guessSd = config.at("startValSd");
    spec.target = config.at("pThreshold");
    spec.slope = config.at("beta");
    spec.chance = config.at("gamma");
    spec.lapse = config.at("delta");
    spec.grain = config.value("grain", 0.01);
    spec.range = config.value("range", 5.0);
    const auto limit = [&](const char* key, double otherwise) {
        return config.contains(key) && config.at(key).is_number() ? config.at(key).get<double>()
                                                                  : otherwise;
    };
    spec.minLevel = limit("minVal", logarithmic ? 1e-10 : 0.0);
    spec.maxLevel = limit("maxVal", 1e10);
    return spec;
}

void expectRelative(double value, const json& expected, const char* what)
{
    EXPECT_NEAR(value, expected.get<double>(), 1e-6 * std::abs(expected.get<double>())) << what;
}

TEST(Quest, AgreesWithPsychoPyAfterEveryTrial)
{
    int compared = 0;
    const json cases = adaptiveJson("quest.json").at("cases");
    for (const auto& [name, example] : cases.items()) {
        if (!example.contains("responses")) {
            continue;
        }
        SCOPED_TRACE(name);
        Quest quest(specOf(example.at("config")));
        const auto place = [&](double level) { return toScale(quest.spec().scale, level); };
        const auto& computed = example.at("computed_here");
        expectRelative(quest.bestQuantile(), computed.at("optimal_quantile_order"), "quantile");
        expectRelative(quest.epsilon(), computed.at("xThreshold_epsilon"), "epsilon");
        EXPECT_EQ(quest.posterior().size(), computed.at("grid_points").get<std::size_t>());
        for (const auto& trial : computed.at("per_trial")) {
            SCOPED_TRACE(trial.at("trial").get<int>());
            expectRelative(place(quest.nextLevel()), trial.at("intensity"), "level");
            quest.tell(quest.nextLevel(), trial.at("response") == 1);
            expectRelative(quest.mean(), trial.at("mean"), "mean");
            expectRelative(quest.mode(), trial.at("mode"), "mode");
            expectRelative(quest.sd(), trial.at("sd"), "sd");
            expectRelative(quest.quantile(quest.bestQuantile()), trial.at("quantile_default"),
                           "quantile");
            expectRelative(quest.quantile(0.05), trial.at("q05"), "5 %");
            expectRelative(quest.quantile(0.5), trial.at("q50"), "50 %");
            expectRelative(quest.quantile(0.95), trial.at("q95"), "95 %");
            ++compared;
        }
    }
    EXPECT_GT(compared, 40);
}

TEST(Quest, PutsHarveysEpsilon)
{
    const auto example = adaptiveJson("quest.json").at("cases").at("harvey_1986_epsilon");
    auto spec = specOf(example.at("config"));
    EXPECT_NEAR(Quest(spec).epsilon(), example.at("expected_epsilon").get<double>(),
                example.at("tolerance_abs").get<double>());
}

} // namespace
} // namespace mlab
