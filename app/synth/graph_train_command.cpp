// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graphs/graph_training.h"
#include "app/program/end_signals.h"
#include "app/synth/graph_study_options.h"
#include "app/synth/synth_commands.h"

#include <memory>

namespace mlab::app {

void addGraphTrain(CommandLine& program)
{
    auto typed = std::make_shared<GraphStudyCommand>();
    auto& command = program.add("graph-train",
                                "Train the missing networks of a study of graph networks", [typed] {
                                    const auto options = studyOptions(*typed);
                                    const auto input = loadGraphStudy(typed->study);
                                    return runStoppable([&](const std::stop_token& stop) {
                                        return runGraphTraining(input, options, stop);
                                    });
                                });
    command.add_option("STUDY", typed->study, "Study of graph networks")->required();
    addShard(command, *typed);
    command.add_option("--out", typed->options.outFolder,
                       "Folder for the networks, the graphs and networks.csv");
    addNetworkCache(command, *typed);
}

} // namespace mlab::app
