// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/stimulus/rgb_image.h"
#include "stimuli/distances/network_distances.h"
#include "stimuli/measures/baseline_distance.h"
#include "stimuli/store/cache_folder.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace mlab::stimuli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Space = RepresentationSpace;

Stimulus grey(int level)
{
    return std::make_shared<const RgbImage>(RgbImage{
        .width = 64,
        .height = 64,
        .pixels = std::vector<std::uint8_t>(64 * 64 * 3, static_cast<std::uint8_t>(level))});
}

// Its distances are the number of comparisons it has made.
class CountingEngine final : public RepresentationEngine {
public:
    CountingEngine(const RepresentationOptions& options, int& comparisons)
        : options_(options), comparisons_(comparisons)
    {
    }
    const ModelInfo& model() const override { return info_; }
    const StimulusFormat& seen() const override { return options_.format; }
    std::vector<std::vector<float>> represent(const Stimulus&) override { return {}; }
    std::vector<RepresentationDistance> distances(const Stimulus&, const Stimulus&) override
    {
        ++comparisons_;
        return std::vector<RepresentationDistance>(options_.wanted.size(),
                                                   {.delta = comparisons_ / 3.0, .units = 7});
    }

private:
    RepresentationOptions options_;
    ModelInfo info_;
    int& comparisons_;
};

class NetworkDistancesTest : public testing::Test {
protected:
    RepresentationOptions options(std::vector<Representation> wanted) const
    {
        RepresentationOptions given;
        given.format = ImageFormat{.sizePx = 64};
        given.wanted = std::move(wanted);
        given.cacheFolder = folder_.path();
        given.warn = [this](const std::string& text) { warnings_.push_back(text); };
        return given;
    }
    NetworkDistances distances(const RepresentationOptions& given)
    {
        return {given, [this](const RepresentationOptions& used) {
                    ++opened_;
                    return std::make_unique<CountingEngine>(used, comparisons_);
                }};
    }
    std::vector<RepresentationDistance> between(NetworkDistances& of, int a, int b)
    {
        return of.between(sha256Of(grey(a)), sha256Of(grey(b)), [](const std::string& sha256) {
            for (int level = 0; level < 256; ++level) {
                if (sha256 == sha256Of(grey(level))) {
                    return grey(level);
                }
            }
            throw IoError("no stimulus " + sha256);
        });
    }
    std::filesystem::path onlyFile() const
    {
        std::filesystem::path file;
        for (const auto& entry :
             std::filesystem::recursive_directory_iterator(distanceFolder(folder_.path()))) {
            if (entry.is_regular_file()) {
                EXPECT_TRUE(file.empty()) << "a second file " << entry.path();
                file = entry.path();
            }
        }
        return file;
    }

    TemporaryFolder folder_;
    mutable std::vector<std::string> warnings_;
    int opened_ = 0;
    int comparisons_ = 0;
};

constexpr RepresentationDistance kFirst{.delta = 1 / 3.0, .units = 7};

TEST_F(NetworkDistancesTest, AFullCacheNeedsNeitherTheModelNorTheStimuli)
{
    const auto given = options({{.layer = "band", .space = Space::features},
                                {.layer = "texture", .space = Space::angular}});
    auto first = distances(given);
    EXPECT_THAT(between(first, 1, 2), ElementsAre(kFirst, kFirst));
    EXPECT_EQ(opened_, 1);
    auto second = distances(given);
    const auto noStimuli = [](const std::string&) -> Stimulus { throw IoError("not there"); };
    EXPECT_THAT(second.between(sha256Of(grey(2)), sha256Of(grey(1)), noStimuli),
                ElementsAre(kFirst, kFirst))
        << "in the other order";
    EXPECT_EQ(opened_, 1);
    EXPECT_THROW(second.between(sha256Of(grey(2)), sha256Of(grey(3)), noStimuli), IoError);
}

TEST_F(NetworkDistancesTest, WhatIsAddedDoesNotRemoveWhatIsKnown)
{
    auto features = distances(options({{.layer = "band", .space = Space::features}}));
    between(features, 1, 2);
    auto both = distances(options({{.layer = "texture", .space = Space::pooled},
                                   {.layer = "band", .space = Space::features}}));
    between(both, 1, 2);
    EXPECT_EQ(comparisons_, 2);
    between(features, 1, 2);
    EXPECT_EQ(comparisons_, 2);
    EXPECT_FALSE(onlyFile().empty());
}

