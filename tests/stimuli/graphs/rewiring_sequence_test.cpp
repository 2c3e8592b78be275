// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/builtin/contextual_sbm.h"
#include "stimuli/graphs/builtin/karate_club.h"
#include "stimuli/graphs/rewiring/rewiring_sequence.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace mlab::stimuli {
namespace {

/// Six nodes in a ring: one swap makes two triangles of it.
GraphStructure hexagon()
{
    return {6,
            {{.first = 0, .second = 1},
             {.first = 1, .second = 2},
             {.first = 2, .second = 3},
             {.first = 3, .second = 4},
             {.first = 4, .second = 5},
             {.first = 5, .second = 0}}};
}

std::size_t missingFrom(const GraphStructure& graph, const GraphStructure& other)
{
    return static_cast<std::size_t>(std::ranges::count_if(graph.edges(), [&](const Edge& edge) {
        return !other.connected(edge.first, edge.second);
    }));
}

TEST(RewiringSequence, EachSwapChangesTwoMoreEdgesOfTheReferenceAndKeepsDegrees)
{
    const auto club = karateClub().structure;
    const Colours one(34, 0);
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        RandomStream stream(seed, "test");
        const auto sequence = rewiringSequence(club, one, stream);
        ASSERT_GE(sequence.size(), 20U) << seed;
        for (std::size_t swaps = 0; swaps <= sequence.size(); ++swaps) {
            const auto graph = rewired(club, std::span(sequence).first(swaps));
            EXPECT_EQ(missingFrom(club, graph), 2 * swaps);
            EXPECT_EQ(missingFrom(graph, club), 2 * swaps);
            for (int node = 0; node < 34; ++node) {
                ASSERT_EQ(graph.degree(node), club.degree(node));
            }
        }
    }
}

TEST(RewiringSequence, EndsWhereNoSwapIsLeft)
{
    const auto ring = hexagon();
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        RandomStream stream(seed, "test");
        auto sequence = rewiringSequence(ring, Colours(6, 0), stream);
        const auto graph = rewired(ring, sequence);
        const auto kept = 6 - 2 * sequence.size();
        EXPECT_EQ(6 - missingFrom(ring, graph), kept);
        EXPECT_GE(sequence.size(), 1U);
    }
}

TEST(RewiringSequence, WithinStableColoursEveryNodeKeepsTheColoursOfItsNeighbours)
{
    // Nodes of two kinds, so that colours differ.
    auto graph = contextualSbm({.nodes = 40, .meanDegree = 6, .features = 1, .seed = 3});
    for (std::size_t node = 0; node < graph.labels.size(); ++node) {
        std::get<DenseFeatures>(graph.features).values[node] = graph.labels[node];
    }
    const auto colours = featureColours(graph.features); // not stable
    RandomStream stream(1, "test");
    const auto sequence = rewiringSequence(graph.structure, colours, stream);
    ASSERT_GE(sequence.size(), 10U);
    const auto other = rewired(graph.structure, sequence);
    EXPECT_EQ(refinedColours(other, colours), refinedColours(graph.structure, colours));
}

TEST(RewiringSequence, IsEmptyExactlyWhereStableColoursDetermineEveryEdge)
{
    const auto club = karateClub();
    const auto stable = stableColours(club.structure, featureColours(club.features));
    RandomStream stream(1, "test");
    EXPECT_EQ(rewiringSequence(club.structure, stable, stream).empty(),
              !swapWithinColours(club.structure, stable).has_value());
}

} // namespace
} // namespace mlab::stimuli
