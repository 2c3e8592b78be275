// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/program/exit_codes.h"
#include "app/synth/graph_options.h"
#include "app/synth/synth_commands.h"
#include "core/base/csv.h"
#include "core/base/files.h"
#include "core/base/number_text.h"

#include <memory>
#include <string>
#include <vector>

namespace mlab::app {
namespace {

int writeActivations(const GraphOptions& options)
{
    const auto rows = graphEngine(options)->activations(options.layer, options.values());
    std::string table;
    for (int node = 0; node < rows.rows; ++node) {
        std::vector<std::string> fields;
        for (const auto value : rows.row(node)) {
            fields.push_back(shortNumber(value));
        }
        table += csvRecord(fields);
    }
    writeFileAtomically(options.out, table);
    return kDone;
}

} // namespace

void addGraphActivations(CommandLine& program)
{
    auto options = std::make_shared<GraphOptions>();
    auto& command = program.add("graph-activations",
                                "Write the activations of a layer of a graph network, one row for "
                                "each node",
                                [options] { return writeActivations(*options); });
    addGraph(command, *options);
}

} // namespace mlab::app
