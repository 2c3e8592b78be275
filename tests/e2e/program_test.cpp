// SPDX-License-Identifier: GPL-3.0-or-later
//
// The program as people run it: real processes, real files, real kills.
#include "core/base/files.h"
#include "core/base/random_stream.h"
#include "core/base/sha256.h"
#include "tests/e2e/csv_rows.h"
#include "tests/e2e/process.h"
#include "tests/temporary_folder.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <csignal>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <sstream>
#include <unistd.h>
#include <utility>

namespace mlab {
namespace {

namespace fs = std::filesystem;

// What may differ between two runs of the same design, seed and observer.
const std::set<std::string> kTimes = {"rt_ms",    "onset1_ms", "onset2_ms",      "onset3_ms",
                                      "onset_ms", "cache_hit", "dropped_frames", "generation_ms",
                                      "wait_ms",  "started_at"};

std::vector<Row> withoutTimes(std::vector<Row> rows)
{
    for (auto& row : rows) {
        for (const auto& name : kTimes) {
            row.erase(name);
        }
    }
    return rows;
}

// 16-bit samples as a processor of today has them.
std::vector<std::int16_t> samplesOf(const std::string& bytes)
{
    std::vector<std::int16_t> samples(bytes.size() / sizeof(std::int16_t));
    std::memcpy(samples.data(), bytes.data(), samples.size() * sizeof(std::int16_t));
    return samples;
}

/// A recording of two channels with 16 bits at 20 kHz, of silence no more than a second at a time:
/// ALSA's null device takes samples as fast as it gets them, gigabytes in a few seconds.
std::vector<std::int16_t> recordedSamples(const std::string& file)
{
    constexpr std::size_t kMostSilence = 20000;
    std::ifstream recording(file, std::ios::binary);
    std::vector<std::array<std::int16_t, 2>> frames(std::size_t{1} << 16U);
    std::vector<std::int16_t> samples;
    std::size_t silent = 0;
    while (recording) {
        recording.read(reinterpret_cast<char*>(frames.data()), // NOLINT: bytes as samples
                       static_cast<std::streamsize>(frames.size() * sizeof frames[0]));
        const auto got = static_cast<std::size_t>(recording.gcount()) / sizeof frames[0];
        for (const auto& frame : std::span(frames).first(got)) {
            silent = frame[0] == 0 && frame[1] == 0 ? silent + 1 : 0;
            if (silent <= kMostSilence) {
                samples.insert(samples.end(), frame.begin(), frame.end());
            }
        }
    }
    return samples;
}

class Program : public testing::Test {
protected:
    Program()
    {
        std::ofstream(folder_ / "small.json") << R"({
  "schema_version": 1,
  "name": "small",
  "image_size_px": 64,
  "references": {"builtin": {"count": 4, "seed": 7}},
  "references_per_trial": 2,
  "basis": {"components": 2, "pool": {"builtin": {"count": 30, "seed": 1}}},
  "dimensions": [
    {"layer": "band", "components": [1, 2], "directions": ["plus", "minus"], "eccentricities_deg": [4]},
    {"layer": "pool", "components": [1], "directions": ["plus"], "eccentricities_deg": [4, 8]}
  ],
  "procedure": {"type": "staircase", "start_level": 0.6,
                "stop": {"reversals": 4, "trials": 12, "when": "any"}, "threshold_reversals": 2},
  "practice": {"trials": 2, "level": 1.0, "feedback": true},
  "breaks": {"every_trials": 20}
}
)";
        std::ofstream(folder_ / "sounds.json") << R"({
  "schema_version": 1,
  "name": "sounds",
  "modality": "audio",
  "model": {"builtin": "cochlea-modulation"},
  "sound": {"sample_rate_hz": 20000, "duration_ms": 300, "bits": 16},
  "references": {"builtin": {"count": 4, "seed": 7}},
  "references_per_trial": 2,
  "basis": {"components": 2, "pool": {"builtin": {"count": 30, "seed": 1}}},
  "dimensions": [
    {"layer": "cochleagram", "components": [1], "directions": ["plus", "minus"]},
    {"layer": "average", "components": [1, 2], "directions": ["plus"]}
  ],
  "procedure": {"type": "staircase", "start_level": 0.6,
                "stop": {"reversals": 4, "trials": 8, "when": "any"}, "threshold_reversals": 2},
  "timing": {"fixation_ms": 100, "gap_ms": 50, "before_answer_ms": 50},
  "practice": {"trials": 2, "level": 1.0, "feedback": false},
  "headphone_check": "antiphase"
}
)";
        std::ofstream(folder_ / "words.json") << R"({
  "schema_version": 1,
  "name": "words",
  "modality": "audio",
  "task": "recognition",
  "model": {"builtin": "cochlea-modulation"},
  "sound": {"sample_rate_hz": 20000, "duration_ms": 300, "bits": 16},
  "references": {"builtin": {"count": 40, "seed": 7}},
  "recognition": {
    "categories": [
      {"name": "rain", "references": ["rain-*"]},
      {"name": "fire", "references": ["fire-*"]},
      {"name": "voice", "label": "Voice", "references": ["vowels-*"]}
    ],
    "layers": ["cochleagram"],
    "trials_per_category": 2,
    "catch_per_block": 1,
    "metamers": {"evaluations": 30}
  },
  "timing": {"fixation_ms": 100, "before_answer_ms": 50},
  "practice": {"trials": 3}
}
)";
        std::ofstream(folder_ / "listener.json")
            << R"({"type": "recognition", "accuracy": {"natural": 1, "*": 0.5}, "catch": 1,
 "rt_ms": {"median": 400, "sigma": 0.2}, "seed": 11})";
        std::ofstream(folder_ / "observer.json")
            << R"({"type": "psychometric", "threshold_sd": 0.3, "slope": 3.5, "lapse": 0.02,
 "criterion": 1.2, "rt_ms": {"median": 400, "sigma": 0.2}, "seed": 11})";
    }
    std::string path(const std::string& name) const { return (folder_ / name).string(); }

    // SQL that lets rows of a store be edited.
    std::string dropOfTriggers(const std::string& database) const
    {
        std::string drops;
        std::istringstream triggers(run({"sqlite3", path(database),
                                         "SELECT name FROM sqlite_master WHERE type = 'trigger'"})
                                        .out);
        for (std::string name; std::getline(triggers, name);) {
            drops += "DROP TRIGGER \"" + name + "\"; ";
        }
        return drops;
    }

    // `changes` are pairs of an option and its value; "" stands for a flag. How far references can
    // be moved is not measured, which would take most of the time.
    std::vector<std::string> session(const std::string& database, const std::string& cache,
                                     const std::map<std::string, std::string>& changes = {},
                                     const std::string& design = "small.json") const
    {
        std::map<std::string, std::string> options = {
            {"--db", path(database)}, {"--participant", "P1"},
            {"--seed", "42"},         {"--observer", path("observer.json")},
            {"--display", "none"},    {"--pace", "fast"},
            {"--cache", path(cache)}, {"--threads", "1"},
            {"--quick", ""}};
        for (const auto& [option, value] : changes) {
            options[option] = value;
        }
        std::vector<std::string> command = {MLAB_PROGRAM, "run", path(design)};
        for (const auto& [option, value] : options) {
            command.push_back(option);
            if (!value.empty()) {
                command.push_back(value);
            }
        }
        return command;
    }
    // A sound card that only records what is played: "ALSA: labfile", with alsa.conf.
    void writeSoundCard(const std::string& recording) const
    {
        std::ofstream(folder_ / "alsa.conf")
            << "pcm.default { type null }\npcm.nothing { type null }\n"
            << "pcm.labfile { type file slave.pcm nothing file \"" << recording
            << "\" format raw }\n";
    }
    // The files of a cache of one kind, in the order of their names.
    std::vector<fs::path> cacheFiles(const std::string& cache, const std::string& ending) const
    {
        std::vector<fs::path> files;
        for (const auto& entry : fs::recursive_directory_iterator(folder_ / cache)) {
            if (entry.path().extension() == ending) {
                files.push_back(entry.path());
            }
        }
        std::ranges::sort(files);
        return files;
    }
    // Damages each of them, in turn as each of `damages` does.
    static void damageEach(const std::vector<fs::path>& files,
                           const std::vector<std::function<void(std::string&)>>& damages)
    {
        EXPECT_GE(files.size(), damages.size());
        for (std::size_t i = 0; i < files.size(); ++i) {
            auto bytes = readFile(files[i]);
            damages[i % damages.size()](bytes);
            writeFileAtomically(files[i], bytes);
        }
    }
    static std::function<void(std::string&)> flipAt(double share)
    {
        return [share](std::string& bytes) {
            auto& byte = bytes[static_cast<std::size_t>(share * static_cast<double>(bytes.size()))];
            byte = static_cast<char>(byte ^ 1);
        };
    }
    /// Kills the command at random moments, at most `most` times, and runs it again until the
    /// session is finished. The first lives are short, or a session that is faster than expected
    /// would end before it was killed. @return how often it was killed
    static int killAndContinue(const std::vector<std::string>& command, int most,
                               std::int64_t longestLifeMs)
    {
        RandomStream random(20261123, "kill");
        int kills = 0;
        for (int start = 0; start < 200; ++start) {
            Process process(command);
            const auto longest = std::max<std::int64_t>(1, longestLifeMs * (kills + 1) / most);
            const auto lifeMs = 20 + random.below(static_cast<std::uint64_t>(longest));
            if (kills < most && !process.endsWithin(static_cast<int>(lifeMs))) {
                process.kill();
                process.wait();
                ++kills;
                continue;
            }
            const auto ended = process.wait();
            EXPECT_EQ(ended.code, 0) << ended.out;
            // Or it was killed when all was stored, and the command only says so.
            if (ended.code != 0 || ended.out.find("is finished") != std::string::npos) {
                return kills;
            }
        }
        ADD_FAILURE() << "the session does not end";
        return kills;
    }
    std::vector<Row> table(const std::string& database,
                           const std::string& name = "trials.csv") const
    {
        const auto exported = run(
            {MLAB_PROGRAM, "export", "--db", path(database), "--out", path(database + "-tables")});
        EXPECT_EQ(exported.code, 0) << exported.out;
        return readCsv(folder_ / (database + "-tables") / name);
    }

    TemporaryFolder scratch_;
    fs::path folder_ = scratch_.path();
};

TEST_F(Program, KilledAtRandomMomentsAndContinuedGivesTheTableOfAnUninterruptedRun)
{
    const auto begun = std::chrono::steady_clock::now();
    const auto whole = run(session("whole.sqlite", "cache-a"));
    const auto wholeMs = std::chrono::duration_cast<std::chrono::milliseconds>(
                             std::chrono::steady_clock::now() - begun)
                             .count();
    ASSERT_EQ(whole.code, 0) << whole.out;
    ASSERT_NE(whole.out.find("The session is finished."), std::string::npos);
    const auto expected = table("whole.sqlite");
    ASSERT_GT(expected.size(), 30U);

    // From the first instants of the start to some trials later, on a machine of any speed.
    const int kills = killAndContinue(session("killed.sqlite", "cache-b"), 25, wholeMs / 4);
    EXPECT_GE(kills, 5);
    EXPECT_EQ(withoutTimes(table("killed.sqlite")), withoutTimes(expected));
    std::printf("%d kills\n", kills);
}

