// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/commands.h"
#include "app/commands/damage_text.h"
#include "app/program/exit_codes.h"
#include "app/session/application.h"
#include "data/trial_store.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <iostream>
#include <memory>

namespace mlab::app {
namespace {

int list(const std::string& database)
{
    const data::TrialStore store(database, data::TrialStore::Mode::readOnly);
    const auto contents = store.intact(data::noSession);
    const auto& damage = contents.check.damage;
    const auto damagedRows = rowsBySession(damage);
    std::cout << "session                          trials  state       started\n";
    for (const auto& session : contents.sessions) {
        std::string id = session.header.sessionId;
        id.resize(std::max<std::size_t>(id.size(), 32), ' ');
        std::string trials = std::to_string(session.trialCount);
        trials.insert(0, 6 - std::min<std::size_t>(trials.size(), 6), ' ');
        std::cout << id << " " << trials << "  "
                  << (damagedRows.contains(session.header.sessionId) ? "damaged   "
                      : session.finished()                           ? "finished  "
                                                                     : "unfinished")
                  << "  " << session.header.startedAt << "\n";
    }
    if (damage.empty()) {
        return kDone;
    }
    writeDamage(std::cerr, damage);
    return kFailed;
}

} // namespace

void addList(CommandLine& program, char** argv)
{
    auto database = std::make_shared<std::string>();
    auto& command = program.add("list", "List the sessions in a trial store", [database, argv] {
        const ConsoleApplication application(argv); // the store's driver needs one
        return list(*database);
    });
    command.add_option("--db", *database, "Trial store")->required();
}

} // namespace mlab::app
