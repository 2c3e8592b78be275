// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/drawing/graph_layout.h"

#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "stimuli/graphs/igraph/igraph_graph.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace mlab::stimuli {
namespace {

/// A matrix of igraph.
class IgraphMatrix {
public:
    IgraphMatrix(int rows, int columns)
    {
        callIgraph("a layout", [&] { return igraph_matrix_init(&matrix_, rows, columns); });
    }
    ~IgraphMatrix() { igraph_matrix_destroy(&matrix_); }
    IgraphMatrix(const IgraphMatrix&) = delete;
    IgraphMatrix& operator=(const IgraphMatrix&) = delete;

    igraph_matrix_t* get() { return &matrix_; }
    double& at(std::size_t row, int column)
    {
        return MATRIX(matrix_, static_cast<igraph_integer_t>(row), column);
    }

private:
    igraph_matrix_t matrix_{};
};

std::vector<Position> kamadaKawai(const GraphStructure& structure, std::uint64_t seed)
{
    // igraph's own defaults.
    constexpr int kIterationsPerNode = 50;
    const auto nodes = static_cast<std::size_t>(structure.nodes());
    IgraphGraph graph(structure);
    IgraphMatrix places(structure.nodes(), 2);
    RandomStream stream(seed, "graph layout");
    for (std::size_t node = 0; node < nodes; ++node) {
        places.at(node, 0) = stream.uniform();
        places.at(node, 1) = stream.uniform();
    }
    callIgraph("a layout", [&] {
        return igraph_layout_kamada_kawai(
            graph.get(), places.get(), true, kIterationsPerNode * structure.nodes(), 0,
            structure.nodes(), nullptr, nullptr, nullptr, nullptr, nullptr);
    });
    std::vector<Position> out;
    for (std::size_t node = 0; node < nodes; ++node) {
        out.push_back({.x = places.at(node, 0), .y = places.at(node, 1)});
    }
    return out;
}

/// Moves and scales all alike, so that the longer side fills 0 to 1 and the shorter is centred.
void fitUnitSquare(std::vector<Position>& places)
{
    const auto [left, right] = std::ranges::minmax(places, {}, &Position::x);
    const auto [top, bottom] = std::ranges::minmax(places, {}, &Position::y);
    const double side = std::max(right.x - left.x, bottom.y - top.y);
    const double centreX = (left.x + right.x) / 2;
    const double centreY = (top.y + bottom.y) / 2;
    const double scale = side > 0 ? 1 / side : 0;
    for (auto& place : places) {
        place.x = std::clamp(0.5 + scale * (place.x - centreX), 0.0, 1.0);
        place.y = std::clamp(0.5 + scale * (place.y - centreY), 0.0, 1.0);
    }
}

/// Pushes apart each pair that is closer than `spacing`. @return whether there was one
bool pushApart(std::vector<Position>& places, double spacing)
{
    // Pairs end a little further apart, so that rounding does not bring them back.
    constexpr double kMargin = 1.01;
    bool any = false;
    for (std::size_t i = 0; i < places.size(); ++i) {
        for (std::size_t j = i + 1; j < places.size(); ++j) {
            double dx = places[j].x - places[i].x;
            double dy = places[j].y - places[i].y;
            double distance = std::sqrt(dx * dx + dy * dy);
            if (distance >= spacing) {
                continue;
            }
            any = true;
            if (distance == 0) {
                dx = i % 2 == 0 ? 1 : -1;
                dy = j % 2 == 0 ? 1 : -1;
                distance = std::sqrt(2);
                // Direction alone: the pair stands on one point.
                places[j].x += dx / distance * spacing * kMargin;
                places[j].y += dy / distance * spacing * kMargin;
                continue;
            }
            const double push = (spacing * kMargin - distance) / 2 / distance;
            places[i].x -= push * dx;
            places[i].y -= push * dy;
            places[j].x += push * dx;
            places[j].y += push * dy;
        }
    }
    return any;
}

} // namespace

double nodeSpacing(int nodes)
{
    constexpr double kFewNodes = 0.06;
    return std::min(kFewNodes, 0.5 / std::sqrt(std::max(1, nodes)));
}

std::vector<Position> graphLayout(const GraphStructure& structure, std::uint64_t seed)
{
    if (structure.nodes() > kMostDrawnNodes) {
        throw InvalidArgument("a drawing of " + std::to_string(structure.nodes()) +
                              " nodes; at most " + std::to_string(kMostDrawnNodes) +
                              " can be drawn: choose a part of the graph");
    }
    if (structure.nodes() == 0) {
        return {};
    }
    auto places = kamadaKawai(structure, seed);
    fitUnitSquare(places);
    // Scaling to the square brings nodes closer again, so both take turns.
    const double spacing = nodeSpacing(structure.nodes());
    constexpr int kMostRounds = 1000;
    for (int round = 0; round < kMostRounds && pushApart(places, spacing); ++round) {
        fitUnitSquare(places);
    }
    return places;
}

} // namespace mlab::stimuli
