// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/graph/features.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

namespace mlab::stimuli {
namespace {

[[noreturn]] void fail(int row, const std::string& why)
{
    throw InvalidArgument("the features of node " + std::to_string(row) +
                          " cannot be used: " + why);
}

void requireFew(std::int64_t rows, std::int64_t columns)
{
    if (rows * columns > kMostFeatureValues) {
        throw InvalidArgument(std::to_string(rows) + " x " + std::to_string(columns) +
                              " features are too many; at most " +
                              std::to_string(kMostFeatureValues) + " are accepted");
    }
}

void requireWholeRows(const DenseFeatures& features)
{
    if (features.rows < 0 || features.columns < 0) {
        throw InvalidArgument("features need a number of rows and columns that is not negative");
    }
    requireFew(features.rows, features.columns);
    const auto columns = static_cast<std::size_t>(features.columns);
    if (features.values.size() != static_cast<std::size_t>(features.rows) * columns) {
        throw InvalidArgument("there are " + std::to_string(features.values.size()) +
                              " features, not " + std::to_string(features.rows) + " x " +
                              std::to_string(columns));
    }
    const auto bad =
        std::ranges::find_if(features.values, [](double value) { return !std::isfinite(value); });
    if (bad != features.values.end()) {
        const auto at = static_cast<std::size_t>(bad - features.values.begin());
        fail(static_cast<int>(at / columns),
             "number " + std::to_string(at % columns + 1) + " is not finite");
    }
}

void requireWholeRows(const BinaryFeatures& features)
{
    if (features.columns < 0 || features.offsets.empty() || features.offsets.front() != 0 ||
        features.offsets.back() != features.ones.size() ||
        !std::ranges::is_sorted(features.offsets)) {
        throw InvalidArgument("the rows of the features do not fit their ones");
    }
    for (int row = 0; row < features.rows(); ++row) {
        const auto ones = features.row(row);
        if (!ones.empty() && (ones.front() < 0 || ones.back() >= features.columns)) {
            fail(row, "there are columns 0 to " + std::to_string(features.columns - 1) + " only");
        }
        if (std::ranges::adjacent_find(ones, std::greater_equal()) != ones.end()) {
            fail(row, "its columns must ascend, each only once");
        }
    }
}

} // namespace

std::span<const double> DenseFeatures::row(int node) const
{
    const auto width = static_cast<std::size_t>(columns);
    return std::span(values).subspan(static_cast<std::size_t>(node) * width, width);
}

std::span<const int> BinaryFeatures::row(int node) const
{
    const auto at = static_cast<std::size_t>(node);
    return std::span(ones).subspan(offsets[at], offsets[at + 1] - offsets[at]);
}

BinaryFeatures BinaryFeatures::ofRows(std::span<const int> nodes) const
{
    BinaryFeatures out{.columns = columns};
    for (const int node : nodes) {
        const auto there = row(node);
        out.ones.insert(out.ones.end(), there.begin(), there.end());
        out.offsets.push_back(out.ones.size());
    }
    return out;
}

BinaryFeatures BinaryFeatures::withRows(std::span<const int> nodes,
                                        const BinaryFeatures& changed) const
{
    std::vector<std::span<const int>> all;
    all.reserve(offsets.size() - 1);
    for (int node = 0; node < rows(); ++node) {
        all.push_back(row(node));
    }
    for (std::size_t i = 0; i < nodes.size(); ++i) {
        all[static_cast<std::size_t>(nodes[i])] = changed.row(static_cast<int>(i));
    }
    BinaryFeatures out{.columns = columns};
    for (const auto& there : all) {
        out.ones.insert(out.ones.end(), there.begin(), there.end());
        out.offsets.push_back(out.ones.size());
    }
    return out;
}

int rowsOf(const Features& features)
{
    const auto* binary = std::get_if<BinaryFeatures>(&features);
    return binary != nullptr ? binary->rows() : std::get<DenseFeatures>(features).rows;
}

int columnsOf(const Features& features)
{
    return std::visit([](const auto& some) { return some.columns; }, features);
}

DenseFeatures dense(const Features& features)
{
    if (const auto* already = std::get_if<DenseFeatures>(&features)) {
        return *already;
    }
    const auto& binary = std::get<BinaryFeatures>(features);
    requireFew(binary.rows(), binary.columns);
    DenseFeatures out{.rows = binary.rows(), .columns = binary.columns, .values = {}};
    const auto width = static_cast<std::size_t>(binary.columns);
    out.values.assign(static_cast<std::size_t>(out.rows) * width, 0.0);
    for (int row = 0; row < out.rows; ++row) {
        for (const auto column : binary.row(row)) {
            out.values[static_cast<std::size_t>(row) * width + static_cast<std::size_t>(column)] =
                1.0;
        }
    }
    return out;
}

BinaryFeatures binaryFeatures(int columns, std::span<const std::vector<int>> onesOfRows)
{
    BinaryFeatures out{.columns = columns};
    for (const auto& ones : onesOfRows) {
        const auto begin = static_cast<std::ptrdiff_t>(out.ones.size());
        out.ones.insert(out.ones.end(), ones.begin(), ones.end());
        std::sort(out.ones.begin() + begin, out.ones.end());
        out.offsets.push_back(out.ones.size());
    }
    return out;
}

void requireWhole(const Features& features)
{
    std::visit([](const auto& some) { requireWholeRows(some); }, features);
}

} // namespace mlab::stimuli
