// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "core/comparison/layer_choice.h"

#include <gtest/gtest.h>

#include <numeric>

namespace mlab {
namespace {

constexpr std::size_t kDimensions = 12;

// People whose thresholds are those of `truth`, with noise.
PeopleThresholds peopleLike(const LogThresholds& truth, int participants, double noise)
{
    PeopleThresholds people;
    people.groups.assign(kDimensions, 0);
    RandomStream random(1, "layer choice test");
    for (int p = 0; p < participants; ++p) {
        auto& row = people.logThresholds.emplace_back();
        for (const auto& value : truth) {
            row.push_back(*value + noise * random.normal());
        }
    }
    return people;
}

ModelThresholds randomLayer(std::uint64_t seed)
{
    RandomStream random(seed, "layer");
    ModelThresholds out;
    for (std::size_t k = 0; k < kDimensions; ++k) {
        out.logThresholds.emplace_back(random.normal());
    }
    return out;
}

TEST(LayerChoice, TheLayerThatPeopleAnswerAsIsChosenInEverySplit)
{
    const std::vector<ModelThresholds> layers = {randomLayer(1), randomLayer(2), randomLayer(3)};
    const auto choice = chooseLayer(peopleLike(layers[1].logThresholds, 8, 0.1), layers, 20, 1);
    ASSERT_TRUE(choice);
    EXPECT_EQ(choice->shares, (std::vector<double>{0, 1, 0}));
    EXPECT_GT(choice->r, 0.95);
}

TEST(LayerChoice, AmongManyLayersThatSayNothingTheScoreStaysBelowTheBestOnTheSamePeople)
{
    std::vector<ModelThresholds> layers;
    for (std::uint64_t seed = 0; seed < 40; ++seed) {
        layers.push_back(randomLayer(seed));
    }
    // Every participant has thresholds of his own.
    const auto people = peopleLike(LogThresholds(kDimensions, 0.0), 8, 1.0);
    double best = -1.0;
    for (const auto& layer : layers) {
        best = std::max(best, thresholdAgreement(people, layer).r.value());
    }
    const auto choice = chooseLayer(people, layers, 50, 1);
    ASSERT_TRUE(choice);
    EXPECT_LT(choice->r, best - 0.2);
    EXPECT_NEAR(std::accumulate(choice->shares.begin(), choice->shares.end(), 0.0), 1.0, 1e-12);
}

TEST(LayerChoice, ThreeParticipantsCannotChooseAndScore)
{
    const std::vector<ModelThresholds> layers = {randomLayer(1)};
    const auto people = peopleLike(layers[0].logThresholds, 3, 0.1);
    EXPECT_FALSE(chooseLayer(people, layers, 10, 1));
    EXPECT_THROW(chooseLayer(people, {}, 10, 1), InvalidArgument);
}

} // namespace
} // namespace mlab
