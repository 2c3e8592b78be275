// SPDX-License-Identifier: GPL-3.0-or-later
//
// Studies of metamers of graphs as people run them, with a network of make_graph_networks.py.
#include "core/base/files.h"
#include "core/base/sha256.h"
#include "tests/e2e/folder_files.h"
#include "tests/e2e/process.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>
#include <system_error>

namespace mlab {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using ::testing::HasSubstr;

class GraphMetamersCommand : public testing::Test {
protected:
    GraphMetamersCommand()
    {
        const fs::path networks = MLAB_GRAPH_NETWORKS;
        study_ =
            Json{{"name", "small"},
                 {"graphs",
                  {{"nine",
                    {{"file", networks / "edges.csv"}, {"features", networks / "features.csv"}}}}},
                 {"networks",
                  {{{"name", "gcn"},
                    {"graph", "nine"},
                    {"architecture", "gcn"},
                    {"weights", networks / "gcn.safetensors"}}}},
                 {"metamers",
                  {{{"layers", {1}},
                    {"change", "features"},
                    {"solver", "gauss-newton"},
                    {"seeds", {1, 2, 3, 4}},
                    {"tolerance", 1e-8}}}}};
    }

    std::vector<std::string> commandOf(const std::string& out, const std::string& cache) const
    {
        const auto file = scratch_.path() / "study.json";
        writeFileAtomically(file, study_.dump(1));
        return {MLAB_SYNTH, "graph-metamers",       file, "--out", scratch_.path() / out,
                "--cache",  scratch_.path() / cache};
    }
    Result runStudy(const std::string& out, const std::string& cache,
                    const std::vector<std::string>& more = {}) const
    {
        auto all = commandOf(out, cache);
        all.insert(all.end(), more.begin(), more.end());
        return run(all);
    }
    std::map<std::string, std::string> filesIn(const std::string& folder) const
    {
        return filesBelow(scratch_.path() / folder);
    }
    /// The metamers in a cache, and when they were written. A program may be working in it.
    std::map<std::string, fs::file_time_type> finishedIn(const std::string& folder) const
    {
        std::map<std::string, fs::file_time_type> out;
        std::error_code gone;
        fs::recursive_directory_iterator entry(scratch_.path() / folder, gone);
        for (; entry != fs::recursive_directory_iterator(); entry.increment(gone)) {
            const auto& path = entry->path();
            const bool hasItsName = path.parent_path().extension().empty();
            if (path.filename() == "record.json" && hasItsName) {
                out[path] = fs::last_write_time(path, gone);
            }
        }
        return out;
    }

