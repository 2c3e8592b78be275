// SPDX-License-Identifier: GPL-3.0-or-later
//
// metamerlab compare on a small store of simulated sessions: real processes, real files.
#include "tests/e2e/compared_store.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <map>
#include <memory>
#include <set>

namespace mlab {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr const char* kSmall = R"({
  "schema_version": 1,
  "name": "small",
  "image_size_px": 64,
  "references": {"builtin": {"count": 4, "seed": 7}},
  "references_per_trial": 1,
  "basis": {"components": 2, "pool": {"builtin": {"count": 20, "seed": 1}}},
  "dimensions": [
    {"layer": "band", "components": [1, 2], "directions": ["plus"], "eccentricities_deg": [4]},
    {"layer": "pool", "components": [1], "directions": ["plus"], "eccentricities_deg": [4, 8]}
  ],
  "procedure": {"type": "psi-marginal", "max_level": 2, "stop": {"trials": 6}},
  "practice": {"trials": 2, "level": 1.0, "feedback": true}
}
)";

/// Sessions of two simulated participants, made once for all tests; each test has a copy.
class Compare : public testing::Test {
protected:
    static void SetUpTestSuite()
    {
        original_ = std::make_unique<ComparedStore>();
        std::vector<std::string> observers;
        for (int i = 1; i <= 2; ++i) {
            observers.push_back(R"({"type": "psychometric", "threshold_sd": 0.5, "slope": 3.5,
                                    "lapse": 0.02, "rt_ms": {"median": 600, "sigma": 0.2}, "seed": )" +
                                std::to_string(i) + "}");
        }
        ASSERT_NO_FATAL_FAILURE(original_->answer(kSmall, observers));
    }
    static void TearDownTestSuite() { original_.reset(); }

    Compare()
    {
        fs::copy(original_->folder(), folder_,
                 fs::copy_options::recursive | fs::copy_options::overwrite_existing);
    }

    std::vector<std::string> command(const std::string& models, const std::string& out,
                                     const std::vector<std::string>& more = {}) const
    {
        return store_.command(models, out, more);
    }
    std::map<std::string, std::string> tables(const std::string& out) const
    {
        return store_.tables(out);
    }

    ComparedStore store_;
    fs::path folder_ = store_.folder();

private:
    static inline std::unique_ptr<ComparedStore> original_;
};

constexpr const char* kOwn =
    R"([{"name": "own", "model": {"builtin": "gabor-scattering"}, "layers": ["band", "pool"],
         "space": "gram", "rule": "linear"}])";

TEST_F(Compare, HasARowForEachParticipantAndTheGroupInEachLayerAndBaseline)
{
    const auto store = readFile(folder_ / "s.sqlite");
    const auto result = run(command(kOwn, "out"));
    ASSERT_EQ(result.code, 0) << result.out;
    EXPECT_EQ(readFile(folder_ / "s.sqlite"), store); // sessions are as they were
    const auto rows = readCsv(folder_ / "out/comparison.csv");
    std::set<std::array<std::string, 3>> found;
    for (const auto& row : rows) {
        found.insert({row.at("participant"), row.at("model"), row.at("layer")});
        EXPECT_FALSE(row.at("sigma").empty() && row.at("sigma_low").empty() &&
                     row.at("sigma_high").empty());
        EXPECT_FALSE(row.at("log_likelihood").empty());
        EXPECT_FALSE(row.at("bits_per_trial").empty());
        EXPECT_EQ(row.at("simulated"), "1");
        // Four dimensions of 6 trials; of practice none.
        EXPECT_EQ(row.at("trials"), row.at("participant") == "group" ? "48" : "24");
        for (const auto* column :
             {"space", "rule", "share_explained", "r_within", "r_within_low", "r_within_high"}) {
            EXPECT_TRUE(row.contains(column)) << column;
        }
    }
    std::set<std::array<std::string, 3>> expected;
    for (const auto* participant : {"S1", "S2", "group"}) {
        for (const auto& [model, layer] :
             {std::pair("pixels", ""), std::pair("rms_contrast", ""), std::pair("ssim", ""),
              std::pair("own", "band"), std::pair("own", "pool")}) {
            expected.insert({participant, model, layer});
        }
    }
    EXPECT_EQ(found, expected);
    EXPECT_EQ(rows.size(), expected.size());
    EXPECT_EQ(readCsv(folder_ / "out/distances.csv").size(), 5U * 48U);
}

