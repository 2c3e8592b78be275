// SPDX-License-Identifier: GPL-3.0-or-later
//
// Batches as people run them: shards, kills, mistakes.
#include "core/base/files.h"
#include "core/base/random_stream.h"
#include "tests/e2e/process.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>

namespace mlab {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

class Batch : public testing::Test {
protected:
    Batch() { fs::copy_file(fs::path(MLAB_TEST_MODELS) / "small.ts", folder_ / "small.ts"); }

    fs::path write(const std::string& name, const std::string& text) const
    {
        std::ofstream(folder_ / name) << text;
        return folder_ / name;
    }

    // references x {one, two} x seeds, in batches of four
    fs::path metamerStudy(const std::string& references, const std::string& seeds, int steps) const
    {
        return write("study.json", R"({
  "schema_version": 1,
  "name": "small",
  "model": {"file": "small.ts"},
  "image_size_px": 16,
  "references": )" + references +
                                       R"(,
  "metamers": {
    "layers": ["one", "two"],
    "seeds": )" + seeds + R"(,
    "solver": {"type": "adam", "steps": )" +
                                       std::to_string(steps) + R"(},
    "null": {"pairs": 20, "pool": {"builtin": {"count": 10, "seed": 3}}},
    "batch_size": 4
  }
})");
    }

    std::vector<std::string> batch(const fs::path& study, const std::string& cache,
                                   const std::vector<std::string>& more = {}) const
    {
        std::vector<std::string> command = {MLAB_SYNTH, "batch",         study,
                                            "--cache",  folder_ / cache, "--device",
                                            "cpu",      "--threads",     "1"};
        command.insert(command.end(), more.begin(), more.end());
        return command;
    }

    // Name and content of all that is made, pictures and records.
    std::map<std::string, std::string> made(const std::string& cache) const
    {
        std::map<std::string, std::string> files;
        for (const auto& entry : fs::recursive_directory_iterator(folder_ / cache / "metamers")) {
            if (entry.is_regular_file()) {
                files[entry.path().filename()] = readFile(entry.path());
            }
        }
        return files;
    }

    // Reads no file: one that is being written has another name a moment later.
    bool hasBegun(const std::string& cache) const
    {
        const auto folder = folder_ / cache / "metamers";
        return fs::exists(folder) && fs::directory_iterator(folder) != fs::directory_iterator();
    }

    TemporaryFolder scratch_;
    fs::path folder_ = scratch_.path();
};

TEST_F(Batch, ShardsTogetherMakeWhatOneRunMakesBitForBit)
{
    const auto study = metamerStudy(R"({"builtin": {"count": 2, "seed": 7}})", "[1, 2]", 30);
    run(batch(study, "whole"));
    run(batch(study, "parts", {"--shard", "2/2"}));
    EXPECT_EQ(made("parts").size(), made("whole").size() / 2);
    run(batch(study, "parts", {"--shard", "1/2"}));
    EXPECT_EQ(made("whole").size(), 2U * 8U); // two layers, two references, two seeds
    EXPECT_EQ(made("parts"), made("whole"));
}

TEST_F(Batch, KilledTenTimesAtRandomItMakesWhatItMakesUndisturbed)
{
    const auto study = metamerStudy(R"({"builtin": {"count": 10, "seed": 7}})",
                                    "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]", 12);
    const auto began = std::chrono::steady_clock::now();
    run(batch(study, "whole"));
    const auto length = std::chrono::duration_cast<std::chrono::milliseconds>(
                            std::chrono::steady_clock::now() - began)
                            .count();
    ASSERT_EQ(made("whole").size(), 2U * 200U);
    RandomStream random(1, "kill");
    for (int kill = 0; kill < 10; ++kill) {
        Process process(batch(study, "killed"));
        process.endsWithin(static_cast<int>(random.uniform() * static_cast<double>(length)));
        process.kill();
    }
    run(batch(study, "killed"));
    auto files = made("killed");
    std::erase_if(files, [](const auto& file) { // what a kill cut short has a temporary name
        return !file.first.ends_with(".png") && !file.first.ends_with(".json");
    });
    EXPECT_EQ(files, made("whole"));
}

