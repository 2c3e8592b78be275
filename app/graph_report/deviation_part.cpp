// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_report/deviation_part.h"

#include "core/base/error.h"
#include "core/page/report_text.h"

namespace mlab::app {
namespace {

using Nulls = std::vector<std::optional<stimuli::NullSummary>>;

void addRows(ReportTable& table, const ResultMetamer& metamer, const char* part,
             const std::vector<stimuli::DeviationMeasure>& measures, const Nulls& nulls,
             GraphChange kind, const GraphReportSettings& settings)
{
    for (std::size_t i = 0; i < measures.size(); ++i) {
        const auto& measure = measures[i];
        const auto& null = nulls[i];
        table.rows.push_back(
            {metamer.item, metamer.network, metamer.graph, std::to_string(metamer.layer),
             nameIn(kGraphChanges, metamer.change), std::to_string(metamer.seed),
             yes(metamer.accepted), part, measure.measure, measure.statistic, whole(measure.value),
             whole(measure.reference), nullName(kind), std::to_string(settings.null.count),
             std::to_string(settings.null.seed), null ? whole(null->mean) : "",
             null ? whole(null->interval[0]) : "", null ? whole(null->interval[1]) : ""});
    }
}

} // namespace

Deviations deviationsOf(const GraphResults& results, const GraphReportSettings& settings)
{
    Deviations out;
    const auto total = static_cast<double>(results.metamers.size() + results.graphs.size());
    double done = 0;
    const auto step = [&] {
        if (settings.stop.stop_requested()) {
            throw Cancelled();
        }
        settings.progress("deviation", done / total);
        ++done;
    };
    std::map<std::string, stimuli::StructureComparison> comparisons;
    for (const auto& [name, graph] : results.graphs) {
        step();
        auto& nulls = out.nulls[name];
        if (columnsOf(graph.features) > 0) {
            nulls.features = featureNull(graph, settings.null);
        }
        nulls.structure = structureNull(graph, settings.null);
        comparisons.try_emplace(name, graph);
    }
    for (const auto& metamer : results.metamers) {
        step();
        auto& at = out.metamers.emplace_back();
        at.metamer = &metamer;
        const auto& reference = results.graph(metamer.graph);
        if (metamer.change != GraphChange::structure) {
            at.features = featureMeasures(reference, metamer.metamer);
        }
        if (metamer.change != GraphChange::features) {
            at.structure = structureMeasures(comparisons.at(metamer.graph), metamer.metamer);
        }
    }
    return out;
}

ReportTable deviationTable(const Deviations& deviations, const GraphReportSettings& settings)
{
    ReportTable out{
        .name = "deviation",
        .columns = {{"item", "", "the metamer: its folder in metamers"},
                    {"network", "", "the network that it was made for"},
                    {"graph", "", "its reference"},
                    {"layer", "", "the layer whose activations were matched, from 1"},
                    {"change", "", "what the metamer was free to change"},
                    {"seed", "", "of the metamer"},
                    {"accepted", "", "1: accepted as a metamer by graph-metamers"},
                    {"part", "", "features or structure: what the measure is of"},
                    {"measure", "", "see docs/graphs.md"},
                    {"statistic", "",
                     "over nodes or columns: mean, q05, median, q95; value: of the whole graph"},
                    {"value", "", "empty where it is not defined"},
                    {"reference", "", "the same of the reference, for statistics of one graph"},
                    {"null_kind", "", "what the null graphs have other than the reference"},
                    {"null_count", "", "number of null graphs"},
                    {"null_seed", "", "seed of the null graphs"},
                    {"null_mean", "", "mean over the null graphs"},
                    {"null_low", "", "2.5 % quantile of the null graphs"},
                    {"null_high", "", "97.5 % quantile of the null graphs"}},
        .rows = {}};
    for (const auto& one : deviations.metamers) {
        const auto& nulls = deviations.nulls.at(one.metamer->graph);
        addRows(out, *one.metamer, "features", one.features, nulls.features, GraphChange::features,
                settings);
        addRows(out, *one.metamer, "structure", one.structure, nulls.structure,
                GraphChange::structure, settings);
    }
    return out;
}

} // namespace mlab::app