TEST_F(Compare, InTheCoordinatesThatMadeTheProbesTheDistanceIsTheLevel)
{
    ASSERT_EQ(run(command(kOwn, "out")).code, 0);
    ASSERT_EQ(
        run({MLAB_PROGRAM, "export", "--db", folder_ / "s.sqlite", "--out", folder_ / "export"})
            .code,
        0);
    std::map<std::pair<std::string, std::string>, Row> trials;
    for (const auto& row : readCsv(folder_ / "export/trials.csv")) {
        trials[{row.at("session_id"), row.at("trial_index")}] = row;
    }
    int compared = 0;
    for (const auto& row : readCsv(folder_ / "out/distances.csv")) {
        const auto& trial = trials.at({row.at("session_id"), row.at("trial_index")});
        if (row.at("model") != "own" || row.at("layer") != trial.at("layer") ||
            trial.at("converged") != "1") {
            continue;
        }
        // One of two coordinates has moved by the level, the other by at most the tolerance.
        EXPECT_NEAR(std::stod(row.at("distance")) * std::sqrt(2.0),
                    std::abs(std::stod(trial.at("level_achieved"))), 0.01);
        ++compared;
    }
    EXPECT_GT(compared, 20);
}

TEST_F(Compare, TheTablesAreTheSameFromTheCacheOnOtherThreadsAndAfterAKill)
{
    const std::string models = R"([{"name": "own", "model": {"builtin": "gabor-scattering"},
        "layers": ["band", "pool"]}, {"name": "other", "model": {"builtin": "gabor-compressive"},
        "layers": ["band", "texture"], "rule": "distance"}])";
    ASSERT_EQ(run(command(models, "first", {"--threads", "1"})).code, 0);
    ASSERT_EQ(run(command(models, "again", {"--threads", "2"})).code, 0);
    EXPECT_EQ(tables("again"), tables("first"));
    fs::remove_all(folder_ / "cache/distances");
    {
        Process killed(command(models, "killed", {"--threads", "2"}));
        while (!fs::exists(folder_ / "cache/distances")) {
            ASSERT_FALSE(killed.endsWithin(1)) << killed.text();
        }
        killed.kill();
    }
    ASSERT_EQ(run(command(models, "killed", {"--threads", "2"})).code, 0);
    EXPECT_EQ(tables("killed"), tables("first"));
}

TEST_F(Compare, ProbesThatTheCacheHasLostAreMadeAgain)
{
    ASSERT_EQ(run(command(kOwn, "first")).code, 0);
    fs::remove_all(folder_ / "cache/probes");
    fs::remove_all(folder_ / "cache/distances");
    const auto result = run(command(kOwn, "again"));
    EXPECT_EQ(result.code, 0) << result.out;
    EXPECT_EQ(tables("again"), tables("first"));
}

TEST_F(Compare, WhatCannotBeComparedIsNamedAndTheRestIsDone)
{
    const auto result = run(command(R"([
      {"name": "own", "model": {"builtin": "gabor-scattering"}, "layers": ["band", "bend"]},
      {"name": "ears", "model": {"builtin": "cochlea-modulation"}, "layers": ["average"]},
      {"name": "words", "model": {"builtin": "gabor-scattering"}, "layers": ["band"], "space": "logits"},
      {"name": "lost", "model": {"file": "no.ts"}, "layers": ["one"]}
    ])",
                                    "out"));
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.out, HasSubstr("own, layer bend: "));
    EXPECT_THAT(result.out, HasSubstr("ears: "));
    EXPECT_THAT(result.out, HasSubstr("words, layer band: "));
    EXPECT_THAT(result.out, HasSubstr("no.ts"));
    const auto rows = readCsv(folder_ / "out/comparison.csv");
    EXPECT_EQ(rows.size(), 4U * 3U); // three baselines and one layer
    EXPECT_EQ(readCsv(folder_ / "out/problems.csv").size(), 4U);
}

TEST_F(Compare, AMistakeInTheListOfModelsHasALineAndNothingIsWritten)
{
    const auto result =
        run(command("[{\"name\": \"ssim\",\n  \"modle\": {}, \"layers\": []}]", "out"));
    EXPECT_EQ(result.code, 2);
    EXPECT_THAT(result.out, HasSubstr("models.json:2:"));
    EXPECT_THAT(result.out, HasSubstr("did you mean \"model\"?"));
    EXPECT_FALSE(fs::exists(folder_ / "out"));
    const auto twice = run(command(R"([
      {"name": "A", "model": {"builtin": "gabor-scattering"}, "layers": ["band"]},
      {"name": "A", "model": {"builtin": "gabor-scattering"}, "layers": ["pool"]},
      {"name": "ssim", "model": {"builtin": "gabor-scattering"}, "layers": ["pool"]}])",
                                   "out"));
    EXPECT_EQ(twice.code, 2);
    EXPECT_THAT(twice.out, HasSubstr("/1/name: another entry has this name"));
    EXPECT_THAT(twice.out, HasSubstr("/2/name: this is the name of a baseline"));
    const auto layerless = run(command(R"([
      {"name": "A", "model": {"builtin": "gabor-scattering"}},
      {"name": "B", "model": {"builtin": "gabor-scattering"}, "rule": "classifier",
       "space": "pooled"}])",
                                       "out"));
    EXPECT_EQ(layerless.code, 2);
    EXPECT_THAT(layerless.out, HasSubstr("/0: the key \"layers\" is missing"));
    EXPECT_THAT(layerless.out, HasSubstr("/1/space: a space other than"));
}

} // namespace
} // namespace mlab
