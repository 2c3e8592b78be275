// SPDX-License-Identifier: GPL-3.0-or-later
//
// Sessions that a network answers, with the program as people run it.
#include "core/base/files.h"
#include "core/base/random_stream.h"
#include "tests/e2e/process.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace mlab {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::ordered_json;
using testing::HasSubstr;

class NetworkSession : public testing::Test {
protected:
    std::string path(const std::string& name) const { return (scratch_.path() / name).string(); }
    void write(const std::string& name, const Json& json) const
    {
        writeFileAtomically(path(name), json.dump(2));
    }
    static Json design(const std::string& name)
    {
        return Json::parse(
            readText(fs::path(MLAB_SOURCE_DIR) / "experiments/designs" / (name + ".json")));
    }
    // Fast to begin: small images and a small pool, and metamers that are left unfinished.
    static Json shortened(Json design)
    {
        if (design.contains("graphs")) {
            return design; // drawings need neither
        }
        if (design.value("modality", "image") == "image") {
            design["image_size_px"] = 64;
        }
        if (design.contains("recognition")) {
            design["recognition"]["metamers"]["evaluations"] = 2;
        } else if (design.contains("metamers")) {
            design["metamers"]["layers"].erase(1);
            design["metamers"]["match"] = {{"evaluations", {2}}};
        } else {
            design["basis"]["pool"] = {{"builtin", {{"count", 30}, {"seed", 1}}}};
        }
        return design;
    }
    static Json small()
    {
        return {
            {"schema_version", 1},
            {"name", "small"},
            {"image_size_px", 64},
            {"references", {{"builtin", {{"count", 4}, {"seed", 7}}}}},
            {"basis", {{"components", 2}, {"pool", {{"builtin", {{"count", 30}, {"seed", 1}}}}}}},
            {"dimensions",
             {{{"layer", "band"}, {"components", {1, 2}}, {"eccentricities_deg", {4}}}}},
            {"procedure",
             {{"type", "staircase"},
              {"start_level", 0.6},
              {"stop", {{"reversals", 4}, {"trials", 8}, {"when", "any"}}},
              {"threshold_reversals", 2}}},
            {"practice", {{"trials", 2}, {"level", 1.0}, {"feedback", true}}}};
    }
    static Json network(const std::string& model, const std::string& layer)
    {
        return {{"type", "network"}, {"model", {{"builtin", model}}},
                {"layer", layer},    {"space", "standardised"},
                {"rule", "linear"},  {"sigma", 0.05},
                {"lapse", 0.02},     {"seed", 11}};
    }
    std::vector<std::string> session(const std::string& database, const std::string& cache,
                                     const std::vector<std::string>& more = {}) const
    {
        std::vector<std::string> command = {MLAB_PROGRAM, "run",           path("design.json"),
                                            "--db",       path(database),  "--seed",
                                            "42",         "--participant", "N1",
                                            "--observer", path("n.json"),  "--display",
                                            "none",       "--pace",        "fast",
                                            "--cache",    path(cache),     "--quick"};
        command.insert(command.end(), more.begin(), more.end());
        return command;
    }
    // What was answered to which stimuli; times differ from run to run.
    std::string answers(const std::string& database, bool recognition = false) const
    {
        return run({"sqlite3", path(database),
                    recognition ? "SELECT trial_index, stimulus_sha256, response, rt_ms FROM "
                                  "recognition_trials ORDER BY trial_index"
                                : "SELECT trial_index, probe_sha256, reference_sha256, "
                                  "interval_order, response, rt_ms FROM trials ORDER BY "
                                  "trial_index"})
            .out;
    }
    void expectTheSameAfterKills(const std::string& whole, bool recognition) const
    {
        RandomStream random(20261129, "kill");
        int kills = 0;
        for (int start = 0; start < 100; ++start) {
            Process process(session("killed.sqlite", "cache-b", {"--threads", "2"}));
            if (kills < 6 && !process.endsWithin(static_cast<int>(20 + random.below(1500)))) {
                process.kill();
                process.wait();
                ++kills;
                continue;
            }
            const auto ended = process.wait();
            ASSERT_EQ(ended.code, 0) << ended.out;
            if (ended.out.find("is finished") != std::string::npos) {
                break;
            }
        }
        EXPECT_EQ(answers("killed.sqlite", recognition), whole);
        std::printf("%d kills\n", kills);
    }

    TemporaryFolder scratch_;
};

