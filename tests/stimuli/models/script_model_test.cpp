// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/sha256.h"
#include "stimuli/catalog/model_info.h"
#include "stimuli/media/image_io.h"
#include "stimuli/models/model_summary.h"
#include "stimuli/models/script_model.h"
#include "stimuli/tensors/last_relu.h"
#include "stimuli/tensors/stimulus_tensor.h"
#include "tests/stimuli/models/model_test_support.h"

#include <gmock/gmock.h>

#include <cmath>
#include <numbers>

namespace mlab::stimuli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

ModelSpec script(const std::string& name)
{
    return {.name = {}, .file = madeModel(name)};
}

class ScriptModelFile : public ::testing::TestWithParam<std::string> {};

TEST_P(ScriptModelFile, GivesWhatPyTorchGives)
{
    const auto record = nlohmann::json::parse(readFile(madeModel("small.json")));
    const auto model = makeModel(script(GetParam() + ".ts"), ImageFormat{16});
    for (const auto& [layer, expected] : record.at(GetParam()).items()) {
        expectFingerprint(model->activations(formulaImage(16), layer), expected, layer);
    }
}

INSTANTIATE_TEST_SUITE_P(All, ScriptModelFile, ::testing::Values("small", "normalised"));

TEST(ScriptModel, WeightsInDoublePrecisionGiveTheSame)
{
    const auto record = nlohmann::json::parse(readFile(madeModel("small.json")));
    const auto model = makeModel(script("double.ts"), ImageFormat{16});
    for (const auto& [layer, expected] : record.at("small").items()) {
        expectFingerprint(model->activations(formulaImage(16), layer), expected, layer);
    }
}

TEST(ScriptModel, AnErrorInsideTheModelIsToldInOneLine)
{
    const auto model = makeModel(script("wrong_shape.ts"), ImageFormat{16});
    try {
        model->activations(formulaImage(16), "wrong");
        FAIL() << "three channels went through a convolution of four";
    } catch (const NumericError& error) {
        EXPECT_THAT(error.what(),
                    AllOf(HasSubstr("layer wrong"), HasSubstr("channels"),
                          ::testing::Not(HasSubstr("\n")), ::testing::Not(HasSubstr("Traceback"))));
    }
}

TEST(ScriptModel, ItemsOfABatchDoNotInfluenceEachOther)
{
    const auto model = makeModel(script("small.ts"), ImageFormat{16});
    const auto image = formulaImage(16);
    const auto bad = torch::full_like(image, std::numeric_limits<float>::quiet_NaN());
    const auto together = model->activations(torch::cat({image, bad}), "two");
    EXPECT_TRUE(torch::allclose(together[0], model->activations(image, "two")[0], 1e-5, 1e-6));
}

// One small image takes another way through the convolutions than a batch: see
// useOneDnnForSmallImages.
TEST(ScriptModel, AnImageAloneGivesWhatItGivesInABatchWhateverTheConvolution)
{
    for (const auto* name : {"scripted_convolutions.ts", "traced_convolutions.ts"}) {
        const auto model = makeModel(script(name), ImageFormat{16});
        const auto run = [&](const torch::Tensor& images) {
            const auto input = images.detach().requires_grad_();
            const auto values = model->activations(input, "last");
            const auto weights = torch::sin(torch::arange(values[0].numel())).view_as(values[0]);
            const auto gradient = torch::autograd::grad({(values * weights).sum()}, {input})[0];
            return std::pair(values.detach()[0], gradient[0]);
        };
        const auto image = formulaImage(16);
        const auto [values, gradient] = run(image);
        const auto [expected, expectedGradient] = run(torch::cat({image, image}));
        EXPECT_TRUE(torch::allclose(values, expected, 1e-4, 1e-6)) << name;
        EXPECT_TRUE(torch::allclose(gradient, expectedGradient, 1e-4, 1e-6)) << name;
        EXPECT_GT(gradient.abs().max().item<float>(), 1e-3F) << name;
    }
}

