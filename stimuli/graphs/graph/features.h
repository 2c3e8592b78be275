// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <variant>
#include <vector>

namespace mlab::stimuli {

/// The most values that dense features may have (2 GiB).
inline constexpr std::int64_t kMostFeatureValues = std::int64_t{1} << 28U;

/// Real numbers, [rows, columns]: one row for each node.
struct DenseFeatures {
    int rows = 0;
    int columns = 0;            ///< 0: the nodes have no features
    std::vector<double> values; ///< row-major, finite

    std::span<const double> row(int node) const;

    bool operator==(const DenseFeatures&) const = default;
};

/// Zeros and few ones, [rows, columns], in compressed sparse rows: the words of a document.
struct BinaryFeatures {
    int columns = 0;
    std::vector<std::size_t> offsets = {0}; ///< rows + 1: where the ones of each row begin
    std::vector<int> ones = {};             ///< columns of the ones, ascending in each row

    int rows() const { return static_cast<int>(offsets.size()) - 1; }
    std::span<const int> row(int node) const;
    BinaryFeatures ofRows(std::span<const int> nodes) const; ///< in this order
    /// @param changed the new rows of these nodes, in their order
    BinaryFeatures withRows(std::span<const int> nodes, const BinaryFeatures& changed) const;

    bool operator==(const BinaryFeatures&) const = default;
};

using Features = std::variant<DenseFeatures, BinaryFeatures>;

int rowsOf(const Features& features);
int columnsOf(const Features& features);

/// The same numbers as dense ones.
/// @throws InvalidArgument if there are more than kMostFeatureValues
DenseFeatures dense(const Features& features);

/// @param onesOfRows the columns of the ones of each row, in any order, each once
BinaryFeatures binaryFeatures(int columns, std::span<const std::vector<int>> onesOfRows);

/// @throws InvalidArgument if a value is not finite, a column is outside the features or twice in a
///         row, or the sizes contradict each other
void requireWhole(const Features& features);

} // namespace mlab::stimuli
