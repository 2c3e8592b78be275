// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/design_summary.h"
#include "tests/experiments/design/design_test_support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <vector>

namespace mlab::experiments {
namespace {

using Json = nlohmann::json;
using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

Json withDistortions()
{
    return Json::parse(R"({
        "schema_version": 1, "name": "distortions",
        "model": {"builtin": "gabor-compressive"},
        "dimensions": [
            {"layer": "band", "distortions": ["largest", "smallest"], "eccentricities_deg": [0]},
            {"layer": "band", "distortions": ["principal-1"], "directions": ["plus"],
             "other_models": [{"model": {"file": "n.ts"}, "layer": "texture"}],
             "eccentricities_deg": [4]}
        ]})");
}

DesignCheck checkedDistortions(const Json& json)
{
    auto context = checkEverything();
    context.modelInfo = [](const ModelSpec& spec) {
        return ModelInfo{.name = spec.name,
                         .modality =
                             spec.name == "cochlea-modulation" ? Modality::audio : Modality::image,
                         .layers = {"band", "texture"},
                         .sizeMultiplePx = spec.name.empty() ? 32 : 8};
    };
    return checkDesign(json.dump(), "/lab/d.json", context);
}

std::vector<std::string> distortionMistakes(const Json& json)
{
    std::vector<std::string> out;
    for (const auto& problem : checkedDistortions(json).diagnostics) {
        out.push_back(problem.pointer + ": " + problem.message);
    }
    return out;
}

TEST(DistortionsDesign, HasADimensionForEachDistortionAndDirection)
{
    const auto check = checkedDistortions(withDistortions());
    ASSERT_TRUE(check.design) << check.diagnostics.front().text();
    std::vector<std::string> ids;
    for (const auto& measured : check.design->dimensions) {
        ids.push_back(measured.dimension.id());
        EXPECT_EQ(measured.dimension.component, 0);
        EXPECT_EQ(levelUnit(measured.dimension), "%");
    }
    EXPECT_THAT(ids,
                ElementsAre("band/largest/plus/0", "band/largest/minus/0", "band/smallest/plus/0",
                            "band/smallest/minus/0", "band/principal-1/plus/4"));
    ASSERT_THAT(check.design->distortions, SizeIs(1)); // the layer's comparison serves both entries
    const auto& layer = check.design->distortions.front();
    ASSERT_THAT(layer.others, SizeIs(1));
    EXPECT_EQ(layer.others.front().layer, "texture");
    EXPECT_EQ(layer.others.front().model.file, "/lab/n.ts");
    EXPECT_THAT(describe(*check.design, {}), HasSubstr("range 0.05 to 3 %"));
}

TEST(DistortionsDesign, MistakesAreReportedAtTheirPlace)
{
    const auto entry = [](int index, const std::string& key) {
        return "/dimensions/" + std::to_string(index) + "/" + key;
    };
    auto json = withDistortions();
    json["dimensions"][1].erase("other_models");
    EXPECT_THAT(distortionMistakes(json), ElementsAre(AllOf(HasSubstr(entry(1, "distortions: ")),
                                                            HasSubstr("other_models"))));

    json = withDistortions();
    json["dimensions"][0]["other_models"] = json["dimensions"][1]["other_models"];
    EXPECT_THAT(distortionMistakes(json), ElementsAre(HasSubstr("only principal distortions")));

    json = withDistortions();
    json["dimensions"][1]["other_models"][0]["layer"] = "textur";
    EXPECT_THAT(distortionMistakes(json),
                ElementsAre(AllOf(HasSubstr(entry(1, "other_models/0/layer: ")),
                                  HasSubstr("did you mean \"texture\"?"))));

    json = withDistortions();
    json["dimensions"][1]["other_models"][0] = {{"model", {{"builtin", "gabor-compressive"}}},
                                                {"layer", json["dimensions"][1]["layer"]}};
    EXPECT_THAT(distortionMistakes(json), ElementsAre(AllOf(HasSubstr(entry(1, "other_models/0: ")),
                                                            HasSubstr("with itself"))));

    json = withDistortions();
    json["image_size_px"] = 104; // the design's own model takes multiples of 8, the other of 32
    EXPECT_THAT(distortionMistakes(json), ElementsAre(HasSubstr(entry(1, "other_models/0/model"))));

    json = withDistortions();
    json["dimensions"][1]["other_models"][0]["model"] = {{"builtin", "cochlea-modulation"}};
    EXPECT_THAT(distortionMistakes(json), ElementsAre(HasSubstr("modality")));

    json = withDistortions();
    json["solver"] = Json::object();
    json["references"] = {{"builtin", Json::object()}, {"within_percentile", 40}};
    EXPECT_THAT(distortionMistakes(json),
                AllOf(SizeIs(2), Contains(HasSubstr("/solver: ")),
                      Contains(HasSubstr("/references/within_percentile: "))));
}

TEST(DistortionsDesign, ComponentsAndDistortionsAreNotMixed)
{
    auto json = withDistortions();
    json["dimensions"].push_back(
        {{"layer", "texture"}, {"components", {1}}, {"eccentricities_deg", {0}}});
    EXPECT_THAT(distortionMistakes(json),
                ElementsAre(AllOf(HasSubstr("/dimensions/0/distortions/0: "),
                                  HasSubstr("either components or distortions"))));
    json = withDistortions();
    json["dimensions"][0]["components"] = {1};
    EXPECT_THAT(distortionMistakes(json), Contains(HasSubstr("exactly one of the keys")));
    json["dimensions"][0].erase("components");
    json["dimensions"][0].erase("distortions");
    EXPECT_THAT(distortionMistakes(json), Contains(HasSubstr("exactly one of the keys")));
}

TEST(DistortionsDesign, TheSmallestIsNotForSounds)
{
    const auto json = Json::parse(R"({
        "schema_version": 1, "name": "sounds", "modality": "audio",
        "model": {"builtin": "cochlea-modulation"},
        "dimensions": [{"layer": "band", "distortions": ["largest", "smallest"]}]})");
    EXPECT_THAT(distortionMistakes(json), ElementsAre(HasSubstr("smallest is for images")));
}

} // namespace
} // namespace mlab::experiments
