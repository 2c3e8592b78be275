// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "stimuli/probes/probe_synthesizer.h"
#include "stimuli/representations/representation_maker.h"
#include "stimuli/sources/builtin_images.h"
#include "stimuli/sources/builtin_sounds.h"
#include "stimuli/sources/stimulus_sources.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <numeric>

namespace mlab::stimuli {
namespace {

using testing::HasSubstr;
using Space = RepresentationSpace;

constexpr std::array kAllSpaces = {Space::features, Space::standardised, Space::gram, Space::pooled,
                                   Space::angular};

std::vector<Representation> allSpacesOf(const std::vector<std::string>& layers)
{
    std::vector<Representation> wanted;
    for (const auto& layer : layers) {
        for (const auto space : kAllSpaces) {
            wanted.push_back({.layer = layer, .space = space});
        }
    }
    return wanted;
}

Stimulus picture(int index, int sizePx = 64)
{
    return std::make_shared<const RgbImage>(builtinImage(3, index, sizePx));
}

std::string problemOf(const std::function<void()>& act)
{
    try {
        act();
    } catch (const InvalidArgument& problem) {
        return problem.what();
    }
    return "no InvalidArgument";
}

class RepresentationMakerTest : public testing::Test {
protected:
    RepresentationOptions options(std::vector<Representation> wanted) const
    {
        RepresentationOptions given;
        given.format = ImageFormat{.sizePx = 64};
        given.basis.components = 4;
        given.basis.pool.count = 40;
        given.wanted = std::move(wanted);
        given.cacheFolder = folder_.path();
        given.compute = {.device = "cpu", .threads = 1};
        given.warn = [](const std::string& text) { ADD_FAILURE() << text; };
        return given;
    }
    RepresentationOptions soundOptions() const
    {
        auto given = options(allSpacesOf({"cochleagram", "average"}));
        given.model.name = "cochlea-modulation";
        given.format = SoundFormat{.sampleRateHz = 16000, .durationMs = 300, .bits = 16};
        given.basis.pool.count = 12;
        return given;
    }
    std::unique_ptr<RepresentationMaker> maker(const RepresentationOptions& given)
    {
        measured_ = 0;
        return std::make_unique<RepresentationMaker>(
            given, [this](const std::string&, double) { ++measured_; }, std::stop_token());
    }