TEST(ScriptModel, TheIdentityGradientPassesTheLastReluAndNoOther)
{
    const auto model = makeModel(script("small.ts"), ImageFormat{16});
    const auto gradient = [&](const std::string& layer, LastRelu kind) {
        const auto image = formulaImage(16).requires_grad_();
        const auto values = model->activations(image, layer, kind);
        EXPECT_GE(values.min().item<float>(), 0.0F);
        EXPECT_TRUE(torch::equal(values, model->activations(image, layer)));
        return torch::autograd::grad({values.sum()}, {image})[0];
    };
    // What ends in no ReLU has none to pass.
    EXPECT_TRUE(
        torch::equal(gradient("mean", LastRelu::plain), gradient("mean", LastRelu::identity)));
    // Through the identity, the first layer is a convolution and a normalisation: the gradient of
    // its sum is the same wherever the kernel does not reach over the border.
    const auto inner = gradient("one", LastRelu::identity).narrow(2, 2, 12).narrow(3, 2, 12);
    EXPECT_LT(
        (inner - inner.select(2, 0).select(2, 0).view({1, 3, 1, 1})).abs().max().item<float>(),
        1e-5F);
    EXPECT_FALSE(
        torch::allclose(gradient("one", LastRelu::plain), gradient("one", LastRelu::identity)));
    // In the second layer the ReLU of the first still blocks.
    const auto second = gradient("two", LastRelu::identity).narrow(2, 2, 12).narrow(3, 2, 12);
    EXPECT_GT(
        (second - second.select(2, 0).select(2, 0).view({1, 3, 1, 1})).abs().max().item<float>(),
        1e-2F);
}

struct BadFile {
    std::string name;
    std::string message;
};

class BadScript : public ::testing::TestWithParam<BadFile> {};

TEST_P(BadScript, IsRefusedNamingFileAndFault)
{
    try {
        makeModel(script(GetParam().name), ImageFormat{16})->activations(formulaImage(16), "pair");
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_THAT(error.what(), HasSubstr(GetParam().message));
    }
}

INSTANTIATE_TEST_SUITE_P(
    All, BadScript,
    ::testing::Values(BadFile{"no_manifest.ts", "no extra file metamerlab.json"},
                      BadFile{"missing_layer.ts", "\"four\", for which it has no method"},
                      BadFile{"nan.ts", "second.weight"},
                      BadFile{"nan_buffer.ts", "norm.running_var"},
                      BadFile{"few_classes.ts", "1 class, but its layer mean gives 6 numbers"},
                      BadFile{"many_classes.ts", "7 classes, but its layer mean gives 6 numbers"},
                      BadFile{"classes_only.ts", "both classes and logits_layer"},
                      BadFile{"deep.ts", "nests values more than 64 deep"},
                      BadFile{"no_tensor.ts", "does not give one tensor"},
                      BadFile{"small.ts", "has no layer \"pair\""},
                      BadFile{"resnet50.pth", "no extra file metamerlab.json"},
                      BadFile{"small.json", "not a TorchScript archive"},
                      BadFile{"nowhere.ts", "nowhere.ts: the file does not exist"}),
    [](const auto& bad) {
        std::string name = bad.param.name;
        std::ranges::replace(name, '.', '_');
        return name;
    });

// A TorchScript file is a program. LibTorch ran __setstate__ while it loaded a file, and
// torch.from_file(..., shared=True) then overwrote any file that the user could write.
TEST(ScriptModel, AProgramThatCouldDoMoreThanComputeIsRefusedBeforeItRuns)
{
    const auto words = nlohmann::json::parse(readFile(madeModel("unsafe.json")));
    for (const auto& [name, word] : words.items()) {
        SCOPED_TRACE(name);
        const auto fault = word.get<std::string>();
        try {
            const auto model = makeModel(script(name), ImageFormat{16});
            EXPECT_EQ(fault, "") << "no error";
            model->activations(formulaImage(16), "one");
        } catch (const IoError& error) {
            EXPECT_NE(fault, "") << error.what();
            EXPECT_THAT(error.what(), AllOf(HasSubstr(name), HasSubstr(fault)));
        }
        EXPECT_EQ(readFile(madeModel("target.txt")), "must stay as it is");
    }
}

TEST(ScriptModel, ANumberThatTheManifestCannotMeanIsRefusedAtItsKey)
{
    const auto keys = nlohmann::json::parse(readFile(madeModel("bad_numbers.json")));
    for (const auto& [name, key] : keys.items()) {
        SCOPED_TRACE(name);
        try {
            modelInfo(script(name));
            ADD_FAILURE() << "no error";
        } catch (const IoError& error) {
            EXPECT_THAT(error.what(), AllOf(HasSubstr(name), HasSubstr(key.get<std::string>())));
        }
    }
}

TEST(ScriptModel, AModelOfAFixedSizeTakesNoOther)
{
    EXPECT_NO_THROW(makeModel(script("fixed_size.ts"), ImageFormat{16}));
    EXPECT_THROW(makeModel(script("fixed_size.ts"), ImageFormat{24}), InvalidArgument);
}

