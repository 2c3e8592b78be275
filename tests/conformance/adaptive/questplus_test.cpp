// SPDX-License-Identifier: GPL-3.0-or-later
//
// Watson's (2017) examples of QUEST+, as computed by the questplus package.
#include "core/procedures/grid_procedure.h"
#include "tests/conformance/adaptive/adaptive_json.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <vector>

namespace mlab {
namespace {

using nlohmann::json;

double weibullInDecibel(double x, double threshold, double slope, double chance, double lapse)
{
    return probabilityCorrect(Sigmoid(SigmoidShape::weibull), LevelScale::decibel,
                              fromScale(LevelScale::decibel, x),
                              fromScale(LevelScale::decibel, threshold), slope, chance, lapse);
}

double weibullOf(std::span<const double> x, std::span<const double> p)
{
    return weibullInDecibel(x[0], p[0], p[1], p[2], p[3]);
}

/// Both asymptotes are the lapse rate: a yes-no task.
double normalOf(std::span<const double> x, std::span<const double> p)
{
    return probabilityCorrect(Sigmoid(SigmoidShape::norm), LevelScale::linear, x[0], p[0], p[1],
                              p[2], p[2]);
}

std::vector<GridAxis> axes(const json& domain, const std::vector<std::string>& names)
{
    std::vector<GridAxis> out;
    for (const auto& name : names) {
        out.push_back({name, domain.at(name).get<std::vector<double>>()});
    }
    return out;
}

void expectSequence(const json& example, const std::vector<std::string>& parameters,
                    const ResponseModel& model)
{
    const auto table =
        std::make_shared<const ResponseTable>(axes(example.at("stimulus_domain"), {"intensity"}),
                                              axes(example.at("parameter_domain"), parameters),
                                              model, std::vector<bool>(parameters.size(), true));
    GridPosterior posterior(table, std::vector<double>(table->parameters(), 1.0));
    const auto nearTies =
        example.at("computed_here").at("trials_with_near_tie").get<std::vector<int>>();
    ASSERT_LE(nearTies.size(), 1U);
    int trial = 0;
    for (const auto& expected : example.at("trials")) {
        const double shown = expected.at("stimulus").at("intensity");
        const double chosen =
            table->stimulus(table->mostInformative(posterior.weights()).stimulus)[0];
        if (std::ranges::count(nearTies, trial) == 0) {
            EXPECT_EQ(chosen, shown) << "trial " << trial;
        }
        posterior.tell(std::vector{shown}, expected.at("response") == "Correct");
        ++trial;
    }
    EXPECT_EQ(trial, example.at("n_trials").get<int>());

    const auto& computed = example.at("computed_here");
    for (std::size_t axis = 0; axis < parameters.size(); ++axis) {
        const auto& name = parameters[axis];
        SCOPED_TRACE(name);
        EXPECT_EQ(posterior.mode()[axis], computed.at("final_mode").at(name).get<double>());
        EXPECT_NEAR(posterior.mean(axis), computed.at("final_mean").at(name).get<double>(), 1e-9);
        if (table->parameterAxes()[axis].values.size() == 1) {
            continue; // what is given for those is the reference's rounding error
        }
        EXPECT_NEAR(posterior.sd(axis), computed.at("final_marginal_sd").at(name).get<double>(),
                    1e-9);
        const auto marginal = computed.at("final_marginals").at(name).get<std::vector<double>>();
        for (std::size_t i = 0; i < marginal.size(); ++i) {
            EXPECT_NEAR(posterior.marginal(axis)[i], marginal[i], 1e-9);
        }
    }
}

const std::vector<std::string> kWeibull = {"threshold", "slope", "lower_asymptote", "lapse_rate"};

TEST(QuestPlus, WatsonsExample1)
{
    expectSequence(adaptiveJson("questplus.json").at("watson_example1"), kWeibull, weibullOf);
}

TEST(QuestPlus, WatsonsThresholdAndSlope)
{
    expectSequence(adaptiveJson("questplus.json").at("watson_implementation_threshold_slope"),
                   kWeibull, weibullOf);
}

TEST(QuestPlus, WatsonsExample3)
{
    expectSequence(adaptiveJson("questplus.json").at("watson_example3"),
                   {"mean", "sd", "lapse_rate"}, normalOf);
}

TEST(QuestPlus, ItsCurveGivesWatsonsLogLikelihood)
{
    const auto example = adaptiveJson("questplus.json").at("mquestplus_loglikelihood");
    const auto& p = example.at("parameters");
    double sum = 0.0;
    for (const auto& trial : example.at("trials")) {
        const double right =
            weibullInDecibel(trial.at("stimulus"), p.at("threshold"), p.at("slope"),
                             p.at("lower_asymptote"), p.at("lapse_rate"));
        sum += std::log(trial.at("outcome") == 2 ? right : 1 - right);
    }
    EXPECT_NEAR(sum, example.at("expected_log_likelihood").get<double>(), 5e-6);
}

} // namespace
} // namespace mlab