TEST_F(Program, ASessionOfSoundsKilledAndContinuedGivesTheTableOfAnUninterruptedOne)
{
    const auto begun = std::chrono::steady_clock::now();
    const auto whole = run(session("whole.sqlite", "cache-a", {}, "sounds.json"));
    const auto wholeMs = std::chrono::duration_cast<std::chrono::milliseconds>(
                             std::chrono::steady_clock::now() - begun)
                             .count();
    ASSERT_EQ(whole.code, 0) << whole.out;
    const auto expected = table("whole.sqlite");
    ASSERT_GE(expected.size(), 20U);
    for (const auto& row : expected) {
        EXPECT_EQ(row.at("modality"), "audio");
        if (row.at("converged") == "1") {
            const double asked = std::stod(row.at("level_requested"));
            EXPECT_NEAR(std::stod(row.at("level_achieved")), asked, 0.02);
        }
    }
    const int kills =
        killAndContinue(session("killed.sqlite", "cache-b", {}, "sounds.json"), 10, wholeMs / 3);
    EXPECT_GE(kills, 2);
    EXPECT_EQ(withoutTimes(table("killed.sqlite")), withoutTimes(expected));
}

TEST_F(Program, ASessionOfRecognitionKilledAndContinuedGivesTheTableOfAnUninterruptedOne)
{
    const std::string kTable = "recognition_trials.csv";
    const std::map<std::string, std::string> listener = {{"--observer", path("listener.json")}};
    const auto begun = std::chrono::steady_clock::now();
    const auto whole = run(session("whole.sqlite", "cache-a", listener, "words.json"));
    const auto wholeMs = std::chrono::duration_cast<std::chrono::milliseconds>(
                             std::chrono::steady_clock::now() - begun)
                             .count();
    ASSERT_EQ(whole.code, 0) << whole.out;
    const auto expected = table("whole.sqlite", kTable);
    ASSERT_EQ(expected.size(), 3U + 2 * (3 * 2 + 1));
    for (const auto& row : expected) {
        const bool natural = row.at("condition") == "natural";
        EXPECT_EQ(natural, row.at("match_snr_db").empty());
        EXPECT_EQ(natural, row.at("stimulus_sha256") == row.at("reference_sha256"));
        EXPECT_EQ(row.at("correct") == "1", row.at("response") == row.at("category"));
        EXPECT_TRUE(!natural || row.at("correct") == "1") << "this listener knows natural sounds";
    }
    const int kills = killAndContinue(session("killed.sqlite", "cache-b", listener, "words.json"),
                                      10, wholeMs / 3);
    EXPECT_GE(kills, 2);
    EXPECT_EQ(withoutTimes(table("killed.sqlite", kTable)), withoutTimes(expected));

    const auto id = expected.front().at("session_id");
    auto replayed = run({MLAB_PROGRAM, "replay", "--db", path("killed.sqlite"), "--session", id,
                         "--cache", path("cache-c")});
    EXPECT_EQ(replayed.code, 0) << replayed.out;
    const auto planned =
        run({MLAB_PROGRAM, "plan", path("words.json"), "--observer", path("listener.json")});
    EXPECT_EQ(planned.code, 2);
    EXPECT_NE(planned.out.find("measures no dimensions"), std::string::npos) << planned.out;
}

// Images from noise and another image, and sounds of several matches of which a procedure chooses.
TEST_F(Program, ASessionOfWholeMetamersKilledAndContinuedGivesTheTableOfAnUninterruptedOne)
{
    std::ofstream(folder_ / "pictures.json") << R"({
  "schema_version": 1,
  "name": "pictures",
  "task": "oddity",
  "image_size_px": 64,
  "references": {"builtin": {"count": 4, "seed": 7}},
  "metamers": {
    "layers": ["pool"],
    "comparisons": ["original-synthesised", "synthesised-synthesised"],
    "starts": ["noise", "natural"],
    "match": {"evaluations": [4]},
    "trials_per_condition": 4,
    "catch_every": 5
  },
  "practice": {"trials": 2}
}
)";
    std::ofstream(folder_ / "steps.json") << R"({
  "schema_version": 1,
  "name": "steps",
  "modality": "audio",
  "task": "same-different",
  "model": {"builtin": "cochlea-modulation"},
  "sound": {"sample_rate_hz": 20000, "duration_ms": 300, "bits": 16},
  "references": {"builtin": {"count": 6, "seed": 7}},
  "metamers": {
    "layers": ["cochleagram"],
    "match": {"snr_db": [3, 40]},
    "trials_per_condition": 6,
    "max_evaluations": 5,
    "show_not_accepted": true
  },
  "procedure": {"type": "psi-marginal"},
  "timing": {"fixation_ms": 100, "gap_ms": 50, "before_answer_ms": 50},
  "practice": {"trials": 1}
}
)";
    for (const std::string design : {"pictures", "steps"}) {
        SCOPED_TRACE(design);
        const bool pictures = design == "pictures";
        const auto begun = std::chrono::steady_clock::now();
        const auto whole = run(session(design + ".sqlite", design + "-a", {}, design + ".json"));
        const auto wholeMs = std::chrono::duration_cast<std::chrono::milliseconds>(
                                 std::chrono::steady_clock::now() - begun)
                                 .count();
        ASSERT_EQ(whole.code, 0) << whole.out;
        const auto expected = table(design + ".sqlite");
        ASSERT_GE(expected.size(), pictures ? 2U + 16 + 3 : 1U + 6);
        for (const auto& row : expected) {
            const bool synthesised = row.at("metamer_condition") != "original-original";
            EXPECT_EQ(synthesised, row.at("procedure") != "catch" && row.at("practice") == "0");
            EXPECT_EQ(synthesised, !row.at("metamers_json").empty());
            EXPECT_EQ(row.at("flags").find("not_accepted") == std::string::npos,
                      row.at("converged") == "1");
            if (synthesised) {
                const auto metamers = nlohmann::json::parse(row.at("metamers_json"));
                EXPECT_EQ(metamers.back().at("sha256"), row.at("probe_sha256"));
                EXPECT_TRUE(metamers.back().at("layers").contains(row.at("layer")));
                const bool two = row.at("metamer_condition").starts_with("synthesised-synthesised");
                EXPECT_EQ(metamers.size(), two ? 2U : 1U);
            }
        }
        const int kills =
            killAndContinue(session(design + "-killed.sqlite", design + "-b", {}, design + ".json"),
                            8, wholeMs / 3);
        EXPECT_GE(kills, 2);
        EXPECT_EQ(withoutTimes(table(design + "-killed.sqlite")), withoutTimes(expected));

        const auto replayed =
            run({MLAB_PROGRAM, "replay", "--db", path(design + "-killed.sqlite"), "--session",
                 expected.front().at("session_id"), "--cache", path(design + "-c")});
        EXPECT_EQ(replayed.code, 0) << replayed.out;
        const auto reported = run({MLAB_PROGRAM, "report", "--db", path(design + ".sqlite"),
                                   "--cache", path(design + "-a"), "--out", path(design)});
        ASSERT_EQ(reported.code, 0) << reported.out;
        const auto page = readFile(folder_ / design / "report.html");
        EXPECT_NE(page.find("Pairs most often confused"), std::string::npos);
        const auto pairs = readCsv(folder_ / design / "metamer_pairs.csv");
        if (std::ranges::any_of(pairs, [](const Row& row) { return row.at("wrong") != "0"; })) {
            EXPECT_NE(page.find(pictures ? "data:image/png;base64," : "data:audio/wav;base64,"),
                      std::string::npos);
        }
    }
    // What was prepared is not made again.
    const auto prepare = [&](const std::string& shard) {
        return run({MLAB_SYNTH, "prepare", path("pictures.json"), "--shard", shard, "--cache",
                    path("prepared"), "--threads", "1"});
    };
    ASSERT_EQ(prepare("1/2").code, 0);
    EXPECT_EQ(cacheFiles("prepared", ".png").size(), 8U);
    ASSERT_EQ(prepare("2/2").code, 0);
    EXPECT_EQ(cacheFiles("prepared", ".png").size(), 16U); // 4 references, 2 starts, 2 of each
    ASSERT_EQ(run(session("p.sqlite", "prepared", {}, "pictures.json")).code, 0);
    EXPECT_EQ(cacheFiles("prepared", ".png").size(), 16U);
    EXPECT_EQ(withoutTimes(table("p.sqlite")), withoutTimes(table("pictures.sqlite")));
}

TEST_F(Program, ASessionOfDistortionsKilledAndContinuedGivesTheTableOfAnUninterruptedOne)
{
    std::ofstream(folder_ / "distortions.json") << R"({
  "schema_version": 1,
  "name": "distortions",
  "model": {"builtin": "gabor-compressive"},
  "image_size_px": 64,
  "references": {"builtin": {"count": 1, "seed": 7}},
  "references_per_trial": 1,
  "dimensions": [
    {"layer": "band", "distortions": ["largest", "smallest"], "eccentricities_deg": [0]},
    {"layer": "texture", "distortions": ["principal-1"], "directions": ["plus"],
     "other_models": [{"model": {"builtin": "gabor-compressive"}, "layer": "band"}],
     "eccentricities_deg": [4]}
  ],
  "procedure": {"type": "psi-marginal", "min_level": 0.05, "max_level": 8, "stop": {"trials": 12}},
  "practice": {"trials": 2, "level": 4}
}
)";
    const auto checked = run({MLAB_PROGRAM, "check", path("distortions.json"), "--cache",
                              path("cache"), "--threads", "1"});
    ASSERT_EQ(checked.code, 0) << checked.out;
    EXPECT_NE(checked.out.find("band/smallest/minus"), std::string::npos) << checked.out;
    const auto begun = std::chrono::steady_clock::now();
    const auto whole = run(session("whole.sqlite", "cache", {}, "distortions.json"));
    const auto wholeMs = std::chrono::duration_cast<std::chrono::milliseconds>(
                             std::chrono::steady_clock::now() - begun)
                             .count();
    ASSERT_EQ(whole.code, 0) << whole.out;
    const auto expected = table("whole.sqlite");
    ASSERT_EQ(expected.size(), 2U + 5 * 12);
    for (const auto& row : expected) {
        EXPECT_EQ(row.at("component"), "0");
        EXPECT_NE(row.at("dimension_id").find("/" + row.at("distortion") + "/"), std::string::npos);
        const double asked = std::stod(row.at("level_requested"));
        EXPECT_NEAR(std::stod(row.at("level_achieved")), asked, 0.01 * asked);
        EXPECT_EQ(row.at("converged"), "1");
    }
    const int kills =
        killAndContinue(session("killed.sqlite", "cache", {}, "distortions.json"), 6, wholeMs / 3);
    EXPECT_GE(kills, 2);
    EXPECT_EQ(withoutTimes(table("killed.sqlite")), withoutTimes(expected));
    const auto replayed = run({MLAB_PROGRAM, "replay", "--db", path("killed.sqlite"), "--session",
                               expected.front().at("session_id"), "--cache", path("cache")});
    EXPECT_EQ(replayed.code, 0) << replayed.out;
    const auto reported = run({MLAB_PROGRAM, "report", "--db", path("whole.sqlite"), "--cache",
                               path("cache"), "--out", path("report")});
    ASSERT_EQ(reported.code, 0) << reported.out;
    const auto rows = readCsv(folder_ / "report/thresholds.csv");
    ASSERT_EQ(rows.size(), 5U);
    EXPECT_EQ(rows.front().at("component"), "largest");
    EXPECT_TRUE(
        std::ranges::any_of(rows, [](const Row& row) { return row.at("probes_found") != "0"; }));
}

