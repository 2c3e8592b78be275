// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_report/report_files.h"
#include "app/program/bad_input.h"
#include "app/program/end_signals.h"
#include "app/program/exit_codes.h"
#include "app/program/progress_bar.h"
#include "app/synth/synth_commands.h"
#include "core/base/parallel.h"
#include "stimuli/worker/engine_info.h"

#include <iostream>
#include <memory>
#include <string>

namespace mlab::app {
namespace {

struct GraphReportOptions {
    std::filesystem::path folder;
    bool force = false;
};

int writeReport(const GraphReportOptions& options, const std::stop_token& stop)
{
    ProgressBar bar;
    GraphReport report;
    report.results = readInput([&] { return readGraphResults(options.folder); });
    for (const auto& sentence : report.results.leftOut) {
        stimuli::warnOnStderr(sentence);
    }
    report.settings.null.threads = allCores();
    report.settings.progress = [&](const std::string& what, double share) {
        bar.show(what, share);
    };
    report.settings.null.stop = stop;
    compute(report, runNetwork);
    writeGraphReport(report, options.folder, options.force ? Overwrite::any : Overwrite::own);
    bar.clear();
    std::cout << (options.folder / "index.html").string() << "\n";
    return kDone;
}

} // namespace

void addGraphReport(CommandLine& program)
{
    auto options = std::make_shared<GraphReportOptions>();
    auto& command = program.add(
        "graph-report", "Write a page with figures and tables on the metamers of graph networks",
        [options] {
            return runStoppable(
                [&](const std::stop_token& stop) { return writeReport(*options, stop); });
        });
    command
        .add_option("folder", options->folder,
                    "Folder that graph-train, graph-metamers and graph-dimension wrote")
        ->required();
    command.add_flag("--force", options->force,
                     "Replace files that somebody has changed since they were written");
}

} // namespace mlab::app
