// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/builtin/karate_club.h"

#include "stimuli/graphs/igraph/igraph_graph.h"

namespace mlab::stimuli {

Graph karateClub()
{
    IgraphGraph club("the karate club",
                     [](igraph_t* graph) { return igraph_famous(graph, "Zachary"); });
    Graph out;
    out.structure = GraphStructure(club.nodes(), club.edges());
    out.features = noFeatures(out.structure.nodes());
    out.labels.assign(static_cast<std::size_t>(out.structure.nodes()), 1);
    for (const int node : {0, 1, 2, 3, 4, 5, 6, 7, 8, 10, 11, 12, 13, 16, 17, 19, 21}) {
        out.labels[static_cast<std::size_t>(node)] = 0;
    }
    out.classNames = {"instructor", "administrator"};
    return out;
}

} // namespace mlab::stimuli
