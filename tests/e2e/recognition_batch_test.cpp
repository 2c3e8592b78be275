// SPDX-License-Identifier: GPL-3.0-or-later
//
// The metamers of a recognition design made in advance, as experimenters do it.
#include "core/base/files.h"
#include "tests/e2e/process.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>

namespace mlab {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

class RecognitionBatch : public testing::Test {
protected:
    fs::path write(const std::string& name, const std::string& text) const
    {
        std::ofstream(folder_ / name) << text;
        return folder_ / name;
    }

    // Two of eight kinds of sound, three of each: an example, and one for each condition.
    fs::path design(int count = 24) const
    {
        return write("design.json", R"({
  "schema_version": 1,
  "name": "short-sounds",
  "modality": "audio",
  "task": "recognition",
  "model": {"builtin": "cochlea-modulation"},
  "sound": {"sample_rate_hz": 24000, "duration_ms": 200, "bits": 16},
  "references": {"builtin": {"count": )" +
                                        std::to_string(count) + R"(, "seed": 7}},
  "recognition": {
    "categories": [
      {"name": "rain", "label": "Rain", "references": ["rain-*"]},
      {"name": "voice", "label": "Voice", "references": ["vowels-*"]}
    ],
    "layers": ["average"],
    "trials_per_category": 1,
    "catch_per_block": 0,
    "metamers": {"evaluations": 5}
  }
})");
    }

    Result prepare(const fs::path& design, const std::vector<std::string>& more = {}) const
    {
        std::vector<std::string> command = {MLAB_SYNTH, "recognition",     design,
                                            "--cache",  folder_ / "cache", "--device",
                                            "cpu",      "--threads",       "1"};
        command.insert(command.end(), more.begin(), more.end());
        return run(command);
    }

    std::set<std::string> made() const
    {
        std::set<std::string> files;
        for (const auto& entry : fs::recursive_directory_iterator(folder_ / "cache/metamers")) {
            if (entry.path().extension() == ".wav") {
                files.insert(entry.path().filename());
            }
        }
        return files;
    }

    TemporaryFolder scratch_;
    fs::path folder_ = scratch_.path();
};

TEST_F(RecognitionBatch, MakesWhatASessionOrAllOfThemNeed)
{
    // A session shows one metamer of each category; which one, the seed decides.
    const auto one = prepare(design(), {"--seed", "5"});
    EXPECT_EQ(one.code, 0) << one.out;
    EXPECT_THAT(one.out, HasSubstr("average: 0 in the cache, 2 made, 0 failed; match: Spearman"));
    const auto first = made();
    EXPECT_EQ(first.size(), 2U);

    const auto all = prepare(design());
    EXPECT_EQ(all.code, 0) << all.out;
    EXPECT_THAT(all.out, HasSubstr("average: 2 in the cache, 2 made, 0 failed; match: Spearman"));
    EXPECT_EQ(made().size(), 4U) << "examples are shown as they are";
    EXPECT_TRUE(std::ranges::includes(made(), first));

    const auto again = prepare(design(), {"--seed", "1", "--seed", "2"});
    EXPECT_EQ(again.code, 0) << again.out;
    EXPECT_THAT(again.out, AllOf(HasSubstr(" in the cache, 0 made, 0 failed"), HasSubstr("dB")));
}

TEST_F(RecognitionBatch, SaysWhatCannotBeUsed)
{
    const auto few = prepare(design(8));
    EXPECT_EQ(few.code, 2) << few.out;
    EXPECT_THAT(few.out, HasSubstr("rain"));
    const auto none = prepare(folder_ / "none.json");
    EXPECT_EQ(none.code, 2) << none.out;
    const auto other = prepare(fs::path(MLAB_SOURCE_DIR) / "experiments/designs/audio-demo.json");
    EXPECT_EQ(other.code, 2) << other.out;
    EXPECT_THAT(other.out, HasSubstr("neither of recognition"));
    EXPECT_FALSE(fs::exists(folder_ / "cache"));
}

TEST_F(RecognitionBatch, StopsWhereTheCacheCannotKeepThem)
{
    write("cache", "a file where a folder should be");
    const auto unkept = prepare(design());
    EXPECT_EQ(unkept.code, 1) << unkept.out;
    EXPECT_THAT(unkept.out, AllOf(HasSubstr("could not be kept"), Not(HasSubstr("in the cache,"))));
}

} // namespace
} // namespace mlab
