// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/commands/commands.h"
#include "app/graph_compare/graph_comparison_page.h"
#include "app/program/end_signals.h"
#include "app/program/exit_codes.h"
#include "app/program/progress_bar.h"
#include "app/session/application.h"

#include <CLI/CLI.hpp>

#include <iostream>
#include <memory>

namespace mlab::app {
namespace {

struct CompareGraphsArguments {
    std::filesystem::path database;
    std::filesystem::path networks;
    std::filesystem::path folder;
    bool force = false;
};

int compareAll(const CompareGraphsArguments& arguments, const std::stop_token& stop)
{
    ProgressBar bar;
    const auto progress = [&](const std::string& what, double share) { bar.show(what, share); };
    const auto networks = readTrainedNetworks(arguments.networks);
    for (const auto& sentence : networks.leftOut) {
        std::cerr << "metamerlab: " << sentence << "\n";
    }
    const auto comparison = compareGraphs(readStudy(arguments.database), networks, progress, stop);
    writeGraphComparison(comparison, arguments.folder,
                         arguments.force ? Overwrite::any : Overwrite::own);
    bar.clear();
    for (const auto& problem : comparison.problems) {
        std::cerr << "metamerlab: " << problem << "\n";
    }
    std::cout << "Wrote " << (arguments.folder / "index.html").string()
              << ", with its figures and tables beside it.\n";
    return comparison.problems.empty() ? kDone : kFailed;
}

} // namespace

void addCompareGraphs(CommandLine& program, char** argv)
{
    auto arguments = std::make_shared<CompareGraphsArguments>();
    auto& command =
        program.add("compare-graphs",
                    "Set people's d' for rewired graphs beside the consistency of graph networks, "
                    "as HTML, SVG and CSV",
                    [arguments, argv] {
                        const ConsoleApplication application(argv);
                        return runStoppable([&](const std::stop_token& stop) {
                            return compareAll(*arguments, stop);
                        });
                    });
    command.add_option("--db", arguments->database, "Trial store")->required();
    command
        .add_option("--networks", arguments->networks, "Folder that metamersynth graph-train wrote")
        ->required();
    command.add_option("--out", arguments->folder, "Folder for the comparison")->required();
    command.add_flag(
        "--force", arguments->force,
        "Replace files that compare-graphs did not write, but none of another command");
}

} // namespace mlab::app
