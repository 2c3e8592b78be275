// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "stimuli/distortions/distorted_stimulus.h"
#include "stimuli/distortions/distortion_maker.h"
#include "stimuli/distortions/unit_vectors.h"
#include "stimuli/sources/builtin_images.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>

namespace mlab::stimuli {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr int kSide = 64;

Stimulus greyPicture(std::uint8_t level)
{
    return std::make_shared<const RgbImage>(
        RgbImage{.width = kSide,
                 .height = kSide,
                 .pixels = std::vector<std::uint8_t>(3 * kSide * kSide, level)});
}

std::vector<float> someDirection()
{
    const auto v = randomUnitVector(3 * kSide * kSide, 4, "some direction").to(torch::kFloat32);
    return {v.data_ptr<float>(), v.data_ptr<float>() + v.numel()};
}

double rmsPercent(const Stimulus& a, const Stimulus& b)
{
    const auto& first = std::get<ImagePtr>(a)->pixels;
    const auto& second = std::get<ImagePtr>(b)->pixels;
    double squares = 0;
    for (std::size_t i = 0; i < first.size(); ++i) {
        squares += std::pow((first[i] - second[i]) / 255.0, 2);
    }
    return 100 * std::sqrt(squares / static_cast<double>(first.size()));
}

TEST(DistortedStimulus, ALevelIsTheRmsOfTheChangeInPercentOfTheRange)
{
    const auto grey = greyPicture(128);
    for (const double level : {-8.0, -0.5, 0.2, 1.0, 5.0}) {
        const auto made = distortedStimulus(grey, someDirection(), level);
        EXPECT_TRUE(made.converged) << level;
        EXPECT_NEAR(made.levelAchieved, std::abs(level), 0.01 * std::abs(level));
        EXPECT_LT(made.rest, 0.25) << level; // of rounding
        EXPECT_NEAR(rmsPercent(grey, made.stimulus), std::hypot(made.levelAchieved, made.rest),
                    1e-3);
    }
    EXPECT_EQ(std::get<ImagePtr>(distortedStimulus(grey, someDirection(), 0).stimulus)->pixels,
              std::get<ImagePtr>(grey)->pixels);
}

TEST(DistortedStimulus, SaysWhenPixelsCannotGoFurther)
{
    const auto made = distortedStimulus(greyPicture(255), someDirection(), 5.0);
    EXPECT_FALSE(made.converged); // half of the pixels cannot become brighter
    // A few pixels at the end of the range: the others make up for them.
    auto image = *std::get<ImagePtr>(greyPicture(128));
    for (std::size_t i = 0; i < 600; ++i) {
        image.pixels[i] = 255;
    }
    const auto some =
        distortedStimulus(std::make_shared<const RgbImage>(std::move(image)), someDirection(), 5.0);
    EXPECT_TRUE(some.converged);
    EXPECT_NEAR(some.levelAchieved, 5.0, 0.05);
    EXPECT_FALSE(distortedStimulus(greyPicture(128), someDirection(), 80.0).converged);
}

class DistortionMakerTest : public testing::Test {
protected:
    DistortionOptions options() const
    {
        DistortionOptions given;
        given.model.name = "gabor-compressive";
        given.format = ImageFormat{kSide};
        given.references = {.folder = {}, .count = 2, .seed = 7};
        ModelLayer other{.model = {}, .layer = "band"};
        given.layers = {{.layer = "texture", .others = {other}}, {.layer = "band"}};
        given.cacheFolder = folder_.path();
        given.compute = {.device = "cpu", .threads = 1};
        given.warn = [](const std::string& text) { ADD_FAILURE() << text; };
        return given;
    }
    static std::unique_ptr<DistortionMaker> maker(const DistortionOptions& given)
    {
        return std::make_unique<DistortionMaker>(given, [](const std::string&, double) {});
    }

