// SPDX-License-Identifier: GPL-3.0-or-later
//
// graph-train as people run it, on a graph that is built in.
#include "core/base/files.h"
#include "core/base/sha256.h"
#include "tests/e2e/folder_files.h"
#include "tests/e2e/process.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <csignal>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace mlab {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;
using ::testing::HasSubstr;

class GraphTrainCommand : public testing::Test {
protected:
    GraphTrainCommand()
    {
        const Json study = {
            {"name", "small"},
            {"graphs",
             {{"sbm",
               {{"builtin", "contextual-sbm"},
                {"nodes", 60},
                {"features", 16},
                {"split", {{"train_per_class", 8}, {"validation", 16}}}}}}},
            {"networks",
             {{{"name", "net"},
               {"graph", "sbm"},
               {"architecture", {"gcn", "sage", "gat", "gin"}},
               {"training", {{"epochs", 150}, {"patience", 150}, {"seeds", {1, 2}}}}}}}};
        writeFileAtomically(scratch_.path() / "study.json", study.dump(1));
    }

    std::vector<std::string> command(const std::string& out, const std::string& cache,
                                     const std::vector<std::string>& more = {}) const
    {
        std::vector<std::string> all = {MLAB_SYNTH,
                                        "graph-train",
                                        scratch_.path() / "study.json",
                                        "--out",
                                        scratch_.path() / out,
                                        "--cache",
                                        scratch_.path() / cache};
        all.insert(all.end(), more.begin(), more.end());
        return all;
    }

    std::map<std::string, std::string> filesIn(const std::string& folder) const
    {
        return filesBelow(scratch_.path() / folder);
    }

    /// When each finished network was written into the cache: its record is written last.
    std::map<std::string, fs::file_time_type> finishedIn(const std::string& cache) const
    {
        std::map<std::string, fs::file_time_type> out;
        std::error_code vanished; // a temporary file may be renamed meanwhile
        for (fs::recursive_directory_iterator at(scratch_.path() / cache, vanished), end;
             !vanished && at != end; at.increment(vanished)) {
            if (at->path().extension() == ".json") {
                out[at->path()] = fs::last_write_time(at->path(), vanished);
            }
        }
        return out;
    }

    /// Runs it until a network is finished, and sends the signal. @returns what was finished
    std::map<std::string, fs::file_time_type> endedBy(int signal, const std::string& cache) const
    {
        const auto before = finishedIn(cache).size();
        Process process(command("ended", cache));
        while (finishedIn(cache).size() == before) {
            if (process.endsWithin(2)) {
                ADD_FAILURE() << process.text();
                break;
            }
        }
        process.signal(signal);
        const auto result = process.wait();
        EXPECT_EQ(result.code, signal == SIGKILL ? 128 + SIGKILL : 1) << result.out;
        return finishedIn(cache);
    }

    TemporaryFolder scratch_;
};

TEST_F(GraphTrainCommand, EndedOrInShardsItWritesTheSameAndTrainsNothingTwice)
{
    const auto whole = run(command("whole", "whole-cache"));
    ASSERT_EQ(whole.code, 0) << whole.out;
    EXPECT_THAT(whole.out, HasSubstr("8 of 8 networks of the study small are available"));
    const auto files = filesIn("whole");
    const auto manifest = Json::parse(files.at("networks/net-gin-s2.json"));
    EXPECT_EQ(manifest.at("weights_sha256"),
              sha256Hex(files.at("networks/net-gin-s2.safetensors")));
    EXPECT_EQ(manifest.at("graph"), "sbm");

    const auto killed = endedBy(SIGKILL, "cache");
    EXPECT_LT(killed.size(), 8U);
    const auto stopped = endedBy(SIGINT, "cache");
    EXPECT_LT(stopped.size(), 8U);
    EXPECT_TRUE(fs::is_empty(scratch_.path() / "ended")); // made before the work
    ASSERT_EQ(run(command("again", "cache")).code, 0);
    EXPECT_EQ(filesIn("again"), files);
    const auto finished = finishedIn("cache");
    for (const auto& [file, time] : stopped) {
        EXPECT_TRUE(!killed.contains(file) || killed.at(file) == time) << file;
        EXPECT_EQ(finished.at(file), time) << file;
    }

    EXPECT_THAT(run(command("first", "shards", {"--shard", "1/2"})).out, HasSubstr("4 of 8"));
    EXPECT_THAT(run(command("both", "shards", {"--shard", "2/2"})).out, HasSubstr("8 of 8"));
    EXPECT_EQ(filesIn("both"), files);
    EXPECT_EQ(filesIn("shards"), filesIn("whole-cache"));
}

} // namespace
} // namespace mlab