TEST_F(Program, ASessionOfGraphDrawingsKilledAndContinuedGivesTheTableOfAnUninterruptedOne)
{
    const fs::path networks = MLAB_GRAPH_NETWORKS; // a graph of nine nodes and networks for it
    fs::create_directories(folder_ / "study/networks");
    fs::create_directories(folder_ / "study/graphs/small");
    for (const auto* file : {"edges.csv", "features.csv"}) {
        fs::copy_file(networks / file, folder_ / file);
        fs::copy_file(networks / file, folder_ / "study/graphs/small" / file);
    }
    std::ofstream(folder_ / "study/graphs/small/nodes.csv") << "node\n0\n1\n2\n3\n4\n5\n6\n7\n8\n";
    fs::copy_file(networks / "gcn.safetensors", folder_ / "study/networks/gcn.safetensors");
    std::ofstream(folder_ / "study/study.json") << R"({"name": "study"})";
    nlohmann::json record;
    std::string hashes;
    for (const auto* file : {"edges.csv", "features.csv", "nodes.csv"}) {
        record["sha256"][file] = sha256OfFile(folder_ / "study/graphs/small" / file);
        hashes += record["sha256"][file].get<std::string>() + "\n";
    }
    std::ofstream(folder_ / "study/graphs/small/graph.json") << record;
    record = {{"name", "gcn"},
              {"graph", "small"},
              {"architecture", "gcn"},
              {"activation", "relu"},
              {"residual", false},
              {"weights", "gcn.safetensors"},
              {"weights_sha256", sha256OfFile(folder_ / "study/networks/gcn.safetensors")},
              {"graph_sha256", sha256Hex(hashes)}};
    std::ofstream(folder_ / "study/networks/gcn.json") << record;
    std::ofstream(folder_ / "study/networks.csv") << "network,graph\r\ngcn,small\r\n";
    std::ofstream(folder_ / "graphs.json") << R"({
  "schema_version": 1,
  "name": "graphs",
  "task": "abx",
  "image_size_px": 128,
  "graphs": {
    "karate": {"builtin": "karate-club"},
    "small": {"file": "edges.csv", "features": "features.csv"}
  },
  "drawing": {"layouts": 2, "node_px": 6},
  "dimensions": [
    {"graph": "karate", "rewiring": ["degrees"], "eccentricities_deg": [0]},
    {"graph": "small", "rewiring": ["degrees"], "eccentricities_deg": [4]}
  ],
  "procedure": {"type": "quest", "stop": {"trials": 12}},
  "timing": {"fixation_ms": 100, "interval_ms": 100, "gap_ms": 50, "before_answer_ms": 50},
  "practice": {"trials": 2, "level": 12}
}
)";
    std::ofstream(folder_ / "sees swaps.json")
        << R"({"type": "psychometric", "threshold_sd": 4, "slope": 2, "lapse": 0.02,
 "criterion": 1.2, "rt_ms": {"median": 400, "sigma": 0.2}, "seed": 11})";
    const auto checked =
        run({MLAB_PROGRAM, "check", path("graphs.json"), "--cache", path("cache")});
    ASSERT_EQ(checked.code, 0) << checked.out;
    EXPECT_NE(checked.out.find("How many swaps can be made"), std::string::npos) << checked.out;
    const auto command = [&](const std::string& store) {
        auto all =
            session(store, "cache", {{"--observer", path("sees swaps.json")}}, "graphs.json");
        std::erase(all, "--quick"); // so that trials ask for no more swaps than there are
        return all;
    };
    const auto begun = std::chrono::steady_clock::now();
    const auto whole = run(command("whole.sqlite"));
    const auto wholeMs = std::chrono::duration_cast<std::chrono::milliseconds>(
                             std::chrono::steady_clock::now() - begun)
                             .count();
    ASSERT_EQ(whole.code, 0) << whole.out;
    const auto expected = table("whole.sqlite");
    ASSERT_EQ(expected.size(), 2U + 2 * 12);
    for (const auto& row : expected) {
        EXPECT_EQ(row.at("dimension_id").find(row.at("layer") + "/" + row.at("rewiring") + "/plus"),
                  0U);
        EXPECT_EQ(row.at("reference_id").find(row.at("layer") + "/"), 0U);
        const double swaps = std::stod(row.at("level_achieved"));
        EXPECT_EQ(swaps, std::round(swaps));
        EXPECT_GE(swaps, 1);
        EXPECT_EQ(row.at("converged") == "1",
                  row.at("level_requested") == row.at("level_achieved"));
        EXPECT_EQ(row.at("model"), "");
    }
    const int kills = killAndContinue(command("killed.sqlite"), 6, wholeMs / 3);
    EXPECT_GE(kills, 2);
    EXPECT_EQ(withoutTimes(table("killed.sqlite")), withoutTimes(expected));
    const auto replayed = run({MLAB_PROGRAM, "replay", "--db", path("killed.sqlite"), "--session",
                               expected.front().at("session_id"), "--cache", path("cache")});
    EXPECT_EQ(replayed.code, 0) << replayed.out;

    const auto reported = run({MLAB_PROGRAM, "report", "--db", path("whole.sqlite"), "--cache",
                               path("cache"), "--out", path("report")});
    ASSERT_EQ(reported.code, 0) << reported.out;
    const auto rows = readCsv(folder_ / "report/thresholds.csv");
    ASSERT_EQ(rows.size(), 2U);
    EXPECT_EQ(rows.front().at("component"), "degrees");
    EXPECT_NE(readFile(folder_ / "report/report.html").find("swaps"), std::string::npos);

    // The karate club is in no study of networks, which is said.
    const auto compared = run({MLAB_PROGRAM, "compare-graphs", "--db", path("whole.sqlite"),
                               "--networks", path("study"), "--out", path("beside")});
    EXPECT_EQ(compared.code, 1) << compared.out;
    EXPECT_NE(compared.out.find("graph karate is without networks"), std::string::npos);
    const auto people = readCsv(folder_ / "beside/people.csv");
    int trials = 0;
    for (const auto& row : people) {
        trials += std::stoi(row.at("trials"));
    }
    EXPECT_EQ(trials, 2 * 12);
    const auto beside = readCsv(folder_ / "beside/networks.csv");
    ASSERT_FALSE(beside.empty());
    for (const auto& row : beside) {
        EXPECT_EQ(row.at("graph"), "small");
        EXPECT_EQ(row.at("network"), "gcn");
        const double match = std::stod(row.at("s_match"));
        // Features are as they were; n of the 10 edges' swaps leave (10 - 2n) / (10 + 2n).
        const double swaps = std::stod(row.at("swaps"));
        const double input = (1 + (10 - 2 * swaps) / (10 + 2 * swaps)) / 2;
        EXPECT_NEAR(std::stod(row.at("s_in")), input, 1e-12);
        EXPECT_LT(match, 1);
        EXPECT_GE(std::stod(row.at("consistency")), 0);
        if (row.at("graphs") == "1") {
            EXPECT_NEAR(std::stod(row.at("consistency")),
                        1 - std::abs(std::max(0.0, match) - input), 1e-12);
        }
    }
}

TEST_F(Program, MetamersOfATrainedNetworkAreToldApart)
{
    const auto network =
        fs::path(MLAB_SOURCE_DIR).parent_path() / "shared/models/cifar_resnet20.ts";
    if (!fs::exists(network)) {
        GTEST_SKIP() << network << " is not here";
    }
    std::ofstream(folder_ / "network.json") << R"({
  "schema_version": 1,
  "name": "network",
  "image_size_px": 32,
  "model": {"file": ")" << network.string() << R"("},
  "references": {"builtin": {"count": 3, "seed": 7}},
  "metamers": {"layers": ["layer1", "layer3"], "match": {"snr_db": [2]},
               "trials_per_condition": 3, "max_evaluations": 200}
}
)";
    const auto whole = run(session("db.sqlite", "cache", {}, "network.json"));
    ASSERT_EQ(whole.code, 0) << whole.out;
    int trials = 0;
    for (const auto& row : table("db.sqlite")) {
        if (row.at("procedure") != "constant") {
            continue;
        }
        ++trials;
        EXPECT_EQ(row.at("converged"), "1");
        EXPECT_LE(std::stod(row.at("level_achieved")), 1.02 * std::stod(row.at("level_requested")));
        const auto layers = nlohmann::json::parse(row.at("metamers_json")).front().at("layers");
        EXPECT_EQ(layers.size(), 6U);
    }
    EXPECT_EQ(trials, 6);
}

TEST_F(Program, AMetamerThatIsNotAcceptedEndsASessionBeforeItBegins)
{
    std::ofstream(folder_ / "strict.json") << R"({
  "schema_version": 1,
  "name": "strict",
  "image_size_px": 64,
  "references": {"builtin": {"count": 3, "seed": 7}},
  "metamers": {"layers": ["band"], "match": {"snr_db": [60]}, "trials_per_condition": 2,
               "max_evaluations": 3}
}
)";
    const auto refused = run(session("db.sqlite", "cache", {}, "strict.json"));
    EXPECT_EQ(refused.code, 2) << refused.out;
    EXPECT_NE(refused.out.find("2 metamers are not accepted"), std::string::npos) << refused.out;
    EXPECT_FALSE(fs::exists(path("db.sqlite")));
}

