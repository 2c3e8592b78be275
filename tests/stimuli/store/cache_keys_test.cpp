// SPDX-License-Identifier: GPL-3.0-or-later
//
// The text behind the keys of caches: what is stored stays valid only while it does not change.
#include "core/base/sha256.h"
#include "stimuli/sources/stimulus_kind.h"
#include "stimuli/store/content_store.h"
#include "stimuli/store/metamer_settings.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace mlab::stimuli {
namespace {

TEST(CacheKeys, HoldTheSettingsOfAMetamerSolver)
{
    EXPECT_EQ(toJson(MetamerSolverSpec(NormalisedGradientSpec())).dump(),
              R"({"type":"normalised-gradient","first_step":1.0,"repetitions":8,)"
              R"("steps_per_repetition":3000})");
    EXPECT_EQ(toJson(MetamerSolverSpec(AdamSpec())).dump(),
              R"({"type":"adam","steps":2000,"learning_rate":0.02})");
    EXPECT_EQ(toJson(MetamerSolverSpec(LbfgsSpec())).dump(),
              R"({"type":"lbfgs","evaluations":2000,"memory":20,"square_loss":true})");
}

TEST(CacheKeys, HoldTheFormatOfTheStimuli)
{
    const auto text = [](const StimulusFormat& format) {
        return kindOf(format).formatJson(format).dump();
    };
    EXPECT_EQ(text(ImageFormat{.sizePx = 224}), R"({"image_size_px":224})");
    EXPECT_EQ(text(SoundFormat{}), R"({"sample_rate_hz":48000,"duration_ms":2000.0,"bits":16})");
}

TEST(CacheKeys, NameProbeSolversAndBasisMethodsAsTheyAlwaysDid)
{
    EXPECT_EQ(toString(ProbeSolver::minimumNorm), "minimum-norm");
    EXPECT_EQ(toString(ProbeSolver::adam), "adam");
    EXPECT_EQ(toString(BasisMethod::pca), "pca");
    EXPECT_EQ(toString(BasisMethod::ica), "ica");
    EXPECT_FALSE(probeSolverNamed("newton"));
    EXPECT_FALSE(basisMethodNamed("nmf"));
}

TEST(StimulusRecords, HoldTheHashAndTheSizeOfAnImageOrASoundAndTheirOwnHash)
{
    const auto sealed = [](std::string content) {
        const auto hash = sha256Hex(content);
        content.pop_back();
        return content + R"(,"record_sha256":")" + hash + R"("})";
    };
    const Stimulus image = std::make_shared<const RgbImage>(
        RgbImage{.width = 1, .height = 2, .pixels = {1, 2, 3, 4, 5, 6}});
    EXPECT_EQ(StimulusFiles::wholeRecord({{"key", 1}}, image).dump(),
              sealed(R"({"key":1,"image_sha256":")" + sha256Of(image) +
                     R"(","width_px":1,"height_px":2})"));
    const Stimulus sound = std::make_shared<const Sound>(
        Sound{.sampleRateHz = 8000, .bits = 16, .samples = {1, -1, 0}});
    EXPECT_EQ(StimulusFiles::wholeRecord({{"key", 1}}, sound).dump(),
              sealed(R"({"key":1,"sound_sha256":")" + sha256Of(sound) +
                     R"(","sample_rate_hz":8000,"bits":16,"samples":3})"));
}

TEST(MetamerSolvers, AreFoundByNameWithTheBudgetThatStudiesSet)
{
    for (const auto* name : {"normalised-gradient", "adam", "lbfgs"}) {
        auto solver = metamerSolverNamed(name);
        ASSERT_TRUE(solver) << name;
        EXPECT_EQ(toJson(*solver)["type"], name);
        budgetOf(*solver) = 7;
        EXPECT_NE(toJson(*solver).dump().find(":7"), std::string::npos) << name;
        EXPECT_EQ(needsTrueGradient(*solver), std::string_view(name) == "lbfgs");
    }
    EXPECT_FALSE(metamerSolverNamed("newton"));
}

} // namespace
} // namespace mlab::stimuli
