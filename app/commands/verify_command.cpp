// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/commands.h"
#include "app/commands/damage_text.h"
#include "app/program/exit_codes.h"
#include "app/session/application.h"
#include "data/trial_store.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace mlab::app {
namespace {

/// A run without an end was killed or is going on; or its end, and more, is in a lost `-wal` file.
void writeOpenRuns(const data::StoreContents& contents)
{
    for (const auto& session : contents.sessions) {
        const auto runs = contents.runs.find(session.header.sessionId);
        if (!session.finished() && runs != contents.runs.end() &&
            runs->second.back().endedAt.empty()) {
            std::cout << "Note: the end of the last run of session " << session.header.sessionId
                      << " is not stored. The run was killed or is still going on; if the file was "
                         "copied without its -wal file, the newest trials are missing.\n";
        }
    }
}

int verify(const std::string& database)
{
    const data::TrialStore store(database, data::TrialStore::Mode::readOnly);
    const auto problems = store.problemsOfFile();
    for (const auto& problem : problems) {
        std::cout << "SQLite: " << problem << "\n";
    }
    const auto contents = store.checked();
    for (const auto& [table, rows] : contents.check.intact) {
        std::cout << table << ": " << rows << " rows intact\n";
    }
    writeOpenRuns(contents);
    if (!contents.check.damage.empty()) {
        writeDamage(std::cout, contents.check.damage);
    }
    const bool isIntact = problems.empty() && contents.check.damage.empty();
    std::cout << database << (isIntact ? " is intact.\n" : " is damaged.\n");
    return isIntact ? kDone : kFailed;
}

} // namespace

void addVerify(CommandLine& program, char** argv)
{
    auto database = std::make_shared<std::string>();
    auto& command =
        program.add("verify", "Check every row of a trial store for damage", [database, argv] {
            const ConsoleApplication application(argv);
            return verify(*database);
        });
    command.add_option("--db", *database, "Trial store")->required();
}

} // namespace mlab::app
