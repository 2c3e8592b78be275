// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/damage_text.h"
#include "core/base/diagnostic.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <sstream>
#include <string>

namespace mlab::app {
namespace {

std::string openRunsOf(const data::StoreContents& contents)
{
    std::ostringstream out;
    writeOpenRuns(out, contents);
    return out.str();
}

void addRun(data::StoreContents& contents, const std::string& session, const std::string& endedAt)
{
    contents.sessions.emplace_back().header.sessionId = session;
    contents.runs[session] = {{.info = {}, .endedAt = endedAt}};
}

TEST(OpenRuns, SessionsWhoseLastRunHasAnEndAreNotNoted)
{
    data::StoreContents contents;
    addRun(contents, "ended", "2025-03-01T09:30:00.125Z");
    addRun(contents, "finished", "");
    contents.sessions.back().finishedAt = "2025-03-01T09:30:00.125Z";
    EXPECT_EQ(openRunsOf(contents), "");
    addRun(contents, "open", "");
    EXPECT_EQ(openRunsOf(contents),
              "Note: the end of the last run of session open is not stored. The run was killed or "
              "is still going on; if the file was copied without its -wal file, the newest trials "
              "are missing.\n");
}

TEST(OpenRuns, AfterSoManyNotesOneSaysHowManyMoreThereAre)
{
    data::StoreContents contents;
    for (std::size_t i = 0; i < kMostListed; ++i) {
        addRun(contents, "P" + std::to_string(i), "");
    }
    const auto all = openRunsOf(contents);
    EXPECT_EQ(std::ranges::count(all, '\n'), static_cast<std::ptrdiff_t>(kMostListed));
    addRun(contents, "Q1", "");
    addRun(contents, "Q2", "");
    EXPECT_EQ(openRunsOf(contents), all + "Note: further sessions of which this is true: 2\n");
}

} // namespace
} // namespace mlab::app
