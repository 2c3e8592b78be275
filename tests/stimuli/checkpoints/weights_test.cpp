// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/random_stream.h"
#include "core/base/sha256.h"
#include "stimuli/checkpoints/safetensors.h"
#include "stimuli/checkpoints/weights.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <fstream>

namespace mlab::stimuli {
namespace {

namespace fs = std::filesystem;

// Made by PyTorch: see make_checkpoints.py.
const fs::path kFiles = MLAB_CHECKPOINT_DIR;

/// The files of a folder that have a companion with this extension added.
std::vector<fs::path> filesWith(const std::string& folder, const std::string& companion)
{
    std::vector<fs::path> out;
    for (const auto& item : fs::directory_iterator(kFiles / folder)) {
        if (item.path().extension() == companion) {
            auto file = item.path();
            out.push_back(file.replace_extension());
        }
    }
    std::sort(out.begin(), out.end());
    EXPECT_GT(out.size(), 20U);
    return out;
}

class Scratch {
public:
    const fs::path& holding(std::string_view bytes) const
    {
        std::ofstream(file_, std::ios::binary | std::ios::trunc)
            .write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
        return file_;
    }

private:
    TemporaryFolder folder_;
    fs::path file_ = folder_.path() / "weights";
};

std::string messageOf(const fs::path& file)
{
    try {
        loadWeights(file);
    } catch (const IoError& problem) {
        return problem.what();
    }
    return "";
}

TEST(Weights, AreThoseThatPyTorchReads)
{
    for (const auto& file : filesWith("good", ".json")) {
        SCOPED_TRACE(file.string());
        const auto expected = nlohmann::json::parse(readFile(file.string() + ".json"));
        const auto weights = loadWeights(file);
        EXPECT_EQ(weights.sha256, sha256OfFile(file));
        EXPECT_EQ(weights.arrays.size(), expected["arrays"].size());
        for (const auto& [name, array] : weights.arrays) {
            SCOPED_TRACE(name);
            ASSERT_TRUE(expected["arrays"].contains(name));
            const auto& wanted = expected["arrays"][name];
            EXPECT_EQ(array.shape, wanted["shape"].get<std::vector<std::int64_t>>());
            EXPECT_EQ(array.values, wanted["values"].get<std::vector<float>>());
        }
        ASSERT_EQ(weights.normaliser.has_value(), !expected["normaliser"].is_null());
        if (weights.normaliser) {
            const auto& wanted = expected["normaliser"];
            EXPECT_EQ(weights.normaliser->mean, wanted["mean"].get<std::vector<float>>());
            EXPECT_EQ(weights.normaliser->std, wanted["std"].get<std::vector<float>>());
        }
    }
}

TEST(Weights, WhatIsNoStateDictIsRefusedByNameAndNothingRuns)
{
    for (const auto& file : filesWith("refused", ".txt")) {
        SCOPED_TRACE(file.string());
        EXPECT_THAT(messageOf(file),
                    testing::AllOf(testing::HasSubstr(file.string()),
                                   testing::HasSubstr(readFile(file.string() + ".txt"))));
    }
    EXPECT_FALSE(fs::exists(kFiles / "a-checkpoint-ran-code"));
}

// A parser that looked at all arrays again after each of them took 14 s.
TEST(Weights, AFileOfManyArraysIsRead)
{
    Safetensors content;
    for (int i = 0; i < 20'000; ++i) {
        content.arrays["array." + std::to_string(i)] = {.shape = {1},
                                                        .values = {static_cast<float>(i)}};
    }
    const Scratch scratch;
    const auto weights = loadWeights(scratch.holding(encodeSafetensors(content)));
    EXPECT_EQ(weights.arrays.size(), 20'000U);
    EXPECT_EQ(weights.arrays.at("array.19999").values, std::vector<float>{19'999});
}

// A zip file may end with two directories, of 32 and of 64 bits; readers differ in which they
// follow, so that each would see other entries.
TEST(Weights, AZipFileWithTwoDirectoriesThatDifferIsRefused)
{
    auto bytes = readFile(kFiles / "good" / "state_dict.zip");
    const auto end = bytes.size() - 22;
    std::string locator(20, '\0');
    locator.replace(0, 4, "PK\x06\x07");
    std::string end64(56, '\0'); // no entries
    end64.replace(0, 4, "PK\x06\x06");
    const std::uint64_t at = end;
    locator.replace(8, 8, reinterpret_cast<const char*>(&at), 8);
    bytes.insert(end, end64 + locator);
    const Scratch scratch;
    EXPECT_THAT(messageOf(scratch.holding(bytes)),
                testing::HasSubstr("two directories, which differ"));
}

TEST(Weights, AMissingFileAndAFolderAreRefused)
{
    EXPECT_THAT(messageOf(kFiles / "nowhere.pt"), testing::HasSubstr("the file does not exist"));
    EXPECT_THAT(messageOf(kFiles), testing::HasSubstr("it is a folder"));
}

TEST(Weights, CutShortAnywhereTheyAreRefused)
{
    const Scratch scratch;
    for (const auto& file : filesWith("good", ".json")) {
        const auto bytes = readFile(file);
        for (std::size_t length = 0; length < bytes.size(); length += 1 + bytes.size() / 150) {
            ASSERT_NE(messageOf(scratch.holding(std::string_view(bytes).substr(0, length))), "")
                << file << " with " << length << " of " << bytes.size() << " bytes";
        }
        ASSERT_NE(messageOf(scratch.holding(std::string_view(bytes).substr(0, bytes.size() - 1))),
                  "")
            << file;
    }
}

// Under the asan preset a crash, a leak or an allocation of more than 64 MB ends the program.
TEST(Weights, DamagedAnywhereTheyAreRefusedOrRead)
{
    const Scratch scratch;
    RandomStream random(1, "weights-test");
    int refused = 0;
    for (const auto& file : filesWith("good", ".json")) {
        const auto bytes = readFile(file);
        for (int trial = 0; trial < 150; ++trial) {
            auto damaged = bytes;
            for (std::uint64_t flips = 1 + random.below(3); flips > 0; --flips) {
                damaged[random.below(damaged.size())] = static_cast<char>(random.below(256));
            }
            refused += messageOf(scratch.holding(damaged)).empty() ? 0 : 1;
        }
    }
    EXPECT_GT(refused, 1000);
}

} // namespace
} // namespace mlab::stimuli
