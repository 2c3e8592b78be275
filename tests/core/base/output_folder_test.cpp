// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/output_folder.h"
#include "core/base/sha256.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <string>
#include <vector>

namespace mlab {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
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
    writeFileAtomically(folder_ / "table.csv", "1 and a remark");
    try {
        write("export", "1");
        ADD_FAILURE();
    } catch (const IoError& problem) {
        EXPECT_THAT(problem.what(), HasSubstr("table.csv was not written by the command export"));
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

// Of export and report in one folder, "report --force" replaced the sessions.csv of the export.
TEST_F(OutputFolderTest, TheTablesOfAnotherCommandAreNeverReplaced)
{
    write("export", "1");
    for (const auto overwrite : {Overwrite::own, Overwrite::any}) {
        try {
            write("report", "2", overwrite);
            ADD_FAILURE();
        } catch (const IoError& problem) {
            EXPECT_THAT(problem.what(),
                        AllOf(HasSubstr("table.csv was written by the command export"),
                              HasSubstr("nothing was written. Choose another folder")));
        }
        EXPECT_EQ(table(), "1");
    }
    write("export", "3");
    EXPECT_EQ(table(), "3");
    writeFileAtomically(folder_ / "table.csv", "3 and a remark");
    write("report", "2", Overwrite::any);
    EXPECT_EQ(table(), "2") << "nobody's any more";
}

// A page without networks left the figures of networks beside it.
TEST_F(OutputFolderTest, RemovesWhatItWroteEarlierAndNothingElse)
{
    const std::vector<std::string> earlier = {"changed.svg", "figures/old.svg", "page.html"};
    OutputFolder first(folder_, "report", earlier, Overwrite::own);
    for (const auto& name : earlier) {
        first.write(name, "1");
    }
    writeFileAtomically(folder_ / "changed.svg", "1 and a remark");
    writeFileAtomically(folder_ / "mine.svg", "mine");

    OutputFolder now(folder_, "report", {"page.html"}, Overwrite::own);
    now.write("page.html", "2");
    now.removeOthers();
    EXPECT_FALSE(fs::exists(folder_ / "figures/old.svg"));
    for (const auto* name : {"changed.svg", "mine.svg", "page.html"}) {
        EXPECT_TRUE(fs::exists(folder_ / name)) << name;
    }
}

TEST_F(OutputFolderTest, RemovesNoFileThatIsAlsoAnotherCommands)
{
    write("report", "1");
    writeFileAtomically(folder_ / "table.csv", "1 and a remark");
    write("export", "1", Overwrite::any);
    OutputFolder(folder_, "report", {}, Overwrite::own).removeOthers();
    EXPECT_EQ(table(), "1");
}

TEST_F(OutputFolderTest, RemovesNoFileOutsideOfTheFolder)
{
    fs::create_directories(scratch_.path() / "elsewhere");
    fs::create_directories(folder_);
    fs::create_directory_symlink(scratch_.path() / "elsewhere", folder_ / "figures");
    const std::vector<fs::path> precious = {scratch_.path() / "precious.txt",
                                            scratch_.path() / "elsewhere/precious.txt"};
    std::string list;
    for (const auto& file : precious) {
        writeFileAtomically(file, "mine");
    }
    const auto sha256 = sha256Hex("mine");
    for (const auto& name : {std::string("../precious.txt"), std::string("figures/precious.txt"),
                             (scratch_.path() / "precious.txt").string()}) {
        list += sha256 + "  " + name + "\n";
    }
    writeFileAtomically(folder_ / ".metamerlab-report", list);
    OutputFolder(folder_, "report", {}, Overwrite::own).removeOthers();
    for (const auto& file : precious) {
        EXPECT_TRUE(fs::exists(file)) << file;
    }
}

TEST_F(OutputFolderTest, ALinkInPlaceOfItsListIsNotFollowed)
{
    fs::create_directories(folder_);
    const auto precious = scratch_.path() / "precious.txt";
    writeFileAtomically(precious, "mine");
    fs::create_symlink(precious, folder_ / ".metamerlab-export");
    try {
        write("export", "1");
        ADD_FAILURE();
    } catch (const IoError& problem) {
        EXPECT_THAT(problem.what(), AllOf(HasSubstr(".metamerlab-export"), HasSubstr("is a link")));
    }
    EXPECT_EQ(readFile(precious), "mine");
    EXPECT_FALSE(fs::exists(folder_ / "table.csv"));
}

TEST(CreateFolder, SaysWhatLiesInItsPlace)
{
    TemporaryFolder scratch;
    createFolder(scratch.path() / "a" / "b");
    createFolder(scratch.path() / "a" / "b");
    EXPECT_TRUE(fs::is_directory(scratch.path() / "a" / "b"));
    writeFileAtomically(scratch.path() / "file", "");
    for (const auto& wrong : {scratch.path() / "file", scratch.path() / "file" / "c"}) {
        try {
            createFolder(wrong);
            ADD_FAILURE() << wrong;
        } catch (const IoError& problem) {
            EXPECT_THAT(problem.what(), HasSubstr("cannot create the folder " + wrong.string()));
            EXPECT_THAT(problem.what(), HasSubstr("choose another folder"));
        }
    }
}

} // namespace
} // namespace mlab
