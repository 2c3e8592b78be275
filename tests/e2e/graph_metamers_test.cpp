// SPDX-License-Identifier: GPL-3.0-or-later
//
// Studies of metamers of graphs as people run them, with a network of make_graph_networks.py.
#include "core/base/files.h"
#include "tests/e2e/process.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <filesystem>
#include <map>

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

    Result runStudy(const std::string& out, const std::string& cache,
                    const std::vector<std::string>& more = {}) const
    {
        const auto file = scratch_.path() / "study.json";
        writeFileAtomically(file, study_.dump(1));
        std::vector<std::string> all = {
            MLAB_SYNTH, "graph-metamers",       file, "--out", scratch_.path() / out,
            "--cache",  scratch_.path() / cache};
        all.insert(all.end(), more.begin(), more.end());
        return run(all);
    }
    /// All files below the folder, with their content.
    std::map<std::string, std::string> filesIn(const std::string& folder) const
    {
        std::map<std::string, std::string> out;
        for (const auto& entry : fs::recursive_directory_iterator(scratch_.path() / folder)) {
            if (entry.is_regular_file()) {
                out[fs::relative(entry, scratch_.path() / folder)] = readFile(entry.path());
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
    EXPECT_THAT(runStudy("shards", "shard-cache").out, HasSubstr("4 of 4"));
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

TEST_F(GraphMetamersCommand, SaysWhatCannotBeMade)
{
    study_["metamers"][0]["solver"] = "straight-through"; // the features are real
    auto result = runStudy("out", "cache");
    EXPECT_EQ(result.code, 2);
    EXPECT_THAT(result.out, HasSubstr("study.json:"));
    EXPECT_THAT(result.out, HasSubstr("straight-through changes features of zeros and ones"));
    study_["metamers"][0]["solver"] = "lbfgs";
    study_["metamers"][0]["layers"] = {3};
    result = runStudy("out", "cache");
    EXPECT_EQ(result.code, 2);
    EXPECT_THAT(result.out, HasSubstr("the network has layers 1 to 2, no layer 3"));
    study_["metamers"][0] = {{"layers", {1}}, {"change", "structure"}, {"solver", "exact"}};
    result = runStudy("out", "cache");
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.out,
                HasSubstr("no other edges give the same activations in every message-passing"));
}

} // namespace
} // namespace mlab
