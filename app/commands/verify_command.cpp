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
    writeOpenRuns(std::cout, contents);
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