TEST_F(NetworkSession, EveryShippedDesignRuns)
{
    int designs = 0;
    for (const auto& entry :
         fs::directory_iterator(fs::path(MLAB_SOURCE_DIR) / "experiments/designs")) {
        const auto name = entry.path().stem().string();
        const auto json = shortened(design(name));
        const bool sound = json.value("modality", "image") == "audio";
        const bool recognition = json.contains("recognition");
        auto observer =
            sound ? network("cochlea-modulation", "average") : network("gabor-scattering", "pool");
        observer["space"] = "pooled";
        if (recognition) {
            observer["rule"] = "classifier";
        }
        if (json.value("task", "abx") == "same-different") {
            observer["false_alarm"] = 0.2;
        }
        write("design.json", json);
        write("n.json", observer);
        const auto database = name + ".sqlite";
        const auto ended = run(session(database, "cache", {"--max-trials", "3"}));
        EXPECT_EQ(ended.code, 0) << name << ": " << ended.out;
        EXPECT_THAT(run({"sqlite3", path(database),
                         recognition ? "SELECT count(*) FROM recognition_trials"
                                     : "SELECT count(*) FROM trials"})
                        .out,
                    HasSubstr("3"))
            << name;
        EXPECT_THAT(run({MLAB_PROGRAM, "list", "--db", path(database)}).out, HasSubstr("simulated"))
            << name;
        ++designs;
    }
    EXPECT_EQ(designs, 10);
}

TEST_F(NetworkSession, AnswersAreTheSameOnTwoThreadsAndAfterKills)
{
    write("design.json", small());
    write("n.json", network("gabor-compressive", "band"));
    const auto ended = run(session("whole.sqlite", "cache-a", {"--threads", "1"}));
    ASSERT_EQ(ended.code, 0) << ended.out;
    const auto whole = answers("whole.sqlite");
    EXPECT_GT(std::ranges::count(whole, '\n'), 15);
    expectTheSameAfterKills(whole, false);
}

TEST_F(NetworkSession, OfRecognitionIsTheSameOnTwoThreadsAndAfterKills)
{
    auto json = shortened(design("image-recognition"));
    json["image_size_px"] = 64;
    json["recognition"]["layers"] = {"pool"};
    write("design.json", json);
    auto observer = network("gabor-compressive", "pool");
    observer["rule"] = "classifier";
    write("n.json", observer);
    const auto ended = run(session("whole.sqlite", "cache-a", {"--threads", "1"}));
    ASSERT_EQ(ended.code, 0) << ended.out;
    const auto whole = answers("whole.sqlite", true);
    expectTheSameAfterKills(whole, true);
    // Of six categories, one in six is right by chance.
    const auto right = std::stod(run({"sqlite3", path("whole.sqlite"),
                                      "SELECT avg(correct) FROM recognition_trials WHERE "
                                      "condition = 'natural'"})
                                     .out);
    EXPECT_GT(right, 0.4);
}

TEST_F(NetworkSession, TheStoreSaysWhichNetworkAnsweredAndAnotherDoesNotContinue)
{
    write("design.json", small());
    auto observer = network("gabor-scattering", "pool");
    write("n.json", observer);
    ASSERT_EQ(run(session("db.sqlite", "cache", {"--max-trials", "1"})).code, 0);
    const auto stored =
        Json::parse(run({"sqlite3", path("db.sqlite"), "SELECT synthesis_json FROM sessions"}).out);
    EXPECT_EQ(stored.at("network").at("sees"), "images of 64 x 64 px");
    EXPECT_EQ(stored.at("network").at("sha256").get<std::string>().size(), 64U);
    observer["sigma"] = 0.06;
    write("n.json", observer);
    const auto changed = run(session("db.sqlite", "cache"));
    EXPECT_EQ(changed.code, 2);
    EXPECT_THAT(changed.out, HasSubstr("another simulated participant"));
}

TEST_F(NetworkSession, WhatIsWrongWithItsFileIsSaidAtItsPlace)
{
    write("design.json", small());
    auto observer = network("gabor-scattering", "texture");
    observer["layer"] = "textur";
    write("n.json", observer);
    const auto refused = run(session("db.sqlite", "cache"));
    EXPECT_EQ(refused.code, 2);
    EXPECT_THAT(refused.out, HasSubstr("/layer"));
    EXPECT_THAT(refused.out, HasSubstr("has no layer \"textur\""));
    EXPECT_FALSE(fs::exists(path("db.sqlite")));
}

} // namespace
} // namespace mlab
