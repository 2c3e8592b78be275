// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// Internal to stimuli/. A matrix in compressed sparse rows.
struct SparseRows {
    std::int64_t columns = 0;
    std::vector<std::int64_t> offsets = {0}; ///< rows + 1: where the entries of each row begin
    std::vector<std::int64_t> indices;       ///< column of each entry
    std::vector<double> values = {};         ///< of each entry; empty: ones

    std::int64_t rows() const { return static_cast<std::int64_t>(offsets.size()) - 1; }
};

/// Internal to stimuli/. A constant sparse matrix with its transpose, for products that have
/// gradients.
class SparseMatrix {
public:
    explicit SparseMatrix(SparseRows rows);

    const SparseRows& rows() const { return rows_; }
    const SparseRows& transposed() const { return transposed_; }

private:
    SparseRows rows_;
    SparseRows transposed_;
};

using SparseMatrixPtr = std::shared_ptr<const SparseMatrix>;

/// Internal to stimuli/. M x, with gradients of any order for x. Each number is summed in the order
/// of its row, so it does not depend on the number of threads. LibTorch 1.13 has nothing as fast:
/// index_add takes the rows one by one.
/// @param x [columns of M, ...], float32 or float64
/// @returns [rows of M, ...]
at::Tensor product(const SparseMatrixPtr& matrix, const at::Tensor& x);
/// M^T x. @param x [rows of M, ...] @returns [columns of M, ...]
at::Tensor transposedProduct(const SparseMatrixPtr& matrix, const at::Tensor& x);

} // namespace mlab::stimuli
