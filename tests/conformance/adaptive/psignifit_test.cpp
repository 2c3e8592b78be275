// SPDX-License-Identifier: GPL-3.0-or-later
//
// python-psignifit's numbers (wichmann-lab/python-psignifit 29efbe5; psignifit.json).
#include "core/base/files.h"
#include "core/fits/psychometric_fit.h"
#include "core/fits/psychometric_grid.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

namespace mlab {
namespace {

using nlohmann::json;

const json& publishedFits()
{
    static const json kCases = json::parse(
        readFile(std::string(MLAB_SOURCE_DIR) + "/tests/conformance/adaptive/psignifit.json"));
    return kCases;
}

const std::vector<std::string> kFits = {
    "doc_example_2afc_gauss",  "doc_example_2afc_gauss_lambda_fixed_001",
    "matlab_test1_2afc_gauss", "matlab_yesno_gauss",
    "matlab_2afc_logistic",    "matlab_yesno_logistic",
    "gen_4afc_logistic",       "gen_3afc_gauss",
    "gen_2afc_overdispersed",  "mixture_map_versus_mean"};

std::vector<LevelCounts> dataOf(const json& rows)
{
    std::vector<LevelCounts> data;
    for (const auto& row : rows) {
        data.push_back({row.at(0), row.at(1), row.at(2)});
    }
    return data;
}

Sigmoid sigmoidNamed(const std::string& name)
{
    return Sigmoid(sigmoidShapeNamed(name).value());
}

PsychometricModel modelOf(const json& options, const std::string& sigmoid)
{
    PsychometricModel model;
    model.sigmoid = sigmoidNamed(sigmoid);
    const std::string experiment = options.at("experiment_type");
    if (experiment == "yes/no") {
        model.guessRate = GuessRate::free;
    } else if (experiment == "equal asymptote") {
        model.guessRate = GuessRate::equalToLapse;
    } else {
        model.guess = 1.0 / std::stoi(experiment);
    }
    if (options.contains("fixed_parameters") && !options["fixed_parameters"].is_null()) {
        for (const auto& [name, value] : options["fixed_parameters"].items()) {
            if (name == "lambda") {
                model.fixedLapse = value.get<double>();
            } else {
                EXPECT_EQ(name, "gamma");
                model.fixedGuess = value.get<double>();
            }
        }
    }
    return model;
}

PsychometricParameters parametersOf(const json& values)
{
    return {.threshold = values.at("threshold"),
            .width = values.at("width"),
            .lapse = values.at("lambda"),
            .guess = values.at("gamma"),
            .eta = values.value("eta", 0.0)};
}

TEST(Psignifit, SigmoidsHaveThePublishedValues)
{
    const auto& test = publishedFits().at("sigmoid_values");
    for (const auto& [name, values] : test.at("expected").items()) {
        const Sigmoid sigmoid(sigmoidShapeNamed(name).value(), test.at("PC"), test.at("alpha"));
        for (std::size_t i = 0; i < values.size(); ++i) {
            EXPECT_NEAR(sigmoid(test.at("x")[i], test.at("threshold"), test.at("width")), values[i],
                        1e-6)
                << name << " at " << test.at("x")[i];
        }
    }
}

TEST(Psignifit, MaximumIsNotBelowTheReferences)
{
    for (const auto& name : kFits) {
        const auto& test = publishedFits().at(name);
        const auto data = dataOf(test.at("data"));
        const auto model = modelOf(test.at("options"), test.at("options").at("sigmoid"));
        const PsychometricPosterior posterior(data, model);
        const auto fit = fitPsychometric(data, model);
        EXPECT_NEAR(fit.logPosterior, posterior.logDensity(fit.map), 1e-9) << name;
        for (const auto* key : {"expected_MAP", "computed_here"}) {
            if (test.contains(key)) {
                auto reference =
                    parametersOf(test[key].contains("MAP") ? test[key]["MAP"] : test[key]);
                // Rounded to 0.5 or 1/3 in the file, exact here.
                reference.guess =
                    model.guessRate == GuessRate::fixed ? model.guess : reference.guess;
                reference.lapse = model.fixedLapse.value_or(reference.lapse);
                EXPECT_GE(fit.logPosterior, posterior.logDensity(reference) - 1e-9)
                    << name << " " << key;
            }
        }
    }
}

// A simplex stops within 1e-3 to 1e-2 of the maximum, so that is as near as its numbers are.
TEST(Psignifit, MaximumIsWhereTheReferencesIs)
{
    for (const auto& name : kFits) {
        const auto& test = publishedFits().at(name);
        const auto fit = fitPsychometric(
            dataOf(test.at("data")), modelOf(test.at("options"), test.at("options").at("sigmoid")));
        const auto check = [&](const json& reference, double relative, double absolute) {
            const auto expected = parametersOf(reference);
            const auto near = [&](double got, double wanted, const char* parameter) {
                EXPECT_NEAR(got, wanted, relative * std::abs(wanted) + absolute)
                    << name << " " << parameter;
            };
            near(fit.map.threshold, expected.threshold, "threshold");
            near(fit.map.width, expected.width, "width");
            // A simplex leaves rates that hardly matter where they are.
            EXPECT_NEAR(fit.map.lapse, expected.lapse, 2e-3) << name;
            EXPECT_NEAR(fit.map.guess, expected.guess, 2e-3) << name;
        };
        if (test.contains("expected_MAP")) {
            const auto& tolerance = test.at("tolerance");
            check(test["expected_MAP"], tolerance.value("rtol", 0.0), tolerance.value("atol", 0.0));
        }
        check(test.at("computed_here").at("MAP"), 1e-2, 1e-4);
    }
}

TEST(Psignifit, PosteriorMeansAndIntervalsAreTheReferences)
{
    for (const auto& name : kFits) {
        const auto& test = publishedFits().at(name).at("computed_here");
        const bool twoRates = name.starts_with("matlab_yesno");
        const auto fit = fitPsychometric(dataOf(publishedFits()[name].at("data")),
                                         modelOf(publishedFits()[name].at("options"),
                                                 publishedFits()[name]["options"].at("sigmoid")));
        const auto check = [&](const PsychometricParameters& got, const auto& wanted,
                               const std::string& what) {
            const std::vector<std::pair<const char*, double>> parameters = {
                {"threshold", got.threshold},
                {"width", got.width},
                {"lambda", got.lapse},
                {"gamma", got.guess},
                {"eta", got.eta}};
            for (const auto& [parameter, value] : parameters) {
                const double expected = wanted(parameter);
                // Two free rates are integrated on fewer values than the reference's.
                const bool isRate = parameter[0] == 'l' || parameter[0] == 'g';
                const double tolerance = !twoRates ? 1e-3 * std::abs(expected) + 1e-9
                                         : isRate  ? 1e-2
                                                   : 1e-2 * std::abs(expected);
                EXPECT_NEAR(value, expected, tolerance) << name << " " << what << " " << parameter;
            }
        };
        check(
            fit.mean, [&](const char* p) { return test.at("mean").at(p).get<double>(); }, "mean");
        for (const auto& [interval, key] :
             {std::pair(fit.intervals[0], "0.95"), std::pair(fit.intervals[1], "0.9"),
              std::pair(fit.intervals[2], "0.68")}) {
            for (const int side : {0, 1}) {
                check(
                    side == 0 ? interval.lower : interval.upper,
                    [&](const char* p) {
                        return test.at("credible_intervals").at(p).at(key).at(side).get<double>();
                    },
                    std::string(key) + (side == 0 ? " lower" : " upper"));
            }
        }
    }
}

TEST(Psignifit, MixtureExampleHasItsPublishedMapAndMean)
{
    const auto& test = publishedFits().at("mixture_map_versus_mean");
    const auto fit = fitPsychometric(dataOf(test.at("data")),
                                     modelOf(test.at("options"), test.at("options").at("sigmoid")));
    const auto mean = parametersOf(test.at("expected").at("mean"));
    EXPECT_NEAR(fit.mean.threshold, mean.threshold, 1e-5 * mean.threshold);
    EXPECT_NEAR(fit.mean.width, mean.width, 1e-5 * mean.width);
    EXPECT_NEAR(fit.mean.eta, mean.eta, 1e-5 * mean.eta);
    // The published maximum is a simplex's; ours is higher and therefore not within 1e-5 of it.
    const auto map = parametersOf(test.at("expected").at("MAP"));
    EXPECT_NEAR(fit.map.threshold, map.threshold, 1e-4 * map.threshold);
    EXPECT_NEAR(fit.map.width, map.width, 1e-4 * map.width);
}

TEST(Psignifit, NoiseFreeParametersAreRecovered)
{
    for (const auto* name : {"noise_free_recovery_2afc", "noise_free_recovery_yes_no"}) {
        const auto& test = publishedFits().at(name);
        const auto truth = parametersOf(test.at("true"));
        const double tolerance = test.at("tolerance_abs");
        for (const auto& set : test.at("datasets")) {
            const auto where = std::string(name) + " " + set.at("sigmoid").get<std::string>();
            // psignifit's neg_ shapes mirror the whole function, asymptotes included: the same as
            // the rising shape for the other kind of answer.
            std::string sigmoid = set.at("sigmoid");
            auto data = dataOf(set.at("data"));
            if (sigmoid.starts_with("neg_")) {
                sigmoid = sigmoid.substr(4);
                for (auto& block : data) {
                    block.correct = block.total - block.correct;
                }
            }
            const auto fit = fitPsychometric(data, modelOf(test.at("options"), sigmoid));
            EXPECT_NEAR(fit.map.threshold, truth.threshold, tolerance) << where;
            EXPECT_NEAR(fit.map.width, truth.width, tolerance) << where;
            EXPECT_NEAR(fit.map.guess, truth.guess, tolerance) << where;
            EXPECT_NEAR(fit.map.lapse, truth.lapse, tolerance) << where;
            EXPECT_NEAR(fit.map.eta, truth.eta, tolerance) << where;
        }
    }
}

TEST(Psignifit, ThresholdAtAnotherShareOfCorrectAnswers)
{
    const auto& test = publishedFits().at("threshold_at_90_percent_correct");
    const auto& source = publishedFits().at(test.at("data_from").get<std::string>());
    const auto model = modelOf(source.at("options"), source.at("options").at("sigmoid"));
    const auto fit = fitPsychometric(dataOf(source.at("data")), model);
    EXPECT_NEAR(levelAtProportion(model.sigmoid, fit.map, test.at("proportion_correct")),
                test.at("expected"), test.at("tolerance_abs"));
}

TEST(Psignifit, IntervalsOfThresholdsAtOtherShares)
{
    const Sigmoid norm(SigmoidShape::norm);
    const auto& test = publishedFits().at("threshold_at_other_levels_with_ci").at(0);
    const auto map = parametersOf(test.at("MAP"));
    for (const auto& [key, ci] : test.at("ci").items()) {
        CredibleInterval interval;
        const auto limit = [&](std::size_t side) {
            return PsychometricParameters{.threshold = ci.at("threshold")[side],
                                          .width = ci.at("width")[side],
                                          .lapse = ci.at("lambda")[side],
                                          .guess = ci.at("gamma")[side],
                                          .eta = 0.0};
        };
        interval.lower = limit(0);
        interval.upper = limit(1);
        for (std::size_t i = 0; i < 3; ++i) {
            const auto got =
                levelIntervalAtProportion(norm, map, interval, test.at("proportion_correct")[i]);
            EXPECT_NEAR(got[0], test.at("expected_ci").at(key)[0][i], 1e-6) << key << " " << i;
            EXPECT_NEAR(got[1], test.at("expected_ci").at(key)[1][i], 1e-6) << key << " " << i;
        }
    }
    const auto& second = publishedFits().at("threshold_at_other_levels_with_ci").at(1);
    const auto parameters = parametersOf(second.at("MAP"));
    for (const auto& item : second.at("cases")) {
        const double share = item.at("proportion_correct");
        const double got = item.at("unscaled").get<bool>()
                               ? norm.levelAt(share, parameters.threshold, parameters.width)
                               : levelAtProportion(norm, parameters, share);
        EXPECT_NEAR(got, item.at("expected"), item.value("tolerance_abs", 1e-6)) << share;
    }
}

TEST(Psignifit, StandardParametersAreThoseOfTextbooks)
{
    const auto& test = publishedFits().at("standard_parameters_gauss");
    const auto standard =
        Sigmoid(SigmoidShape::norm).standard(test.at("threshold"), test.at("width"));
    EXPECT_NEAR(standard.location, test.at("expected_loc"), 1e-9);
    EXPECT_NEAR(standard.scale, test.at("expected_scale"), 1e-9);
    for (const auto& name : kFits) {
        const auto& fit = publishedFits().at(name).at("computed_here");
        const auto got = sigmoidNamed(publishedFits()[name]["options"]["sigmoid"])
                             .standard(fit.at("MAP").at("threshold"), fit.at("MAP").at("width"));
        EXPECT_NEAR(got.location, fit.at("standard_loc_scale")[0], 1e-9) << name;
        EXPECT_NEAR(got.scale, fit.at("standard_loc_scale")[1], 1e-9) << name;
    }
}

TEST(Psignifit, HighestDensityOnItsDefaultGrids)
{
    for (const auto& test : publishedFits().at("max_log_posterior_on_default_grid")) {
        const auto& source = publishedFits().at(test.at("data_from").get<std::string>());
        const PsychometricPosterior posterior(dataOf(source.at("data")), modelOf(test, "norm"));
        const auto shape = test.at("grid_shape").get<std::vector<std::size_t>>();
        GridSpec spec;
        const bool hasGuess = shape.size() == 5;
        spec.steps = {shape[0], hasGuess ? shape[1] : 1, shape[hasGuess ? 2 : 1],
                      shape[hasGuess ? 3 : 2], shape[hasGuess ? 4 : 3]};
        for (const auto axis : {kEta, kGuess, kLapse, kThreshold, kWidth}) {
            spec.bounds[axis] = posterior.bounds(axis);
        }
        const auto grid = integrateOnGrid(posterior, spec);
        const double expected = test.at("expected");
        EXPECT_NEAR(grid.logMaximum, expected, 1e-5 * std::abs(expected));
        EXPECT_NEAR(posterior.logDensity(grid.maximum), expected, 1e-5 * std::abs(expected));
    }
}

TEST(Psignifit, TrapezoidWeightsAreTheReferences)
{
    // The third case has uneven steps, for which the reference's weights do not sum to the length
    // of the interval; grids have even ones.
    for (const std::size_t i : {0U, 1U}) {
        const auto& test = publishedFits().at("trapezoid_weights").at(i);
        double total = 1.0;
        double first = 1.0;
        for (const auto& axis : test.at("grid")) {
            const auto values =
                axis.is_null() ? std::vector<double>{} : axis.get<std::vector<double>>();
            double sum = 0.0;
            for (const double weight : trapezoidWeights(values)) {
                sum += weight;
            }
            total *= sum;
            first *= trapezoidWeights(values).front();
        }
        EXPECT_DOUBLE_EQ(total, test.at("total"));
        if (test.contains("weight_each")) {
            EXPECT_DOUBLE_EQ(first, test["weight_each"]);
        }
    }
}

TEST(Psignifit, UnevenTrapezoidWeightsIntegrateAStraightLineExactly)
{
    const std::vector<double> values = {5, 6, 9};
    EXPECT_EQ(trapezoidWeights(values), (std::vector<double>{0.5, 2, 1.5}));
    // 4 in length, where the reference's weights sum to 3.
    EXPECT_EQ(publishedFits().at("trapezoid_weights").at(2).at("total"), 3);
}

TEST(Psignifit, PercentilesOfANormalOnAGrid)
{
    const double sd = 0.75;
    std::vector<double> values;
    std::vector<double> mass;
    double total = 0.0;
    for (int i = 0; i < 100; ++i) {
        values.push_back(-3 + 6.0 * i / 99);
        mass.push_back(normalDensity(values.back() / sd));
        total += mass.back();
    }
    for (double& m : mass) {
        m /= total;
    }
    for (const auto& [probability, reach] :
         {std::pair(0.6827, 1.0), std::pair(0.9545, 2.0), std::pair(0.9973, 3.0)}) {
        const auto interval = percentileInterval(values, mass, probability);
        EXPECT_NEAR(interval[0], -reach * sd, 0.12);
        EXPECT_NEAR(interval[1], reach * sd, 0.12);
    }
}

} // namespace
} // namespace mlab