torch::Tensor tone(double hz, int rateHz, double seconds)
{
    const std::int64_t n = std::llround(rateHz * seconds);
    return torch::sin(torch::arange(n, torch::kFloat64) * (2 * std::numbers::pi * hz / rateHz))
        .to(torch::kFloat32)
        .unsqueeze(0);
}

class ScriptModelOfSounds : public ::testing::TestWithParam<std::string> {};

TEST_P(ScriptModelOfSounds, HearsTheSameAtEveryRate)
{
    const auto record = nlohmann::json::parse(readFile(madeModel("sound.json")));
    for (const int rate : {8'000, 48'000, 44'100}) {
        SCOPED_TRACE(rate);
        const SoundFormat format{.sampleRateHz = rate, .durationMs = 500};
        const auto model = makeModel(script(GetParam()), format);
        EXPECT_EQ(model->info().sampleRateHz, 8'000);
        for (const auto* layer : {"bands", "words"}) {
            const auto values = model->activations(0.5 * tone(440, rate, 0.5), layer);
            expectFingerprint(values, record.at(layer), layer);
        }
    }
}

INSTANTIATE_TEST_SUITE_P(All, ScriptModelOfSounds,
                         ::testing::Values("sound.ts", "sound_channel.ts"), [](const auto& file) {
                             return file.param.substr(0, file.param.find('.'));
                         });

TEST(ScriptModel, ASoundModelsHashTellsTheRateOfWhatIsPlayed)
{
    const auto hash = [](int rate) {
        return makeModel(script("sound.ts"), SoundFormat{.sampleRateHz = rate})->sha256();
    };
    EXPECT_NE(hash(44'100), hash(48'000));
    EXPECT_EQ(hash(8'000), sha256OfFile(madeModel("sound.ts")));
}

TEST(ScriptModel, StimuliOfAnotherModalityOrDurationAreRefused)
{
    EXPECT_EQ(modelInfo(script("sound.ts")).modality, Modality::audio);
    EXPECT_THROW(makeModel(script("sound.ts"), ImageFormat{.sizePx = 16}), InvalidArgument);
    EXPECT_THROW(makeModel(script("small.ts"), SoundFormat{}), InvalidArgument);
    EXPECT_NO_THROW(makeModel(script("sound_one_length.ts"), SoundFormat{.durationMs = 500}));
    EXPECT_THROW(makeModel(script("sound_one_length.ts"), SoundFormat{}), InvalidArgument);
}

class BadManifest : public ::testing::TestWithParam<BadFile> {};

TEST_P(BadManifest, IsRefusedNamingWhatIsWrong)
{
    try {
        modelInfo(script(GetParam().name));
        FAIL() << "no error";
    } catch (const IoError& error) {
        EXPECT_THAT(error.what(), AllOf(HasSubstr(GetParam().name), HasSubstr(GetParam().message)));
    }
}

INSTANTIATE_TEST_SUITE_P(OfSounds, BadManifest,
                         ::testing::Values(BadFile{"sound_stereo.ts", "input.channels is 2"},
                                           BadFile{"sound_range.ts", "sound models take [-1, 1]"},
                                           BadFile{"sound_rate.ts", "input.sample_rate is 0"},
                                           BadFile{"sound_no_rate.ts", "sample_rate"},
                                           BadFile{"sound_normalised.ts", "normalisation"},
                                           BadFile{"video.ts", "\"image\" or \"audio\""}),
                         [](const auto& bad) {
                             return bad.param.name.substr(0, bad.param.name.find('.'));
                         });

TEST(ScriptModel, ATrainedNetworkCallsTheCatACat)
{
    const std::filesystem::path shared = MLAB_SHARED_DIR;
    if (!std::filesystem::exists(shared / "models/cifar_resnet20.ts")) {
        GTEST_SKIP() << "no " << shared / "models";
    }
    const auto model =
        makeModel({.name = {}, .file = shared / "models/cifar_resnet20.ts"}, ImageFormat{32});
    const auto image = toTensor(loadImage(shared / "images/chelsea.png", 32)).unsqueeze(0);
    const auto logits = model->activations(image, model->info().logitsLayer);
    EXPECT_EQ(model->info().classes[static_cast<std::size_t>(logits.argmax().item<std::int64_t>())],
              "cat");
    const auto layers = summarise(*model, ImageFormat{32});
    // He et al. 2016, table 6: ResNet-20 has 0.27 M parameters; 40.5 M multiply-adds.
    EXPECT_EQ(layers.back().parameters, 269'722);
    EXPECT_NEAR(static_cast<double>(layers.back().multiplyAdds), 40.55e6, 0.1e6);
}

} // namespace
} // namespace mlab::stimuli
