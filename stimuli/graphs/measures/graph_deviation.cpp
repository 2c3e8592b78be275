// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/measures/graph_deviation.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "stimuli/graphs/measures/feature_deviation.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <utility>

namespace mlab::stimuli {
namespace {

using Measures = std::vector<DeviationMeasure>;

/// Linear between the values, as R's default.
double quantile(const std::vector<double>& sorted, double share)
{
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const auto above = std::min(below + 1, sorted.size() - 1);
    return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

double mean(const std::vector<double>& values)
{
    double sum = 0;
    for (const double value : values) {
        sum += value;
    }
    return sum / static_cast<double>(values.size());
}

/// The mean and three quantiles of the values that are defined.
void addSpread(Measures& out, const std::string& measure, std::vector<double> values)
{
    std::ranges::sort(values);
    const auto add = [&](const char* statistic, const auto& value) {
        out.push_back({.measure = measure,
                       .statistic = statistic,
                       .value = values.empty() ? std::nullopt : std::optional<double>(value()),
                       .reference = {}});
    };
    add("mean", [&] { return mean(values); });
    add("q05", [&] { return quantile(values, 0.05); });
    add("median", [&] { return quantile(values, 0.5); });
    add("q95", [&] { return quantile(values, 0.95); });
}

void addValue(Measures& out, const char* measure, std::optional<double> value,
              std::optional<double> reference = {})
{
    out.push_back(
        {.measure = measure, .statistic = "value", .value = value, .reference = reference});
}

std::vector<std::optional<NullSummary>>
nullOf(const NullSettings& settings, const DrawNull& draw,
       const std::function<Measures(const Graph& drawn)>& measure)
{
    std::vector<Measures> drawn(static_cast<std::size_t>(settings.count));
    inParallel(settings.count, settings.threads, [&](int index) {
        if (settings.stop.stop_requested()) {
            throw Cancelled();
        }
        drawn[static_cast<std::size_t>(index)] = measure(draw(static_cast<std::uint64_t>(index)));
    });
    std::vector<std::optional<NullSummary>> out;
    for (std::size_t i = 0; i < drawn.front().size(); ++i) {
        std::vector<std::optional<double>> values(drawn.size());
        std::ranges::transform(drawn, values.begin(),
                               [&](const Measures& measures) { return measures[i].value; });
        out.push_back(nullSummary(values));
    }
    return out;
}

} // namespace

std::vector<DeviationMeasure> featureMeasures(const Graph& reference, const Graph& changed)
{
    Measures out;
    const auto deviation = featureDeviation(reference.features, changed.features);
    if (columnsOf(reference.features) == 0) {
        return out;
    }
    const auto spread = [&](const char* measure, const auto& valueOf) {
        std::vector<double> values;
        for (const auto& node : deviation.nodes) {
            if (const std::optional<double> value = valueOf(node)) {
                values.push_back(*value);
            }
        }
        addSpread(out, measure, std::move(values));
    };
    using Node = NodeFeatureDeviation;
    spread("cosine", [](const Node& node) { return node.cosine; });
    spread("norm_ratio", [](const Node& node) { return node.normRatio; });
    if (std::holds_alternative<BinaryFeatures>(reference.features)) {
        spread("jaccard", [](const Node& node) { return node.jaccard; });
    }
    spread("hamming", [](const Node& node) { return std::optional(node.hamming); });
    spread("row_sum_difference",
           [](const Node& node) { return std::optional(node.rowSumDifference); });
    addValue(out, "relative_l2", deviation.relativeL2);
    std::vector<double> shifts;
    for (const auto& shift : deviation.columnShift) {
        if (shift) {
            shifts.push_back(std::abs(*shift));
        }
    }
    addSpread(out, "column_shift_size", std::move(shifts));
    return out;
}

std::vector<DeviationMeasure> structureMeasures(const StructureComparison& reference,
                                                const Graph& changed)
{
    Measures out;
    const auto deviation = reference.with(changed);
    addValue(out, "edge_jaccard", deviation.edges.jaccard);
    addValue(out, "edit_distance", static_cast<double>(deviation.edges.editDistance));
    addValue(out, "degree_ks", deviation.degreeKs);
    addValue(out, "degree_wasserstein", deviation.degreeWasserstein);
    addValue(out, "spectrum_l2", deviation.spectrumL2);
    addValue(out, "wl_similarity", deviation.wlSimilarity);
    addValue(out, "wl_similarity_features", deviation.wlFeatureSimilarity);
    const auto statistic = [&](const char* measure, const auto& valueOf) {
        addValue(out, measure, static_cast<double>(valueOf(deviation.changed)),
                 static_cast<double>(valueOf(deviation.reference)));
    };
    using Statistics = StructureStatistics;
    statistic("triangles", [](const Statistics& graph) { return graph.triangles; });
    statistic("mean_clustering", [](const Statistics& graph) { return graph.meanClustering; });
    statistic("components", [](const Statistics& graph) { return graph.components; });
    statistic("largest_component", [](const Statistics& graph) { return graph.largestComponent; });
    addValue(out, "edge_homophily", deviation.changedHomophily, deviation.referenceHomophily);
    return out;
}

std::optional<NullSummary> nullSummary(const std::vector<std::optional<double>>& values)
{
    std::vector<double> sorted;
    for (const auto& value : values) {
        if (!value) {
            return std::nullopt;
        }
        sorted.push_back(*value);
    }
    if (sorted.empty()) {
        return std::nullopt;
    }
    std::ranges::sort(sorted);
    return NullSummary{.mean = mean(sorted),
                       .interval = {quantile(sorted, 0.025), quantile(sorted, 0.975)}};
}

std::vector<std::optional<NullSummary>> featureNull(const Graph& reference, const DrawNull& draw,
                                                    const NullSettings& settings)
{
    return nullOf(settings, draw,
                  [&](const Graph& drawn) { return featureMeasures(reference, drawn); });
}

std::vector<std::optional<NullSummary>> structureNull(const StructureComparison& reference,
                                                      const DrawNull& draw,
                                                      const NullSettings& settings)
{
    return nullOf(settings, draw,
                  [&](const Graph& drawn) { return structureMeasures(reference, drawn); });
}

} // namespace mlab::stimuli
