// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_report/graph_figures.h"

#include "app/graph_report/pair_drawing.h"
#include "core/page/report_text.h"
#include "core/page/svg_charts.h"

#include <algorithm>
#include <map>
#include <utility>

namespace mlab::app {
namespace {

bool architecturesDiffer(const GraphReport& report)
{
    const auto& networks = report.results.networks;
    return std::ranges::any_of(networks, [&](const ResultNetwork& one) {
        return one.spec.architecture != networks.front().spec.architecture;
    });
}

/// The name of a network's colour: its architecture, or its activation if all have one
/// architecture.
std::string colourNameOf(const GraphReport& report, const std::string& network)
{
    const auto& spec = report.results.network(network).spec;
    return architecturesDiffer(report) ? nameIn(kGraphArchitectures, spec.architecture)
                                       : nameIn(kGraphActivations, spec.activation);
}

/// What the colours and marks of metamers are, for captions.
std::string marksInWords(const GraphReport& report)
{
    const std::string colours =
        architecturesDiffer(report)
            ? "Colours are the networks' architectures. "
            : "Colours are the networks' activation functions, since all have one architecture. ";
    return colours + "Dots: accepted metamers whose loss is within the tolerance; crosses: graphs "
                     "that were not accepted, or whose loss is above it";
}

/// The series of that name, added if it is not there yet. Valid until the next one is added.
ChartSeries& seriesNamed(std::vector<ChartSeries>& all, const std::string& name, ChartMark mark)
{
    const auto found = std::ranges::find(all, name, &ChartSeries::name);
    return found != all.end()
               ? *found
               : all.emplace_back(ChartSeries{.name = name, .points = {}, .mark = mark});
}

/// The series of a metamer: dots for those that are accepted with a loss within the tolerance,
/// crosses for others. Both are added together, so that they have one colour.
ChartSeries& seriesOf(std::vector<ChartSeries>& all, const GraphReport& report,
                      const ResultMetamer& metamer)
{
    const auto name = colourNameOf(report, metamer.network);
    seriesNamed(all, name, ChartMark::dot);
    auto& others =
        seriesNamed(all, name + ", not accepted, or loss above the tolerance", ChartMark::cross);
    return metamer.accepted && metamer.converged ? seriesNamed(all, name, ChartMark::dot) : others;
}

std::vector<std::string> graphsWithMetamers(const GraphReport& report)
{
    std::vector<std::string> out;
    for (const auto& metamer : report.results.metamers) {
        if (std::ranges::find(out, metamer.graph) == out.end()) {
            out.push_back(metamer.graph);
        }
    }
    return out;
}

std::string inWords(std::string name)
{
    std::ranges::replace(name, '_', ' ');
    return name;
}

/// A row for each mean and value of one kind of measure, but those that no metamer has.
std::vector<NullRow>
nullRows(const GraphReport& report, const std::pair<std::string, GraphChange>& changed,
         std::vector<stimuli::DeviationMeasure> MetamerDeviation::*part,
         std::vector<std::optional<stimuli::NullSummary>> NullOfMeasures::*nullPart)
{
    std::vector<NullRow> rows;
    const auto& nulls = report.deviations.nulls.at(changed).*nullPart;
    for (std::size_t i = 0; i < nulls.size(); ++i) {
        NullRow row;
        for (const auto& one : report.deviations.metamers) {
            if (std::pair(one.metamer->graph, one.metamer->kind.change) != changed) {
                continue;
            }
            const auto& measure = (one.*part)[i];
            row.name = inWords(measure.measure);
            const bool isShown = measure.statistic == "mean" || measure.statistic == "value";
            if (!isShown || !measure.value) {
                continue;
            }
            if (measure.reference && row.series.empty()) {
                row.series.push_back(
                    {.name = "reference",
                     .points = {{.x = *measure.reference, .y = 0, .tip = changed.first}}});
            }
            seriesOf(row.series, report, *one.metamer)
                .points.push_back({.x = *measure.value,
                                   .y = 0,
                                   .tip = one.metamer->item + ": " + rounded(*measure.value)});
        }
        if (!row.series.empty()) {
            row.interval = nulls[i] ? std::optional(nulls[i]->interval) : std::nullopt;
            rows.push_back(std::move(row));
        }
    }
    return rows;
}

std::string figureName(const std::string& kind, const std::string& what)
{
    return fileNameOf(kind + "-" + what);
}

/// @param part "features" or "structure"
PageFigure deviationFigure(const GraphReport& report,
                           const std::pair<std::string, GraphChange>& changed,
                           const std::string& part, const std::vector<NullRow>& rows)
{
    const auto& [graph, change] = changed;
    const auto what = graph + ", " + part + (change == GraphChange::both ? ", both changed" : "");
    return {.name = figureName("deviation", what),
            .svg = nullChart(what, rows),
            .caption = "Deviation of the metamers' " + part + " from those of " + graph + ". " +
                       marksInWords(report) + ". Grey: null graphs (" + nullName(change) + ")."};
}

/// The first group of each graph and kind, then the second of each, and so on.
std::vector<MetamerGroup> drawnGroups(const GraphReport& report)
{
    std::map<std::pair<std::string, MetamerKind>, std::vector<MetamerGroup>> kinds;
    std::size_t most = 0;
    for (const auto& group : groupsOf(report.results)) {
        auto& kind = kinds[{group.graph, group.kind}];
        kind.push_back(group);
        most = std::max(most, kind.size());
    }
    std::vector<MetamerGroup> out;
    for (std::size_t i = 0; i < most; ++i) {
        for (const auto& [which, groups] : kinds) {
            if (i < groups.size() && out.size() < kMostDrawings) {
                out.push_back(groups[i]);
            }
        }
    }
    return out;
}

} // namespace

std::vector<PageFigure> scatterFigures(const GraphReport& report)
{
    std::vector<PageFigure> out;
    for (const auto& graph : graphsWithMetamers(report)) {
        // Each colour has three series: dots, crosses and rings.
        std::vector<ChartSeries> series;
        for (const auto& one : report.consistencies) {
            if (one.metamer->graph != graph) {
                continue;
            }
            seriesOf(series, report, *one.metamer)
                .points.push_back({.x = one.scores.input.mean(),
                                   .y = std::max(0.0, one.scores.match),
                                   .tip = one.metamer->item});
            const auto name = colourNameOf(report, one.metamer->network);
            auto& null = seriesNamed(series, name + ", null", ChartMark::ring).points;
            const ChartPoint mean{.x = one.nullInput.mean,
                                  .y = std::max(0.0, one.nullMatch.mean),
                                  .tip = "mean of the null graphs of " + one.metamer->network};
            const bool drawn = std::ranges::any_of(null, [&](const ChartPoint& point) {
                return point.x == mean.x && point.y == mean.y;
            });
            if (!drawn) {
                null.push_back(mean);
            }
        }
        out.push_back(
            {.name = figureName("scatter", graph),
             .svg = scatterChart(graph, {.title = "S_in: how alike the inputs are"},
                                 {.title = "S_match: how alike the activations are"}, series,
                                 /*diagonal=*/true),
             .caption = "S_in against S_match on " + graph + ". " + marksInWords(report) +
                        "; rings: means of null graphs. On the dashed line inputs and "
                        "activations are equally alike, and the consistency is 1.",
             .narrow = true});
    }
    return out;
}

std::vector<PageFigure> deviationFigures(const GraphReport& report)
{
    std::vector<PageFigure> out;
    for (const auto& [changed, nulls] : report.deviations.nulls) {
        const auto add = [&, &which = changed](const std::string& part,
                                               const std::vector<NullRow>& rows) {
            if (!rows.empty()) {
                out.push_back(deviationFigure(report, which, part, rows));
            }
        };
        add("features",
            nullRows(report, changed, &MetamerDeviation::features, &NullOfMeasures::features));
        add("structure",
            nullRows(report, changed, &MetamerDeviation::structure, &NullOfMeasures::structure));
    }
    return out;
}

std::vector<PageFigure> dimensionFigures(const GraphReport& report)
{
    std::vector<PageFigure> out;
    for (const auto& [graph, reference] : report.results.graphs) {
        std::vector<StackedBar> bars;
        for (const auto& one : report.results.dimensions) {
            if (report.results.network(one.network).graph == graph) {
                StackedBar bar{.name = one.network + ", layer " + std::to_string(one.layer),
                               .parts = {}};
                for (const auto* part : {"aggregation", "width", "activation"}) {
                    bar.parts.push_back(one.values.at(part).value_or(0));
                }
                bars.push_back(std::move(bar));
            }
        }
        if (!bars.empty() && bars.size() <= kMostBars) {
            out.push_back(
                {.name = figureName("dimension", graph),
                 .svg = stackedBarChart(graph, "metamer dimension of a node's field, mean",
                                        {"aggregation", "width", "activation"}, bars),
                 .caption = "What the local metamer dimension consists of, on " + graph +
                            ": directions of the inputs that are lost in sums over neighbours, "
                            "because the layer has few units, and where the activation is flat."});
        }
    }
    return out;
}

std::vector<PageFigure> crossFigures(const GraphReport& report)
{
    struct Matrix {
        std::string graph;
        MetamerKind kind = {};
        std::vector<std::string> rows = {};
        std::vector<std::string> columns = {};
        std::map<std::pair<std::string, std::string>, double> values = {};
    };
    std::vector<Matrix> matrices;
    for (const auto& cross : report.crosses) {
        const auto& group = cross.group;
        if (!hasSeveralNetworks(report.results, group.graph)) {
            continue;
        }
        auto matrix = std::ranges::find_if(matrices, [&](const Matrix& one) {
            return one.graph == group.graph && one.kind == group.kind;
        });
        if (matrix == matrices.end()) {
            matrices.push_back({.graph = group.graph, .kind = group.kind});
            matrix = matrices.end() - 1;
        }
        const auto add = [](std::vector<std::string>& names, const std::string& name) {
            if (std::ranges::find(names, name) == names.end()) {
                names.push_back(name);
            }
        };
        add(matrix->rows, group.network);
        add(matrix->columns, cross.shown);
        matrix->values[{group.network, cross.shown}] = cross.ofMaker.metamer.share;
    }
    std::vector<PageFigure> out;
    for (const auto& matrix : matrices) {
        const std::string what = matrix.graph + ", " + titleOf(matrix.kind);
        std::vector<std::vector<std::optional<double>>> values;
        for (const auto& row : matrix.rows) {
            auto& line = values.emplace_back();
            for (const auto& column : matrix.columns) {
                const auto found = matrix.values.find({row, column});
                line.push_back(found == matrix.values.end() ? std::nullopt
                                                            : std::optional(found->second));
            }
        }
        out.push_back({.name = figureName("cross-network", what),
                       .svg = matrixChart(what, matrix.rows, matrix.columns, values),
                       .caption = "Percent of nodes to which the network of the column gives, on "
                                  "the accepted metamers of the network of the row, the class that "
                                  "the network of the row gives to the reference. On the diagonal "
                                  "networks see their own metamers.",
                       .narrow = matrix.columns.size() < 8});
    }
    return out;
}

std::vector<PageFigure> remedyFigures(const GraphReport& report)
{
    std::vector<PageFigure> out;
    std::vector<std::pair<std::string, std::vector<StackedBar>>> charts; // by graph and factor
    for (const auto& row : report.remedies) {
        if (!row.aggregation) {
            continue;
        }
        const auto what = row.graph + ", " + row.factor;
        if (charts.empty() || charts.back().first != what) {
            charts.emplace_back(what, std::vector<StackedBar>());
        }
        auto& bars = charts.back().second;
        const auto name = row.value + ", layer " + std::to_string(row.layer);
        if (bars.empty() || bars.back().name != name) { // further kinds of metamers
            bars.push_back(
                {.name = name,
                 .parts = {*row.aggregation, row.width.value_or(0), row.activation.value_or(0)}});
        }
    }
    out.reserve(charts.size());
    for (const auto& [what, bars] : charts) {
        out.push_back({.name = figureName("remedies", what),
                       .svg = stackedBarChart(what, "metamer dimension of a node's field, mean",
                                              {"aggregation", "width", "activation"}, bars),
                       .caption = "What the dimension consists of: means over all networks with "
                                  "the same value (" +
                                  what + ")."});
    }
    return out;
}

std::vector<PageFigure> drawingFigures(const GraphReport& report)
{
    std::vector<PageFigure> out;
    for (const auto& group : drawnGroups(report)) {
        // An accepted one, if there is any.
        const auto accepted = std::ranges::find_if(
            group.metamers, [](const ResultMetamer* one) { return one->accepted; });
        const auto& metamer =
            accepted == group.metamers.end() ? *group.metamers.front() : **accepted;
        const auto drawing =
            drawPair(report.results.graph(group.graph), report.results.metamerGraph(metamer),
                     metamer.item, report.settings.seed);
        out.push_back({.name = figureName("drawing", metamer.item),
                       .svg = drawing.svg,
                       .caption = metamer.item + (metamer.accepted ? "" : " (not accepted)") +
                                  ". " + drawing.part +
                                  " Removed edges are orange, added ones blue; nodes are darker "
                                  "the less alike their features are to those of the reference."});
    }
    return out;
}

} // namespace mlab::app
