// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/output_folder.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>

#include <filesystem>

namespace mlab {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class OutputFolderTest : public testing::Test {
protected:
    void write(const std::string& command, const std::string& text,
               Overwrite overwrite = Overwrite::own) const
    {
        OutputFolder(folder_, command, {"table.csv"}, overwrite).write("table.csv", text);
    }
    std::string table() const { return readFile(folder_ / "table.csv"); }

    TemporaryFolder scratch_;
    fs::path folder_ = scratch_.path() / "output"; // not there at first
};

TEST_F(OutputFolderTest, ReplacesWhatItWroteItself)
{
    write("export", "1");
    write("export", "2");
    write("export", "1");
    EXPECT_EQ(table(), "1");
}

TEST_F(OutputFolderTest, ReplacesNothingElseUnlessForced)
{
    fs::create_directories(folder_);
    writeFileAtomically(folder_ / "table.csv", "mine");
    EXPECT_THROW(write("export", "1"), IoError);
    EXPECT_EQ(table(), "mine");
    write("export", "1", Overwrite::any);
    EXPECT_EQ(table(), "1");
    EXPECT_THROW(write("report", "2"), IoError) << "another command's";
    writeFileAtomically(folder_ / "table.csv", "1 and a remark");
    try {
        write("export", "1");
        ADD_FAILURE();
    } catch (const IoError& problem) {
        EXPECT_THAT(problem.what(), HasSubstr("table.csv was not written by metamerlab export"));
    }
    EXPECT_EQ(table(), "1 and a remark");
}

TEST_F(OutputFolderTest, NothingIsWrittenIfOneFileMustNotBeReplaced)
{
    fs::create_directories(folder_);
    writeFileAtomically(folder_ / "b.csv", "mine");
    EXPECT_THROW(OutputFolder(folder_, "export", {"a.csv", "b.csv"}, Overwrite::own), IoError);
    EXPECT_FALSE(fs::exists(folder_ / "a.csv"));
}

TEST_F(OutputFolderTest, AFileCutOffByAKillIsItsOwn)
{
    write("export", "1");
    {
        // Killed after the list was written, before the file was.
        OutputFolder killed(folder_, "export", {"table.csv"}, Overwrite::own);
        killed.write("table.csv", "2");
        writeFileAtomically(folder_ / "table.csv", "1");
    }
    write("export", "3");
    EXPECT_EQ(table(), "3");
}

} // namespace
} // namespace mlab
