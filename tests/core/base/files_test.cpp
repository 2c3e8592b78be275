// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>
#include <unistd.h>

namespace mlab {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
protected:
    Files() { fs::create_directories(folder_); }
    ~Files() override
    {
        std::error_code ignored;
        fs::remove_all(folder_, ignored);
    }

    std::size_t entries() const
    {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
    }

    fs::path folder_ = fs::temp_directory_path() / ("mlab_files_test_" + std::to_string(getpid()));
};

TEST_F(Files, WhatIsWrittenIsReadBackByteForByte)
{
    std::string bytes;
    for (int i = 0; i < 100'000; ++i) {
        bytes += static_cast<char>(i * 7);
    }
    const auto file = folder_ / "a.bin";
    writeFileAtomically(file, bytes);
    EXPECT_EQ(readFile(file), bytes);
    writeFileAtomically(file, "");
    EXPECT_EQ(readFile(file), "");
}

TEST_F(Files, WritingLeavesNothingElseBehind)
{
    writeFileAtomically(folder_ / "a", "1");
    writeFileAtomically(folder_ / "a", "2");
    EXPECT_EQ(entries(), 1U);
}

TEST_F(Files, AReaderNeverSeesAPart)
{
    const auto file = folder_ / "shared";
    const std::string ones(200'000, '1');
    const std::string twos(300'000, '2');
    writeFileAtomically(file, ones);
    std::atomic<bool> stop = false;
    std::jthread writer([&] {
        while (!stop) {
            writeFileAtomically(file, twos);
            writeFileAtomically(file, ones);
        }
    });
    for (int i = 0; i < 100; ++i) {
        const auto seen = readFile(file);
        ASSERT_TRUE(seen == ones || seen == twos) << seen.size();
    }
    stop = true;
}

TEST_F(Files, AFailedWriteNamesTheFileAndKeepsTheOldContent)
{
    const auto missing = folder_ / "no" / "such" / "folder";
    try {
        writeFileAtomically(missing, "x");
        FAIL() << "nothing thrown";
    } catch (const IoError& error) {
        EXPECT_THAT(error.what(), testing::HasSubstr(missing.string()));
    }
    // A folder cannot be replaced by a file.
    fs::create_directories(folder_ / "taken" / "inside");
    EXPECT_THROW(writeFileAtomically(folder_ / "taken", "x"), IoError);
    EXPECT_TRUE(fs::is_directory(folder_ / "taken" / "inside"));
    EXPECT_EQ(entries(), 1U);
}

TEST_F(Files, ReadingWhatIsNotAFileNamesIt)
{
    for (const auto& path : {folder_, folder_ / "absent"}) {
        try {
            readFile(path);
            FAIL() << "nothing thrown";
        } catch (const IoError& error) {
            EXPECT_THAT(error.what(), testing::HasSubstr(path.string()));
        }
    }
}

} // namespace
} // namespace mlab
