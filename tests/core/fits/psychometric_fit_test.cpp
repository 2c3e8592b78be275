// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "core/fits/psychometric_fit.h"

#include <boost/random/beta_distribution.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <numeric>
#include <string>
#include <variant>
#include <vector>

namespace mlab {
namespace {

using Data = std::vector<LevelCounts>;
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

const Data kOrdinary = {{0.2, 21, 40}, {0.4, 24, 40}, {0.6, 30, 40}, {0.8, 36, 40}, {1.0, 39, 40}};

template <typename Warning> bool warnsOf(const PsychometricFit& fit)
{
    return std::ranges::any_of(fit.warnings, [](const FitWarning& warning) {
        return std::holds_alternative<Warning>(warning);
    });
}

TEST(PsychometricFit, OrdinaryDataNeedNoWarning)
{
    const auto fit = fitPsychometric(kOrdinary, {});
    EXPECT_TRUE(fit.warnings.empty()) << fit.warnings.front().index();
    EXPECT_EQ(fit.devianceResiduals.size(), kOrdinary.size());
    double sum = 0.0;
    for (const double residual : fit.devianceResiduals) {
        sum += residual * residual;
    }
    EXPECT_NEAR(fit.deviance, sum, 1e-12);
}

TEST(PsychometricFit, IntervalsAreNested)
{
    const auto fit = fitPsychometric(kOrdinary, {});
    for (int i = 0; i < 2; ++i) {
        EXPECT_LT(fit.intervals[i].lower.threshold, fit.intervals[i + 1].lower.threshold);
        EXPECT_GT(fit.intervals[i].upper.threshold, fit.intervals[i + 1].upper.threshold);
        EXPECT_LT(fit.intervals[i].lower.width, fit.intervals[i + 1].lower.width);
        EXPECT_GT(fit.intervals[i].upper.width, fit.intervals[i + 1].upper.width);
    }
}

// Levels in other units are the same experiment.
TEST(PsychometricFit, FollowsTheUnitOfTheLevels)
{
    auto scaled = kOrdinary;
    for (auto& block : scaled) {
        block.level = 1000 * block.level - 300;
    }
    const auto fit = fitPsychometric(kOrdinary, {});
    const auto other = fitPsychometric(scaled, {});
    EXPECT_NEAR(other.map.threshold, 1000 * fit.map.threshold - 300, 0.05);
    EXPECT_NEAR(other.map.width, 1000 * fit.map.width, 0.2);
    EXPECT_NEAR(other.interval95().upper.threshold, 1000 * fit.interval95().upper.threshold - 300,
                0.5);
}

TEST(PsychometricFit, FixedParametersStayWhereTheyAre)
{
    const PsychometricModel model{.fixedWidth = 0.5, .fixedLapse = 0.03, .fixedEta = 0.0};
    const auto fit = fitPsychometric(kOrdinary, model);
    EXPECT_EQ(fit.map.width, 0.5);
    EXPECT_EQ(fit.mean.lapse, 0.03);
    EXPECT_EQ(fit.interval95().lower.width, 0.5);
    EXPECT_EQ(fit.interval95().upper.eta, 0.0);
    const PsychometricModel all{
        .fixedThreshold = 0.6, .fixedWidth = 0.5, .fixedLapse = 0.03, .fixedEta = 0.1};
    EXPECT_NEAR(fitPsychometric(kOrdinary, all).map.threshold, 0.6, 1e-15);
}

TEST(PsychometricFit, EqualAsymptotesAreEqual)
{
    PsychometricModel model;
    model.guessRate = GuessRate::equalToLapse;
    const auto fit =
        fitPsychometric(Data{{0, 2, 40}, {1, 5, 40}, {2, 20, 40}, {3, 36, 40}, {4, 38, 40}}, model);
    EXPECT_EQ(fit.map.guess, fit.map.lapse);
    EXPECT_GT(fit.map.lapse, 0.005);
    EXPECT_EQ(fit.interval95().upper.guess, fit.interval95().upper.lapse);
}

TEST(PsychometricFit, TasksAgreeOnTheScaleOfDPrime)
{
    // One observer, d' = (level / 0.5)^1.5, asked in three ways.
    const std::vector<double> levels = {0.2, 0.35, 0.5, 0.7, 1.0, 1.4, 2.0};
    for (const auto task : {DiscriminationTask::twoAfc, DiscriminationTask::abxDifferencing,
                            DiscriminationTask::oddity, DiscriminationTask::fourAfc}) {
        Data data;
        for (const double level : levels) {
            const double p = proportionCorrect(task, std::pow(level / 0.5, 1.5));
            data.push_back({level, std::round(20000 * p), 20000});
        }
        PsychometricModel model;
        model.sigmoid = Sigmoid::forTask(task);
        model.guess = chanceOf(task);
        const auto fit = fitPsychometric(data, model);
        EXPECT_NEAR(fit.map.threshold, 0.5, 0.01);
        EXPECT_NEAR(model.sigmoid.dPrimeSlope(fit.map.width), 1.5, 0.05);
        EXPECT_LT(fit.interval95().lower.threshold, 0.5);
        EXPECT_GT(fit.interval95().upper.threshold, 0.5);
    }
}

TEST(PsychometricFit, OverdispersedAnswersWidenTheInterval)
{
    const Data steady = {{1, 22, 40}, {2, 24, 40}, {3, 30, 40}, {4, 36, 40}, {5, 39, 40}};
    const Data erratic = {{1, 28, 40}, {2, 17, 40}, {3, 37, 40}, {4, 29, 40}, {5, 40, 40}};
    const auto one = fitPsychometric(steady, {});
    const auto other = fitPsychometric(erratic, {});
    const auto length = [](const PsychometricFit& fit) {
        return fit.interval95().upper.threshold - fit.interval95().lower.threshold;
    };
    EXPECT_GT(other.mean.eta, 2 * one.mean.eta);
    EXPECT_GT(length(other), 1.5 * length(one));
}

TEST(PsychometricFit, DeviancePValueTellsAFunctionThatFitsFromOneThatDoesNot)
{
    const auto good = fitPsychometric(kOrdinary, {});
    EXPECT_GT(goodnessOfFit(good, kOrdinary, PsychometricModel{}, 100, 1).p, 0.1);
    EXPECT_EQ(goodnessOfFit(good, kOrdinary, PsychometricModel{}, 50, 7).p,
              goodnessOfFit(good, kOrdinary, PsychometricModel{}, 50, 7).p);
    // Answers that fall where they should rise; without overdispersion to account for them.
    const Data bad = {{1, 20, 40}, {2, 39, 40}, {3, 25, 40}, {4, 36, 40}, {5, 40, 40}};
    const PsychometricModel binomial{.fixedEta = 0.0};
    EXPECT_LT(goodnessOfFit(fitPsychometric(bad, binomial), bad, binomial, 100, 1).p, 0.02);
    EXPECT_THROW(goodnessOfFit(good, kOrdinary, PsychometricModel{}, 0, 1), InvalidArgument);
}

TEST(PsychometricFit, ResidualsOfRowsAreThoseOfTheFitAndSumToTheDeviance)
{
    const auto fit = fitPsychometric(kOrdinary, {});
    const PsychometricPosterior posterior(kOrdinary, {});
    std::vector<std::size_t> own(kOrdinary.size());
    std::iota(own.begin(), own.end(), std::size_t{0});
    const auto quality = goodnessOfFit(fit, kOrdinary, posterior, own, 10, 1);
    ASSERT_EQ(quality.residuals.size(), fit.devianceResiduals.size());
    double squares = 0.0;
    for (std::size_t i = 0; i < own.size(); ++i) {
        EXPECT_NEAR(quality.residuals[i], fit.devianceResiduals[i], 1e-9);
        squares += quality.residuals[i] * quality.residuals[i];
    }
    EXPECT_NEAR(quality.deviance, squares, 1e-9);
    EXPECT_NEAR(quality.deviance, fit.deviance, 1e-9);
    EXPECT_THROW(goodnessOfFit(fit, kOrdinary, posterior, std::vector<std::size_t>{0}, 10, 1),
                 InvalidArgument);
}

TEST(PsychometricFit, SingleTrialsInGroupsShowAMisfitThatTheyHideAlone)
{
    // Right answers come and go with the level, each level shown once.
    Data data;
    std::vector<std::size_t> group;
    for (int i = 0; i < 80; ++i) {
        const bool right = (i / 20) % 2 == 1 || i % 2 == 0;
        data.push_back({1.0 + 0.01 * i, right ? 1.0 : 0.0, 1});
        group.push_back(static_cast<std::size_t>(i / 20));
    }
    const PsychometricModel model{.sigmoid = Sigmoid(SigmoidShape::weibull), .fixedEta = 0.0};
    const auto fit = fitPsychometric(data, model);
    const auto quality =
        goodnessOfFit(fit, data, PsychometricPosterior(data, model), group, 200, 1);
    EXPECT_LT(quality.p, 0.05);
    ASSERT_EQ(quality.residuals.size(), 4U);
    EXPECT_LT(quality.residuals[2], 0.0); // half right between two groups that are all right
    EXPECT_GT(quality.residuals[1], 0.0);
    EXPECT_GT(goodnessOfFit(fit, data, model, 200, 1).p, 0.05);
}

// A function that rises from 0.525 by 0.75 to 0.975 over the levels 1, 2 and 3, and an overall
// proportion correct of 0.75. Groups change the error, not the likelihood.
TEST(PsychometricFit, PseudoR2AndMeanAbsoluteErrorOfAWorkedExample)
{
    const Data data = {{1, 10, 20}, {2, 15, 20}, {3, 20, 20}};
    PsychometricFit fit;
    fit.map = {.threshold = 2, .width = 2, .lapse = 0, .guess = 0.5, .eta = 0};
    const PsychometricPosterior posterior(data, {});
    const auto quality = goodnessOfFit(fit, data, PsychometricModel{}, 1, 1);
    const double fitted = 10 * std::log(0.525) + 10 * std::log(0.475) + 15 * std::log(0.75) +
                          5 * std::log(0.25) + 20 * std::log(0.975);
    const double null = 45 * std::log(0.75) + 15 * std::log(0.25);
    ASSERT_TRUE(quality.pseudoR2);
    EXPECT_NEAR(*quality.pseudoR2, 1 - fitted / null, 1e-12);
    EXPECT_NEAR(*quality.pseudoR2, 0.2400, 1e-4);
    EXPECT_NEAR(quality.meanAbsoluteError, (20 * 0.025 + 0 + 20 * 0.025) / 60, 1e-12);
    const auto grouped =
        goodnessOfFit(fit, data, posterior, std::vector<std::size_t>{0, 0, 1}, 1, 1);
    EXPECT_EQ(grouped.pseudoR2, quality.pseudoR2);
    EXPECT_NEAR(grouped.meanAbsoluteError, (40 * 0.0125 + 20 * 0.025) / 60, 1e-12);
    // Trials without a wrong answer leave nothing to explain.
    const Data perfect = {{1, 20, 20}, {2, 20, 20}, {3, 20, 20}};
    EXPECT_FALSE(goodnessOfFit(fit, perfect, PsychometricModel{}, 1, 1).pseudoR2);
}

TEST(PsychometricFit, DevianceOfDataFromTheFunctionIsSeldomUnlikely)
{
    // At levels fixed in advance p is uniform, except for its steps and the refitted prior.
    constexpr int kDataSets = 200;
    const PsychometricModel model{.fixedEta = 0.0};
    const PsychometricParameters truth{
        .threshold = 3, .width = 3, .lapse = 0.02, .guess = 0.5, .eta = 0};
    int unlikely = 0;
    for (std::uint64_t i = 0; i < kDataSets; ++i) {
        RandomStream random(i, "deviance test");
        Data data;
        for (const double level : {1.0, 2.0, 3.0, 4.0, 5.0, 6.0}) {
            LevelCounts block{level, 0, 40};
            for (int trial = 0; trial < 40; ++trial) {
                block.correct +=
                    random.uniform() < probabilityCorrect(model.sigmoid, truth, level) ? 1 : 0;
            }
            data.push_back(block);
        }
        unlikely +=
            goodnessOfFit(fitPsychometric(data, model), data, model, 100, i).p <= 0.1 ? 1 : 0;
    }
    // Binomial(200, 0.1): outside of these once in 1000.
    EXPECT_GE(unlikely, 8);
    EXPECT_LE(unlikely, 35);
}

TEST(PsychometricFit, FewTrialsAreNotTakenForAPosteriorTooNarrowForItsGrid)
{
    for (const Data& data :
         {Data{{1, 11, 20}, {2, 15, 20}, {3, 20, 20}}, Data{{1, 0, 20}, {2, 0, 20}, {3, 0, 20}},
          Data{{1, 3, 5}, {2, 3, 5}, {3, 5, 5}}}) {
        EXPECT_FALSE(warnsOf<warning::PosteriorTooNarrow>(fitPsychometric(data, {})));
    }
}

TEST(PsychometricFit, ExtremeAnswersGiveAWideFlaggedEstimate)
{
    const struct {
        const char* what;
        Data data;
        bool (*warns)(const PsychometricFit&); ///< with a fixed guess rate; null: in some way
    } table[] = {
        {"all correct", {{1, 20, 20}, {2, 20, 20}, {3, 20, 20}}, warnsOf<warning::AllCorrect>},
        {"none correct", {{1, 0, 20}, {2, 0, 20}, {3, 0, 20}}, warnsOf<warning::NoneCorrect>},
        {"guessing", {{1, 10, 20}, {2, 9, 20}, {3, 11, 20}}, warnsOf<warning::NotAboveChance>},
        {"falling", {{1, 20, 20}, {2, 15, 20}, {3, 10, 20}}, nullptr},
        {"two trials", {{1, 1, 1}, {2, 1, 1}}, warnsOf<warning::AllCorrect>},
    };
    for (const auto& [what, data, warns] : table) {
        SCOPED_TRACE(what);
        for (const auto rate : {GuessRate::fixed, GuessRate::free, GuessRate::equalToLapse}) {
            PsychometricModel model;
            model.guessRate = rate;
            const auto fit = fitPsychometric(data, model);
            EXPECT_FALSE(fit.warnings.empty());
            if (rate == GuessRate::fixed && warns != nullptr) {
                EXPECT_TRUE(warns(fit));
            }
            const double spread = data.back().level - data.front().level;
            const auto& [probability, lower, upper] = fit.interval95();
            EXPECT_GT(upper.threshold - lower.threshold, 0.25 * spread);
            for (const double value : {fit.map.threshold, fit.map.width, fit.mean.threshold,
                                       fit.mean.width, fit.deviance}) {
                EXPECT_TRUE(std::isfinite(value));
            }
        }
    }
}

// Yes answers at half of the lowest levels' trials: the prior of the guess rate, below 0.5, and the
// likelihood disagree.
TEST(PsychometricFit, AMaximumOutsideItsIntervalCausesAWarning)
{
    const PsychometricParameters truth{.threshold = 0.5, .width = 0.4, .lapse = 0.02, .guess = 0.5};
    Data data;
    for (const double level : {0.1, 0.3, 0.45, 0.55, 0.7, 1.0}) {
        const double p = probabilityCorrect(Sigmoid(SigmoidShape::norm), truth, level);
        data.push_back({level, std::round(1e5 * p), 1e5});
    }
    PsychometricModel model;
    model.guessRate = GuessRate::free;
    EXPECT_TRUE(warnsOf<warning::MaximumOutsideInterval>(fitPsychometric(data, model)));
}

TEST(PsychometricFit, RefusesWhatCannotBeFitted)
{
    const struct {
        Data data;
        std::function<void(PsychometricModel&)> change;
        std::string message;
    } table[] = {
        {{}, [](auto&) {}, "no trials"},
        {{{1, 0, 0}, {2, 0, 0}}, [](auto&) {}, "no trials"},
        {{{1, 3, 5}, {1, 4, 5}}, [](auto&) {}, "one level"},
        {{{1, 3, 5}, {2, 0, 0}}, [](auto&) {}, "one level"},
        {{{kNaN, 3, 5}, {1, 3, 5}}, [](auto&) {}, "not a number"},
        {{{0, kNaN, 5}, {1, 3, 5}}, [](auto&) {}, "is not a count"},
        {{{0, 3, kNaN}, {1, 3, 5}}, [](auto&) {}, "is not a count"},
        {{{0, 6, 5}, {1, 3, 5}}, [](auto&) {}, "is not a count"},
        {{{0, -1, 5}, {1, 3, 5}}, [](auto&) {}, "is not a count"},
        {{{0, 1.5, 5}, {1, 3, 5}}, [](auto&) {}, "is not a count"},
        {kOrdinary, [](auto& m) { m.guess = 1.0; }, "the guess rate is 1,"},
        {kOrdinary, [](auto& m) { m.fixedLapse = 0.5; }, "leave no room"},
        {kOrdinary, [](auto& m) { m.fixedWidth = 0.0; }, "the fixed width is 0,"},
        {kOrdinary, [](auto& m) { m.fixedEta = 1.0; }, "the fixed eta is 1,"},
        {kOrdinary, [](auto& m) { m.fixedLapse = kNaN; }, "the fixed lapse rate"},
        {kOrdinary, [](auto& m) { m.fixedThreshold = kNaN; }, "the fixed threshold"},
        {kOrdinary, [](auto& m) { m.fixedGuess = 0.1; }, "belongs to yes/no"},
        {kOrdinary, [](auto& m) { m.etaBeta = 0.0; }, "eta's prior"},
        {kOrdinary,
         [](auto& m) {
             m.levelRange = {2.0, 1.0};
         },
         "the range of levels"},
        {{{-1, 3, 5}, {1, 3, 5}},
         [](auto& m) { m.sigmoid = Sigmoid(SigmoidShape::weibull); },
         "needs levels of 0 or more"},
    };
    for (const auto& [data, change, message] : table) {
        PsychometricModel model;
        change(model);
        try {
            fitPsychometric(data, model);
            ADD_FAILURE() << message;
        } catch (const InvalidArgument& problem) {
            EXPECT_NE(std::string(problem.what()).find(message), std::string::npos)
                << problem.what();
        }
    }
}

TEST(PsychometricFit, ImpossibleAnswersAreAnError)
{
    // Without lapses or guesses, nothing is right where a Weibull function is 0.
    PsychometricModel model;
    model.sigmoid = Sigmoid(SigmoidShape::weibull);
    model.guess = 0.0;
    model.fixedLapse = 0.0;
    EXPECT_THROW(fitPsychometric(Data{{0, 3, 5}, {1, 3, 5}, {2, 4, 5}}, model), NumericError);
}

TEST(PsychometricFit, MoreTrialsThanTheGridResolvesCauseAWarning)
{
    const PsychometricParameters truth{.threshold = 0.5, .width = 0.4, .lapse = 0.02, .guess = 0.5};
    for (const double trials : {1e3, 1e7}) {
        Data data;
        for (const double level : {0.1, 0.3, 0.45, 0.55, 0.7, 1.0}) {
            const double p = probabilityCorrect(Sigmoid(SigmoidShape::norm), truth, level);
            data.push_back({level, std::round(trials * p), trials});
        }
        const auto fit = fitPsychometric(data, {.fixedEta = 0.0});
        EXPECT_NEAR(fit.map.threshold, 0.5, 1e-3);
        EXPECT_NEAR(fit.map.width, 0.4, 1e-3);
        EXPECT_EQ(warnsOf<warning::PosteriorTooNarrow>(fit), trials > 1e6);
        if (fit.warnings.empty()) {
            EXPECT_LT(fit.interval95().lower.threshold, 0.5);
            EXPECT_GT(fit.interval95().upper.threshold, 0.5);
        }
    }
}

// Whatever the levels and the sigmoid: two levels leave the width's prior only its falling flank.
TEST(PsychometricPosterior, PriorsIntegrateToOne)
{
    for (const Data& data :
         {Data{{0.1, 3, 5}, {0.3, 2, 3}}, Data{{0.1, 3, 5}, {0.2, 4, 4}, {0.3, 2, 3}},
          Data{{0.1, 3, 5}, {0.25, 4, 4}, {0.3, 2, 3}, {1.4, 4, 4}}}) {
        for (const double alpha : {0.02, 0.05, 0.2}) {
            const PsychometricPosterior posterior(
                data,
                {.sigmoid = Sigmoid(SigmoidShape::norm, 0.5, alpha), .guessRate = GuessRate::free});
            for (const auto axis : {kEta, kGuess, kLapse, kThreshold, kWidth}) {
                const auto [low, high] = posterior.bounds(axis);
                constexpr int kSteps = 20000;
                double sum = 0.0;
                for (int i = 0; i < kSteps; ++i) {
                    sum +=
                        std::exp(posterior.logPrior(axis, low + (i + 0.5) * (high - low) / kSteps));
                }
                EXPECT_NEAR(sum * (high - low) / kSteps, 1.0,
                            1e-4) // the density may jump within a step
                    << axis << ", " << data.size() << " levels, width at " << alpha;
            }
        }
    }
}

// A value drawn from a parameter's prior, by rejection.
double drawn(const PsychometricPosterior& posterior, PsychometricAxis axis, RandomStream& random)
{
    const auto [low, high] = posterior.bounds(axis);
    // No prior is above twice that of the middle of the levels' range, or 12 for a rate.
    const double highest =
        axis == kThreshold || axis == kWidth ? std::exp(posterior.logPrior(axis, 1.2)) : 12.0;
    while (true) {
        const double value = low + random.uniform() * (high - low);
        if (random.uniform() * highest < std::exp(posterior.logPrior(axis, value))) {
            return value;
        }
    }
}

// If the priors are right, 95 % intervals contain the truth 95 times out of 100: observers are
// drawn from the priors, overdispersion included.
TEST(PsychometricFit, IntervalsCoverTheTruthAsOftenAsTheySay)
{
    const PsychometricModel model;
    const Data plan = {{0.4, 0, 50}, {0.7, 0, 50}, {1.0, 0, 50},
                       {1.3, 0, 50}, {1.6, 0, 50}, {2.0, 0, 50}};
    const PsychometricPosterior posterior(plan, model);
    constexpr int kRuns = 500;
    int threshold = 0;
    int width = 0;
    for (int run = 0; run < kRuns; ++run) {
        RandomStream random(5, "observer", static_cast<std::uint64_t>(run));
        const PsychometricParameters truth{.threshold = drawn(posterior, kThreshold, random),
                                           .width = drawn(posterior, kWidth, random),
                                           .lapse = drawn(posterior, kLapse, random),
                                           .guess = 0.5,
                                           .eta = drawn(posterior, kEta, random)};
        const double nu = betaPrecision(truth.eta);
        auto data = plan;
        for (auto& block : data) {
            const double p = probabilityCorrect(model.sigmoid, truth, block.level);
            const double own =
                std::isinf(nu) ? p
                               : boost::random::beta_distribution<>(p * nu, (1 - p) * nu)(random);
            for (int trial = 0; trial < block.total; ++trial) {
                block.correct += random.uniform() < own ? 1 : 0;
            }
        }
        const auto& [probability, lower, upper] = fitPsychometric(data, model).interval95();
        threshold +=
            lower.threshold <= truth.threshold && truth.threshold <= upper.threshold ? 1 : 0;
        width += lower.width <= truth.width && truth.width <= upper.width ? 1 : 0;
    }
    for (const int covered : {threshold, width}) {
        EXPECT_GE(covered, 0.93 * kRuns);
        EXPECT_LE(covered, 0.97 * kRuns);
    }
}

} // namespace
} // namespace mlab