TEST_F(Batch, ASignalStopsItBetweenItemsAndTheSameCommandMakesTheRest)
{
    const auto study = metamerStudy(R"({"builtin": {"count": 10, "seed": 7}})",
                                    "[1, 2, 3, 4, 5, 6, 7, 8, 9, 10]", 12);
    Process process(batch(study, "stopped"));
    while (!hasBegun("stopped")) {
        ASSERT_FALSE(process.endsWithin(5)) << process.text();
    }
    process.signal(SIGTERM);
    const auto stopped = process.wait();
    EXPECT_EQ(stopped.code, 1);
    EXPECT_THAT(stopped.out, HasSubstr("run the same command"));
    EXPECT_LT(made("stopped").size(), 2U * 200U);
    for (const auto& [name, content] : made("stopped")) {
        EXPECT_TRUE(name.ends_with(".png") || name.ends_with(".json")) << name;
    }
    run(batch(study, "stopped"));
    EXPECT_EQ(made("stopped").size(), 2U * 200U);
}

TEST_F(Batch, UnderNohupItGoesOnAfterTheTerminalHasClosed)
{
    const auto study = metamerStudy(R"({"builtin": {"count": 2, "seed": 7}})", "[1, 2]", 30);
    auto command = batch(study, "cache");
    command.insert(command.begin(), "nohup");
    Process process(command);
    while (!hasBegun("cache")) {
        ASSERT_FALSE(process.endsWithin(5)) << process.text();
    }
    process.signal(SIGHUP);
    process.wait();
    EXPECT_EQ(made("cache").size(), 2U * 8U);
}

TEST_F(Batch, TheSummaryHasARowForEachItemAndThePageShowsThem)
{
    const auto study = metamerStudy(R"({"builtin": {"count": 2, "seed": 7}})", "[1]", 400);
    const auto half = run(batch(study, "cache", {"--shard", "1/2", "--out", folder_ / "out"}));
    EXPECT_THAT(half.out, HasSubstr("2 of 4 items"));
    EXPECT_THAT(readFile(folder_ / "out/summary.csv"), HasSubstr("not made yet"));
    run(batch(study, "cache", {"--out", folder_ / "out"}));
    const auto table = readFile(folder_ / "out/summary.csv");
    EXPECT_EQ(std::ranges::count(table, '\n'), 5);
    EXPECT_THAT(table, AllOf(HasSubstr("one-dead-leaves-01-seed1"), HasSubstr("null_snr_db_max"),
                             HasSubstr(",true,"), ::testing::Not(HasSubstr("not made yet"))));
    const auto page = readFile(folder_ / "out/index.html");
    for (const auto* item : {"one-dead-leaves-01-seed1", "two-pink-noise-02-seed1"}) {
        EXPECT_THAT(page, HasSubstr(std::string("items/") + item + ".png"));
        EXPECT_TRUE(fs::exists(folder_ / "out/items" / (std::string(item) + ".png")));
    }
}

TEST_F(Batch, ACorruptPictureIsNamedAndTheOthersAreMade)
{
    fs::create_directories(folder_ / "photos");
    run({MLAB_SYNTH, "probe", "--size", "64", "--pool-count", "8", "--components", "1", "--layer",
         "pool", "--level", "0", "--reference", "dead-leaves-01", "--cache", folder_ / "cache",
         "--out", folder_ / "photos"});
    ASSERT_TRUE(fs::exists(folder_ / "photos/reference.png"));
    fs::remove(folder_ / "photos/probe.png");
    write("photos/bad.png", "no picture");
    write("photos/tiny.pgm", "P2\n1 1\n255\n7\n");
    const auto result = run(batch(metamerStudy(R"({"folder": "photos"})", "[1]", 30), "cache2"));
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.out,
                AllOf(HasSubstr("bad.png"), HasSubstr("tiny.pgm"), HasSubstr("2 of 4 items")));
    EXPECT_EQ(made("cache2").size(), 2U * 2U);
}

