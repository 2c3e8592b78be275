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

using testing::AllOf;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

nlohmann::json withRewirings()
{
    return nlohmann::json::parse(R"({
        "schema_version": 1, "name": "drawings", "task": "same-different", "image_size_px": 200,
        "graphs": {
            "karate": {"builtin": "karate-club"},
            "sbm": {"builtin": "contextual-sbm", "nodes": 40, "features": 8}
        },
        "drawing": {"layouts": 2, "nodes": "classes"},
        "dimensions": [
            {"graph": "karate", "rewiring": ["degrees", "colours"], "eccentricities_deg": [0, 4]},
            {"graph": "sbm", "rewiring": ["degrees"], "eccentricities_deg": [0]}
        ]})");
}

DesignCheck checkedRewirings(const nlohmann::json& json, bool withGraphs = true)
{
    auto context = checkEverything();
    if (withGraphs) {
        context.graphProblem = [](const GraphSource& source, const GraphDrawingSpec&, int sizePx) {
            const auto* sbm = std::get_if<ContextualSbm>(&source.from);
            return std::string(sbm != nullptr && sbm->nodes * 4 > sizePx ? "nodes touch" : "");
        };
    }
    return checkDesign(json.dump(), "/lab/d.json", context);
}

std::vector<std::string> rewiringMistakes(const nlohmann::json& json)
{
    std::vector<std::string> out;
    for (const auto& problem : checkedRewirings(json).diagnostics) {
        out.push_back(problem.pointer + ": " + problem.message);
    }
    return out;
}

TEST(RewiringsDesign, HasADimensionForEachGraphKindAndEccentricity)
{
    const auto check = checkedRewirings(withRewirings());
    ASSERT_TRUE(check.design) << check.diagnostics.front().text();
    std::vector<std::string> ids;
    for (const auto& measured : check.design->dimensions) {
        ids.push_back(measured.dimension.id());
        EXPECT_EQ(levelUnit(measured.dimension), "swaps");
        EXPECT_EQ(levelRange(measured.procedure).lowest, 1);
        EXPECT_EQ(levelRange(measured.procedure).highest, 32);
    }
    EXPECT_THAT(ids, ElementsAre("karate/degrees/plus/0", "karate/degrees/plus/4",
                                 "karate/colours/plus/0", "karate/colours/plus/4",
                                 "sbm/degrees/plus/0"));
    EXPECT_EQ(check.design->graphs->drawing,
              (GraphDrawingSpec{.layouts = 2, .nodes = NodeColours::classes}));
    EXPECT_EQ(check.design->referencesPerTrial, 1);
    EXPECT_THAT(describe(*check.design, {}), HasSubstr("range 1 to 32 swaps"));
}

TEST(RewiringsDesign, MistakesOfGraphsAreReportedAtTheirPlace)
{
    auto json = withRewirings();
    json["dimensions"].erase(0);
    EXPECT_THAT(rewiringMistakes(json),
                ElementsAre(AllOf(HasSubstr("/graphs/karate: "), HasSubstr("no dimension names"))));

    json = withRewirings();
    json["graphs"]["sbm"]["nodes"] = 60;
    EXPECT_THAT(rewiringMistakes(json), ElementsAre("/graphs/sbm: nodes touch"));

    json = withRewirings();
    json["graphs"]["sbm"] = {{"file", "sbm.graphml"}};
    EXPECT_THAT(rewiringMistakes(json), ElementsAre(HasSubstr("/graphs/sbm/file: ")));
    EXPECT_THAT(checkedRewirings(json, false).diagnostics, IsEmpty()); // a stored design

    json = withRewirings();
    json.erase("graphs");
    EXPECT_THAT(rewiringMistakes(json), Contains(HasSubstr("a rewiring needs the key \"graphs\"")));

    json = withRewirings();
    json["dimensions"][1]["procedure"] = {{"min_level", 0.5}};
    EXPECT_THAT(rewiringMistakes(json),
                ElementsAre(HasSubstr("/dimensions/1/procedure/min_level: a level is a number of "
                                      "swaps")));
}

// A dimension that cannot be read would have named it.
TEST(RewiringsDesign, AGraphWhoseDimensionHasAMistakeIsNotCalledUnused)
{
    auto json = withRewirings();
    json["dimensions"][0]["graph"] = "Karate-club";
    EXPECT_THAT(rewiringMistakes(json),
                ElementsAre(HasSubstr("/dimensions/0/graph: the design has no graph")));

    json = withRewirings();
    json["dimensions"][0]["rewiring"] = {"degree"};
    EXPECT_THAT(rewiringMistakes(json), ElementsAre(HasSubstr("/dimensions/0/rewiring/0: ")));

    json = withRewirings();
    json["dimensions"][0].erase("eccentricities_deg");
    EXPECT_THAT(rewiringMistakes(json),
                ElementsAre("/dimensions/0: the key \"eccentricities_deg\" is missing"));
}

TEST(RewiringsDesign, AStudyOfGraphNetworksIsToldFromADesign)
{
    const auto study = nlohmann::json::parse(
        R"({"name": "s", "graphs": {"karate": {"builtin": "karate-club"}}, "networks": []})");
    EXPECT_THAT(
        rewiringMistakes(study),
        ElementsAre("/networks: this is a study of graph networks, not a design; metamersynth "
                    "graph-train checks it and trains its networks"));
}

TEST(RewiringsDesign, KeysOfModelsAndOtherDimensionsAreRefused)
{
    auto json = withRewirings();
    json["model"] = {{"builtin", "gabor-compressive"}};
    json["references"] = {{"builtin", {{"count", 3}}}};
    json["dimensions"][1]["directions"] = {"minus"};
    EXPECT_THAT(rewiringMistakes(json),
                AllOf(testing::SizeIs(3), Contains(HasSubstr("/model: drawings of graphs need no")),
                      Contains(HasSubstr("/references: ")),
                      Contains(HasSubstr("/dimensions/1/directions: "))));

    json = withRewirings();
    json["dimensions"].push_back(
        {{"layer", "texture"}, {"components", {1}}, {"eccentricities_deg", {0}}});
    EXPECT_THAT(rewiringMistakes(json), ElementsAre(HasSubstr("rewirings alone")));

    json = withRewirings();
    json["dimensions"][0].erase("graph");
    EXPECT_THAT(rewiringMistakes(json),
                Contains(HasSubstr("\"rewiring\" requires the key \"graph\"")));
}

} // namespace
} // namespace mlab::experiments