// Its sounds are known before the first trial, and no trial can be taken back.
TEST_F(Program, ASessionOfSoundsBeginsAtALevelThatFitsAndKeepsIt)
{
    writeSoundCard("/dev/null");
    const auto calibrations = folder_ / "metamerlab/calibrations";
    fs::create_directories(calibrations);
    const auto calibrate = [&](const std::string& maxDbSpl) {
        std::ofstream(calibrations / "calibration-ALSA-labfile-20000.json")
            << R"({"host_api": "ALSA", "device": "labfile", "sample_rate_hz": 20000,
                   "full_scale_db_spl": 100, "max_db_spl": )"
            << maxDbSpl << R"(, "measured_at": "2026-01-01T00:00:00.000Z"})";
    };
    const auto played = [&](std::map<std::string, std::string> options,
                            const std::string& design = "words.json") {
        options.merge(std::map<std::string, std::string>{{"--observer", path("listener.json")},
                                                         {"--display", "window"},
                                                         {"--pace", "real"},
                                                         {"--max-trials", "1"},
                                                         {"--sound-device", "ALSA: labfile"}});
        auto command = session("loud.sqlite", "cache", options, design);
        command.insert(command.begin(), {"env", "ALSA_CONFIG_PATH=" + path("alsa.conf"),
                                         "XDG_CONFIG_HOME=" + folder_.string(), "xvfb-run", "-a",
                                         "-s", "-screen 0 1280x1024x24"});
        return run(command);
    };
    const auto refused = [&](const std::map<std::string, std::string>& options,
                             const std::string& why, const std::string& design = "words.json") {
        const auto end = played(options, design);
        EXPECT_EQ(end.code, 2) << end.out;
        EXPECT_NE(end.out.find(why), std::string::npos) << end.out;
    };
    // Sounds are made with an RMS of 0.05, which is 77 dB here.
    calibrate("120");
    refused({{"--sound-level", "97"}}, "its peak would be clipped");
    refused({{"--sound-level", "97"}, {"--observer", path("observer.json")}},
            "its peak would be clipped", "sounds.json");
    calibrate("76");
    refused({}, "the maximum set for this device is 76.0 dB");
    EXPECT_FALSE(fs::exists(path("loud.sqlite"))) << "there was no session";

    const auto quiet = played({{"--sound-level", "70"}});
    ASSERT_EQ(quiet.code, 0) << quiet.out;
    refused({{"--sound-level", "72"}}, "played at 70 dB SPL and would now be played at 72 dB SPL");
    refused({{"--sound-attenuation", "6"}},
            "played at 70 dB SPL and would now be played at a volume of -6 dB");
    const auto continued = played({{"--sound-level", "70"}});
    EXPECT_EQ(continued.code, 0) << continued.out;
    EXPECT_EQ(table("loud.sqlite", "recognition_trials.csv").size(), 2U);
}

// What the participant hears is what was stored: the device's own recording of a whole session.
TEST_F(Program, ASessionPlaysTheVerySamplesOfItsTrialsAndNothingElse)
{
    const auto recording = path("played.raw");
    writeSoundCard(recording);
    auto command = session("heard.sqlite", "cache",
                           {{"--display", "window"},
                            {"--pace", "real"},
                            {"--max-trials", "6"},
                            {"--sound-device", "ALSA: labfile"}},
                           "sounds.json");
    command.insert(command.begin(), {"env", "ALSA_CONFIG_PATH=" + path("alsa.conf"), "xvfb-run",
                                     "-a", "-s", "-screen 0 1280x1024x24"});
    const auto heard = run(command);
    ASSERT_EQ(heard.code, 0) << heard.out;
    const auto rows = table("heard.sqlite");
    ASSERT_EQ(rows.size(), 6U);

    const auto played = recordedSamples(recording);
    std::size_t at = 0; // in frames of two channels
    const auto silentFor = [&](std::size_t frames) {
        for (const std::size_t end = at + frames; at < end; ++at) {
            if (played.at(2 * at) != 0 || played.at(2 * at + 1) != 0) {
                return false;
            }
        }
        return true;
    };
    constexpr std::size_t kGap = 1000; // 50 ms at 20 kHz
    for (const auto& row : rows) {
        SCOPED_TRACE("trial " + row.at("trial_index"));
        EXPECT_EQ(row.at("flags"), "");
        const auto sign = row.at("direction") == "minus" ? "-" : "";
        const auto made =
            run({MLAB_SYNTH, "probe", "--design", path("sounds.json"), "--layer", row.at("layer"),
                 "--component", row.at("component"), "--level", sign + row.at("level_requested"),
                 "--reference", row.at("reference_id"), "--cache", path("cache"), "--threads", "1",
                 "--out", path("sound")});
        ASSERT_NE(made.out.find(row.at("probe_sha256")), std::string::npos) << made.out;
        constexpr std::size_t kWavHeader = 44;
        const std::map<char, std::vector<std::int16_t>> sounds = {
            {'R', samplesOf(readFile(folder_ / "sound/reference.wav").substr(kWavHeader))},
            {'P', samplesOf(readFile(folder_ / "sound/probe.wav").substr(kWavHeader))}};
        ASSERT_EQ(sounds.at('P').size(), 6000U);
        // From the sound on, whose first samples may be silent themselves.
        const auto& first = sounds.at(row.at("interval_order").front());
        const auto lead = static_cast<std::size_t>(
            std::ranges::find_if(first, [](auto sample) { return sample != 0; }) - first.begin());
        while (at < played.size() / 2 && played[2 * at] == 0 && played[2 * at + 1] == 0) {
            ++at;
        }
        ASSERT_GE(at, lead);
        at -= lead;
        bool isFirst = true;
        for (const char interval : row.at("interval_order")) {
            if (!std::exchange(isFirst, false)) {
                ASSERT_TRUE(silentFor(kGap));
            }
            for (const auto sample : sounds.at(interval)) {
                ASSERT_EQ(played.at(2 * at), sample) << "frame " << at;
                ASSERT_EQ(played.at(2 * at + 1), sample) << "frame " << at;
                ++at;
            }
        }
    }
    EXPECT_TRUE(silentFor(played.size() / 2 - at));
}

TEST_F(Program, EveryTaskRunsAndIsContinuedAfterKillsAsIfThereHadBeenNone)
{
    const auto design = readFile(folder_ / "small.json");
    const auto changed = [&](std::string text, const std::string& from, const std::string& to) {
        text.replace(text.find(from), from.size(), to);
        return text;
    };
    const std::string staircase =
        design.substr(design.find("{\"type\": \"staircase\""),
                      design.find(",\n  \"practice\"") - design.find("{\"type\": \"staircase\""));
    const std::string psi = R"({"type": "psi-marginal", "curve": "dprime", "level_step_db": 2,
        "slopes": [1.5, 3], "lapses": [0, 0.05], "max_level": 1, "stop": {"trials": 8}})";
    const std::map<std::string, std::pair<std::string, std::string>> cases = {
        {"2ifc", {staircase, "blocks"}},
        {"oddity", {psi, "information"}},
        {"same-different", {psi, "blocks"}}};
    for (const auto& [task, how] : cases) {
        SCOPED_TRACE(task);
        std::ofstream(folder_ / "small.json")
            << changed(changed(design, staircase, how.first), "\"name\": \"small\"",
                       "\"name\": \"" + task + "\", \"task\": \"" + task + "\", \"schedule\": \"" +
                           how.second + "\"");
        const auto begun = std::chrono::steady_clock::now();
        const auto whole = run(session("whole.sqlite", "cache"));
        const auto wholeMs = std::chrono::duration_cast<std::chrono::milliseconds>(
                                 std::chrono::steady_clock::now() - begun)
                                 .count();
        ASSERT_EQ(whole.code, 0) << whole.out;
        const int kills = killAndContinue(session("killed.sqlite", "cache-b"), 6, wholeMs / 3);
        EXPECT_GE(kills, 2);
        const auto ofTask = [&](const std::string& database) {
            auto rows = withoutTimes(table(database));
            std::erase_if(rows, [&](const Row& row) { return row.at("design_name") != task; });
            return rows;
        };
        const auto rows = ofTask("whole.sqlite");
        ASSERT_GT(rows.size(), 40U);
        EXPECT_EQ(ofTask("killed.sqlite"), rows);
        std::set<std::string> answers;
        for (const auto& row : rows) {
            answers.insert(row.at("response"));
            EXPECT_EQ(row.at("interval_order").size(), task == "same-different" ? 2U : 3U);
        }
        EXPECT_EQ(answers.size(), task == "oddity" ? 3U : 2U);
        for (const auto& row : table("whole.sqlite")) {
            EXPECT_EQ(row.at("onset3_ms").empty(), row.at("interval_order").size() == 2);
        }
        const auto replayed = run({MLAB_PROGRAM, "replay", "--db", path("whole.sqlite"),
                                   "--session", "P1-" + task + "-1", "--cache", path("cache")});
        EXPECT_EQ(replayed.code, 0) << replayed.out;
    }
}

TEST_F(Program, LookAheadAndCacheDoNotChangeTheTable)
{
    ASSERT_EQ(run(session("a.sqlite", "cache")).code, 0);
    ASSERT_EQ(run(session("b.sqlite", "cache")).code, 0); // all from the cache
    ASSERT_EQ(run(session("c.sqlite", "fresh", {{"--look-ahead", "0"}})).code, 0);
    const auto a = table("a.sqlite");
    EXPECT_EQ(withoutTimes(a), withoutTimes(table("b.sqlite")));
    EXPECT_EQ(withoutTimes(a), withoutTimes(table("c.sqlite")));
    for (const auto& row : table("b.sqlite")) {
        EXPECT_EQ(row.at("cache_hit"), "1");
    }
}

TEST_F(Program, AnotherNumberOfGeneratorThreadsGivesTheSamePlans)
{
    ASSERT_EQ(run(session("one.sqlite", "cache-1")).code, 0);
    ASSERT_EQ(run(session("two.sqlite", "cache-2", {{"--threads", "2"}})).code, 0);
    const auto one = table("one.sqlite");
    const auto two = table("two.sqlite");
    ASSERT_EQ(one.size(), two.size());
    for (std::size_t i = 0; i < one.size(); ++i) {
        for (const auto* column : {"dimension_id", "level_requested", "reference_id",
                                   "interval_order", "correct_answer", "response"}) {
            EXPECT_EQ(one[i].at(column), two[i].at(column)) << i << " " << column;
        }
    }
}

TEST_F(Program, AWindowGivesTheSameTableAsNoWindow)
{
    ASSERT_EQ(run(session("none.sqlite", "cache")).code, 0);
    auto command = session("window.sqlite", "cache", {{"--display", "window"}});
    command.insert(command.begin(), {"xvfb-run", "-a", "-s", "-screen 0 1280x1024x24"});
    const auto shown = run(command);
    ASSERT_EQ(shown.code, 0) << shown.out;
    EXPECT_EQ(withoutTimes(table("window.sqlite")), withoutTimes(table("none.sqlite")));
}

TEST_F(Program, MaxTrialsStopsAndTheSameCommandContinues)
{
    ASSERT_EQ(run(session("whole.sqlite", "cache")).code, 0);
    const auto first = run(session("parts.sqlite", "cache", {{"--max-trials", "10"}}));
    EXPECT_EQ(first.code, 0);
    EXPECT_NE(first.out.find("run the same command"), std::string::npos);
    EXPECT_EQ(table("parts.sqlite").size(), 10U);
    ASSERT_EQ(run(session("parts.sqlite", "cache")).code, 0);
    EXPECT_EQ(withoutTimes(table("parts.sqlite")), withoutTimes(table("whole.sqlite")));
}

