// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/drawing/graph_picture.h"

#include "core/base/error.h"
#include "core/base/number_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>

namespace mlab::stimuli {
namespace {

using Colour = std::array<std::uint8_t, 3>;

constexpr Colour kPaper = {255, 255, 255};
constexpr Colour kLine = {110, 110, 110};
constexpr Colour kNode = {40, 40, 40};
/// Colours that colour-blind people tell apart, too (Okabe & Ito 2008), without black.
constexpr std::array<Colour, kMostDrawnClasses> kClasses = {{{230, 159, 0},
                                                             {86, 180, 233},
                                                             {0, 158, 115},
                                                             {240, 228, 66},
                                                             {0, 114, 178},
                                                             {213, 94, 0},
                                                             {204, 121, 167}}};

/// What a shape covers of each pixel, 0 to 1. Shapes of one colour do not add up where they cross.
class Coverage {
public:
    explicit Coverage(int sizePx)
        : size_(sizePx),
          values_(static_cast<std::size_t>(sizePx) * static_cast<std::size_t>(sizePx))
    {
    }

    void cover(int x, int y, double share)
    {
        if (x >= 0 && x < size_ && y >= 0 && y < size_) {
            auto& value = values_[static_cast<std::size_t>(y) * static_cast<std::size_t>(size_) +
                                  static_cast<std::size_t>(x)];
            value = std::max(value, share);
        }
    }