TEST_F(Batch, AProbeStudyPassesByACorruptPictureAndItsPageFindsEveryFileName)
{
    fs::create_directories(folder_ / "photos");
    run({MLAB_SYNTH, "probe", "--size", "64", "--pool-count", "8", "--components", "1", "--layer",
         "pool", "--level", "0", "--reference", "dead-leaves-01", "--cache", folder_ / "cache",
         "--out", folder_ / "photos"});
    fs::rename(folder_ / "photos/reference.png", folder_ / "photos/50% #1.png");
    fs::remove(folder_ / "photos/probe.png");
    write("photos/bad.png", "no picture");
    const auto study = write("probes.json", R"({
  "schema_version": 1, "name": "probes", "image_size_px": 64, "references": {"folder": "photos"},
  "probes": {
    "basis": {"components": 1, "pool": {"builtin": {"count": 8, "seed": 1}}},
    "dimensions": [{"layer": "pool", "components": [1], "directions": ["plus"], "levels": [0.3]}]
  }
})");
    const auto result = run(batch(study, "cache2", {"--out", folder_ / "out"}));
    EXPECT_EQ(result.code, 1);
    EXPECT_THAT(result.out, AllOf(HasSubstr("bad.png"), HasSubstr("1 of 2 items")));
    EXPECT_TRUE(fs::exists(folder_ / "out/items/pool-1-plus-0.3-50% #1.png"));
    EXPECT_THAT(readFile(folder_ / "out/index.html"),
                HasSubstr("src=\"items/pool-1-plus-0.3-50%25%20%231.png\""));
}

// A batch of references in sub-folders ended at its summary: "items/pool-...-birds/1.png" is in no
// folder. Two names that a file system may hold to be one have files of their own.
TEST_F(Batch, ItemsOfReferencesInSubfoldersHaveFilesOfTheirOwn)
{
    run({MLAB_SYNTH, "probe", "--size", "64", "--pool-count", "8", "--components", "1", "--layer",
         "pool", "--level", "0", "--reference", "dead-leaves-01", "--cache", folder_ / "cache",
         "--out", folder_ / "made"});
    for (const auto* bird : {"birds", "Birds"}) {
        fs::create_directories(folder_ / "photos" / bird);
        fs::copy_file(folder_ / "made/reference.png", folder_ / "photos" / bird / "1.png");
    }
    const auto study = write("probes.json", R"({
  "schema_version": 1, "name": "probes", "image_size_px": 64,
  "references": {"folder": "photos", "subfolders": true},
  "probes": {
    "basis": {"components": 1, "pool": {"builtin": {"count": 8, "seed": 1}}},
    "dimensions": [{"layer": "pool", "components": [1], "directions": ["plus"], "levels": [0.3]}]
  }
})");
    const auto result = run(batch(study, "cache2", {"--out", folder_ / "out"}));
    EXPECT_EQ(result.code, 0) << result.out;
    const auto page = readFile(folder_ / "out/index.html");
    for (const auto* item : {"reference-Birds-1.png", "reference-birds-1-2.png",
                             "pool-1-plus-0.3-Birds-1.png", "pool-1-plus-0.3-birds-1-2.png"}) {
        EXPECT_TRUE(fs::exists(folder_ / "out/items" / item)) << item;
        EXPECT_THAT(page, HasSubstr(std::string("items/") + item));
    }
}

TEST_F(Batch, DistortionsAreMadeInPartsWithTheirRecordsAndPictures)
{
    const auto study = write("distortions.json", R"({
  "schema_version": 1, "name": "distortions", "image_size_px": 64,
  "model": {"builtin": "gabor-compressive"},
  "references": {"builtin": {"count": 1, "seed": 7}},
  "distortions": {
    "dimensions": [
      {"layer": "band", "distortions": ["largest", "smallest"]},
      {"layer": "texture", "distortions": ["principal-1", "principal-2"],
       "other_models": [{"model": {"builtin": "gabor-compressive"}, "layer": "band"}]}
    ],
    "level": 4
  }
})");
    auto half = batch(study, "cache", {"--shard", "1/2", "--out", folder_ / "out"});
    half[1] = "distortions"; // the same command
    EXPECT_THAT(run(half).out, HasSubstr("4 of 8 items"));
    const auto whole = run(batch(study, "cache", {"--out", folder_ / "out"}));
    EXPECT_EQ(whole.code, 0) << whole.out;
    EXPECT_THAT(whole.out, HasSubstr("8 of 8 items"));
    const auto table = readFile(folder_ / "out/summary.csv");
    EXPECT_EQ(std::ranges::count(table, '\n'), 9);
    EXPECT_THAT(table, AllOf(HasSubstr("predicted_threshold"), HasSubstr("other_1_sensitivity"),
                             HasSubstr("band-smallest-minus-dead-leaves-01")));
    for (const auto* ending : {".png", ".safetensors"}) {
        EXPECT_TRUE(fs::exists(folder_ / "out/items" /
                               ("texture-principal-2-plus-dead-leaves-01" + std::string(ending))));
    }
    EXPECT_THAT(readFile(folder_ / "out/index.html"), HasSubstr("band, largest"));
    const auto again = run(batch(study, "cache"));
    EXPECT_EQ(again.code, 0) << again.out;
}

