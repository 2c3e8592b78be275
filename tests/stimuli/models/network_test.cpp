// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "stimuli/catalog/model_info.h"
#include "stimuli/catalog/network_architectures.h"
#include "stimuli/models/model_summary.h"
#include "stimuli/models/network.h"
#include "tests/stimuli/models/model_test_support.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <limits>

namespace mlab::stimuli {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

ModelSpec madeNetwork(const std::string& name)
{
    return {.name = name, .file = madeModel(name + ".pth")};
}

class Torchvision : public ::testing::TestWithParam<std::string> {};

TEST_P(Torchvision, EveryLayerGivesWhatTorchvisionsGives)
{
    const auto record = nlohmann::json::parse(readFile(madeModel(GetParam() + ".json")));
    const int size = record.at("size").get<int>();
    const auto model = makeModel(madeNetwork(GetParam()), ImageFormat{size});
    const auto& layers = record.at("layers");
    EXPECT_EQ(model->info().layers.size(), layers.size());
    const torch::NoGradGuard noGradients;
    for (const auto& layer : model->info().layers) {
        const auto& expected = layers.at(layer);
        const auto values = model->activations(formulaImage(size), layer);
        if (layer != "avgpool" || GetParam() != "resnet50") { // we drop its two sides of 1
            EXPECT_EQ(values.sizes().slice(1).vec(),
                      expected.at("shape").get<std::vector<std::int64_t>>())
                << layer;
        }
        expectFingerprint(values, expected.at("fingerprint"), GetParam() + " " + layer);
    }
}

INSTANTIATE_TEST_SUITE_P(All, Torchvision, ::testing::Values("resnet50", "vgg19", "alexnet"));

std::map<std::string, FloatArray> zeros(const std::string& architecture, int classes)
{
    std::map<std::string, FloatArray> arrays;
    for (const auto& [name, shape] : expectedWeights(architecture, classes)) {
        std::size_t size = 1;
        for (const auto side : shape) {
            size *= static_cast<std::size_t>(side);
        }
        arrays[name] = {.shape = shape, .values = std::vector<float>(size, 0.1F)};
    }
    return arrays;
}

TEST(Network, AMissingAMisshapenAndAnUnexpectedArrayAreAllListed)
{
    auto arrays = zeros("resnet50", 2);
    arrays.erase("layer3.0.conv2.weight");
    arrays["layer1.0.bn1.bias"].shape = {32, 2};
    arrays["head.weight"] = {.shape = {1}, .values = {1.0F}};
    try {
        makeNetwork("resnet50", {.arrays = std::move(arrays), .normaliser = {}, .sha256 = "x"},
                    "weights.pth", {});
        FAIL() << "no error";
    } catch (const IoError& error) {
        EXPECT_THAT(error.what(),
                    AllOf(HasSubstr("weights.pth"),
                          HasSubstr("missing: layer3.0.conv2.weight [256 x 256 x 3 x 3]"),
                          HasSubstr("misshapen: layer1.0.bn1.bias is [32 x 2], expected [64]"),
                          HasSubstr("unexpected: head.weight [1]")));
    }
}

TEST(Network, ThePrefixOfAWrapperIsNamedOnce)
{
    std::map<std::string, FloatArray> wrapped;
    for (auto& [name, array] : zeros("resnet50", 2)) {
        wrapped["_orig_mod.net." + name] = array;
    }
    try {
        makeNetwork("resnet50", {.arrays = std::move(wrapped), .normaliser = {}, .sha256 = "x"},
                    "weights.pth", {});
        FAIL() << "no error";
    } catch (const IoError& error) {
        EXPECT_THAT(error.what(), AllOf(HasSubstr("weights.pth"), HasSubstr("\"_orig_mod.net.\""),
                                        HasSubstr("model._orig_mod.net.state_dict()"),
                                        ::testing::Not(HasSubstr("missing"))));
    }
}

TEST(Network, OfManyMissingArraysTenAreListed)
{
    std::map<std::string, FloatArray> other = {{"head.weight", {.shape = {1}, .values = {1.0F}}}};
    try {
        makeNetwork("resnet50", {.arrays = std::move(other), .normaliser = {}, .sha256 = "x"},
                    "weights.pth", {});
        FAIL() << "no error";
    } catch (const IoError& error) {
        const std::string text = error.what();
        EXPECT_EQ(std::ranges::count(text, '\n'), 11);
        EXPECT_THAT(text, HasSubstr(" more"));
    }
}

TEST(Network, WeightsThatAreNotFiniteAreRefusedByName)
{
    auto arrays = zeros("resnet50", 2);
    arrays["layer2.1.conv1.weight"].values[5] = std::numeric_limits<float>::quiet_NaN();
    try {
        makeNetwork("resnet50", {.arrays = std::move(arrays), .normaliser = {}, .sha256 = "x"},
                    "weights.pth", {});
        FAIL() << "no error";
    } catch (const NumericError& error) {
        EXPECT_THAT(error.what(), HasSubstr("layer2.1.conv1.weight"));
    }
}

TEST(Network, TheNormaliserOfACheckpointTakesThePlaceOfImageNets)
{
    const auto plain = makeNetwork(
        "resnet50", {.arrays = zeros("resnet50", 2), .normaliser = {}, .sha256 = "x"}, "w", {});
    EXPECT_THAT(plain->info().input, HasSubstr("0.485, 0.456, 0.406"));
    const auto own = makeNetwork(
        "resnet50",
        {.arrays = zeros("resnet50", 2), .normaliser = {{{0, 0, 0}, {2, 2, 2}}}, .sha256 = "x"},
        "w", {});
    EXPECT_THAT(own->info().input, HasSubstr("mean (0, 0, 0) and SD (2, 2, 2)"));
    EXPECT_NE(plain->sha256(), own->sha256());
    const auto image = formulaImage(32);
    const auto normalised = (image - torch::tensor({0.485F, 0.456F, 0.406F}).view({1, 3, 1, 1})) /
                            torch::tensor({0.229F, 0.224F, 0.225F}).view({1, 3, 1, 1});
    EXPECT_TRUE(torch::allclose(own->activations(normalised * 2, "conv1"),
                                plain->activations(image, "conv1"), 1e-4, 1e-5));
}

TEST(Network, ResNet50CostsWhatIsPublished)
{
    // torchvision's table: 25,557,032 parameters and 4.089 GFLOPS (multiply-adds) at 224 x 224.
    std::int64_t learnt = 0;
    for (const auto& [name, shape] : expectedWeights("resnet50")) {
        std::int64_t size = 1;
        for (const auto side : shape) {
            size *= side;
        }
        learnt += name.find("running_") == std::string::npos ? size : 0;
    }
    EXPECT_EQ(learnt, 25'557'032);
    const auto model = makeNetwork(
        "resnet50", {.arrays = zeros("resnet50", 1000), .normaliser = {}, .sha256 = "x"}, "w", {});
    const auto layers = summarise(*model, ImageFormat{224});
    EXPECT_EQ(layers.back().name, "fc");
    EXPECT_EQ(layers.back().parameters, 25'557'032);
    EXPECT_NEAR(static_cast<double>(layers.back().multiplyAdds), 4.089e9, 1e6);
    EXPECT_EQ(layers.front().name, "conv1");
    EXPECT_EQ(layers.front().multiplyAdds, 118'013'952); // 112^2 x 64 x 3 x 7^2
    EXPECT_EQ(layers.front().shape, (std::vector<std::int64_t>{64, 112, 112}));
}

TEST(ModelInfo, AFileThatWasNotDownloadedIsNamed)
{
    const TemporaryFolder scratch;
    const auto& folder = scratch.path();
    writeFileAtomically(folder / "pointer.ts",
                        "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 3\n");
    writeFileAtomically(folder / "page.pth", "<!doctype html><title>Not found</title>");
    EXPECT_THAT([&] { modelInfo({.name = {}, .file = folder / "pointer.ts"}); },
                ::testing::ThrowsMessage<IoError>(
                    AllOf(HasSubstr("pointer.ts"), HasSubstr("Git LFS pointer"))));
    EXPECT_THAT(
        [&] { makeModel({.name = "alexnet", .file = folder / "page.pth"}, ImageFormat{64}); },
        ::testing::ThrowsMessage<IoError>(AllOf(HasSubstr("page.pth"), HasSubstr("a web page"))));
}

TEST(ModelInfo, AnUnknownNameAMissingFileAndASizeTooSmallAreRefusedWithTheRemedy)
{
    EXPECT_THROW(modelInfo({.name = "resnet51", .file = "w"}), InvalidArgument);
    EXPECT_THROW(modelInfo({.name = "resnet50", .file = {}}), InvalidArgument);
    EXPECT_THROW(modelInfo({.name = "resnet50", .file = "/nowhere.pth"}), InvalidArgument);
    EXPECT_THROW(modelInfo({.name = "gabor-scattering", .file = "w"}), InvalidArgument);
    EXPECT_THROW(modelInfo({.name = {}, .file = {}}), InvalidArgument);
    EXPECT_THROW(requireImageSize(networkInfo("alexnet"), 62), InvalidArgument);
    EXPECT_NO_THROW(requireImageSize(networkInfo("alexnet"), 63));
    EXPECT_THROW(makeModel({}, ImageFormat{65}), InvalidArgument);
    EXPECT_THROW(makeModel({}, ImageFormat{56}), InvalidArgument);
}

} // namespace
} // namespace mlab::stimuli