TEST_F(Program, SignalsEndARunAsTheParticipantWouldAndItCanBeResumed)
{
    const auto counted = [&](const std::string& table) {
        const auto rows =
            run({"sqlite3", "-readonly", path("db.sqlite"), "SELECT count(*) FROM " + table});
        return rows.code == 0 ? std::stoi(rows.out) : 0; // there may be no store yet
    };
    int runs = 0;
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
        Process process(session("db.sqlite", "cache", {{"--pace", "real"}}));
        while (counted("runs") == runs) {
            ASSERT_FALSE(process.endsWithin(50)) << process.text();
        }
        ++runs;
        process.signal(signal);
        const auto ended = process.wait();
        EXPECT_EQ(ended.code, 0) << signal << ended.out;
        EXPECT_NE(ended.out.find("not finished. To resume it, run the same command"),
                  std::string::npos)
            << ended.out;
        EXPECT_EQ(counted("run_ends"), runs);
    }
    ASSERT_EQ(run(session("db.sqlite", "cache")).code, 0);
    ASSERT_EQ(run(session("whole.sqlite", "cache")).code, 0);
    EXPECT_EQ(withoutTimes(table("db.sqlite")), withoutTimes(table("whole.sqlite")));
}

TEST_F(Program, OutputThatCannotBeWrittenIsExitCode1)
{
    const auto full =
        run({"bash", "-c", MLAB_PROGRAM " check --quick " + path("small.json") + " > /dev/full"});
    // A pipe whose reader has ended before the program writes.
    const auto closed = run({"python3", "-c",
                             "import os, subprocess, sys\n"
                             "r, w = os.pipe()\n"
                             "os.close(r)\n"
                             "sys.exit(subprocess.call(sys.argv[1:], stdout=w))",
                             MLAB_PROGRAM, "check", "--quick", path("small.json")});
    for (const auto& result : {full, closed}) {
        EXPECT_EQ(result.code, 1);
        EXPECT_NE(result.out.find("could not be written"), std::string::npos) << result.out;
    }
}

TEST_F(Program, NewStartsAnotherSessionBesideTheOpenOne)
{
    ASSERT_EQ(run(session("db.sqlite", "cache", {{"--max-trials", "3"}})).code, 0);
    ASSERT_EQ(run(session("db.sqlite", "cache", {{"--max-trials", "2"}, {"--new", ""}})).code, 0);
    const auto listed = run({MLAB_PROGRAM, "list", "--db", path("db.sqlite")});
    EXPECT_NE(listed.out.find("P1-small-1"), std::string::npos) << listed.out;
    EXPECT_NE(listed.out.find("P1-small-2"), std::string::npos) << listed.out;
    EXPECT_EQ(table("db.sqlite").size(), 5U);
}

/// What a command prints with --json.
nlohmann::json jsonOf(std::vector<std::string> command, int code = 0)
{
    command.emplace_back("--json");
    const auto done = run(command);
    EXPECT_EQ(done.code, code) << done.out;
    auto json = nlohmann::json::parse(done.out, nullptr, /*allow_exceptions=*/false);
    EXPECT_TRUE(json.is_object()) << done.out;
    return json;
}

TEST_F(Program, CheckPrintsJson)
{
    const auto json =
        jsonOf({MLAB_PROGRAM, "check", "--quick", path("small.json"), "--screen", "800x600@50"});
    EXPECT_EQ(json["valid"], true);
    EXPECT_EQ(json["design"], "small");
    EXPECT_EQ(json["design_sha256"], sha256OfFile(path("small.json")));
    EXPECT_EQ(json["task"], "abx");
    EXPECT_EQ(json["practice_trials"], 2);
    ASSERT_EQ(json["dimensions"].size(), 6U);
    EXPECT_EQ(json["dimensions"][0]["id"], "band/1/plus/4");
    EXPECT_EQ(json["dimensions"][0]["procedure"], "staircase-2down-1up");
    EXPECT_EQ(json["durations"][0],
              nlohmann::json(
                  {{"part", "fixation"}, {"ms", 1500.0}, {"frames", 75}, {"shown_ms", 1500.0}}));
    // The text says the same.
    const auto text = run({MLAB_PROGRAM, "check", "--quick", path("small.json")}).out;
    EXPECT_NE(text.find(json["trials"].dump() + " trials"), std::string::npos) << text;

    const auto words = jsonOf({MLAB_PROGRAM, "check", "--quick", path("words.json")});
    EXPECT_EQ(words["conditions"], (nlohmann::json{"natural", "cochleagram"}));
    EXPECT_EQ(words["categories"], (nlohmann::json{"rain", "fire", "voice"}));

    std::ofstream(folder_ / "wrong.json") << "{\"schema_version\": 1,\n \"modell\": 1}";
    const auto wrong = jsonOf({MLAB_PROGRAM, "check", "--quick", path("wrong.json")}, 2);
    EXPECT_EQ(wrong["valid"], false);
    EXPECT_EQ(wrong["problems"][0]["file"], path("wrong.json"));
    EXPECT_TRUE(std::ranges::any_of(wrong["problems"], [](const auto& problem) {
        return problem["line"] == 2 && problem["pointer"] == "/modell" &&
               problem["suggestion"] == "model";
    })) << wrong;

    // What is only found when the model is loaded.
    std::ofstream(folder_ / "weights.pth") << "not weights";
    std::ofstream(folder_ / "resnet.json") << R"({"schema_version": 1, "name": "resnet",
              "model": {"architecture": "resnet50", "weights": "weights.pth"},
              "dimensions": [{"layer": "conv1", "components": [1], "directions": ["plus"],
                              "eccentricities_deg": [4]}]})";
    const auto unloadable = jsonOf({MLAB_PROGRAM, "check", path("resnet.json")}, 1);
    EXPECT_EQ(unloadable["valid"], false);
    EXPECT_NE(unloadable["problems"][0]["message"].get<std::string>().find("weights.pth"),
              std::string::npos)
        << unloadable;
}

TEST_F(Program, PlanPrintsJson)
{
    const auto json = jsonOf({MLAB_PROGRAM, "plan", "--quick", path("small.json"), "--observer",
                              path("observer.json"), "--sessions", "5"});
    EXPECT_EQ(json["sessions"], 5);
    EXPECT_GT(json["trials"], 12);
    EXPECT_GT(json["minutes"], 0);
    ASSERT_EQ(json["procedures"].size(), 1U);
    EXPECT_EQ(json["procedures"][0]["procedure"], "staircase-2down-1up");
    EXPECT_EQ(json["procedures"][0]["dimensions"], 6);
    const auto end = json["procedures"][0]["moments"].back();
    EXPECT_GT(end["rmse_db"], 0);
    EXPECT_TRUE(end["interval_width_db"].is_null()) << "staircases have no interval";
}

TEST_F(Program, ListShowsWhoseSessionsThereAreAndTheirState)
{
    ASSERT_EQ(run(session("db.sqlite", "cache", {{"--max-trials", "3"}})).code, 0);
    const std::vector<std::string> list = {MLAB_PROGRAM, "list", "--db", path("db.sqlite")};
    auto json = jsonOf(list);
    ASSERT_EQ(json["sessions"].size(), 1U);
    auto only = json["sessions"][0];
    EXPECT_EQ(only["session_id"], "P1-small-1");
    EXPECT_EQ(only["participant"], "P1");
    EXPECT_EQ(only["design"], "small");
    EXPECT_EQ(only["simulated"], true);
    EXPECT_EQ(only["trials"], 3);
    EXPECT_EQ(only["state"], "interrupted");
    EXPECT_EQ(json["damage"].size(), 0U);
    const auto started = only["started_at"].get<std::string>();

    auto inTokyo = list;
    inTokyo.insert(inTokyo.begin(), {"env", "TZ=JST-9"});
    const auto text = run(inTokyo).out;
    EXPECT_NE(text.find("P1-small-1  P1           small   simulated  3       interrupted  "),
              std::string::npos)
        << text;
    const int hour = (std::stoi(started.substr(11, 2)) + 9) % 24;
    EXPECT_NE(text.find((hour < 10 ? " 0" : " ") + std::to_string(hour) + started.substr(13, 3)),
              std::string::npos)
        << text << started;

    ASSERT_EQ(run(session("db.sqlite", "cache")).code, 0);
    json = jsonOf(list);
    EXPECT_EQ(json["sessions"][0]["state"], "complete");
    EXPECT_NE(json["sessions"][0]["finished_at"], "");
}

TEST_F(Program, ReplayPrintsJson)
{
    ASSERT_EQ(run(session("db.sqlite", "cache", {{"--max-trials", "3"}})).code, 0);
    const auto json = jsonOf({MLAB_PROGRAM, "replay", "--db", path("db.sqlite"), "--session",
                              "P1-small-1", "--cache", path("cache")});
    EXPECT_EQ(json["session_id"], "P1-small-1");
    EXPECT_EQ(json["same"], true);
    EXPECT_TRUE(json["difference"].is_null());
}

/// SQL that leaves nothing that formats after 5 added: hashes of rows, and columns of whole
/// metamers.
const std::string kAsFormat5 = "DROP TABLE row_hashes; "
                               "ALTER TABLE trials DROP COLUMN metamer_condition; "
                               "ALTER TABLE trials DROP COLUMN metamers_json; "
                               "ALTER TABLE trials DROP COLUMN distortion; "
                               "ALTER TABLE trials DROP COLUMN rewiring; "
                               "PRAGMA user_version = 5; ";

TEST_F(Program, ReplayFindsEveryTrialAsStoredAndNamesTheFirstThatIsNot)
{
    ASSERT_EQ(run(session("db.sqlite", "cache", {{"--max-trials", "12"}})).code, 0);
    const std::vector<std::string> replay = {
        MLAB_PROGRAM, "replay",     "--db",    path("db.sqlite"),
        "--session",  "P1-small-1", "--cache", path("another-cache")};
    const auto same = run(replay);
    EXPECT_EQ(same.code, 0) << same.out;

    // Somebody edits the store behind the program's back.
    const auto edit = [&](const std::string& sql) {
        const auto edited = run({"sqlite3", path("db.sqlite"), sql});
        ASSERT_EQ(edited.code, 0) << edited.out;
    };
    const auto drops = dropOfTriggers("db.sqlite");
    edit(drops + "UPDATE trials SET probe_sha256 = replace(probe_sha256, 'a', 'b') "
                 "WHERE trial_index = 7");
    for (const auto& command :
         {replay,
          {MLAB_PROGRAM, "list", "--db", path("db.sqlite")},
          {MLAB_PROGRAM, "verify", "--db", path("db.sqlite")},
          {MLAB_PROGRAM, "export", "--db", path("db.sqlite"), "--out", path("refused")},
          {MLAB_PROGRAM, "report", "--db", path("db.sqlite"), "--out", path("refused")}}) {
        const auto damaged = run(command);
        EXPECT_EQ(damaged.code, 1) << command[1];
        EXPECT_NE(damaged.out.find("trials, row 8 (session P1-small-1, trial 7): its content does "
                                   "not match its hash"),
                  std::string::npos)
            << command[1] << ": " << damaged.out;
    }
    EXPECT_FALSE(fs::exists(path("refused")));
    const auto others = run({MLAB_PROGRAM, "export", "--db", path("db.sqlite"), "--out",
                             path("others"), "--skip-damaged"});
    EXPECT_EQ(others.code, 1) << others.out;
    EXPECT_NE(others.out.find("Wrote 11 trials of 1 sessions"), std::string::npos) << others.out;
    EXPECT_NE(others.out.find("Damaged rows: 1, of the sessions P1-small-1 (1)"), std::string::npos)
        << others.out;

    // In a file of a format without hashes, replay notices what the store cannot.
    edit(kAsFormat5);
    const auto changed = run(replay);
    EXPECT_EQ(changed.code, 1);
    EXPECT_NE(changed.out.find("trial 7: probe_sha256"), std::string::npos) << changed.out;

    edit(kAsFormat5 + "UPDATE trials SET level_requested = 0.123 WHERE trial_index = 4");
    const auto level = run(replay);
    EXPECT_EQ(level.code, 1);
    EXPECT_NE(level.out.find("trial 4: level_requested"), std::string::npos) << level.out;
    const auto json = jsonOf(replay, 1);
    EXPECT_EQ(json["same"], false);
    EXPECT_NE(json["difference"].get<std::string>().find("trial 4"), std::string::npos) << json;
}

