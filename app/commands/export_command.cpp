// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/commands.h"
#include "app/commands/damage_text.h"
#include "app/program/design_input.h"
#include "app/program/exit_codes.h"
#include "app/session/application.h"
#include "core/base/error.h"
#include "core/trial/task.h"
#include "data/export.h"
#include "data/trial_store.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace mlab::app {
namespace {

struct ExportOptions {
    std::string database;
    std::string folder;
    bool force = false;
    bool skipDamaged = false;
};

int exportAll(const ExportOptions& options)
{
    // The tables have all data even where a design cannot be read.
    const auto taskOf = [](const SessionHeader& header) -> std::string {
        try {
            return std::string(toString(storedDesign(header).task));
        } catch (const Error& problem) {
            std::cerr << "metamerlab: " << problem.what()
                      << "; the column \"task\" of its trials is empty\n";
            return {};
        }
    };
    const auto written =
        data::exportTables(data::TrialStore(options.database, data::TrialStore::Mode::readOnly),
                           taskOf, options.folder, options.force ? Overwrite::any : Overwrite::own,
                           options.skipDamaged ? data::Damaged::leaveOut : data::Damaged::refuse);
    std::cout << "Wrote " << written.trials + written.recognitionTrials << " trials of "
              << written.sessions << " sessions to " << options.folder << "\n";
    if (written.leftOut.empty()) {
        return kDone;
    }
    writeDamage(std::cerr, written.leftOut);
    std::cerr << "metamerlab: " << options.database << " is damaged; the tables lack these rows\n";
    return kFailed;
}

} // namespace

void addExport(CommandLine& program, char** argv)
{
    auto options = std::make_shared<ExportOptions>();
    auto& command =
        program.add("export", "Write all trials and sessions as CSV tables", [options, argv] {
            const ConsoleApplication application(argv); // the store's driver needs one
            return exportAll(*options);
        });
    command.add_option("--db", options->database, "Trial store")->required();
    command.add_option("--out", options->folder, "Folder for the tables")->required();
    command.add_flag("--force", options->force,
                     "Replace files that export did not write, but none of a report");
    command.add_flag("--skip-damaged", options->skipDamaged,
                     "Export the intact rows of a damaged store, and name the others");
}

} // namespace mlab::app
