// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/commands.h"
#include "app/commands/engine_options.h"
#include "app/compare/compare.h"
#include "app/program/end_signals.h"
#include "app/program/exit_codes.h"
#include "app/program/progress_bar.h"
#include "app/report/report_output.h"
#include "app/session/application.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace mlab::app {
namespace {

struct CompareArguments {
    std::filesystem::path database;
    std::filesystem::path models;
    std::filesystem::path folder;
    bool force = false;
    CompareOptions compare;
};

int compareAll(const CompareArguments& arguments, const std::stop_token& stop)
{
    const auto models = readModelList(arguments.models);
    ProgressBar bar;
    const auto progress = [&](const std::string& what, double share) { bar.show(what, share); };
    auto options = arguments.compare;
    options.cacheFolder = cacheFolderOr(options.cacheFolder);
    const auto study =
        compareWithPeople(readStudy(arguments.database), models, options, progress, stop);
    writeReport(study, arguments.folder, progress,
                arguments.force ? Overwrite::any : Overwrite::own);
    bar.clear();
    const auto problems = problemsOf(study);
    for (const auto& problem : problems) {
        std::cerr << "metamerlab: " << problem << "\n";
    }
    std::cout << "Wrote " << (arguments.folder / "report.html").string()
              << ", with its figures and tables beside it.\n";
    return problems.empty() ? kDone : kFailed;
}

} // namespace

void addCompare(CommandLine& program, char** argv)
{
    auto arguments = std::make_shared<CompareArguments>();
    auto& command = program.add("compare",
                                "Compare networks with people (internal noise, thresholds, single "
                                "answers, recognition), as "
                                "HTML, SVG, PNG and CSV",
                                [arguments, argv] {
                                    // Charts need a window system, but no display.
                                    qputenv("QT_QPA_PLATFORM", "offscreen");
                                    const WindowApplication application(argv);
                                    return runStoppable([&](const std::stop_token& stop) {
                                        return compareAll(*arguments, stop);
                                    });
                                });
    command.add_option("--db", arguments->database, "Trial store")->required();
    command.add_option("--models", arguments->models, "List of networks and layers (JSON)")
        ->required();
    command.add_option("--out", arguments->folder, "Folder for the report")->required();
    command.add_flag("--simulated", arguments->compare.simulated,
                     "Compare with simulated participants too, although there are people");
    command.add_flag("--force", arguments->force,
                     "Replace files that compare did not write, but none of an export or report");
    command.add_option("--references", arguments->compare.references,
                       "Folder where the sessions' pictures or sounds are now");
    addEngineOptions(command, arguments->compare.cacheFolder, arguments->compare.compute,
                     "one for each core");
}

} // namespace mlab::app