// What the cache said was stored, and replay, which asked the same cache, agreed.
TEST_F(Program, ADamagedCacheGivesTheTableOfAnEmptyOne)
{
    const auto edit = [](const std::string& pointer, auto change) {
        return [=](std::string& text) {
            auto record = nlohmann::ordered_json::parse(text);
            change(record[nlohmann::ordered_json::json_pointer(pointer)]);
            text = record.dump(2) + "\n";
        };
    };
    const auto addTenth = [](auto& value) { value = value.template get<double>() + 0.1; };
    const auto negate = [](auto& value) { value = !value.template get<bool>(); };
    const auto cutShort = [](std::string& bytes) { bytes.resize(bytes.size() / 2); };
    const auto empty = [](std::string& bytes) { bytes.clear(); };
    struct Case {
        std::string design;
        std::string observer;
        std::string table;
        std::string stimuli; ///< the ending of their files
        std::vector<std::function<void(std::string&)>> edits;
    };
    const std::vector<std::function<void(std::string&)>> ofProbes = {
        edit("/level_achieved_sd", addTenth),
        edit("/converged", negate),
        edit("/coordinates_sd/0", addTenth),
        edit("/residual_max_sd", addTenth),
        edit("/key/component", [](auto& value) { value = 3; }),
        cutShort,
        empty};
    for (const auto& tested : {Case{"small", "observer", "trials.csv", ".png", ofProbes},
                               Case{"sounds", "observer", "trials.csv", ".wav", ofProbes},
                               Case{"words",
                                    "listener",
                                    "recognition_trials.csv",
                                    ".wav",
                                    {edit("/layers/0/spearman", addTenth),
                                     edit("/layers/0/snr_db", addTenth), cutShort, empty}}}) {
        SCOPED_TRACE(tested.design);
        const auto observer = path(tested.observer + ".json");
        const auto command = [&](const std::string& database) {
            return session(database, "cache", {{"--observer", observer}, {"--look-ahead", "0"}},
                           tested.design + ".json");
        };
        fs::remove_all(folder_ / "cache");
        const auto before = run(command(tested.design + "-1.sqlite"));
        ASSERT_EQ(before.code, 0) << before.out;
        const auto expected = withoutTimes(table(tested.design + "-1.sqlite", tested.table));
        ASSERT_FALSE(expected.empty());

        const auto again = [&](const std::string& database, const std::vector<fs::path>& damaged) {
            const auto result = run(command(database));
            ASSERT_EQ(result.code, 0) << result.out;
            for (const auto& file : damaged) {
                EXPECT_NE(result.out.find(file.string()), std::string::npos)
                    << file << ": " << result.out;
            }
            EXPECT_EQ(withoutTimes(table(database, tested.table)), expected);
            const auto replayed = run({MLAB_PROGRAM, "replay", "--db", path(database), "--session",
                                       "P1-" + tested.design + "-1", "--cache", path("cache")});
            EXPECT_EQ(replayed.code, 0) << replayed.out;
        };
        damageEach(cacheFiles("cache", ".json"), tested.edits);
        again(tested.design + "-2.sqlite", cacheFiles("cache", ".json"));
        damageEach(cacheFiles("cache", tested.stimuli),
                   {flipAt(0.2), flipAt(0.9), cutShort, empty});
        again(tested.design + "-3.sqlite", cacheFiles("cache", tested.stimuli));
        if (tested.design != "words") { // which needs no basis
            damageEach(cacheFiles("cache", ".safetensors"), {flipAt(0.3), cutShort});
            again(tested.design + "-4.sqlite", cacheFiles("cache", ".safetensors"));
        }
    }
}

TEST_F(Program, ReplayMeasuresTheProbesOfTheCache)
{
    ASSERT_EQ(run(session("db.sqlite", "cache", {{"--max-trials", "5"}})).code, 0);
    const std::vector<std::string> replay = {MLAB_PROGRAM,      "replay",     "--db",
                                             path("db.sqlite"), "--session",  "P1-small-1",
                                             "--cache",         path("cache")};
    const auto rows = table("db.sqlite");
    EXPECT_EQ(rows.at(0).at("task"), "abx");
    EXPECT_EQ(rows.at(0).at("simulated"), "1");
    const auto same = run(replay);
    EXPECT_EQ(same.code, 0) << same.out;

    // Somebody edits the level that trial 3 achieved, in the store and in the cache, hashes and
    // all.
    const auto drops = dropOfTriggers("db.sqlite");
    const auto edited = run({"sqlite3", path("db.sqlite"),
                             drops + kAsFormat5 +
                                 "UPDATE trials "
                                 "SET level_achieved = 0.987 WHERE trial_index = 3"});
    ASSERT_EQ(edited.code, 0) << edited.out;
    int found = 0;
    for (const auto& file : cacheFiles("cache", ".json")) {
        auto record = nlohmann::ordered_json::parse(readFile(file));
        if (record["image_sha256"] == rows.at(3).at("probe_sha256")) {
            record["level_achieved_sd"] = 0.987;
            record.erase("record_sha256");
            record["record_sha256"] = sha256Hex(record.dump());
            writeFileAtomically(file, record.dump(2) + "\n");
            ++found;
        }
    }
    ASSERT_EQ(found, 1);
    const auto changed = run(replay);
    EXPECT_EQ(changed.code, 1);
    EXPECT_NE(changed.out.find("trial 3: level_achieved was stored as 0.987"), std::string::npos)
        << changed.out;
}

TEST_F(Program, ReplayMakesEachProbeWithTheThreadsOfItsRun)
{
    // Pictures so large that one and two threads differ in some pixels.
    const auto design = readFile(folder_ / "small.json");
    std::ofstream(folder_ / "small.json")
        << std::string(design).replace(design.find("64"), 2, "224");
    ASSERT_EQ(run(session("db.sqlite", "cache-2",
                          {{"--threads", "2"}, {"--max-trials", "4"}, {"--look-ahead", "0"}}))
                  .code,
              0);
    ASSERT_EQ(run(session("db.sqlite", "cache-1",
                          {{"--threads", "1"}, {"--max-trials", "4"}, {"--look-ahead", "0"}}))
                  .code,
              0);
    const auto replayed = run({MLAB_PROGRAM, "replay", "--db", path("db.sqlite"), "--session",
                               "P1-small-1", "--cache", path("empty-cache")});
    EXPECT_EQ(replayed.code, 0) << replayed.out;
}

TEST_F(Program, AFinishedSessionIsNotBegunASecondTimeUnlessThatIsAskedFor)
{
    ASSERT_EQ(run(session("db.sqlite", "cache")).code, 0);
    const auto stored = table("db.sqlite");
    for (const auto& command :
         {session("db.sqlite", "cache"), session("db.sqlite", "cache", {{"--max-trials", "1"}})}) {
        const auto again = run(command);
        EXPECT_EQ(again.code, 0);
        EXPECT_NE(again.out.find("Session P1-small-1 is finished (" +
                                 std::to_string(stored.size()) + " trials)"),
                  std::string::npos)
            << again.out;
        EXPECT_NE(again.out.find("--new"), std::string::npos) << again.out;
    }
    EXPECT_EQ(table("db.sqlite"), stored);
    for (const auto& [change, sessions] :
         {std::pair<std::pair<std::string, std::string>, int>{{"--seed", "43"}, 2},
          {{"--participant", "P2"}, 3},
          {{"--new", ""}, 4}}) {
        ASSERT_EQ(run(session("db.sqlite", "cache", {change, {"--max-trials", "1"}})).code, 0);
        EXPECT_EQ(table("db.sqlite").size(), stored.size() + static_cast<unsigned>(sessions) - 1);
    }
}

TEST_F(Program, WithoutADisplayAWindowIsRefusedInWords)
{
    const std::vector<std::string> bare = {
        "env", "-u", "DISPLAY", "-u", "WAYLAND_DISPLAY", "-u", "QT_QPA_PLATFORM"};
    for (const auto& start : {std::vector<std::string>{MLAB_PROGRAM},
                              {MLAB_PROGRAM, "run", path("small.json"), "--db", path("x.sqlite"),
                               "--participant", "P1", "--cache", path("cache")}}) {
        auto command = bare;
        command.insert(command.end(), start.begin(), start.end());
        const auto refused = run(command);
        EXPECT_EQ(refused.code, 1) << refused.out;
        EXPECT_NE(refused.out.find("neither DISPLAY nor"), std::string::npos) << refused.out;
    }
    EXPECT_FALSE(fs::exists(path("x.sqlite")));
    // One that is named and not there.
    const auto gone = run({"env", "-u", "WAYLAND_DISPLAY", "DISPLAY=:4711", MLAB_PROGRAM});
    EXPECT_EQ(gone.code, 1) << gone.out;
    EXPECT_NE(gone.out.find("DISPLAY is \":4711\""), std::string::npos) << gone.out;
    // A platform that is named needs none. Offscreen has widgets, but no OpenGL for the trials.
    auto offscreen = bare;
    offscreen.push_back("QT_QPA_PLATFORM=offscreen");
    const auto run1 = session("x.sqlite", "cache", {{"--display", "window"}});
    offscreen.insert(offscreen.end(), run1.begin(), run1.end());
    const auto tried = run(offscreen);
    EXPECT_LT(tried.code, 128) << tried.out;
    EXPECT_EQ(tried.out.find("neither DISPLAY nor"), std::string::npos) << tried.out;
}

TEST_F(Program, TheEngineIsLoadedOnlyWhenAModelIsNeeded)
{
    for (const auto* program : {MLAB_PROGRAM, MLAB_SYNTH}) {
        const auto linked = run({"ldd", program});
        ASSERT_EQ(linked.code, 0) << linked.out;
        EXPECT_EQ(linked.out.find("torch"), std::string::npos) << linked.out;
    }
    const std::string noEngine = "MLAB_ENGINE=" + path("nowhere.so");
    ASSERT_EQ(run(session("db.sqlite", "cache", {{"--max-trials", "4"}})).code, 0);
    std::ofstream(folder_ / "counts.csv") << "level,n_correct,n_total\n1,6,10\n2,8,10\n4,10,10\n";
    for (const auto& command :
         {std::vector<std::string>{MLAB_PROGRAM, "--help"},
          {MLAB_PROGRAM, "check", "--quick", path("small.json")},
          {MLAB_PROGRAM, "list", "--db", path("db.sqlite")},
          {MLAB_PROGRAM, "export", "--db", path("db.sqlite"), "--out", path("tables")},
          {MLAB_PROGRAM, "fit", path("counts.csv"), "--task", "2afc"}}) {
        std::vector<std::string> without = {"env", noEngine};
        without.insert(without.end(), command.begin(), command.end());
        const auto done = run(without);
        EXPECT_EQ(done.code, 0) << done.out;
    }
    const auto models = run({"env", noEngine, MLAB_SYNTH, "models"});
    EXPECT_EQ(models.code, 1) << models.out;
    EXPECT_NE(models.out.find("nowhere.so"), std::string::npos) << models.out;
}

