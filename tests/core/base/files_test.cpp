// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/sha256.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <fstream>
#include <string>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace mlab {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
protected:
    std::size_t entries() const
    {
        return static_cast<std::size_t>(
            std::distance(fs::directory_iterator(folder_), fs::directory_iterator()));
    }

    TemporaryFolder scratch_;
    fs::path folder_ = scratch_.path();
};

TEST_F(Files, WhatIsWrittenIsReadBackByteForByte)
{
    std::string bytes;
    for (int i = 0; i < 1'100'000; ++i) {
        bytes += static_cast<char>(i * 7);
    }
    const auto file = folder_ / "a.bin";
    for (const std::size_t size : {0, 1, 4095, 4096, 4097, 100'000, 1'048'576, 1'100'000}) {
        writeFileAtomically(file, bytes.substr(0, size));
        EXPECT_EQ(readFile(file), bytes.substr(0, size)) << size;
    }
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

// A named pipe made a program wait for ever, and a device filled the memory.
TEST_F(Files, WhatIsNotARegularFileIsRefusedWithItsKind)
{
    ASSERT_EQ(::mkfifo((folder_ / "pipe").c_str(), 0600), 0);
    fs::create_symlink("pipe", folder_ / "to-pipe");
    fs::create_symlink("circle", folder_ / "circle");
    fs::create_symlink("nowhere", folder_ / "broken");
    writeFileAtomically(folder_ / "file", "content");
    sockaddr_un address{.sun_family = AF_UNIX, .sun_path = {}};
    const std::string socketFile = folder_ / "socket";
    ASSERT_LT(socketFile.size(), sizeof(address.sun_path));
    socketFile.copy(address.sun_path, socketFile.size());
    const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
    ASSERT_EQ(::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof(address)), 0);
    const std::pair<fs::path, const char*> cases[] = {
        {folder_ / "pipe", "it is a named pipe"},
        {folder_ / "to-pipe", "it is a named pipe"},
        {folder_ / "circle", "its links lead in a circle"},
        {folder_ / "broken", "the file does not exist"},
        {folder_ / "socket", "it is a socket"},
        {folder_, "it is a folder"},
        {folder_ / "file" / "inside", "the file does not exist"},
        {"/dev/zero", "it is a device"},
    };
    for (const auto& [file, reason] : cases) {
        const auto refused = testing::ThrowsMessage<IoError>(
            testing::AllOf(testing::HasSubstr(file.string()), testing::HasSubstr(reason)));
        EXPECT_THAT([&] { requireRegularFile(file); }, refused);
        EXPECT_THAT([&] { readFile(file); }, refused);
        EXPECT_THAT([&] { sha256OfFile(file); }, refused);
    }
    ::close(listener);
}

TEST_F(Files, ALinkToAFileIsReadAsTheFile)
{
    writeFileAtomically(folder_ / "file", "content");
    fs::create_symlink("file", folder_ / "link");
    EXPECT_EQ(readFile(folder_ / "link"), "content");
}

TEST_F(Files, WhatIsTooLargeIsRefusedUnread)
{
    const auto file = folder_ / "large";
    writeFileAtomically(file, "");
    fs::resize_file(file, kMaxTextBytes);
    EXPECT_EQ(readText(file).size(), kMaxTextBytes);
    fs::resize_file(file, kMaxTextBytes + 1);
    EXPECT_THAT([&] { readText(file); },
                testing::ThrowsMessage<IoError>(testing::AllOf(testing::HasSubstr(file.string()),
                                                               testing::HasSubstr("16 MiB"))));
    EXPECT_EQ(readFile(file).size(), kMaxTextBytes + 1);
    fs::resize_file(file, kMaxFileBytes + 1);
    EXPECT_THAT([&] { readFile(file); },
                testing::ThrowsMessage<IoError>(testing::HasSubstr("2048 MiB")));
}

TEST_F(Files, AHashOfAFileIsThatOfItsBytes)
{
    std::string bytes;
    for (int i = 0; i < 3'000'000; ++i) {
        bytes += static_cast<char>(i * 7);
    }
    writeFileAtomically(folder_ / "file", bytes);
    EXPECT_EQ(sha256OfFile(folder_ / "file"), sha256Hex(bytes));
}

} // namespace
} // namespace mlab
