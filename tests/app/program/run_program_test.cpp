// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/program/bad_input.h"
#include "app/program/exit_codes.h"
#include "app/program/run_program.h"
#include "core/base/files.h"
#include "core/base/output_folder.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sys/stat.h>

namespace mlab::app {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

template <typename Problem> std::string said(const Problem& problem, int code)
{
    testing::internal::CaptureStderr();
    EXPECT_EQ(runProgram("program", [&]() -> int { throw problem; }), code);
    return testing::internal::GetCapturedStderr();
}

TEST(RunProgram, WhatAPersonGaveWrongHasExitCode2)
{
    EXPECT_EQ(said(InvalidArgument("bad"), kBadInput), "program: bad\n");
    EXPECT_THAT(said(BadInput({{.file = "d.json",
                                .line = 1,
                                .column = 2,
                                .pointer = {},
                                .message = "bad",
                                .suggestion = {}}}),
                     kBadInput),
                StartsWith("d.json:1:2: "));
}

TEST(RunProgram, OtherErrorsHaveExitCode1)
{
    EXPECT_THAT(said(IoError("disk full"), kFailed),
                AllOf(HasSubstr("disk full"), Not(HasSubstr("report"))));
}

TEST(RunProgram, AnInternalErrorAsksForAReport)
{
    EXPECT_THAT(said(InternalError("unknown task"), kFailed),
                AllOf(HasSubstr("unknown task"), HasSubstr("Please report it")));
}

TEST(RunProgram, WhatItWritesOnlyItsOwnerCanRead)
{
    using std::filesystem::perms;
    const TemporaryFolder folder;
    const auto before = ::umask(0);
    runProgram("program", [&] {
        std::filesystem::create_directory(folder.path() / "cache");
        std::ofstream(folder.path() / "cache" / "record.json") << "{}";
        writeFileAtomically(folder.path() / "table.csv", "1");
        OutputFolder(folder.path() / "tables", "export", {"t.csv"}, Overwrite::own)
            .write("t.csv", "1");
        return kDone;
    });
    ::umask(before);
    int entries = 0;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
        ++entries;
        EXPECT_EQ(entry.status().permissions() & (perms::group_all | perms::others_all),
                  perms::none)
            << entry.path();
    }
    EXPECT_EQ(entries, 6);
}

} // namespace
} // namespace mlab::app