    TemporaryFolder folder_;
    int measured_ = 0; ///< stimuli of pools, by the last maker
};

void expectADistance(RepresentationMaker& maker, const RepresentationOptions& given,
                     const Stimulus& a, const Stimulus& b)
{
    const auto there = maker.distances(a, b);
    const auto back = maker.distances(b, a);
    const auto self = maker.distances(a, a);
    ASSERT_EQ(there.size(), given.wanted.size());
    for (std::size_t i = 0; i < there.size(); ++i) {
        const auto what =
            given.wanted[i].layer + " " + nameIn(kRepresentationSpaces, given.wanted[i].space);
        EXPECT_GT(there[i].delta, 0) << what;
        EXPECT_EQ(there[i], back[i]) << what;
        EXPECT_EQ(self[i].delta, 0) << what;
        EXPECT_EQ(self[i].units, there[i].units) << what;
    }
}

TEST_F(RepresentationMakerTest, GivesDistancesThatAreSymmetricAnd0ToTheSameStimulus)
{
    const auto images = options(allSpacesOf({"band", "texture", "pool"}));
    expectADistance(*maker(images), images, picture(0), picture(1));

    const auto sounds = soundOptions();
    const auto format = std::get<SoundFormat>(sounds.format);
    const auto sound = [&](int index) {
        return std::make_shared<const Sound>(builtinSound(3, index, format));
    };
    expectADistance(*maker(sounds), sounds, sound(0), sound(4));
}

TEST_F(RepresentationMakerTest, DistancesFollowFromTheNumbersOfEachSpace)
{
    const auto given = options(allSpacesOf({"band"}));
    const auto made = maker(given);
    const auto a = made->represent(picture(0));
    const auto b = made->represent(picture(1));
    const auto distances = made->distances(picture(0), picture(1));
    for (std::size_t i = 0; i < a.size(); ++i) {
        ASSERT_EQ(a[i].size(), static_cast<std::size_t>(distances[i].units));
        double squares = 0;
        double product = 0;
        double squaresA = 0;
        double squaresB = 0;
        for (std::size_t j = 0; j < a[i].size(); ++j) {
            const double x = a[i][j];
            const double y = b[i][j];
            squares += (x - y) * (x - y);
            product += x * y;
            squaresA += x * x;
            squaresB += y * y;
        }
        const double expected =
            given.wanted[i].space == Space::angular
                ? std::acos(product / std::sqrt(squaresA * squaresB)) / std::numbers::pi
                : std::sqrt(squares / static_cast<double>(a[i].size()));
        EXPECT_NEAR(distances[i].delta, expected, 1e-6 * expected);
    }
    // At 64 px, band has 72 channels of 8 x 8 places.
    ASSERT_EQ(a[0].size(), 72U * 64U);
    ASSERT_EQ(a[3].size(), 72U);
    for (std::size_t channel = 0; channel < 72; ++channel) {
        const auto first = a[0].begin() + static_cast<std::ptrdiff_t>(64 * channel);
        EXPECT_NEAR(a[3][channel], std::accumulate(first, first + 64, 0.0) / 64, 1e-6);
    }
}

TEST_F(RepresentationMakerTest, StandardisedUnitsHaveAnSdOf1OverThePool)
{
    const auto given = options({{.layer = "pool", .space = Space::standardised}});
    const auto made = maker(given);
    std::vector<double> sum;
    std::vector<double> squares;
    forEachPoolStimulus(given.basis.pool, given.format, [&](int, int, const Stimulus& stimulus) {
        const auto numbers = made->represent(stimulus)[0];
        sum.resize(numbers.size());
        squares.resize(numbers.size());
        for (std::size_t i = 0; i < numbers.size(); ++i) {
            sum[i] += numbers[i];
            squares[i] += static_cast<double>(numbers[i]) * numbers[i];
        }
    });
    ASSERT_FALSE(sum.empty());
    for (std::size_t i = 0; i < sum.size(); ++i) {
        EXPECT_NEAR(squares[i] / 40 - sum[i] / 40 * sum[i] / 40, 1, 1e-3) << "unit " << i;
    }
}

// The network that made the probes, in the space in which it made them: observers.md, section 9.
TEST_F(RepresentationMakerTest, AProbeIsItsLevelAwayInTheGramSpaceOfItsOwnLayer)
{
    SynthesisSpec spec;
    spec.format = ImageFormat{.sizePx = 64};
    spec.references.count = 2;
    spec.basis.components = 4;
    spec.basis.pool.count = 40;
    ProbeSynthesizer probes(
        {.spec = spec,
         .layers = {"band", "texture"},
         .cacheFolder = folder_.path(),
         .compute = {.device = "cpu", .threads = 1}},
        [](const std::string&, double) {}, std::stop_token());
    const auto made = maker(options(
        {{.layer = "band", .space = Space::gram}, {.layer = "texture", .space = Space::gram}}));
    EXPECT_EQ(measured_, 0) << "the bases are in the cache";
    const std::vector<std::string> layers = {"band", "texture"};
    for (std::size_t l = 0; l < layers.size(); ++l) {
        for (const int component : {1, 2, 3}) {
            const auto probe = probes.make({.layer = layers[l],
                                            .component = component,
                                            .direction = Direction::plus,
                                            .level = 0.5,
                                            .references = {probes.references()[0].id}},
                                           {});
            ASSERT_TRUE(probe.converged);
            const auto distance = made->distances(probe.reference, probe.probe)[l];
            EXPECT_EQ(distance.units, 4);
            // Each of the 4 coordinates is within residualMax of where it was asked to be.
            EXPECT_NEAR(distance.delta * std::sqrt(4.0), 0.5, 2 * probe.residualMax + 1e-4);
        }
    }
}

TEST_F(RepresentationMakerTest, IsTheSameOnAnyNumberOfThreadsAndFromTheCache)
{
    auto given = options(allSpacesOf({"texture"}));
    const auto first = maker(given)->distances(picture(0), picture(1));
    EXPECT_GT(measured_, 0);
    given.compute.threads = 2;
    EXPECT_EQ(maker(given)->distances(picture(0), picture(1)), first);
    EXPECT_EQ(measured_, 0);
    const TemporaryFolder another;
    given.cacheFolder = another.path();
    EXPECT_EQ(maker(given)->distances(picture(0), picture(1)), first);
    EXPECT_GT(measured_, 0);
}

TEST_F(RepresentationMakerTest, DamagedSdsAreMeasuredAgain)
{
    auto given = options({{.layer = "texture", .space = Space::standardised}});
    const auto first = maker(given)->distances(picture(0), picture(1));
    const auto bases = folder_.path() / "bases";
    for (const auto& entry : std::filesystem::directory_iterator(bases)) {
        auto bytes = readFile(entry.path());
        bytes.back() = static_cast<char>(bytes.back() ^ 1);
        writeFileAtomically(entry.path(), bytes);
    }
    std::vector<std::string> warnings;
    given.warn = [&](const std::string& text) { warnings.push_back(text); };
    EXPECT_EQ(maker(given)->distances(picture(0), picture(1)), first);
    EXPECT_THAT(warnings, testing::ElementsAre(HasSubstr("damaged or edited")));
    EXPECT_GT(measured_, 0);
}

TEST_F(RepresentationMakerTest, PicturesOfASizeThatTheModelCannotTakeAreResampled)
{
    auto given = options({{.layer = "band", .space = Space::features}});
    EXPECT_EQ(std::get<ImageFormat>(maker(given)->seen()).sizePx, 64);
    given.format = ImageFormat{.sizePx = 100};
    const auto made = maker(given);
    EXPECT_EQ(std::get<ImageFormat>(made->seen()).sizePx, 104);
    EXPECT_GT(made->distances(picture(0, 100), picture(1, 100))[0].delta, 0);
    EXPECT_THAT(problemOf([&] { made->represent(picture(0, 104)); }),
                HasSubstr("does not have the form of the others, images of 100 x 100 px"));
}

TEST_F(RepresentationMakerTest, NamesWhatIsWrongWithTheWantedRepresentation)
{
    const auto refused = [&](const RepresentationOptions& given) {
        return problemOf([&] { maker(given); });
    };
    EXPECT_THAT(refused(options({{.layer = "textur", .space = Space::features}})),
                HasSubstr("has no layer \"textur\" (did you mean \"texture\"?)"));
    EXPECT_THAT(refused(options({{.layer = "texture", .space = Space::logits}})),
                HasSubstr("gabor-scattering has no classes, and so no logits; choose another"));
    auto sounds = soundOptions();
    sounds.model.name = "gabor-scattering";
    EXPECT_THAT(refused(sounds), HasSubstr("is for the modality \"image\", but the stimuli are "
                                           "sounds of 300 ms"));
}

// Weights and TorchScript files, which make_models.py writes.
RepresentationOptions ofFile(RepresentationOptions given, const std::string& name,
                             const std::string& file)
{
    given.model = {.name = name, .file = std::filesystem::path(MLAB_TEST_MODELS) / file};
    given.basis.pool.count = 8;
    given.basis.components = 2;
    return given;
}

TEST_F(RepresentationMakerTest, OnePassThroughANetworkGivesWhatOnePassForEachLayerGives)
{
    const std::vector<std::string> layers = {"layer3", "conv1", "avgpool"};
    auto wanted = allSpacesOf(layers);
    wanted.push_back({.layer = "", .space = Space::logits});
    const auto together = maker(ofFile(options(wanted), "resnet50", "resnet50.pth"))
                              ->distances(picture(0), picture(1));
    ASSERT_EQ(together.size(), wanted.size());
    EXPECT_EQ(together.back().units, 20);      // of the classes of these weights
    for (std::size_t i : {0U, 5U, 10U, 15U}) { // one space of each layer
        const auto alone = maker(ofFile(options({wanted[i]}), "resnet50", "resnet50.pth"))
                               ->distances(picture(0), picture(1));
        EXPECT_EQ(alone[0], together[i]) << wanted[i].layer;
    }
    EXPECT_THAT(problemOf([&] {
                    maker(ofFile(options({{.layer = "conv1", .space = Space::logits}}), "resnet50",
                                 "resnet50.pth"));
                }),
                HasSubstr("layer conv1 of model resnet50 does not give logits; its layer fc does"));
}

TEST_F(RepresentationMakerTest, TakesTorchScriptModels)
{
    const auto given = ofFile(options(allSpacesOf({"one", "two"})), "", "small.ts");
    expectADistance(*maker(given), given, picture(0), picture(1));
}

} // namespace
} // namespace mlab::stimuli