    TemporaryFolder scratch_;
    Json study_;
};

TEST_F(GraphMetamersCommand, WritesTheSameInShardsAndWhenItGoesOn)
{
    const auto whole = runStudy("whole", "whole-cache");
    EXPECT_THAT(whole.out, HasSubstr("4 of 4 metamers of the study small are available"));
    EXPECT_EQ(whole.code, 0) << whole.out;
    const auto files = filesIn("whole");
    EXPECT_THAT(files.at("metamers.csv"),
                HasSubstr("item,network,graph,layer,change,solver,nodes,seed,loss"));
    const auto record = Json::parse(files.at("metamers/gcn-layer1-features-s1/record.json"));
    EXPECT_LE(record.at("loss").get<double>(), 1e-8);
    EXPECT_EQ(record.at("stop_reason"), "tolerance");
    EXPECT_EQ(record.at("node_losses").size(), 9U);
    EXPECT_TRUE(files.contains("metamers/gcn-layer1-features-s2/features.csv"));
    EXPECT_TRUE(files.contains("graphs/nine/graph.json"));

    EXPECT_THAT(runStudy("shards", "shard-cache", {"--shard", "2/2"}).out, HasSubstr("2 of 4"));
    EXPECT_THAT(runStudy("shards", "shard-cache", {"--shard", "1/2"}).out, HasSubstr("4 of 4"));
    EXPECT_EQ(filesIn("shards"), files);
    EXPECT_EQ(filesIn("shard-cache"), filesIn("whole-cache"));

    // A file that was changed is made again.
    for (const auto& [name, content] : filesIn("shard-cache")) {
        if (name.ends_with("features.csv")) {
            writeFileAtomically(scratch_.path() / "shard-cache" / name, content + "0,0,0,0\r\n");
        }
    }
    EXPECT_THAT(runStudy("again", "shard-cache").out, HasSubstr("the metamer is made again"));
    EXPECT_EQ(filesIn("again"), files);
}

// What a report needs to know that the metamer, its network and its graph belong together.
TEST_F(GraphMetamersCommand, WritesWhatAMetamerWasMadeOf)
{
    study_["metamers"][0]["seeds"] = {1};
    study_["metamers"][0]["tolerance"] = 1e-12; // the digits of the files are enough for the least
    auto named = study_["metamers"][0];
    named["name"] = "two-nodes";
    named["nodes"] = {7, 2};
    study_["metamers"].push_back(named);
    study_["metamers"].push_back(
        {{"layers", {1}}, {"change", "structure"}, {"solver", "exact"}, {"name", "swaps"}});
    const auto result = runStudy("out", "cache");
    EXPECT_EQ(result.code, 0) << result.out; // that none exists is a result
    EXPECT_THAT(result.out,
                HasSubstr("no other edges give the same activations in every message-passing"));
    auto files = filesIn("out");
    const auto recordOf = [&](const std::string& item) {
        return Json::parse(files.at("metamers/" + item + "/record.json"));
    };
    const auto all = recordOf("gcn-layer1-features-s1");
    EXPECT_EQ(all.at("weights_sha256"), sha256Hex(files.at("networks/gcn.safetensors")));
    const auto manifest = Json::parse(files.at("networks/gcn.json"));
    EXPECT_EQ(all.at("weights_sha256"), manifest.at("weights_sha256"));
    EXPECT_EQ(all.at("graph_sha256"), manifest.at("graph_sha256"));
    EXPECT_EQ(all.at("entry"), Json());
    EXPECT_EQ(all.at("nodes"), "all");
    EXPECT_EQ(all.at("feature_solver"), "gauss-newton");
    for (const auto* flag : {"exists", "accepted", "converged"}) {
        EXPECT_EQ(all.at(flag), true) << flag;
    }
    const auto two = recordOf("gcn-layer1-features-two-nodes-s1");
    EXPECT_EQ(two.at("entry"), "two-nodes");
    EXPECT_EQ(two.at("nodes"), Json({2, 7}));

    const auto none = recordOf("gcn-layer1-structure-swaps-s1");
    EXPECT_EQ(none.at("exists"), false);
    EXPECT_EQ(none.at("accepted"), false);
    EXPECT_THAT(none.at("statement").get<std::string>(), HasSubstr("no other edges"));
    EXPECT_THAT(files.at("metamers.csv"),
                HasSubstr("gcn-layer1-structure-swaps-s1,gcn,nine,1,structure,exact,all,1,,,,,,"
                          "false,false,none exists,0\r\n"));
    std::erase_if(files, [](const auto& file) {
        return !file.first.starts_with("metamers/gcn-layer1-structure-swaps-s1");
    });
    EXPECT_EQ(files.size(), 1U);
}

// Three nodes and two edges: a search among the three possible graphs finds the reference.
TEST_F(GraphMetamersCommand, DoesNotAcceptTheReference)
{
    writeFileAtomically(scratch_.path() / "edges.csv", "source,target\n0,1\n1,2\n");
    writeFileAtomically(scratch_.path() / "features.csv",
                        "1,0,2,0\n0,1,-1,1\n-1,2,0,0.3333333333333333\n");
    study_["graphs"]["nine"] = {{"file", "edges.csv"}, {"features", "features.csv"}};
    study_["metamers"][0] = {
        {"layers", {1}}, {"change", "structure"}, {"solver", "straight-through"}};
    const auto result = runStudy("out", "cache");
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.out, HasSubstr("not accepted: the graph found is the reference itself"));
    const auto record =
        Json::parse(filesIn("out").at("metamers/gcn-layer1-structure-s1/record.json"));
    EXPECT_EQ(record.at("loss"), 0);
    EXPECT_EQ(record.at("converged"), true);
    EXPECT_EQ(record.at("accepted"), false);
}

