// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/commands.h"
#include "app/commands/engine_options.h"
#include "app/commands/json_output.h"
#include "app/program/exit_codes.h"
#include "app/program/progress_bar.h"
#include "app/session/application.h"
#include "app/session/replay.h"

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <iostream>
#include <memory>

namespace mlab::app {
namespace {

struct ReplayOptions {
    std::string database;
    std::string session;
    std::string references;
    std::filesystem::path cache;
    bool json = false;
};

int replaySession(const ReplayOptions& options)
{
    const data::TrialStore store(options.database, data::TrialStore::Mode::readOnly);
    ProgressBar bar;
    const auto difference = replay(store, options.session, options.references,
                                   cacheFolderOr(options.cache), [&](int done, int total) {
                                       bar.show("Replaying trial " + std::to_string(done) + " of " +
                                                    std::to_string(total),
                                                static_cast<double>(done) / total);
                                   });
    bar.clear();
    if (options.json) {
        writeJson(std::cout, {{"session_id", options.session},
                              {"same", !difference},
                              {"difference", difference ? nlohmann::ordered_json(*difference)
                                                        : nlohmann::ordered_json()}});
        return difference ? kFailed : kDone;
    }
    if (difference) {
        std::cerr << "metamerlab: session " << options.session << " differs: " << *difference
                  << "\n";
        return kFailed;
    }
    std::cout << "Session " << options.session << ": every plan and stimulus is as stored.\n";
    return kDone;
}

} // namespace

void addReplay(CommandLine& program, char** argv)
{
    auto options = std::make_shared<ReplayOptions>();
    auto& command = program.add(
        "replay", "Repeat the stored trials of a session and compare every plan and stimulus",
        [options, argv] {
            const ConsoleApplication application(argv); // the store's driver needs one
            return replaySession(*options);
        });
    command.add_option("--db", options->database, "Trial store")->required();
    command.add_option("--session", options->session, "Session ID")->required();
    command.add_option("--references", options->references,
                       "Folder where the session's pictures or sounds are now");
    command.add_option("--cache", options->cache, "Folder of bases and probes");
    addJsonFlag(command, options->json);
}

} // namespace mlab::app
