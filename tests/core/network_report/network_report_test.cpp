// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/network_report/network_report.h"
#include "tests/core/network_report/simulated_networks.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace mlab {
namespace {

NetworkReport reportOf(const Simulated& simulated, unsigned threads = 2)
{
    const auto people = computeThresholdReport(simulated.people, {});
    return computeNetworkReport(simulated.networks, &people, threads, {});
}

TEST(NetworkReport, PeopleAreAttributedToTheNetworkTheyAnswerAs)
{
    const auto report = reportOf(Simulated(4, kMany));
    const auto& own = report.layers[0];
    const auto& other = report.layers[1];
    ASSERT_EQ(own.problem, "");
    EXPECT_LT(*own.noise.sigma95.lower, kSigma);
    EXPECT_GT(*own.noise.sigma95.upper, kSigma);
    EXPECT_EQ(own.noise.trials, 4 * kMany * static_cast<int>(kDimensions));
    EXPECT_GT(*own.noise.explained->share, 0.8);
    EXPECT_LT(*other.noise.explained->share, 0.5);
    EXPECT_GT(*own.agreement.r, 0.9);
    EXPECT_LT(*other.agreement.r, 0.8);
    EXPECT_LT(*own.p, 0.05);
    ASSERT_TRUE(own.items);
    EXPECT_GT(own.items->gain, 0);
    EXPECT_LT(own.items->pValue, 0.05);
}

TEST(NetworkReport, NoisesThatAreIndependentAgreeNoMoreThanLevelsMakeThem)
{
    const auto report = reportOf(Simulated(4));
    const auto& own = report.layers[0];
    EXPECT_GT(*own.kappa, 0.1); // out of nothing: levels of different difficulty
    ASSERT_TRUE(own.kappas95.conditionalKappa);
    EXPECT_LT(std::abs(*own.conditionalKappa), 0.12); // items that both find easy leave a little
    EXPECT_LT(*own.conditionalKappa, *own.kappa / 2);
    ASSERT_TRUE(own.decisions);
    EXPECT_LT(std::abs(own.decisions->rho), 0.2);
}

TEST(NetworkReport, TheCoordinatesThatMadeTheProbesPredictOneThresholdForAllDimensions)
{
    const auto report = reportOf(Simulated(3));
    const auto& level = report.layers[2];
    for (const auto& threshold : level.predicted) {
        EXPECT_NEAR(*threshold, *level.predicted.front(), 1e-6);
    }
    EXPECT_FALSE(level.agreement.r);
    EXPECT_FALSE(level.p);
}

TEST(NetworkReport, TheSameOnOneThreadAndOnTwo)
{
    const Simulated simulated(3, 24);
    const auto one = reportOf(simulated, 1);
    const auto two = reportOf(simulated, 2);
    for (std::size_t i = 0; i < one.layers.size(); ++i) {
        EXPECT_EQ(one.layers[i].noise.sigma, two.layers[i].noise.sigma);
        EXPECT_EQ(one.layers[i].noise.predictedLogLikelihood,
                  two.layers[i].noise.predictedLogLikelihood);
        EXPECT_EQ(one.layers[i].intervals.r, two.layers[i].intervals.r);
        EXPECT_EQ(one.layers[i].conditionalKappa, two.layers[i].conditionalKappa);
    }
    ASSERT_EQ(one.differences.size(), 3U);
    EXPECT_EQ(one.differences[0].p, two.differences[0].p);
}

TEST(NetworkReport, OneParticipantHasNoCeilingAndNothingIsNormalised)
{
    const auto report = reportOf(Simulated(1));
    EXPECT_FALSE(report.ceiling.lower);
    EXPECT_FALSE(report.splitHalf);
    EXPECT_FALSE(report.layers[0].agreement.normalisedR);
    EXPECT_TRUE(report.layers[0].agreement.r);
    EXPECT_TRUE(report.layers[0].participants[0].r95);
}

TEST(NetworkReport, TooFewTrialsForCrossValidationLeaveTheLikelihoodOut)
{
    const auto report = reportOf(Simulated(1, 2));
    EXPECT_EQ(report.layers[0].noise.trials, 16);
    EXPECT_FALSE(report.layers[0].noise.predictedLogLikelihood);
    EXPECT_FALSE(report.layers[0].noise.explained);
}

TEST(NetworkReport, ALayerThatRepresentsNoDifferenceIsNamedAndTheOthersAreComputed)
{
    Simulated simulated(3, kMany);
    std::ranges::fill(simulated.networks.layers[1].distances, 0.0);
    const auto report = reportOf(simulated);
    EXPECT_NE(report.layers[1].problem.find("distance is 0"), std::string::npos)
        << report.layers[1].problem;
    EXPECT_TRUE(report.layers[0].agreement.r);
    EXPECT_EQ(report.models.size(), 2U); // own and level
}

TEST(NetworkReport, LayersOfOneModelAreChosenWithOtherParticipantsThanTheyAreScoredWith)
{
    Simulated simulated(4);
    simulated.networks.layers[1].model = "own";
    simulated.networks.layers[1].layer = "worse";
    const auto report = reportOf(simulated);
    ASSERT_EQ(report.models.size(), 2U);
    ASSERT_TRUE(report.models[0].choice);
    EXPECT_EQ(report.models[0].best, 0U);
    EXPECT_GT(report.models[0].choice->shares[0], 0.5) << "most halves choose it";
}

TEST(NetworkReport, RefusesDataWithoutTrials)
{
    Simulated simulated(1, 2);
    const auto thresholds = computeThresholdReport(simulated.people, {});
    simulated.networks.participants.clear();
    EXPECT_THROW(computeNetworkReport(simulated.networks, &thresholds, 1, {}), InvalidArgument);
}

} // namespace
} // namespace mlab
