// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/files/edge_list.h"
#include "stimuli/graphs/files/feature_table.h"
#include "stimuli/graphs/files/node_table.h"
#include "tests/fuzz/fuzz_input.h"

using namespace mlab::stimuli;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const mlab::InputFile file(mlab::bytesOf(data, size));
    mlab::mayRefuse([&] { readEdgeList(file.path(), std::nullopt); });
    mlab::mayRefuse([&] { readEdgeList(file.path(), NodeIds(3)); });
    mlab::mayRefuse([&] { readNodeTable(file.path()); });
    mlab::mayRefuse([&] {
        const auto table = readFeatureTable(file.path());
        requireWhole(featuresOf(table, idsOf(table).value_or(NodeIds(3))));
    });
    return 0;
}