TEST_F(Batch, MistakesInAStudyOfDistortionsAreNamed)
{
    const auto study = write("wrong.json", R"({
  "schema_version": 1, "name": "wrong", "model": {"builtin": "gabor-compressive"},
  "distortions": {"dimensions": [
    {"layer": "bant", "distortions": ["largest"]},
    {"layer": "band", "distortions": ["principal-1"]},
    {"layer": "texture", "distortions": ["principal-1"],
     "other_models": [{"model": {"builtin": "cochlea-modulation"}, "layer": "average"},
                      {"model": {"builtin": "gabor-scattering"}, "layer": "colour"}]}
  ]}
})");
    const auto result = run(batch(study, "cache"));
    EXPECT_EQ(result.code, 2);
    EXPECT_THAT(result.out, AllOf(HasSubstr("has no layer \"bant\""), HasSubstr("other_models"),
                                  HasSubstr("modality"), HasSubstr("has no layer \"colour\"")));
}

TEST_F(Batch, ProbesOfABatchAreThoseALiveEngineFinds)
{
    const auto study = write("probes.json", R"({
  "schema_version": 1, "name": "probes", "image_size_px": 64,
  "references": {"builtin": {"count": 2, "seed": 7}},
  "probes": {
    "basis": {"components": 2, "pool": {"builtin": {"count": 12, "seed": 1}}},
    "dimensions": [{"layer": "texture", "components": [1], "directions": ["plus"],
                    "levels": [0.3, 0.5]}]
  }
})");
    const auto result = run(batch(study, "cache", {"--out", folder_ / "out"}));
    EXPECT_EQ(result.code, 0) << result.out;
    EXPECT_THAT(readFile(folder_ / "out/summary.csv"),
                HasSubstr("texture-1-plus-0.3-dead-leaves-01"));
    const auto cached = [&] {
        std::map<std::string, fs::file_time_type> times;
        for (const auto& entry : fs::recursive_directory_iterator(folder_ / "cache/probes")) {
            if (entry.is_regular_file()) {
                times[entry.path()] = fs::last_write_time(entry.path());
            }
        }
        return times;
    };
    const auto before = cached();
    EXPECT_EQ(before.size(), 2U * 4U);
    const auto probe = run({MLAB_SYNTH, "probe", "--size", "64", "--components", "2",
                            "--pool-count", "12", "--layer", "texture", "--level", "0.3",
                            "--reference", "dead-leaves-01", "--cache", folder_ / "cache"});
    EXPECT_EQ(probe.code, 0) << probe.out;
    EXPECT_EQ(cached(), before);
}

struct Mistake {
    std::string from;
    std::string to;
    std::string message;
};

