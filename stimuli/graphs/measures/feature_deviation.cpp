// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/measures/feature_deviation.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <span>
#include <string>

namespace mlab::stimuli {
namespace {

std::optional<double> ratio(double part, double whole)
{
    return whole > 0 ? std::optional(part / whole) : std::nullopt;
}

NodeFeatureDeviation nodeDeviation(std::span<const double> x, std::span<const double> y,
                                   bool binary)
{
    double xx = 0;
    double yy = 0;
    double xy = 0;
    double both = 0;
    double any = 0;
    double different = 0;
    NodeFeatureDeviation out;
    for (std::size_t i = 0; i < x.size(); ++i) {
        xx += x[i] * x[i];
        yy += y[i] * y[i];
        xy += x[i] * y[i];
        both += x[i] != 0 && y[i] != 0 ? 1 : 0;
        any += x[i] != 0 || y[i] != 0 ? 1 : 0;
        different += x[i] != y[i] ? 1 : 0;
        out.rowSumDifference += y[i] - x[i];
    }
    if (xx > 0 && yy > 0) {
        out.cosine = std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0); // rounding may exceed 1
    }
    out.normRatio = ratio(std::sqrt(yy), std::sqrt(xx));
    if (binary) {
        out.jaccard = ratio(both, any);
    }
    out.hamming = ratio(different, static_cast<double>(x.size())).value_or(0);
    return out;
}

/// Sums over the rows of one column.
struct ColumnSums {
    double x = 0;
    double xx = 0;
    double y = 0;
};

std::optional<double> shiftOf(const ColumnSums& sums, double rows)
{
    const double mean = sums.x / rows;
    const double variance = sums.xx / rows - mean * mean;
    // What rounding leaves of the variance of a constant column.
    constexpr double kRounding = 1e-14;
    if (!(variance > kRounding * sums.xx / rows)) {
        return std::nullopt;
    }
    return (sums.y / rows - mean) / std::sqrt(variance);
}

} // namespace

FeatureDeviation featureDeviation(const Features& reference, const Features& changed)
{
    if (rowsOf(reference) != rowsOf(changed) || columnsOf(reference) != columnsOf(changed)) {
        throw InvalidArgument("features of " + std::to_string(rowsOf(changed)) + " nodes and " +
                              std::to_string(columnsOf(changed)) +
                              " columns cannot be compared with those of " +
                              std::to_string(rowsOf(reference)) + " nodes and " +
                              std::to_string(columnsOf(reference)) + " columns");
    }
    const bool binary = std::holds_alternative<BinaryFeatures>(reference) &&
                        std::holds_alternative<BinaryFeatures>(changed);
    const auto before = dense(reference);
    const auto after = dense(changed);
    FeatureDeviation out;
    std::vector<ColumnSums> sums(static_cast<std::size_t>(before.columns));
    double difference = 0;
    double norm = 0;
    for (int node = 0; node < before.rows; ++node) {
        const auto x = before.row(node);
        const auto y = after.row(node);
        out.nodes.push_back(nodeDeviation(x, y, binary));
        for (std::size_t i = 0; i < x.size(); ++i) {
            difference += (y[i] - x[i]) * (y[i] - x[i]);
            norm += x[i] * x[i];
            sums[i].x += x[i];
            sums[i].xx += x[i] * x[i];
            sums[i].y += y[i];
        }
    }
    out.relativeL2 = ratio(std::sqrt(difference), std::sqrt(norm));
    for (const auto& column : sums) {
        out.columnShift.push_back(shiftOf(column, before.rows));
    }
    return out;
}

std::optional<double> meanCosine(const FeatureDeviation& deviation)
{
    double sum = 0;
    double count = 0;
    for (const auto& node : deviation.nodes) {
        sum += node.cosine.value_or(0);
        count += node.cosine ? 1 : 0;
    }
    return count > 0 ? std::optional(sum / count) : std::nullopt;
}

} // namespace mlab::stimuli