/// Twelve metamers of a network that is trained first.
Json slowStudy()
{
    Json seeds = Json::array();
    for (int seed = 1; seed <= 12; ++seed) {
        seeds.push_back(seed);
    }
    return {{"name", "slow"},
            {"graphs",
             {{"sbm",
               {{"builtin", "contextual-sbm"},
                {"nodes", 60},
                {"features", 50},
                {"split", {{"train_per_class", 10}, {"validation", 20}}}}}}},
            {"networks", {{{"name", "gcn"}, {"graph", "sbm"}, {"training", {{"epochs", 30}}}}}},
            {"metamers",
             {{{"layers", {2}},
               {"change", "structure"},
               {"solver", "straight-through"},
               {"seeds", seeds},
               {"steps", 100}}}}};
}

TEST_F(GraphMetamersCommand, GoesOnWhereItWasKilledOrStopped)
{
    study_ = slowStudy();
    const auto whole = runStudy("whole", "whole-cache");
    EXPECT_THAT(whole.out, HasSubstr("12 of 12 metamers"));
    std::map<std::string, fs::file_time_type> before;
    for (const int signal : {SIGKILL, SIGINT}) {
        Process process(commandOf("out", "cache"));
        while (finishedIn("cache").size() < before.size() + 2) {
            ASSERT_FALSE(process.endsWithin(5)) << process.text();
        }
        process.signal(signal);
        const auto result = process.wait();
        if (signal == SIGINT) {
            EXPECT_EQ(result.code, 1);
            EXPECT_THAT(result.out, HasSubstr("run the same command"));
        }
        for (const auto& [name, time] : before) { // none is made twice
            EXPECT_EQ(finishedIn("cache").at(name), time) << name;
        }
        before = finishedIn("cache");
        EXPECT_LT(before.size(), 12U);
    }
    const auto last = runStudy("out", "cache");
    EXPECT_EQ(last.code, whole.code);
    EXPECT_EQ(filesIn("out"), filesIn("whole"));
    const auto after = finishedIn("cache");
    EXPECT_EQ(after.size(), 12U);
    for (const auto& [name, time] : before) {
        EXPECT_EQ(after.at(name), time) << name;
    }
}

TEST_F(GraphMetamersCommand, RefusesBadInputBeforeAnyWork)
{
    const auto usual = study_["metamers"][0];
    const std::pair<Json, const char*> wrong[] = {
        {{{"solver", "straight-through"}}, "straight-through changes features of zeros and ones"},
        {{{"layers", {3}}}, "the network has layers 1 to 2, no layer 3"},
        {{{"nodes", {99}}}, "the graph has nodes 0 to 8, no node 99"},
        {{{"change", "both"}, {"solver", "straight-through"}, {"sparsity", "graph"}},
         "only features of zeros and ones have a sparsity"},
        {{{"networks", {"gnc"}}}, "the study has no network \"gnc\""},
    };
    for (const auto& [patch, complaint] : wrong) {
        auto entry = usual;
        entry.merge_patch(patch);
        study_["metamers"] = {usual, entry};
        study_["metamers"][1]["name"] = "second";
        const auto result = runStudy("out", "cache");
        EXPECT_EQ(result.code, 2) << complaint;
        EXPECT_THAT(result.out, HasSubstr("study.json:"));
        EXPECT_THAT(result.out, HasSubstr("/metamers/1"));
        EXPECT_THAT(result.out, HasSubstr(complaint));
    }
    study_.erase("metamers");
    const auto none = runStudy("out", "cache");
    EXPECT_EQ(none.code, 2);
    EXPECT_THAT(none.out, HasSubstr("the study names no metamers to make; add the key"));
    EXPECT_FALSE(fs::exists(scratch_.path() / "out"));
    EXPECT_FALSE(fs::exists(scratch_.path() / "cache"));
}

// A residual connection of the width of the features is known only when the graph is read.
TEST_F(GraphMetamersCommand, RefusesAWalkThroughAResidualConnection)
{
    study_ = slowStudy();
    study_["networks"][0]["residual"] = true;
    study_["networks"][0]["hidden"] = {50};
    study_["metamers"][0] = {{"layers", {1}}, {"change", "features"}, {"solver", "hit-and-run"}};
    const auto result = runStudy("out", "cache");
    EXPECT_EQ(result.code, 2);
    EXPECT_THAT(result.out, HasSubstr("no residual connection there"));
    EXPECT_FALSE(fs::exists(scratch_.path() / "cache"));
}

} // namespace
} // namespace mlab