    const std::vector<double>& values() const { return values_; }

private:
    int size_;
    std::vector<double> values_;
};

/// Of a pixel whose centre is that far from the middle of a shape of that radius.
double share(double distance, double radius)
{
    return std::clamp(radius + 0.5 - distance, 0.0, 1.0);
}

int pixelAt(double place)
{
    return static_cast<int>(std::floor(place));
}

double distanceToSegment(Position point, Position from, Position to)
{
    const double dx = to.x - from.x;
    const double dy = to.y - from.y;
    const double length2 = dx * dx + dy * dy;
    const double along =
        length2 > 0
            ? std::clamp(((point.x - from.x) * dx + (point.y - from.y) * dy) / length2, 0.0, 1.0)
            : 0.0;
    const double x = point.x - from.x - along * dx;
    const double y = point.y - from.y - along * dy;
    return std::sqrt(x * x + y * y);
}

void drawLine(Coverage& out, Position from, Position to, double radius)
{
    // Goes along the longer side, across the few pixels that the line can touch there.
    const bool upright = std::abs(to.y - from.y) > std::abs(to.x - from.x);
    const auto turned = [upright](Position place) {
        return upright ? Position{.x = place.y, .y = place.x} : place;
    };
    Position begin = turned(from);
    Position end = turned(to);
    if (begin.x > end.x) {
        std::swap(begin, end);
    }
    const double slope = end.x > begin.x ? (end.y - begin.y) / (end.x - begin.x) : 0.0;
    constexpr double kDiagonal = 1.5; // above the square root of 2
    const double reach = (radius + 1) * kDiagonal;
    for (int x = pixelAt(begin.x - radius - 1); x <= pixelAt(end.x + radius + 1); ++x) {
        const double middle = begin.y + slope * (std::clamp(x + 0.5, begin.x, end.x) - begin.x);
        for (int y = pixelAt(middle - reach); y <= pixelAt(middle + reach); ++y) {
            const double covered =
                share(distanceToSegment({.x = x + 0.5, .y = y + 0.5}, begin, end), radius);
            upright ? out.cover(y, x, covered) : out.cover(x, y, covered);
        }
    }
}

void drawDisc(Coverage& out, Position centre, double radius)
{
    for (int y = pixelAt(centre.y - radius - 1); y <= pixelAt(centre.y + radius + 1); ++y) {
        for (int x = pixelAt(centre.x - radius - 1); x <= pixelAt(centre.x + radius + 1); ++x) {
            const double dx = x + 0.5 - centre.x;
            const double dy = y + 0.5 - centre.y;
            out.cover(x, y, share(std::sqrt(dx * dx + dy * dy), radius));
        }
    }
}

void paint(RgbImage& image, const Coverage& coverage, const Colour& colour)
{
    auto pixel = image.pixels.begin();
    for (const double covered : coverage.values()) {
        for (const auto channel : colour) {
            *pixel = static_cast<std::uint8_t>(
                std::floor(*pixel + covered * (channel - static_cast<double>(*pixel)) + 0.5));
            ++pixel;
        }
    }
}

Colour colourOf(const Graph& graph, NodeColours colours, std::size_t node)
{
    if (colours == NodeColours::gray || graph.labels.empty() ||
        graph.labels[node] == kUnknownLabel) {
        return kNode;
    }
    return kClasses.at(static_cast<std::size_t>(graph.labels[node]));
}

std::vector<Position> onPixels(const std::vector<Position>& places, double nodePx, int sizePx)
{
    constexpr double kGrid = 8; // of a pixel
    const double margin = nodePx / 2 + 1;
    const double side = sizePx - 2 * margin;
    const auto rounded = [&](double place) {
        return std::floor((margin + place * side) * kGrid + 0.5) / kGrid;
    };
    std::vector<Position> out;
    out.reserve(places.size());
    for (const auto& place : places) {
        out.push_back({.x = rounded(place.x), .y = rounded(place.y)});
    }
    return out;
}

} // namespace

void requireDrawable(const Graph& graph, const GraphDrawingSpec& drawing, int sizePx)
{
    if (graph.structure.nodes() > kMostDrawnNodes) {
        throw InvalidArgument("the graph has " + std::to_string(graph.structure.nodes()) +
                              " nodes; at most " + std::to_string(kMostDrawnNodes) +
                              " can be drawn: choose a part of it");
    }
    const auto edges = graph.structure.edges().size();
    if (edges > kMostDrawnEdges) {
        throw InvalidArgument("the graph has " + std::to_string(edges) + " edges; at most " +
                              std::to_string(kMostDrawnEdges) +
                              " can be drawn: choose a part of it");
    }
    const auto classes = static_cast<int>(graph.classNames.size());
    if (drawing.nodes == NodeColours::classes && classes > kMostDrawnClasses) {
        throw InvalidArgument("a drawing has colours for " + std::to_string(kMostDrawnClasses) +
                              " classes, and the graph has " + std::to_string(classes) +
                              "; draw gray nodes");
    }
    const double room = nodeSpacing(graph.structure.nodes()) * (sizePx - drawing.nodePx - 2);
    if (room < drawing.nodePx) {
        throw InvalidArgument("nodes of " + shortNumber(drawing.nodePx) +
                              " px would touch: in a picture of " + std::to_string(sizePx) +
                              " px, " + std::to_string(graph.structure.nodes()) + " nodes can be " +
                              fixedNumber(std::floor(room * 10) / 10, 1) +
                              " px wide; draw smaller nodes, or make image_size_px larger");
    }
}

RgbImage graphPicture(const GraphStructure& edges, const Graph& graph,
                      const std::vector<Position>& places, const GraphDrawingSpec& drawing,
                      int sizePx)
{
    requireDrawable(graph, drawing, sizePx);
    const auto at = onPixels(places, drawing.nodePx, sizePx);
    const auto placeOf = [&](int node) { return at[static_cast<std::size_t>(node)]; };

    RgbImage image{.width = sizePx, .height = sizePx, .pixels = {}};
    for (int pixel = 0; pixel < sizePx * sizePx; ++pixel) {
        image.pixels.insert(image.pixels.end(), kPaper.begin(), kPaper.end());
    }
    Coverage lines(sizePx);
    for (const auto& edge : edges.edges()) {
        drawLine(lines, placeOf(edge.first), placeOf(edge.second), drawing.edgePx / 2);
    }
    paint(image, lines, kLine);

    std::map<Colour, Coverage> discs; // nodes do not touch, so that their order has no meaning
    for (std::size_t node = 0; node < at.size(); ++node) {
        auto& coverage =
            discs.try_emplace(colourOf(graph, drawing.nodes, node), sizePx).first->second;
        drawDisc(coverage, at[node], drawing.nodePx / 2);
    }
    for (const auto& [colour, coverage] : discs) {
        paint(image, coverage, colour);
    }
    return image;
}

} // namespace mlab::stimuli