TEST_F(Batch, ProbesOfSoundsAreWavFilesWithTheMetricsOfSounds)
{
    const std::string text = R"({
  "schema_version": 1, "name": "sounds", "model": {"builtin": "cochlea-modulation"},
  "sound": {"sample_rate_hz": 24000, "duration_ms": 400, "bits": 24},
  "references": {"builtin": {"count": 6, "seed": 7}},
  "probes": {
    "basis": {"components": 1, "pool": {"builtin": {"count": 12, "seed": 1}}},
    "dimensions": [{"layer": "average", "components": [1], "directions": ["plus"],
                    "levels": [0.1]}]
  }
})";
    const auto study = write("sounds.json", text);
    run(batch(study, "cache", {"--out", folder_ / "out"}));
    const auto table = readFile(folder_ / "out/summary.csv");
    EXPECT_THAT(table, AllOf(HasSubstr(",sound_snr_db,log_spectral_distance_db,rms,"),
                             HasSubstr("items/average-1-plus-0.1-vowels-01.wav")));
    EXPECT_EQ(std::ranges::count(table, '\n'), 7);
    EXPECT_EQ(readFile(folder_ / "out/items/reference-vowels-01.wav").size(), 44U + 3U * 9600U);
    EXPECT_THAT(readFile(folder_ / "out/index.html"),
                HasSubstr("<audio controls preload=\"none\" "
                          "src=\"items/average-1-plus-0.1-vowels-01.wav\">"));
    const auto probe = run({MLAB_SYNTH,      "probe",
                            "--model",       "cochlea-modulation",
                            "--sample-rate", "24000",
                            "--duration",    "400",
                            "--bits",        "24",
                            "--components",  "1",
                            "--pool-count",  "12",
                            "--layer",       "average",
                            "--level",       "0.1",
                            "--reference",   folder_ / "out/items/reference-vowels-01.wav",
                            "--cache",       folder_ / "cache",
                            "--out",         folder_ / "probe"});
    EXPECT_THAT(probe.out, HasSubstr("\"log_spectral_distance_db\""));
    EXPECT_TRUE(fs::exists(folder_ / "probe/reference.wav"));
    EXPECT_TRUE(fs::exists(folder_ / "probe/probe.wav"));

    for (const auto& [from, to, message] :
         {Mistake{R"("builtin": "cochlea-modulation")", R"("builtin": "gabor-scattering")",
                  "the stimuli are sounds of 400 ms"},
          Mistake{R"("sound": {)", R"("image_size_px": 64, "sound": {)", "/image_size_px"},
          Mistake{R"("bits": 24)", R"("bits": 20)", "/sound/bits"}}) {
        auto bad = text;
        bad.replace(bad.find(from), from.size(), to);
        const auto result = run(batch(write("bad.json", bad), "cache"));
        EXPECT_EQ(result.code, 2) << to << result.out;
        EXPECT_THAT(result.out, HasSubstr(message)) << to;
    }
}

TEST_F(Batch, MistakesInAStudyAreSaidWithTheirPlace)
{
    const auto good = readFile(metamerStudy(R"({"builtin": {"count": 2, "seed": 7}})", "[1]", 5));
    const std::vector<Mistake> mistakes = {
        {R"("name": "small")", R"("nome": "small")", "3:3: /nome: unknown key"},
        {R"(["one", "two"])", R"(["one", "too"])", "did you mean \"two\"?"},
        {R"("small.ts")", R"("nowhere.ts")", "nowhere.ts: the file does not exist"},
        {R"("adam")", R"("adams")", "did you mean \"adam\"?"},
        {R"("seeds": [1])", R"("seeds": [1, 1])", "is listed twice"},
        {R"("seeds": [1])", R"("loss": "least")", "/metamers/loss"},
        {R"("metamers")", R"("metamer")", "did you mean \"metamers\"?"},
        {R"("pairs": 20)", R"("pairs": 46)", "a pool of 10 stimuli has 45"},
        {R"({"type": "adam", "steps": 5})", R"({"type": "lbfgs"}, "identity_gradient": true)",
         "lbfgs needs the true gradient"}};
    for (const auto& mistake : mistakes) {
        auto text = good;
        const auto at = text.find(mistake.from);
        ASSERT_NE(at, std::string::npos) << mistake.from;
        text.replace(at, mistake.from.size(), mistake.to);
        const auto result = run(batch(write("bad.json", text), "cache"));
        EXPECT_EQ(result.code, 2) << mistake.to << result.out;
        EXPECT_THAT(result.out, AllOf(HasSubstr("bad.json:"), HasSubstr(mistake.message)))
            << mistake.to;
    }
    EXPECT_EQ(run(batch(write("study.json", good), "cache", {"--shard", "3/2"})).code, 2);
    EXPECT_FALSE(fs::exists(folder_ / "cache"));
}

} // namespace
} // namespace mlab
