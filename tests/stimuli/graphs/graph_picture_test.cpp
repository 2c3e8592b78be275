// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/graphs/builtin/karate_club.h"
#include "stimuli/graphs/drawing/graph_picture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace mlab::stimuli {
namespace {

using Pixel = std::array<int, 3>;

Pixel at(const RgbImage& image, int x, int y)
{
    const auto* pixel = &image.pixels[static_cast<std::size_t>((y * image.width + x) * 3)];
    return {pixel[0], pixel[1], pixel[2]};
}

constexpr Pixel kWhite = {255, 255, 255};

/// Two nodes of two classes and one of none, in the corners of the square.
Graph corner()
{
    Graph graph;
    graph.structure = {3, {{.first = 0, .second = 1}}};
    graph.features = noFeatures(3);
    graph.labels = {0, 1, kUnknownLabel};
    graph.classNames = {"a", "b"};
    return graph;
}

TEST(GraphPicture, ShowsNodesAtTheirPlacesAndLinesBetween)
{
    const auto graph = corner();
    const std::vector<Position> places = {{.x = 0, .y = 0}, {.x = 1, .y = 0}, {.x = 0.5, .y = 1}};
    GraphDrawingSpec drawing{.nodePx = 10, .edgePx = 2};
    const auto gray = graphPicture(graph.structure, graph, places, drawing, 200);
    EXPECT_EQ(at(gray, 6, 6), (Pixel{40, 40, 40}));
    EXPECT_EQ(at(gray, 193, 6), (Pixel{40, 40, 40}));
    EXPECT_EQ(at(gray, 100, 193), (Pixel{40, 40, 40}));
    EXPECT_EQ(at(gray, 100, 5), (Pixel{110, 110, 110})); // y from 5 to 7
    EXPECT_EQ(at(gray, 100, 6), (Pixel{110, 110, 110}));
    EXPECT_EQ(at(gray, 100, 8), kWhite);
    EXPECT_EQ(at(gray, 53, 100), kWhite); // nodes 0 and 2 are not connected

    drawing.nodes = NodeColours::classes;
    const auto coloured = graphPicture(graph.structure, graph, places, drawing, 200);
    EXPECT_NE(at(coloured, 6, 6), at(coloured, 193, 6));
    EXPECT_EQ(at(coloured, 100, 193), (Pixel{40, 40, 40})); // without a class
}

TEST(GraphPicture, EdgesHaveTheirWidthInEveryDirection)
{
    Graph graph = corner();
    graph.labels.clear();
    GraphDrawingSpec drawing{.nodePx = 4, .edgePx = 3};
    for (const auto& end : {Position{.x = 1, .y = 0.5}, Position{.x = 0.5, .y = 1},
                            Position{.x = 0.9, .y = 0.9}, Position{.x = 0.2, .y = 1}}) {
        const std::vector<Position> places = {{.x = 0.5, .y = 0.5}, end, {.x = 0, .y = 0}};
        const auto drawn = [&](const GraphStructure& edges) {
            const auto image = graphPicture(edges, graph, places, drawing, 112);
            double ink = 0;
            for (const auto value : image.pixels) {
                ink += (255 - value) / 3.0;
            }
            return ink;
        };
        const double dx = 106 * (end.x - 0.5);
        const double dy = 106 * (end.y - 0.5);
        const double length = std::sqrt(dx * dx + dy * dy) - 4; // without what the nodes cover
        const double width =
            (drawn(graph.structure) - drawn(GraphStructure(3, {}))) / (255 - 110) / length;
        EXPECT_NEAR(width, 3, 0.15);
    }
}

TEST(GraphPicture, IsTheSameWhereverItIsDrawn)
{
    const auto club = karateClub();
    const auto places = graphLayout(club.structure, 1);
    GraphDrawingSpec drawing;
    const auto image = graphPicture(club.structure, club, places, drawing, 224);
    EXPECT_EQ(sha256Of(image), "fd572902b03b279ae122a771bb6c5425d11417c14d5f6e5af355c393d9948464");
}

TEST(GraphPicture, WhatCannotBeToldApartIsRefused)
{
    auto graph = corner();
    const std::vector<Position> places = {{.x = 0, .y = 0}, {.x = 1, .y = 0}, {.x = 0.5, .y = 1}};
    GraphDrawingSpec drawing{.nodes = NodeColours::classes};
    graph.classNames.resize(8, "c");
    const auto problem = [&](int sizePx) {
        try {
            graphPicture(graph.structure, graph, places, drawing, sizePx);
            return std::string();
        } catch (const InvalidArgument& error) {
            return std::string(error.what());
        }
    };
    EXPECT_THAT(problem(224), testing::HasSubstr("colours for 7 classes, and the graph has 8"));
    drawing.nodes = NodeColours::gray;
    EXPECT_EQ(problem(224), "");
    EXPECT_THAT(problem(64), testing::HasSubstr("3 nodes can be 3.1 px wide"));
}

} // namespace
} // namespace mlab::stimuli