    TemporaryFolder folder_;
};

TEST_F(DistortionMakerTest, TheLargestMovesTheNetworkMoreThanTheSmallest)
{
    const auto made = maker(options());
    const auto& reference = made->references().front();
    const auto largest = made->distortion(reference, "band", DistortionKind::largest, {});
    const auto smallest = made->distortion(reference, "band", DistortionKind::smallest, {});
    EXPECT_TRUE(largest.converged);
    EXPECT_GT(largest.sensitivities[0], 1000 * smallest.sensitivities[0]);
    EXPECT_LT(made->predictedThreshold(reference, largest, 0),
              made->predictedThreshold(reference, smallest, 0));
    // d' = 1: sqrt(e^T I e) times the length of the change.
    const double length = made->predictedThreshold(reference, largest, 0) / 100 *
                          std::sqrt(static_cast<double>(largest.direction.size()));
    EXPECT_NEAR(length * std::sqrt(largest.sensitivities[0]), 1, 1e-9);
}

TEST_F(DistortionMakerTest, PrincipalDistortionsSwapWhichNetworkIsTheMoreSensitive)
{
    const auto made = maker(options());
    const auto& reference = made->references().front();
    const auto first = made->distortion(reference, "texture", DistortionKind::principal1, {});
    const auto second = made->findDistortion(reference, "texture", DistortionKind::principal2);
    ASSERT_TRUE(second); // the pair is made together
    ASSERT_EQ(first.sensitivities.size(), 2U);
    EXPECT_GT(first.sensitivities[0] / first.sensitivities[1],
              100 * second->sensitivities[0] / second->sensitivities[1]);
    EXPECT_THAT([&] { made->distortion(reference, "band", DistortionKind::principal1, {}); },
                ThrowsMessage<InvalidArgument>(HasSubstr("other models")));
}

TEST_F(DistortionMakerTest, IsTheSameOnTwoThreadsAndFromTheCache)
{
    auto given = options();
    const auto one = maker(given);
    const auto& reference = one->references().front();
    const auto first = one->distortion(reference, "texture", DistortionKind::largest, {});
    const auto again = maker(given)->findDistortion(reference, "texture", DistortionKind::largest);
    ASSERT_TRUE(again);
    EXPECT_EQ(again->direction, first.direction);
    EXPECT_EQ(again->sensitivities, first.sensitivities);
    const TemporaryFolder elsewhere;
    given.cacheFolder = elsewhere.path();
    given.compute.threads = 2;
    EXPECT_EQ(maker(given)->distortion(reference, "texture", DistortionKind::largest, {}).direction,
              first.direction);
}

TEST_F(DistortionMakerTest, ADamagedFileIsSaidAndMadeAgain)
{
    auto given = options();
    const auto made = maker(given);
    const auto& reference = made->references().front();
    const auto first = made->distortion(reference, "texture", DistortionKind::largest, {});
    const auto file = made->path(reference, "texture", DistortionKind::largest);
    auto bytes = readFile(file);
    bytes.back() = static_cast<char>(bytes.back() + 1);
    writeFileAtomically(file, bytes);
    std::string said;
    given.warn = [&](const std::string& text) { said = text; };
    const auto other = maker(given);
    EXPECT_EQ(other->distortion(reference, "texture", DistortionKind::largest, {}).direction,
              first.direction);
    EXPECT_THAT(said, HasSubstr("damaged"));
}

TEST_F(DistortionMakerTest, MakesProbesOfTheFirstReferenceThatReachesTheLevel)
{
    const auto made = maker(options());
    ProbeRequest request{.layer = "texture",
                         .component = 0,
                         .direction = Direction::minus,
                         .level = 2.0,
                         .references = {made->references()[1].id, made->references()[0].id},
                         .distortion = DistortionKind::largest};
    const auto probe = made->make(request, {});
    EXPECT_TRUE(probe.converged);
    EXPECT_EQ(probe.referenceId, made->references()[1].id);
    EXPECT_NEAR(probe.levelAchieved, 2.0, 0.02);
    EXPECT_FALSE(probe.cacheHit);
    const auto again = made->make(request, {});
    EXPECT_TRUE(again.cacheHit);
    EXPECT_EQ(again.probeSha256, probe.probeSha256);
    request.direction = Direction::plus;
    EXPECT_NE(made->make(request, {}).probeSha256, probe.probeSha256);
    request.level = 90;
    EXPECT_FALSE(made->make(request, {}).converged);
}

TEST_F(DistortionMakerTest, OfSoundsFadeInAndOut)
{
    auto given = options();
    given.model.name = "cochlea-modulation";
    given.format = SoundFormat{.sampleRateHz = 16000, .durationMs = 300, .bits = 16};
    given.layers = {
        {.layer = "modulation", .others = {{.model = given.model, .layer = "average"}}}};
    const auto made = maker(given);
    const auto& reference = made->references().front();
    const auto along = made->distortion(reference, "modulation", DistortionKind::largest, {});
    EXPECT_LT(std::abs(along.direction.front()),
              1e-4 * std::abs(std::ranges::max(along.direction)));
    const auto shown = made->distorted(reference, along, 10);
    EXPECT_TRUE(shown.converged);
    EXPECT_NEAR(shown.levelAchieved, 10, 0.1);
}

} // namespace
} // namespace mlab::stimuli
