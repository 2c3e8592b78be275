// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "core/comparison/threshold_agreement.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace mlab {
namespace {

// y_pk = a_p + b_k + noise, b of SD `signal` within groups of a different mean.
struct Simulated {
    PeopleThresholds people;
    LogThresholds truth;
};

Simulated simulated(std::size_t participants, std::size_t dimensions, std::size_t groups,
                    double signal, double noise, std::uint64_t seed)
{
    RandomStream random(seed, "threshold agreement test");
    Simulated out;
    for (std::size_t k = 0; k < dimensions; ++k) {
        out.people.groups.push_back(k % groups);
        out.truth.emplace_back(signal * random.normal() + 2.0 * static_cast<double>(k % groups));
    }
    for (std::size_t p = 0; p < participants; ++p) {
        const double own = random.normal();
        auto& row = out.people.logThresholds.emplace_back();
        for (const auto& b : out.truth) {
            row.emplace_back(own + *b + noise * random.normal());
        }
    }
    return out;
}

TEST(ThresholdAgreement, ReliabilityWorkedByHand)
{
    // Two participants, three dimensions: 1 2 4 and 2 2 5. Means of dimensions 1.5, 2, 4.5, of
    // participants 7/3 and 3, of all 8/3. MS_dim = 2 (1.361 + .444 + 3.361) / 2 = 5.1667; residuals
    // -+1/6, +-1/3, -+1/6: MS_err = 2 (1/36 + 1/9 + 1/36) / 2 = 1/6.
    const PeopleThresholds people{
        .logThresholds = {{1, 2, 4}, {2, 2, 5}}, .standardErrors = {}, .groups = {0, 0, 0}};
    const auto known = meanThresholds(people);
    EXPECT_NEAR(*known.means[0], 1.5 - 8.0 / 3, 1e-12);
    EXPECT_NEAR(*known.errorVariance, 1.0 / 12, 1e-12);
    EXPECT_NEAR(known.variance, 5.0 + 1.0 / 6 - 2.58333333333333333, 1e-9);
    EXPECT_NEAR(*known.reliability, 1 - (1.0 / 6) / (5 + 1.0 / 6), 1e-12);
}

TEST(ThresholdAgreement, ReliabilityIsOneWithoutNoiseAndZeroWithoutSignal)
{
    const auto exact = simulated(5, 12, 3, 0.4, 0.0, 1);
    EXPECT_NEAR(*meanThresholds(exact.people).reliability, 1.0, 1e-9);
    double sum = 0.0;
    double expected = 0.0;
    constexpr int kRepeats = 100;
    for (std::uint64_t i = 0; i < kRepeats; ++i) {
        sum += *meanThresholds(simulated(6, 54, 3, 0.0, 0.3, i).people).reliability;
        expected += *meanThresholds(simulated(6, 54, 3, 0.4, 0.25, 100 + i).people).reliability;
    }
    // MS_err / MS_dim is the inverse of F(51, 255), whose mean is 51 / 49.
    EXPECT_NEAR(sum / kRepeats, 1 - 51.0 / 49, 0.08);
    // .4^2 / (.4^2 + .25^2 / 6) = .939
    EXPECT_NEAR(expected / kRepeats, 0.939, 0.01);
}

TEST(ThresholdAgreement, HalvesOfTheParticipantsGiveTheSameReliability)
{
    const auto data = simulated(8, 54, 3, 0.4, 0.5, 3);
    const double reliability = *meanThresholds(data.people).reliability;
    EXPECT_NEAR(*splitHalfReliability(data.people, 200, 1), reliability, 0.05);
    EXPECT_EQ(splitHalfReliability(data.people, 20, 1), splitHalfReliability(data.people, 20, 1));
    const auto single = simulated(1, 54, 3, 0.4, 0.5, 3);
    EXPECT_FALSE(splitHalfReliability(single.people, 10, 1));
    EXPECT_THROW(splitHalfReliability(data.people, 0, 1), InvalidArgument);
}

TEST(ThresholdAgreement, MissingThresholdsDoNotShiftTheMeans)
{
    auto data = simulated(5, 9, 3, 0.4, 0.0, 4);
    const auto complete = meanThresholds(data.people);
    data.people.logThresholds[0][0].reset();
    data.people.logThresholds[1][3].reset();
    data.people.logThresholds[1][1].reset();
    const auto known = meanThresholds(data.people);
    for (std::size_t k = 0; k < 9; ++k) {
        EXPECT_NEAR(*known.means[k], *complete.means[k], 1e-9);
    }
    for (const std::size_t p : {1, 2}) {
        data.people.logThresholds[p][0].reset();
    }
    const auto fewer = meanThresholds(data.people);
    EXPECT_FALSE(fewer.means[0]) << "located by two of five";
    EXPECT_EQ(fewer.dimensions, 8);
}

TEST(ThresholdAgreement, OneParticipantsErrorsGiveTheReliability)
{
    PeopleThresholds people{.logThresholds = {{0.0, 1.0, 2.0, 3.0}},
                            .standardErrors = {{0.5, 0.5, 0.5, 0.5}},
                            .groups = {0, 0, 0, 0}};
    EXPECT_NEAR(*meanThresholds(people).reliability, 1 - 0.25 / (5.0 / 3), 1e-12);
    people.standardErrors.clear();
    EXPECT_FALSE(meanThresholds(people).reliability);
    const ModelThresholds model{.logThresholds = {0.0, 1.0, 3.0, 3.0}, .errorVariance = 0.0};
    const auto agreement = thresholdAgreement(people, model);
    EXPECT_TRUE(agreement.r);
    EXPECT_FALSE(agreement.normalisedR) << "no reliability, nothing is normalised";
    EXPECT_FALSE(agreement.explainedShare);
    EXPECT_FALSE(agreement.slope);
    EXPECT_FALSE(noiseCeiling(people).lower);
}

TEST(ThresholdAgreement, APerfectModelExplainsAll)
{
    const auto data = simulated(8, 54, 3, 0.4, 0.25, 5);
    const ModelThresholds model{.logThresholds = data.truth, .errorVariance = 0.0};
    const auto agreement = thresholdAgreement(data.people, model);
    EXPECT_EQ(agreement.dimensions, 54);
    EXPECT_GT(*agreement.r, 0.95);
    EXPECT_GT(*agreement.spearman, 0.9);
    EXPECT_NEAR(*agreement.normalisedR, 1.0, 0.02);
    EXPECT_NEAR(*agreement.explainedShare, 1.0, 0.03);
    EXPECT_NEAR(*agreement.slope, 1.0, 0.08);
    EXPECT_NEAR(*agreement.residualDb, 8.6859 * 0.25 / std::sqrt(8.0), 0.2);
    EXPECT_LT(*agreementP(data.people, model, 1), 0.001);
    const auto ceiling = noiseCeiling(data.people);
    EXPECT_LT(*ceiling.lower, *ceiling.upper);
    EXPECT_GT(*agreement.participantR, *ceiling.lower);
    EXPECT_LT(*agreement.participantR, *ceiling.upper);
}

TEST(ThresholdAgreement, SigmaAndCriterionChangeNoCorrelation)
{
    const auto data = simulated(6, 24, 2, 0.4, 0.25, 6);
    auto other = data.truth;
    for (auto& value : other) {
        value = *value + std::log(10.0);
    }
    const ModelThresholds model{.logThresholds = data.truth, .errorVariance = 0.01};
    const ModelThresholds shifted{.logThresholds = other, .errorVariance = 0.01};
    const auto one = thresholdAgreement(data.people, model);
    const auto two = thresholdAgreement(data.people, shifted);
    EXPECT_NEAR(*one.r, *two.r, 1e-12);
    EXPECT_NEAR(*one.normalisedR, *two.normalisedR, 1e-12);
    EXPECT_NEAR(*one.explainedShare, *two.explainedShare, 1e-12);
    EXPECT_NEAR(*one.slope, *two.slope, 1e-12);
}

TEST(ThresholdAgreement, UnitsOfLayersCountOnlyWithoutGroups)
{
    // The model knows the layers' means only.
    auto data = simulated(6, 54, 3, 0.4, 0.1, 7);
    ModelThresholds model;
    RandomStream random(8, "threshold agreement test");
    for (const auto group : data.people.groups) {
        model.logThresholds.emplace_back(2.0 * static_cast<double>(group) + 0.2 * random.normal());
    }
    EXPECT_LT(std::abs(*thresholdAgreement(data.people, model).r), 0.35);
    EXPECT_GT(*agreementP(data.people, model, 1), 0.01);
    data.people.groups.assign(54, 0);
    EXPECT_GT(*thresholdAgreement(data.people, model).r, 0.9);
}

TEST(ThresholdAgreement, AModelWithOneThresholdHasNoCorrelation)
{
    const auto data = simulated(6, 12, 2, 0.4, 0.1, 9);
    ModelThresholds model{.logThresholds = LogThresholds(12, 0.1), .errorVariance = 0.0};
    for (std::size_t k = 0; k < 12; ++k) {
        *model.logThresholds[k] += 1e-7 * static_cast<double>(k); // left by a solver
    }
    const auto agreement = thresholdAgreement(data.people, model);
    EXPECT_FALSE(agreement.r);
    EXPECT_FALSE(agreement.spearman);
    EXPECT_FALSE(agreement.normalisedR);
    EXPECT_NEAR(*agreement.explainedShare, 0.0, 1e-3);
    EXPECT_FALSE(agreementP(data.people, model, 1));
}

TEST(ThresholdAgreement, UnreliableThresholdsAreNotNormalised)
{
    const auto noise = simulated(4, 54, 3, 0.0, 0.5, 2);
    ASSERT_LT(*meanThresholds(noise.people).reliability, kLeastReliability);
    const auto truth = simulated(1, 54, 3, 0.4, 0.0, 3).truth;
    EXPECT_FALSE(thresholdAgreement(noise.people, {.logThresholds = truth, .errorVariance = 0.0})
                     .normalisedR);
    const auto data = simulated(8, 54, 3, 0.4, 0.25, 5);
    EXPECT_FALSE(
        thresholdAgreement(data.people, {.logThresholds = data.truth, .errorVariance = 0.15})
            .normalisedR)
        << "an unreliable model";
}

TEST(ThresholdAgreement, TheSlopeKnowsWhichSideHasErrors)
{
    // y = 0 1 2 3 4, x = 0 2 4 6 8 and noise on neither: the slope is 1/2 whatever the errors.
    const PeopleThresholds exact{.logThresholds = {{0, 1, 2, 3, 4}},
                                 .standardErrors = {LogThresholds(5, 0.1)},
                                 .groups = {0, 0, 0, 0, 0}};
    const LogThresholds x = {0, 2, 4, 6, 8};
    for (const double error : {0.0, 0.01, 1.0}) {
        EXPECT_NEAR(*thresholdAgreement(exact, {.logThresholds = x, .errorVariance = error}).slope,
                    0.5, 1e-12);
    }
    // s_xx = 10, s_yy = 10, s_xy = 8: with errors on y alone the regression of y on x.
    auto people = exact;
    people.logThresholds = {{1, 0, 2, 4, 3}};
    const LogThresholds rising = {0, 1, 2, 3, 4};
    EXPECT_NEAR(*thresholdAgreement(people, {.logThresholds = rising, .errorVariance = 0.0}).slope,
                0.8, 1e-12);
    people.standardErrors = {LogThresholds(5, 0.0)};
    EXPECT_NEAR(*thresholdAgreement(people, {.logThresholds = rising, .errorVariance = 0.1}).slope,
                1 / 0.8, 1e-12);
    people.standardErrors = {LogThresholds(5, std::sqrt(0.1))};
    EXPECT_NEAR(*thresholdAgreement(people, {.logThresholds = rising, .errorVariance = 0.1}).slope,
                1.0, 1e-9);
    people.standardErrors = {LogThresholds(5, 0.0)};
    EXPECT_FALSE(thresholdAgreement(people, {.logThresholds = rising, .errorVariance = 0.0}).slope);
}

TEST(ThresholdAgreement, TheBootstrapTellsModelsApartOnAnyNumberOfThreads)
{
    const auto data = simulated(8, 30, 3, 0.4, 0.25, 11);
    auto blurred = data.truth;
    RandomStream random(12, "threshold agreement test");
    for (auto& value : blurred) {
        value = *value + 0.6 * random.normal();
    }
    const std::vector<ModelThresholds> models = {{.logThresholds = data.truth, .errorVariance = 0},
                                                 {.logThresholds = blurred, .errorVariance = 0},
                                                 {.logThresholds = data.truth, .errorVariance = 0}};
    const auto one =
        bootstrapAgreement(data.people, models, {.samples = 300, .seed = 1, .threads = 1});
    const auto two =
        bootstrapAgreement(data.people, models, {.samples = 300, .seed = 1, .threads = 2});
    const double r = *thresholdAgreement(data.people, models[0]).r;
    EXPECT_LT((*one.models[0].r)[0], r);
    EXPECT_GT((*one.models[0].r)[1], r);
    EXPECT_EQ(one.models[1].r, two.models[1].r);
    EXPECT_EQ(one.models[1].explainedShare, two.models[1].explainedShare);
    EXPECT_EQ(one.models[0].slope, two.models[0].slope);
    ASSERT_EQ(one.differences.size(), 3U);
    EXPECT_LT(*one.differences[0].p, 0.02);
    EXPECT_GT(*one.differences[0].adjustedP, *one.differences[0].p);
    EXPECT_EQ(*one.differences[1].p, 1.0) << "the same model twice";
    // Known errors of single thresholds widen the intervals.
    auto uncertain = data.people;
    uncertain.standardErrors.assign(8, LogThresholds(30, 0.25));
    const auto wider =
        bootstrapAgreement(uncertain, models, {.samples = 300, .seed = 1, .threads = 1});
    EXPECT_GT((*wider.models[0].r)[1] - (*wider.models[0].r)[0],
              (*one.models[0].r)[1] - (*one.models[0].r)[0]);
}

TEST(ThresholdAgreement, RefusesRowsThatDoNotFit)
{
    const PeopleThresholds nobody{.logThresholds = {}, .standardErrors = {}, .groups = {0, 0}};
    EXPECT_THROW(meanThresholds(nobody), InvalidArgument);
    PeopleThresholds people{
        .logThresholds = {{1.0, 2.0}, {1.0}}, .standardErrors = {}, .groups = {0, 0}};
    EXPECT_THROW(meanThresholds(people), InvalidArgument);
    people.logThresholds[1].emplace_back(3.0);
    EXPECT_THROW(thresholdAgreement(people, {.logThresholds = {1.0}, .errorVariance = 0.0}),
                 InvalidArgument);
    EXPECT_THROW(thresholdAgreement(people, {.logThresholds = {1.0, 2.0}, .errorVariance = -1.0}),
                 InvalidArgument);
    people.standardErrors = {{0.1, 0.1}};
    EXPECT_THROW(noiseCeiling(people), InvalidArgument);
}

} // namespace
} // namespace mlab
