// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_metamers/graph_metamer_batch.h"
#include "app/program/bad_input.h"
#include "app/program/end_signals.h"
#include "app/synth/graph_study_options.h"
#include "app/synth/synth_commands.h"

#include <memory>

namespace mlab::app {

void addGraphMetamers(CommandLine& program)
{
    auto typed = std::make_shared<GraphStudyCommand>();
    auto& command = program.add(
        "graph-metamers",
        "Make the missing metamers of a study of graph networks; exit code 1 if one "
        "cannot be made or is not accepted",
        [typed] {
            const auto options = studyOptions(*typed);
            const auto input = loadGraphStudy(typed->study);
            if (input.study.metamers.empty()) {
                throw BadInput({{.file = typed->study.string(),
                                 .line = 1,
                                 .column = 1,
                                 .pointer = "",
                                 .message = "the study names no metamers to make; add the key "
                                            "\"metamers\"",
                                 .suggestion = ""}});
            }
            return runStoppable([&](const std::stop_token& stop) {
                return runGraphMetamers(input, options, stop);
            });
        });
    command.add_option("STUDY", typed->study, "Study of graph networks")->required();
    addShard(command, *typed);
    command.add_option("--out", typed->options.outFolder,
                       "Folder for the metamers, the graphs, the networks and metamers.csv");
    addNetworkCache(command, *typed);
}

} // namespace mlab::app
