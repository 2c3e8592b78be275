// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/design_schema.h"
#include "experiments/design/design_summary.h"
#include "experiments/design/whole_metamers_spec.h"
#include "tests/experiments/design/design_test_support.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <cmath>

namespace mlab::experiments {
namespace {

using Json = nlohmann::json;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;

Json valid()
{
    return Json::parse(R"({
        "schema_version": 1, "name": "whole", "task": "abx",
        "references": {"builtin": {"count": 8}},
        "metamers": {
            "layers": ["texture", "pool"],
            "comparisons": ["original-synthesised", "synthesised-synthesised"],
            "starts": ["noise", "natural"],
            "match": {"snr_db": [10, 20]},
            "trials_per_condition": 6
        }})");
}

DesignCheck checked(const Json& json)
{
    auto context = checkEverything();
    context.referenceIds = [](const StimulusSource& source, const StimulusFormat&) {
        std::vector<std::string> ids;
        for (int i = 0; i < source.count; ++i) {
            ids.push_back("r" + std::to_string(i));
        }
        return ids;
    };
    return checkDesign(json.dump(), "d.json", context);
}

std::vector<std::string> problemsOf(const Json& json)
{
    std::vector<std::string> out;
    for (const auto& problem : checked(json).diagnostics) {
        out.push_back(problem.pointer + ": " + problem.message);
    }
    return out;
}

TEST(WholeMetamersDesign, HasEveryCombinationOfItsFactorsAsACondition)
{
    const auto check = checked(valid());
    ASSERT_TRUE(check.design) << check.diagnostics.front().text();
    const auto& dimensions = check.design->dimensions;
    ASSERT_THAT(dimensions, SizeIs(16));
    EXPECT_EQ(dimensions.front().dimension.id(), "texture/original-synthesised/noise/10dB");
    EXPECT_EQ(dimensions.back().dimension.id(), "pool/synthesised-synthesised/natural/20dB");
    EXPECT_EQ(procedureName(dimensions.front().procedure), "constant");
    EXPECT_EQ(usualTrials(dimensions.front().procedure), 6);
    EXPECT_DOUBLE_EQ(levelRange(dimensions.back().procedure).highest, 0.1);
}

TEST(WholeMetamersDesign, WithAProcedureTakesAllMatchesAsOneCondition)
{
    auto json = valid();
    json["procedure"] = {{"type", "psi-marginal"}};
    const auto check = checked(json);
    ASSERT_TRUE(check.design) << check.diagnostics.front().text();
    ASSERT_THAT(check.design->dimensions, SizeIs(8));
    const auto& first = check.design->dimensions.front();
    EXPECT_EQ(first.dimension.id(), "texture/original-synthesised/noise/adaptive");
    EXPECT_DOUBLE_EQ(levelRange(first.procedure).lowest, 0.1);
    EXPECT_NEAR(levelRange(first.procedure).highest, std::pow(10, -0.5), 1e-12);
    EXPECT_EQ(usualTrials(first.procedure), 6);
}

TEST(WholeMetamersDesign, DefaultsAreThoseOfTheSchema)
{
    auto json = valid();
    json["metamers"] = {{"layers", {"pool"}}, {"match", {{"evaluations", {100}}}}};
    const auto check = checked(json);
    ASSERT_TRUE(check.design) << check.diagnostics.front().text();
    const auto& spec = *check.design->wholeMetamers;
    const auto schema =
        Json::parse(designSchemaText()).at("properties").at("metamers").at("properties");
    EXPECT_EQ(schema.at("trials_per_condition").at("default"), spec.trialsPerCondition);
    EXPECT_EQ(schema.at("catch_every").at("default"), spec.catchEvery);
    EXPECT_EQ(schema.at("show_not_accepted").at("default"), spec.showNotAccepted);
    EXPECT_EQ(schema.at("seed").at("default"), spec.synthesis.seed);
    EXPECT_EQ(schema.at("max_evaluations").at("default"), spec.synthesis.evaluations);
    EXPECT_THAT(spec.comparisons, ElementsAre(Comparison::originalSynthesised));
    EXPECT_THAT(spec.starts, ElementsAre(SynthesisStart::noise));
    EXPECT_EQ(check.design->dimensions.front().dimension.id(),
              "pool/original-synthesised/noise/100evaluations");
}

TEST(WholeMetamersDesign, TooFewReferencesAreReported)
{
    auto json = valid();
    json["references"]["builtin"]["count"] = 5;
    EXPECT_THAT(problemsOf(json), ElementsAre(AllOf(HasSubstr("/metamers/trials_per_condition"),
                                                    HasSubstr("has 5 references, but needs 6"))));
    json["metamers"]["trials_per_condition"] = 1;
    json["references"]["builtin"]["count"] = 2;
    EXPECT_THAT(problemsOf(json), ElementsAre(HasSubstr("has 2 references, but needs 3")));
}

TEST(WholeMetamersDesign, KeysWithoutAMeaningAreReported)
{
    for (const auto& [key, value] : std::map<std::string, Json>{
             {"schedule", "blocks"},
             {"references_per_trial", 2},
             {"basis", Json::object()},
             {"solver", Json::object()},
             {"dimensions",
              {{{"layer", "pool"}, {"components", {1}}, {"eccentricities_deg", {4}}}}}}) {
        auto json = valid();
        json[key] = value;
        EXPECT_THAT(problemsOf(json),
                    testing::Contains(AllOf(HasSubstr("/" + key + ": "), HasSubstr("remove it"))));
    }
    auto recognition = valid();
    recognition["task"] = "recognition";
    EXPECT_THAT(problemsOf(recognition),
                testing::Contains(HasSubstr("/metamers: this key is not used by the task")));
}

TEST(WholeMetamersDesign, ProceduresThatCannotChooseAmongMatchesAreReported)
{
    auto staircase = valid();
    staircase["procedure"] = {{"type", "staircase"}};
    EXPECT_THAT(problemsOf(staircase), ElementsAre(HasSubstr("/procedure/type: a staircase cannot "
                                                             "choose among the matches")));
    auto stop = valid();
    stop["procedure"] = {{"type", "psi-marginal"}, {"stop", {{"trials", 4}}}};
    EXPECT_THAT(problemsOf(stop), ElementsAre(HasSubstr("/procedure/stop: trials_per_condition")));
    auto evaluations = valid();
    evaluations["procedure"] = {{"type", "psi-marginal"}};
    evaluations["metamers"]["match"] = {{"evaluations", {10, 100}}};
    EXPECT_THAT(problemsOf(evaluations), ElementsAre(HasSubstr("/procedure: ")));
    auto single = valid();
    single["procedure"] = {{"type", "psi-marginal"}};
    single["metamers"]["match"] = {{"snr_db", {20}}};
    EXPECT_THAT(problemsOf(single),
                testing::Contains(HasSubstr("/metamers/match/snr_db: a procedure needs")));
}

TEST(WholeMetamersDesign, UnknownLayersAndOnlyCatchTrialsAreReported)
{
    auto json = valid();
    json["metamers"]["layers"] = {"texure"};
    json["metamers"]["catch_every"] = 1;
    EXPECT_THAT(problemsOf(json),
                testing::UnorderedElementsAre(HasSubstr("/metamers/layers/0: "),
                                              HasSubstr("/metamers/catch_every: ")));
}

TEST(WholeMetamersDesign, IsDescribedByItsConditionsAndTrials)
{
    const auto check = checked(valid());
    ASSERT_TRUE(check.design);
    const auto text = describe(*check.design, ScreenGeometry{});
    EXPECT_THAT(text, AllOf(HasSubstr("16 conditions of whole metamers, about 107 trials"),
                            HasSubstr("one catch trial in 10 trials"),
                            HasSubstr("pool/synthesised-synthesised/natural/20dB")));
}

TEST(MetamerCondition, IsReadAsItIsWritten)
{
    for (const auto* id : {"original-original", "original-synthesised/noise/20dB",
                           "synthesised-synthesised/natural/100evaluations",
                           "original-synthesised/natural/adaptive"}) {
        EXPECT_EQ(metamerConditionFrom(id).id(), id);
    }
    for (const auto* id : {"", "original", "original-original/noise/20dB",
                           "original-synthesised/noise", "original-synthesised/noise/20",
                           "original-synthesised/air/20dB", "original-synthesised/noise/dB"}) {
        EXPECT_THROW(metamerConditionFrom(id), InvalidArgument) << id;
    }
    EXPECT_DOUBLE_EQ(mismatchOfSnrDb(20), 0.1);
    EXPECT_DOUBLE_EQ(snrDbOfMismatch(0.01), 40);
}

} // namespace
} // namespace mlab::experiments
