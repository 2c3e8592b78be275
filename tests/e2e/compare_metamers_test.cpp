// SPDX-License-Identifier: GPL-3.0-or-later
//
// metamerlab compare on small stores of whole metamers and of recognition.
#include "tests/e2e/compared_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <string>
#include <vector>

namespace mlab {
namespace {

using ::testing::HasSubstr;

// Metamers that are left unfinished after one evaluation.
constexpr const char* kPairs = R"({
  "schema_version": 1,
  "name": "pairs",
  "task": "abx",
  "image_size_px": 64,
  "references": {"builtin": {"count": 3, "seed": 7}},
  "metamers": {
    "layers": ["pool"],
    "comparisons": ["original-synthesised", "synthesised-synthesised"],
    "match": {"evaluations": [1]},
    "trials_per_condition": 3,
    "catch_every": 4
  },
  "practice": {"trials": 1, "feedback": true}
})";

std::vector<std::string> observersOfPairs()
{
    std::vector<std::string> out;
    for (int i = 1; i <= 2; ++i) {
        out.push_back(R"({"type": "psychometric", "threshold_sd": 0.5, "slope": 2, "lapse": 0.02,
                          "rt_ms": {"median": 600, "sigma": 0.2}, "seed": )" +
                      std::to_string(i) + "}");
    }
    return out;
}

TEST(CompareMetamers, ConditionsTakeThePlaceOfDimensions)
{
    const ComparedStore store;
    ASSERT_NO_FATAL_FAILURE(store.answer(kPairs, observersOfPairs()));
    const auto models = R"([{"name": "own", "model": {"builtin": "gabor-scattering"},
        "layers": ["pool"], "space": "pooled"}, {"name": "classes", "model": {"builtin": "gabor-scattering"},
        "rule": "classifier"}])";
    const auto result = run(store.command(models, "out"));
    ASSERT_EQ(result.code, 0) << result.out;
    std::set<std::string> layers;
    const auto rows = readCsv(store.folder() / "out/comparison.csv");
    for (const auto& row : rows) {
        layers.insert(row.at("model"));
        // Two conditions of three trials; neither practice nor catch trials.
        EXPECT_EQ(row.at("trials"), row.at("participant") == "group" ? "12" : "6");
        EXPECT_EQ(row.at("residual_db"), "");
        EXPECT_EQ(row.at("slope_ratio"), "");
        EXPECT_FALSE(row.at("kappa_conditional").empty());
    }
    EXPECT_EQ(layers, (std::set<std::string>{"pixels", "rms_contrast", "ssim", "own"}));
    EXPECT_EQ(readCsv(store.folder() / "out/distances.csv").size(), 12U * 4U);
    for (const auto& row : readCsv(store.folder() / "out/model_thresholds.csv")) {
        EXPECT_THAT(row.at("dimension_id"), HasSubstr("synthesised/noise/"));
        EXPECT_EQ(row.at("log_threshold"), "");
        EXPECT_FALSE(row.at("dprime").empty());
    }

    // A metamer that the cache has lost is made again, from the plan of its session.
    for (const auto& entry :
         std::filesystem::directory_iterator(store.folder() / "cache/metamers")) {
        std::filesystem::remove_all(entry.path());
        break;
    }
    ASSERT_EQ(run(store.command(models, "again")).code, 0);
    EXPECT_EQ(store.tables("again"), store.tables("out"));
}

constexpr const char* kKinds = R"({
  "schema_version": 1,
  "name": "kinds",
  "task": "recognition",
  "image_size_px": 64,
  "references": {"builtin": {"count": 24, "seed": 7}},
  "recognition": {
    "categories": [
      {"name": "leaves", "references": ["dead-leaves-*"]},
      {"name": "stones", "references": ["stones-*"]},
      {"name": "bricks", "references": ["bricks-*"]}
    ],
    "layers": ["pool"],
    "trials_per_category": 1,
    "metamers": {"evaluations": 2}
  },
  "practice": {"trials": 3, "feedback": true}
})";

TEST(CompareRecognition, NetworksRecogniseWhatPeopleSaw)
{
    const ComparedStore store;
    std::vector<std::string> observers;
    for (int i = 1; i <= 2; ++i) {
        observers.push_back(R"({"type": "recognition", "accuracy": {"natural": 0.8, "*": 0.5},
                                "catch": 1, "rt_ms": {"median": 900, "sigma": 0.25}, "seed": )" +
                            std::to_string(i) + "}");
    }
    ASSERT_NO_FATAL_FAILURE(store.answer(kKinds, observers));
    const auto models = R"([
      {"name": "own", "model": {"builtin": "gabor-scattering"}, "layers": ["pool"], "space": "pooled"},
      {"name": "other", "model": {"builtin": "gabor-compressive"}, "layers": ["band", "pool"],
       "space": "pooled", "rule": "classifier"},
      {"name": "classless", "model": {"builtin": "gabor-scattering"}, "rule": "classifier"}])";
    const auto result = run(store.command(models, "out"));
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.out, HasSubstr("classless: the model has no classes"));
    const auto rows = readCsv(store.folder() / "out/classifier_comparison.csv");
    EXPECT_EQ(rows.size(), 3U * 2U * 3U); // networks, conditions, two participants and the group
    for (const auto& row : rows) {
        EXPECT_EQ(row.at("people_trials"), row.at("participant") == "group" ? "6" : "3");
        EXPECT_EQ(row.at("evidence"), "means");
        EXPECT_FALSE(row.at("network_accuracy_ci95_low").empty());
    }
    EXPECT_EQ(readCsv(store.folder() / "out/classifier_answers.csv").size(), 3U * 12U);
    int others = 0;
    for (const auto& row : readCsv(store.folder() / "out/classifier_networks.csv")) {
        EXPECT_EQ(row.at("metamers_of"), "gabor-scattering");
        EXPECT_EQ(row.at("made_them"), row.at("who") == "own"     ? "1"
                                       : row.at("who") == "other" ? "0"
                                                                  : "");
        others += row.at("who") == "other networks" ? 1 : 0;
    }
    EXPECT_EQ(others, 2);
    const auto page = readFile(store.folder() / "out/report.html");
    EXPECT_THAT(page, HasSubstr("Metamers recognised by other networks"));
    EXPECT_TRUE(std::filesystem::exists(store.folder() / "out/figures/networks-accuracy.svg"));
    EXPECT_TRUE(std::filesystem::exists(store.folder() / "out/figures/other-networks.png"));
}

} // namespace
} // namespace mlab