TEST_F(Program, ACacheThatCannotBeWrittenEndsNoSession)
{
    ASSERT_EQ(run(session("whole.sqlite", "cache", {{"--max-trials", "4"}})).code, 0);
    // A file where the folder should be: nothing can be written below it, not even by root.
    std::ofstream(folder_ / "no-folder") << "in the way";
    const auto warned = run(session("db.sqlite", "no-folder", {{"--max-trials", "4"}}));
    EXPECT_EQ(warned.code, 0) << warned.out;
    EXPECT_NE(warned.out.find(path("no-folder")), std::string::npos) << warned.out;
    EXPECT_NE(warned.out.find("--cache"), std::string::npos) << warned.out;
    EXPECT_EQ(withoutTimes(table("db.sqlite")), withoutTimes(table("whole.sqlite")));
}

// Runs a shell script on a virtual screen; `program` in it starts MetamerLab.
Result onAScreen(const std::string& script)
{
    return run({"xvfb-run", "-a", "-s", "-screen 0 1280x1024x24", "bash", "-c",
                "program() { exec \"" MLAB_PROGRAM "\" \"$@\"; }\n" + script});
}

// press TITLE KEY...: waits for the window of that title.
const std::string kPress = "press() { xdotool search --sync --onlyvisible --name \"$1\" "
                           "windowfocus --sync; shift; xdotool key \"$@\"; }\n";

TEST_F(Program, OnAFreshAccountTheStartWindowStartsASession)
{
    // Without a folder for documents the answers go into the home folder.
    const auto home = folder_ / "home";
    fs::create_directories(home);
    const auto started =
        onAScreen(kPress + "export HOME=" + home.string() +
                  "\nunset XDG_CACHE_HOME XDG_CONFIG_HOME\n"
                  "program & pid=$!\n"
                  "press '^MetamerLab$' P 0 1 Return\n"
                  "tail -c +1 -F --pid=$pid $HOME/metamerlab.sqlite 2>&- | head -c 1 >/dev/null\n"
                  "kill -9 $pid; wait $pid");
    EXPECT_TRUE(fs::exists(home / "metamerlab.sqlite")) << started.out;
}

TEST_F(Program, AfterAnErrorTheStartWindowComesBack)
{
    const auto home = folder_ / "home";
    fs::create_directories(home);
    // Without OpenGL the participant's window cannot be opened.
    const auto tried =
        onAScreen(kPress + "export QT_XCB_GL_INTEGRATION=none HOME=" + home.string() +
                  "\nunset XDG_CACHE_HOME XDG_CONFIG_HOME\n"
                  "program & pid=$!\n"
                  "press '^MetamerLab$' P 0 1 Return\n"
                  "press 'session was interrupted' Return\n"
                  "press '^MetamerLab$' alt+q\n"
                  "wait $pid");
    EXPECT_EQ(tried.code, 1) << tried.out;
    EXPECT_NE(tried.out.find("OpenGL"), std::string::npos) << tried.out;
    EXPECT_FALSE(fs::exists(home / "metamerlab.sqlite"));
}

TEST_F(Program, TheStartWindowAsksBeforeADesignIsDoneASecondTime)
{
    const auto home = folder_ / "home";
    fs::create_directories(home);
    const auto store = path("home/metamerlab.sqlite");
    const auto first =
        run({MLAB_PROGRAM, "run", MLAB_SOURCE_DIR "/experiments/designs/image-demo.json", "--db",
             store, "--participant", "P01", "--observer", path("observer.json"), "--display",
             "none", "--pace", "fast", "--cache", path("cache"), "--threads", "1", "--quick"});
    ASSERT_EQ(first.code, 0) << first.out;
    ASSERT_NE(first.out.find("The session is finished."), std::string::npos) << first.out;
    const auto asked = onAScreen(kPress + "export HOME=" + home.string() +
                                 "\nunset XDG_CACHE_HOME XDG_CONFIG_HOME\n"
                                 "program & pid=$!\n"
                                 "press '^MetamerLab$' P 0 1 Return\n"
                                 "press 'already finished' Return\n"
                                 "press '^MetamerLab$' alt+q\n"
                                 "wait $pid");
    EXPECT_EQ(asked.code, 0) << asked.out;
    EXPECT_EQ(run({"sqlite3", store, "SELECT count(*) FROM sessions"}).out, "1\n");
}

TEST_F(Program, AnErrorThatEndsARunInAWindowIsShownInADialogAndOnStderr)
{
    // Weights that only the engine reads.
    std::ofstream(folder_ / "weights.pth") << "no weights";
    std::ofstream(folder_ / "network.json") << R"({
  "schema_version": 1,
  "name": "network",
  "image_size_px": 64,
  "model": {"architecture": "resnet50", "weights": "weights.pth"},
  "dimensions": [{"layer": "layer1", "components": [1], "eccentricities_deg": [4]}]
}
)";
    const auto shown =
        onAScreen(kPress + "program run " + path("network.json") + " --db " + path("db.sqlite") +
                  " --participant P1 --windowed --cache " + path("cache") + " & pid=$!\n" +
                  "press 'session was interrupted' Return\nwait $pid");
    EXPECT_EQ(shown.code, 1) << shown.out;
    EXPECT_NE(shown.out.find("weights.pth"), std::string::npos) << shown.out;
}

TEST_F(Program, OfTwoProgramsThatBeginTheSameSessionOneIsToldOfTheOther)
{
    ASSERT_EQ(run(session("warm.sqlite", "cache", {{"--max-trials", "1"}})).code, 0);
    Process first(session("db.sqlite", "cache"));
    Process second(session("db.sqlite", "cache"));
    const auto one = first.wait();
    const auto two = second.wait();
    for (const auto& [loser, winner] : {std::pair{one, two}, {two, one}}) {
        EXPECT_EQ(loser.out.find("UNIQUE"), std::string::npos) << loser.out;
        if (loser.code != 0) {
            EXPECT_EQ(winner.code, 0) << winner.out;
            EXPECT_NE(loser.out.find("another program"), std::string::npos) << loser.out;
        }
    }
}

TEST_F(Program, ReportsOnWhatASessionStored)
{
    ASSERT_EQ(run(session("db.sqlite", "cache")).code, 0);
    const auto reported =
        run({"env", "-u", "DISPLAY", "-u", "WAYLAND_DISPLAY", MLAB_PROGRAM, "report", "--db",
             path("db.sqlite"), "--out", path("report"), "--cache", path("cache")});
    ASSERT_EQ(reported.code, 0) << reported.out;
    const auto stored = table("db.sqlite");
    std::map<std::string, int> trials;
    for (const auto& row : stored) {
        trials[row.at("dimension_id")] += row.at("practice") == "0" ? 1 : 0;
    }
    const auto thresholds = readCsv(folder_ / "report" / "thresholds.csv");
    ASSERT_EQ(thresholds.size(), trials.size());
    for (const auto& row : thresholds) {
        EXPECT_EQ(row.at("n_total"), std::to_string(trials.at(row.at("dimension_id"))));
        // The cache has the record of every probe that was shown.
        EXPECT_EQ(row.at("probes_found"), row.at("located") == "1" ? row.at("probes_wanted") : "0");
    }
    const auto page = readFile(folder_ / "report" / "report.html");
    EXPECT_EQ(page.find("src="), std::string::npos) << "the page needs no other file";
    EXPECT_EQ(page.find("<link"), std::string::npos);
    std::size_t figures = 0;
    for (const auto& entry : fs::directory_iterator(folder_ / "report" / "figures")) {
        figures += entry.path().extension() == ".svg" ? 1 : 0;
        EXPECT_TRUE(fs::exists(fs::path(entry.path()).replace_extension(".png")));
    }
    std::size_t inPage = 0;
    for (auto at = page.find("<svg"); at != std::string::npos; at = page.find("<svg", at + 1)) {
        ++inPage;
    }
    EXPECT_EQ(inPage, figures);
    // Of the two commands, neither replaces the sessions.csv of the other.
    const auto sessions = readFile(folder_ / "report" / "sessions.csv");
    for (const auto& force : {std::vector<std::string>{}, {"--force"}}) {
        std::vector<std::string> command = {MLAB_PROGRAM,      "export", "--db",
                                            path("db.sqlite"), "--out",  path("report")};
        command.insert(command.end(), force.begin(), force.end());
        const auto refused = run(command);
        EXPECT_EQ(refused.code, 1) << refused.out;
        EXPECT_NE(refused.out.find(".csv was written by the command report"), std::string::npos)
            << refused.out;
        EXPECT_EQ(readFile(folder_ / "report" / "sessions.csv"), sessions);
        EXPECT_FALSE(fs::exists(folder_ / "report" / "runs.csv"));
    }
    // Another cache: nothing is known of the pictures, and that is said.
    ASSERT_EQ(run({MLAB_PROGRAM, "report", "--db", path("db.sqlite"), "--out", path("report"),
                   "--cache", path("no-cache")})
                  .code,
              0);
    EXPECT_NE(readFile(folder_ / "report" / "report.html").find("No record of a probe"),
              std::string::npos);
}

TEST_F(Program, WithoutTrialsThereIsNoReport)
{
    const auto report = [&](const std::string& database) {
        return run({MLAB_PROGRAM, "report", "--db", path(database), "--out", path("report")});
    };
    EXPECT_EQ(report("absent.sqlite").code, 1);
    const auto sql = [&](const std::string& statements) {
        return run({"sqlite3", path("db.sqlite"), statements});
    };
    Process process(session("db.sqlite", "cache", {{"--pace", "real"}}));
    while (sql("SELECT count(*) FROM runs").out != "1\n") {
        ASSERT_FALSE(process.endsWithin(50)) << process.text();
    }
    process.kill();
    process.wait();
    ASSERT_EQ(sql("SELECT count(*) FROM trials").out, "0\n");
    const auto noTrials = report("db.sqlite");
    EXPECT_EQ(noTrials.code, 2) << noTrials.out;
    EXPECT_NE(noTrials.out.find("has a trial yet"), std::string::npos) << noTrials.out;
    ASSERT_EQ(sql("DROP TRIGGER sessions_no_DELETE; DROP TRIGGER runs_no_DELETE; "
                  "DROP TRIGGER row_hashes_no_DELETE; DELETE FROM row_hashes; DELETE FROM runs; "
                  "DELETE FROM sessions")
                  .code,
              0);
    const auto noSessions = report("db.sqlite");
    EXPECT_EQ(noSessions.code, 2) << noSessions.out;
    EXPECT_NE(noSessions.out.find("has no session yet"), std::string::npos) << noSessions.out;
    EXPECT_FALSE(fs::exists(folder_ / "report"));
}

