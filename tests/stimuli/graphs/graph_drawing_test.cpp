// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/graphs/builtin/karate_club.h"
#include "stimuli/graphs/drawing/graph_layout.h"
#include "stimuli/graphs/drawing/neighbourhood.h"

#include <gtest/gtest.h>

#include <cmath>

namespace mlab::stimuli {
namespace {

double distanceBetween(const Position& a, const Position& b)
{
    return std::hypot(a.x - b.x, a.y - b.y);
}

void expectApartInUnitSquare(const std::vector<Position>& places)
{
    const double spacing = nodeSpacing(static_cast<int>(places.size()));
    for (std::size_t i = 0; i < places.size(); ++i) {
        EXPECT_GE(places[i].x, 0);
        EXPECT_LE(places[i].x, 1);
        EXPECT_GE(places[i].y, 0);
        EXPECT_LE(places[i].y, 1);
        for (std::size_t j = 0; j < i; ++j) {
            EXPECT_GE(distanceBetween(places[i], places[j]), spacing) << i << " and " << j;
        }
    }
}

TEST(GraphLayout, NodesOfTheKarateClubAreApartAndNeighboursAreNearer)
{
    const auto structure = karateClub().structure;
    const auto places = graphLayout(structure, 1);
    ASSERT_EQ(places.size(), 34U);
    expectApartInUnitSquare(places);
    double joined = 0;
    double all = 0;
    for (const auto& edge : structure.edges()) {
        joined += distanceBetween(places[static_cast<std::size_t>(edge.first)],
                                  places[static_cast<std::size_t>(edge.second)]);
    }
    for (const auto& a : places) {
        for (const auto& b : places) {
            all += distanceBetween(a, b);
        }
    }
    EXPECT_LT(joined / 78, 0.8 * all / (34 * 33));
}

TEST(GraphLayout, IsTheSameForOneSeed)
{
    const auto structure = karateClub().structure;
    EXPECT_EQ(graphLayout(structure, 7), graphLayout(structure, 7));
    EXPECT_NE(graphLayout(structure, 7), graphLayout(structure, 8));
}

TEST(GraphLayout, PlacesNodesWithoutEdgesAndSmallGraphs)
{
    EXPECT_TRUE(graphLayout(GraphStructure(), 1).empty());
    EXPECT_EQ(graphLayout(GraphStructure(1, {}), 1), (std::vector<Position>{{.x = .5, .y = .5}}));
    expectApartInUnitSquare(graphLayout(GraphStructure(300, {}), 1));
    // Two components and a lone node.
    expectApartInUnitSquare(graphLayout(GraphStructure(6, {{0, 1}, {1, 2}, {3, 4}}), 1));
}

TEST(GraphLayout, RefusesMoreNodesThanCanBeDrawn)
{
    EXPECT_THROW(graphLayout(GraphStructure(kMostDrawnNodes + 1, {}), 1), InvalidArgument);
}

TEST(Neighbourhood, HasTheNearestNodesFirst)
{
    const GraphStructure path(5, {{0, 1}, {1, 2}, {2, 3}, {3, 4}});
    EXPECT_EQ(neighbourhood(path, 2, 4), (std::vector<int>{2, 1, 3, 0}));
    EXPECT_EQ(neighbourhood(path, 2, 1), (std::vector<int>{2}));
    EXPECT_EQ(neighbourhood(GraphStructure(3, {{0, 1}}), 0, 3), (std::vector<int>{0, 1}));
    EXPECT_THROW(neighbourhood(path, 5, 1), InvalidArgument);
    const auto part = partOf(path, {2, 1, 4});
    EXPECT_EQ(part, GraphStructure(3, {{0, 1}}));
}

} // namespace
} // namespace mlab::stimuli