TEST_F(NetworkDistancesTest, ADamagedFileIsReplaced)
{
    auto some = distances(options({{.layer = "band", .space = Space::features}}));
    between(some, 1, 2);
    const auto file = onlyFile();
    const auto whole = readText(file);
    for (const auto& text :
         {whole.substr(0, whole.size() / 2), std::string("{}"), std::string("[1"),
          std::string(whole).replace(whole.find("\"units\":7") + 8, 1, "8")}) {
        writeFileAtomically(file, text);
        warnings_.clear();
        between(some, 1, 2);
        EXPECT_THAT(warnings_, ElementsAre(HasSubstr(file.string() + " is not used"))) << text;
        warnings_.clear();
        between(some, 1, 2);
        EXPECT_THAT(warnings_, ElementsAre()) << text;
    }
    EXPECT_EQ(comparisons_, 5);
}

TEST_F(NetworkDistancesTest, OnlyWhatDecidesTheDistanceIsInTheFingerprint)
{
    const auto given = options({{.layer = "band", .space = Space::features}});
    const auto fingerprint = distances(given).fingerprint();
    auto other = given;
    other.wanted = {{.layer = "texture", .space = Space::pooled}};
    other.basis.pool.count = 3;
    other.compute.threads = 2;
    EXPECT_EQ(distances(other).fingerprint(), fingerprint);
    std::set<std::string> all = {fingerprint};
    other = given;
    other.format = ImageFormat{.sizePx = 72};
    EXPECT_TRUE(all.insert(distances(other).fingerprint()).second) << "size";
    other = given;
    other.model.name = "gabor-compressive";
    EXPECT_TRUE(all.insert(distances(other).fingerprint()).second) << "model";
    other = given;
    other.wanted = {{.layer = "band", .space = Space::gram}};
    EXPECT_TRUE(all.insert(distances(other).fingerprint()).second) << "needs a basis";
    other.basis.components = 3;
    EXPECT_TRUE(all.insert(distances(other).fingerprint()).second) << "components";
    other.basis.pool.count = 3;
    EXPECT_TRUE(all.insert(distances(other).fingerprint()).second) << "pool";
}

TEST_F(NetworkDistancesTest, ChecksTheRepresentationWithoutTheModel)
{
    const auto problemOf = [&](const RepresentationOptions& given) -> std::string {
        try {
            distances(given);
        } catch (const InvalidArgument& problem) {
            return problem.what();
        }
        return "none";
    };
    EXPECT_THAT(problemOf(options({{.layer = "bande", .space = Space::features}})),
                HasSubstr("did you mean \"band\"?"));
    EXPECT_THAT(problemOf(options({{.layer = "", .space = Space::logits}})),
                HasSubstr("no classes"));
    auto sounds = options({{.layer = "band", .space = Space::features}});
    sounds.format = SoundFormat();
    EXPECT_THAT(problemOf(sounds), HasSubstr("modality"));
    EXPECT_EQ(opened_, 0);
}

TEST(BaselineDistance, IsWhatTheMetricsSay)
{
    const ImageMetrics images{
        .rmse = 51, .psnrDb = 14, .rmsContrastDifference = -0.02, .ssim = 0.9, .msSsim = {}};
    EXPECT_DOUBLE_EQ(baselineDistance(Baseline::pixels, images), 0.2);
    EXPECT_DOUBLE_EQ(baselineDistance(Baseline::rmsContrast, images), 0.02);
    EXPECT_DOUBLE_EQ(baselineDistance(Baseline::ssim, images), 1 - 0.9);
    const SoundMetrics sounds{.snrDb = 20, .logSpectralDistanceDb = 3.5};
    EXPECT_DOUBLE_EQ(baselineDistance(Baseline::waveform, sounds), 0.1);
    EXPECT_DOUBLE_EQ(baselineDistance(Baseline::spectrum, sounds), 3.5);
    EXPECT_EQ(baselineDistance(Baseline::waveform, SoundMetrics()), 0) << "equal sounds";
    EXPECT_THROW(baselineDistance(Baseline::spectrum, images), InvalidArgument);
    EXPECT_THROW(baselineDistance(Baseline::ssim, sounds), InvalidArgument);
}

TEST(BaselineDistance, IsZeroFromAStimulusToItself)
{
    const auto metrics = compare(grey(100), grey(100));
    for (const auto baseline : baselinesOf(Modality::image)) {
        EXPECT_EQ(baselineDistance(baseline, metrics), 0) << nameIn(kBaselines, baseline);
    }
}

} // namespace
} // namespace mlab::stimuli