TEST_F(Program, ASecondProgramOnTheSameSessionIsTurnedAway)
{
    const auto slow = session("db.sqlite", "cache", {{"--pace", "real"}});
    ASSERT_EQ(run(session("db.sqlite", "cache", {{"--max-trials", "1"}})).code, 0);
    Process first(slow);
    // The first holds the session once its lock is there.
    const auto locked = [&] {
        for (const auto& entry : fs::directory_iterator(folder_)) {
            if (entry.path().filename().string().find("lock") != std::string::npos) {
                return true;
            }
        }
        return false;
    };
    while (!locked()) {
        ASSERT_FALSE(first.endsWithin(100)) << first.text();
    }
    const auto second = run(session("db.sqlite", "cache"));
    EXPECT_EQ(second.code, 1);
    EXPECT_NE(second.out.find("P1-small-1"), std::string::npos) << second.out;
    first.kill();
    first.wait();
    EXPECT_EQ(run(session("db.sqlite", "cache", {{"--max-trials", "1"}})).code, 0);
}

TEST_F(Program, AChangedDesignOrObserverDoesNotContinueASession)
{
    ASSERT_EQ(run(session("db.sqlite", "cache", {{"--max-trials", "1"}})).code, 0);
    const auto design = readFile(folder_ / "small.json");
    std::ofstream(folder_ / "small.json") << design << "\n";
    const auto changed = run(session("db.sqlite", "cache"));
    EXPECT_EQ(changed.code, 2);
    EXPECT_NE(changed.out.find("has been changed"), std::string::npos) << changed.out;
    std::ofstream(folder_ / "small.json") << design;
    const auto observer = readFile(folder_ / "observer.json");
    std::ofstream(folder_ / "observer.json") << observer << "\n";
    EXPECT_EQ(run(session("db.sqlite", "cache")).code, 2);
    EXPECT_EQ(table("db.sqlite").size(), 1U);
}

TEST_F(Program, WhatPeopleTypeWrongIsExitCode2WithTheReason)
{
    std::ofstream(folder_ / "bad.json") << "{\n  \"schema_version\": 1,\n  \"name\": \"x\",\n"
                                           "  \"dimensionz\": []\n}\n";
    const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
        {{"check", path("bad.json")}, "bad.json:4:3: /dimensionz"},
        {{"check", path("absent.json")}, "absent.json"},
        {{"run", path("bad.json"), "--db", path("x.sqlite"), "--participant", "P", "--display",
          "none"},
         "dimensions"},
        {{"run", path("small.json"), "--db", path("x.sqlite"), "--participant", "a b", "--observer",
          path("observer.json"), "--display", "none"},
         "\"a b\""},
        {{"run", path("small.json"), "--db", path("x.sqlite"), "--participant", "P", "--display",
          "none"},
         "--observer"},
        {{"run", path("small.json")}, "--db"},
        {{"frobnicate"}, ""},
        {{"check", path("small.json"), "--screen", "big"}, "1920x1080@60"},
        {{"run", path("small.json"), "--db", path("x.sqlite"), "--participant", "P", "--observer",
          path("observer.json"), "--display", "none", "--references", path("nowhere")},
         "nowhere"},
        {{"run", path("absent.json"), "--db", path("x.sqlite"), "--participant", "P", "--display",
          "none"},
         "absent.json"},
        {session("x.sqlite", "cache", {{"--observer", path("nobody.json")}}), "nobody.json"},
        {session("x.sqlite", "cache", {{"--participant", std::string(300, 'p')}}), "1 to 64"},
        {session("x.sqlite", "cache", {{"--seed", "-1"}}), "2^64 - 1, not -1"},
        {session("x.sqlite", "cache", {{"--seed", "18446744073709551616"}}), "2^64 - 1"},
        {session("x.sqlite", "cache", {{"--max-trials", "0"}}), "at least 1 trial, not 0"},
    };
    for (const auto& [arguments, expected] : cases) {
        std::vector<std::string> command = arguments;
        if (command.front() != MLAB_PROGRAM) {
            command.insert(command.begin(), MLAB_PROGRAM);
        }
        const auto result = run(command);
        EXPECT_EQ(result.code, 2) << arguments[0] << ": " << result.out;
        EXPECT_NE(result.out.find(expected), std::string::npos) << result.out;
        EXPECT_EQ(result.out.find("terminate called"), std::string::npos);
        EXPECT_LT(result.out.size(), 1000U) << result.out;
    }
    EXPECT_FALSE(fs::exists(path("x.sqlite"))) << "nothing was run, so there is nothing to keep";
    for (const std::vector<std::string>& help : {std::vector<std::string>{"--help"},
                                                 {"run", "--help"},
                                                 {"check", "--help"},
                                                 {"export", "--help"},
                                                 {"list", "--help"},
                                                 {"replay", "--help"}}) {
        std::vector<std::string> command = {MLAB_PROGRAM};
        command.insert(command.end(), help.begin(), help.end());
        EXPECT_EQ(run(command).code, 0);
    }
}

// What the references can show is measured before the first trial and kept with the session.
TEST_F(Program, TrialsAskForNoLevelThatTheReferencesCannotShow)
{
    const auto checked = run(
        {MLAB_PROGRAM, "check", path("small.json"), "--cache", path("cache"), "--threads", "1"});
    ASSERT_EQ(checked.code, 0) << checked.out;
    EXPECT_NE(checked.out.find("measured with 4 of 4 references"), std::string::npos)
        << checked.out;
    EXPECT_NE(checked.out.find("  band/1/minus"), std::string::npos) << checked.out;
    const auto reach = jsonOf(
        {MLAB_PROGRAM, "check", path("small.json"), "--cache", path("cache"), "--threads", "1"});
    ASSERT_EQ(reach["reach"].size(), 5U);
    EXPECT_EQ(reach["reach"][1]["direction"], "minus");
    EXPECT_EQ(reach["reach"][1]["measured"], 4);

    auto command = session("db.sqlite", "cache", {{"--observer", path("observer.json")}});
    std::erase(command, "--quick");
    auto interrupted = command;
    interrupted.insert(interrupted.end(), {"--max-trials", "9"});
    ASSERT_EQ(run(interrupted).code, 0);
    const auto sql = "SELECT json_extract(synthesis_json, '$.highest_levels') FROM sessions";
    const auto kept = run({"sqlite3", path("db.sqlite"), sql}).out;
    const auto highest = nlohmann::json::parse(kept);
    ASSERT_EQ(highest.size(), 6U) << kept;
    const auto resumed = run(command);
    ASSERT_EQ(resumed.code, 0) << resumed.out;
    for (const auto& row : table("db.sqlite")) {
        EXPECT_LE(std::stod(row.at("level_requested")),
                  highest.at(row.at("dimension_id")).get<double>() * (1 + 1e-9));
    }
    for (const auto& dimension : reach["dimensions"]) {
        EXPECT_EQ(dimension["highest_level_shown"], highest.at(dimension["id"].get<std::string>()));
    }
    const auto replayed = run({MLAB_PROGRAM, "replay", "--db", path("db.sqlite"), "--session",
                               "P1-small-1", "--cache", path("cache")});
    EXPECT_EQ(replayed.code, 0) << replayed.out;
    const auto planned = run({MLAB_PROGRAM, "plan", path("small.json"), "--observer",
                              path("observer.json"), "--cache", path("cache"), "-n", "5"});
    EXPECT_EQ(planned.code, 0) << planned.out;
}

TEST_F(Program, ADimensionThatNoReferenceCanShowIsRefusedBeforeTheFirstTrial)
{
    // It has no energy that it could lose.
    fs::create_directories(folder_ / "flat");
    std::ofstream(folder_ / "flat/grey.pgm") << "P5 64 64 255\n"
                                             << std::string(64 * 64 - 1, '\x80') << '\x81';
    auto begun = session("db.sqlite", "cache", {{"--references", path("flat")}});
    std::erase(begun, "--quick");
    for (const auto& command :
         {std::vector<std::string>{MLAB_PROGRAM, "check", path("small.json"), "--references",
                                   path("flat"), "--cache", path("cache")},
          begun}) {
        const auto refused = run(command);
        EXPECT_EQ(refused.code, 2) << refused.out;
        EXPECT_NE(refused.out.find("cannot be measured"), std::string::npos) << refused.out;
    }
    EXPECT_FALSE(fs::exists(path("db.sqlite")));
}

TEST_F(Program, ShippedDesignsPassTheCheckWithNoOtherFile)
{
    const std::map<std::string, std::string> interval = {
        {"image-demo.json", "12 frames at 60 Hz"},
        {"image-mame-54.json", "12 frames at 60 Hz"},
        {"audio-demo.json", "1000 ms of sound"},
        {"audio-54.json", "2000 ms of sound"},
        {"image-distortions.json", "texture/principal-1/plus/0: psi-marginal"},
        {"graph-drawings.json", "sbm/degrees/plus/0: psi-marginal, range 1 to 24 swaps"},
        {"image-metamers.json", "8 conditions of whole metamers, about 58 trials"},
        {"audio-metamers.json", "8 conditions of whole metamers, about 58 trials"},
        {"image-recognition.json", "6 categories, 58 trials (6 of them practice)"},
        {"audio-recognition.json", "6 categories, 58 trials (6 of them practice)"}};
    for (const auto& [design, words] : interval) {
        const auto checked =
            run({MLAB_PROGRAM, "check", "--quick",
                 (fs::path(MLAB_SOURCE_DIR) / "experiments/designs" / design).string()});
        EXPECT_EQ(checked.code, 0) << checked.out;
        EXPECT_NE(checked.out.find(words), std::string::npos) << checked.out;
    }
}

TEST_F(Program, MetamersynthMakesTheProbeThatTheSessionShowed)
{
    ASSERT_EQ(run(session("db.sqlite", "cache", {{"--max-trials", "4"}})).code, 0);
    const auto row = table("db.sqlite").back();
    const auto sign = row.at("direction") == "minus" ? "-" : "";
    const auto made = run({MLAB_SYNTH, "probe", "--design", path("small.json"), "--layer",
                           row.at("layer"), "--component", row.at("component"), "--level",
                           sign + row.at("level_requested"), "--reference", row.at("reference_id"),
                           "--cache", path("own-cache"), "--threads", "1", "--out", path("probe")});
    EXPECT_EQ(made.code, row.at("converged") == "1" ? 0 : 1) << made.out;
    EXPECT_NE(made.out.find(row.at("probe_sha256")), std::string::npos) << made.out;
    EXPECT_TRUE(fs::exists(folder_ / "probe" / "probe.png"));
    const auto wrong = run({MLAB_SYNTH, "probe", "--layer", "bandd", "--level", "1", "--reference",
                            "dead-leaves-01", "--cache", path("own-cache")});
    EXPECT_EQ(wrong.code, 2);
    EXPECT_NE(wrong.out.find("did you mean \"band\""), std::string::npos) << wrong.out;
}

} // namespace
} // namespace mlab
