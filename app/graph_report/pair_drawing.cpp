// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_report/pair_drawing.h"

#include "core/page/report_text.h"
#include "core/page/svg_figure.h"
#include "stimuli/graphs/drawing/graph_layout.h"
#include "stimuli/graphs/drawing/neighbourhood.h"
#include "stimuli/graphs/measures/consistency.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <vector>

namespace mlab::app {
namespace {

constexpr int kMostWhole = 300;
constexpr int kNeighbourhood = 100;
constexpr double kSide = 330;
constexpr double kMargin = 14;
constexpr double kTop = 48;
constexpr const char* kRemoved = "#d55e00";
constexpr const char* kAdded = "#0072b2";

std::vector<stimuli::Edge> edgesOnlyIn(const stimuli::GraphStructure& one,
                                       const stimuli::GraphStructure& other)
{
    std::vector<stimuli::Edge> out;
    std::ranges::set_difference(one.edges(), other.edges(), std::back_inserter(out));
    return out;
}

/// The node with most changed edges; of equal ones, that whose features changed most.
int mostChanged(const stimuli::Graph& reference, const stimuli::Graph& metamer,
                const std::vector<double>& cosines)
{
    std::vector<double> change(cosines.size());
    std::ranges::transform(cosines, change.begin(),
                           [](double cosine) { return (1 - cosine) / 2; }); // at most 1, an edge
    for (const auto& edges : {edgesOnlyIn(reference.structure, metamer.structure),
                              edgesOnlyIn(metamer.structure, reference.structure)}) {
        for (const auto& edge : edges) {
            change[static_cast<std::size_t>(edge.first)] += 1;
            change[static_cast<std::size_t>(edge.second)] += 1;
        }
    }
    return static_cast<int>(std::ranges::max_element(change) - change.begin());
}

/// Light for features as in the reference, dark for features that are not alike.
std::string nodeColour(double cosine)
{
    const double shade = std::sqrt(std::clamp(1 - cosine, 0.0, 1.0));
    const auto mixed = [&](double light, double dark) {
        return std::to_string(static_cast<int>(std::lround(light + shade * (dark - light))));
    };
    return "rgb(" + mixed(235, 110) + "," + mixed(235, 40) + "," + mixed(235, 100) + ")";
}

class Panel {
public:
    Panel(SvgFigure& figure, double left, const std::vector<stimuli::Position>& places)
        : figure_(&figure), left_(left), places_(&places)
    {
    }

    void edges(const std::vector<stimuli::Edge>& edges, const std::string& colour, double width)
    {
        for (const auto& edge : edges) {
            figure_->line(at(edge.first), at(edge.second), colour, width);
        }
    }
    void node(int node, const std::string& fill, const std::string& tip)
    {
        constexpr double kMostRadius = 7;
        const double radius = std::min(
            kMostRadius, 0.42 * kSide * stimuli::nodeSpacing(static_cast<int>(places_->size())));
        figure_->circle(at(node), radius, fill, kSvgInk, tip);
    }

private:
    SvgPoint at(int node) const
    {
        const auto& place = (*places_)[static_cast<std::size_t>(node)];
        return {.x = left_ + kSide * place.x, .y = kTop + kSide * place.y};
    }

    SvgFigure* figure_;
    double left_;
    const std::vector<stimuli::Position>* places_;
};

std::string nodeTip(const stimuli::Graph& graph, int node)
{
    const auto at = static_cast<std::size_t>(node);
    std::string out = "node " + std::to_string(node);
    if (!graph.nodeNames.empty()) {
        out += " (" + graph.nodeNames[at] + ")";
    }
    if (!graph.labels.empty() && graph.labels[at] != stimuli::kUnknownLabel) {
        out += ", class " + graph.classNames[static_cast<std::size_t>(graph.labels[at])];
    }
    return out;
}

} // namespace

PairDrawing drawPair(const stimuli::Graph& reference, const stimuli::Graph& metamer,
                     const std::string& title, std::uint64_t seed)
{
    const int nodes = reference.structure.nodes();
    const auto cosines = stimuli::nodeCosines(reference.features, metamer.features);
    PairDrawing out;
    std::vector<int> part(static_cast<std::size_t>(nodes));
    std::iota(part.begin(), part.end(), 0);
    out.part = "All " + std::to_string(nodes) + " nodes.";
    if (nodes > kMostWhole) {
        const int start = mostChanged(reference, metamer, cosines);
        part = stimuli::neighbourhood(reference.structure, start, kNeighbourhood);
        out.part = std::to_string(part.size()) + " of " + std::to_string(nodes) +
                   " nodes: those nearest to node " + std::to_string(start) +
                   ", which changed most.";
    }
    const auto before = stimuli::partOf(reference.structure, part);
    const auto after = stimuli::partOf(metamer.structure, part);
    const auto places = stimuli::graphLayout(before, seed);
    const auto removed = edgesOnlyIn(before, after);
    const auto added = edgesOnlyIn(after, before);
    std::vector<stimuli::Edge> kept;
    std::ranges::set_intersection(before.edges(), after.edges(), std::back_inserter(kept));

    const std::string drawn = static_cast<int>(part.size()) < nodes ? " drawn" : "";
    const double right = 3 * kMargin + kSide;
    SvgFigure figure(2 * kSide + 4 * kMargin, kTop + kSide + kMargin);
    figure.text({.x = 8, .y = 17}, title, {.size = 13, .bold = true});
    figure.text({.x = kMargin, .y = 35},
                "reference, " + counted(removed.size(), "removed edge", "removed edges") + drawn);
    figure.text({.x = right, .y = 35},
                "metamer, " + counted(added.size(), "added edge", "added edges") + drawn);
    Panel first(figure, kMargin, places);
    Panel second(figure, right, places);
    constexpr double kThin = 0.8;
    constexpr double kThick = 1.8;
    first.edges(kept, kSvgPale, kThin);
    second.edges(kept, kSvgPale, kThin);
    first.edges(removed, kRemoved, kThick);
    second.edges(added, kAdded, kThick);
    for (std::size_t i = 0; i < part.size(); ++i) {
        const auto tip = nodeTip(reference, part[i]);
        const double cosine = cosines[static_cast<std::size_t>(part[i])];
        first.node(static_cast<int>(i), nodeColour(1), tip);
        second.node(static_cast<int>(i), nodeColour(cosine),
                    tip + ", cosine of the features " + rounded(cosine));
    }
    out.svg = figure.document();
    return out;
}

} // namespace mlab::app
