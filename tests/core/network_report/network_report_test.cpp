// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/network_report/network_report.h"

#include "core/base/error.h"
#include "core/base/random_stream.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace mlab {
namespace {

constexpr std::size_t kDimensions = 8;
constexpr std::size_t kReferences = 6;
constexpr std::size_t kLevels = 6;
constexpr double kSigma = 0.5;
constexpr int kMany = 200; // trials that locate nearly every threshold

/// Sessions of people who answer as one network does, with the distances of that network, of
/// another one and of the levels themselves.
struct Simulated {
    NetworkData networks;
    ThresholdData people;

    explicit Simulated(int participants, int trialsEach = 40)
    {
        networks = {.designName = "simulated",
                    .task = Task::twoIfc,
                    .dimensions = {},
                    .participants = {},
                    .layers = {}};
        for (std::size_t k = 0; k < kDimensions; ++k) {
            networks.dimensions.push_back({.layer = k % 2 == 0 ? "early" : "late",
                                           .component = static_cast<int>(k / 2) + 1,
                                           .direction = Direction::plus,
                                           .eccentricityDeg = 4});
        }
        people = {.designName = "simulated",
                  .designSha256 = {},
                  .simulated = true,
                  .modality = "image",
                  .taskName = "2ifc",
                  .task = DiscriminationTask::twoAfc,
                  .dimensions = networks.dimensions,
                  .participants = {},
                  .measures = {}};
        addLayer("own", 1);
        addLayer("other", 2);
        auto level = networks.layers.front();
        level.model = "level";
        for (std::size_t pair = 0; pair < level.distances.size(); ++pair) {
            level.distances[pair] = levelOf(pair);
        }
        networks.layers.push_back(level);
        for (int p = 0; p < participants; ++p) {
            addParticipant("P" + std::to_string(p), trialsEach);
        }
    }

    static std::size_t pairOf(std::size_t dimension, std::size_t level, std::size_t reference)
    {
        return (dimension * kLevels + level) * kReferences + reference;
    }
    static double levelOf(std::size_t pair)
    {
        return std::exp2(static_cast<double>(pair / kReferences % kLevels) - 3);
    }

private:
    void addLayer(const std::string& model, std::uint64_t seed)
    {
        RandomStream random(seed, "network report test");
        ComparedLayer layer{.model = model,
                            .layer = "layer",
                            .space = "standardised",
                            .rule = DecisionRule::linear,
                            .fitExponent = false,
                            .baseline = false,
                            .units = 10,
                            .distances = {}};
        for (std::size_t k = 0; k < kDimensions; ++k) {
            const double gain = std::exp(0.6 * random.normal());
            std::vector<double> ofReference;
            for (std::size_t i = 0; i < kReferences; ++i) {
                ofReference.push_back(gain * std::exp(0.3 * random.normal()));
            }
            for (std::size_t level = 0; level < kLevels; ++level) {
                for (std::size_t i = 0; i < kReferences; ++i) {
                    layer.distances.push_back(ofReference[i] *
                                              levelOf(pairOf(k, level, i)));
                }
            }
        }
        networks.layers.push_back(layer);
    }

    void addParticipant(const std::string& id, int trialsEach)
    {
        RandomStream random(7, id);
        ComparedParticipant seen{.id = id, .trials = {}};
        ThresholdSessionData session{.id = id + "-simulated-1",
                                     .startedAt = "2026-11-29T12:00:00Z",
                                     .finished = true,
                                     .trials = {}};
        const auto& own = networks.layers.front();
        for (int i = 0; i < trialsEach * static_cast<int>(kDimensions); ++i) {
            const auto k = static_cast<std::size_t>(i) % kDimensions;
            const auto level = random.below(kLevels);
            const auto reference = random.below(kReferences);
            const auto pair = pairOf(k, level, reference);
            const double right =
                0.98 * proportionCorrect(DiscriminationTask::twoAfc,
                                         own.distances[pair] / kSigma) +
                0.01;
            const bool correct = random.uniform() < right;
            seen.trials.push_back({.sessionId = session.id,
                                   .trialIndex = i,
                                   .dimension = k,
                                   .pair = pair,
                                   .reference = reference,
                                   .level = levelOf(pair),
                                   .correct = correct});
            TrialRecord record;
            record.trialIndex = i;
            record.dimension = networks.dimensions[k];
            record.levelRequested = record.levelAchieved = levelOf(pair);
            record.correct = correct;
            session.trials.push_back(record);
        }
        networks.participants.push_back(std::move(seen));
        people.participants.push_back({.id = id, .sessions = {std::move(session)}});
    }
};

NetworkReport reportOf(const Simulated& simulated, unsigned threads = 2)
{
    return computeNetworkReport(simulated.networks,
                                computeThresholdReport(simulated.people, {}), threads, {});
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
    EXPECT_GT(report.models[0].choice->shares[0], 0.7);
}

TEST(NetworkReport, RefusesDataWithoutTrials)
{
    Simulated simulated(1, 2);
    const auto thresholds = computeThresholdReport(simulated.people, {});
    simulated.networks.participants.clear();
    EXPECT_THROW(computeNetworkReport(simulated.networks, thresholds, 1, {}), InvalidArgument);
}

} // namespace
} // namespace mlab
