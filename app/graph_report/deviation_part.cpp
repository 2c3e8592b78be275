// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_report/deviation_part.h"

#include "core/page/report_text.h"

namespace mlab::app {
namespace {

using Nulls = std::vector<std::optional<stimuli::NullSummary>>;

void addRows(ReportTable& table, const ResultMetamer& metamer, const char* part,
             const std::vector<stimuli::DeviationMeasure>& measures, const Nulls& nulls,
             const GraphReportSettings& settings)
{
    for (std::size_t i = 0; i < measures.size(); ++i) {
        const auto& measure = measures[i];
        const auto& null = nulls[i];
        auto& row = table.rows.emplace_back(itemFields(metamer));
        row.insert(row.end(), {part, measure.measure, measure.statistic, whole(measure.value),
                               whole(measure.reference), nullName(metamer.kind.change),
                               std::to_string(settings.null.count), std::to_string(settings.seed),
                               null ? whole(null->mean) : "", null ? whole(null->interval[0]) : "",
                               null ? whole(null->interval[1]) : ""});
    }
}

} // namespace

Deviations deviationsOf(const GraphResults& results, const GraphReportSettings& settings)
{
    Deviations out;
    std::map<std::string, stimuli::StructureComparison> comparisons; // of what may have changed
    double done = 0;
    for (const auto& metamer : results.metamers) {
        throwIfStopped(settings);
        settings.progress("deviation", done / static_cast<double>(results.metamers.size()));
        ++done;
        const auto change = metamer.kind.change;
        const auto& reference = results.graph(metamer.graph);
        const auto graph = results.metamerGraph(metamer);
        const bool isNew = !out.nulls.contains({metamer.graph, change});
        auto& nulls = out.nulls[{metamer.graph, change}];
        const auto draw = [&](std::uint64_t index) {
            return nullGraph(reference, change, settings.seed, index);
        };
        auto& at = out.metamers.emplace_back();
        at.metamer = &metamer;
        if (change != GraphChange::structure) {
            at.features = featureMeasures(reference, graph);
            if (isNew) {
                nulls.features = featureNull(reference, draw, settings.null);
            }
        }
        if (change != GraphChange::features) {
            const auto& comparison =
                comparisons.try_emplace(metamer.graph, reference).first->second;
            at.structure = structureMeasures(comparison, graph);
            if (isNew) {
                nulls.structure = structureNull(comparison, draw, settings.null);
            }
        }
    }
    return out;
}

ReportTable deviationTable(const Deviations& deviations, const GraphReportSettings& settings)
{
    ReportTable out{.name = "deviation", .columns = itemColumns(), .rows = {}};
    for (const auto& column : std::vector<ReportColumn>{
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
             {"null_high", "", "97.5 % quantile of the null graphs"}}) {
        out.columns.push_back(column);
    }
    for (const auto& one : deviations.metamers) {
        const auto& nulls = deviations.nulls.at({one.metamer->graph, one.metamer->kind.change});
        addRows(out, *one.metamer, "features", one.features, nulls.features, settings);
        addRows(out, *one.metamer, "structure", one.structure, nulls.structure, settings);
    }
    return out;
}

} // namespace mlab::app
