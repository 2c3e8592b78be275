// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/commands.h"
#include "app/program/exit_codes.h"
#include "app/program/progress_bar.h"
#include "app/report/report_input.h"
#include "app/report/report_output.h"
#include "app/session/application.h"
#include "stimuli/store/cache_folder.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>
#include <string>
#include <vector>

namespace mlab::app {
namespace {

struct ReportOptions {
    std::string database;
    std::string folder;
    std::filesystem::path cache;
    bool force = false;
    std::vector<std::string> participants;
};

int report(char** argv, const ReportOptions& options)
{
    // Charts need a window system, but no display.
    qputenv("QT_QPA_PLATFORM", "offscreen");
    const WindowApplication application(argv);
    ProgressBar bar;
    const ReportProgress progress = [&](const std::string& what, double share) {
        bar.show(what, share);
    };
    const std::filesystem::path folder = options.folder;
    const auto study =
        reportOn(options.database,
                 options.cache.empty() ? stimuli::defaultCacheFolder() : options.cache, progress);
    writeReport(study, folder, progress, options.force ? Overwrite::any : Overwrite::own,
                options.participants);
    bar.clear();
    std::cout << "Wrote " << (folder / "report.html").string()
              << ", with its figures and tables beside it.\n";
    return kDone;
}

} // namespace

void addReport(CommandLine& program, char** argv)
{
    auto options = std::make_shared<ReportOptions>();
    auto& command = program.add("report",
                                "Write thresholds with intervals and warnings, figures and tests "
                                "as HTML, SVG, PNG and CSV",
                                [options, argv] { return report(argv, *options); });
    command.add_option("--db", options->database, "Trial store")->required();
    command.add_option("--out", options->folder, "Folder for the report")->required();
    command.add_flag("--force", options->force,
                     "Replace files that report did not write, but none of an export");
    command.add_option("--participant", options->participants,
                       "Draw figures of these participants only (default: of all, if they are at "
                       "most " +
                           std::to_string(kMostParticipantSections) + ")");
    command.add_option("--cache", options->cache, "Folder of bases and probes");
}

} // namespace mlab::app
