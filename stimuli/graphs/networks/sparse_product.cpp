// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/networks/sparse_product.h"

#include "core/base/error.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/autograd.h>
#include <torch/custom_class.h>
#include <torch/types.h>

#include <algorithm>
#include <cstddef>
#include <string>
#include <utility>

namespace mlab::stimuli {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

SparseRows transposeOf(const SparseRows& matrix)
{
    SparseRows out{.columns = matrix.rows(),
                   .offsets =
                       std::vector<std::int64_t>(static_cast<std::size_t>(matrix.columns) + 1),
                   .indices = std::vector<std::int64_t>(matrix.indices.size()),
                   .values = std::vector<double>(matrix.values.size())};
    for (const auto column : matrix.indices) {
        ++out.offsets[static_cast<std::size_t>(column) + 1];
    }
    for (std::size_t row = 1; row < out.offsets.size(); ++row) {
        out.offsets[row] += out.offsets[row - 1];
    }
    auto next = out.offsets;
    for (std::int64_t row = 0; row < matrix.rows(); ++row) {
        const auto begin = static_cast<std::size_t>(matrix.offsets[static_cast<std::size_t>(row)]);
        const auto end =
            static_cast<std::size_t>(matrix.offsets[static_cast<std::size_t>(row) + 1]);
        for (auto entry = begin; entry < end; ++entry) {
            const auto at =
                static_cast<std::size_t>(next[static_cast<std::size_t>(matrix.indices[entry])]++);
            out.indices[at] = row;
            if (!matrix.values.empty()) {
                out.values[at] = matrix.values[entry];
            }
        }
    }
    return out;
}

template <class Number>
void multiply(const SparseRows& matrix, const Number* x, std::int64_t width, Number* out)
{
    constexpr std::int64_t kWorthAThread = 1 << 15U; // additions
    const auto perRow =
        std::max<std::int64_t>(1, static_cast<std::int64_t>(matrix.indices.size()) * width /
                                      std::max<std::int64_t>(1, matrix.rows()));
    at::parallel_for(0, matrix.rows(), std::max<std::int64_t>(1, kWorthAThread / perRow),
                     [&](std::int64_t first, std::int64_t last) {
                         for (std::int64_t row = first; row < last; ++row) {
                             Number* sum = out + row * width;
                             const auto end = matrix.offsets[static_cast<std::size_t>(row) + 1];
                             for (auto entry = matrix.offsets[static_cast<std::size_t>(row)];
                                  entry < end; ++entry) {
                                 const auto at = static_cast<std::size_t>(entry);
                                 const Number* from = x + matrix.indices[at] * width;
                                 const auto value = matrix.values.empty()
                                                        ? Number(1)
                                                        : static_cast<Number>(matrix.values[at]);
                                 for (std::int64_t i = 0; i < width; ++i) {
                                     sum[i] += value * from[i];
                                 }
                             }
                         }
                     });
}

Tensor multiplied(const SparseRows& matrix, const Tensor& x)
{
    const auto from = x.contiguous();
    auto out = torch::zeros({matrix.rows(), x.size(1)}, x.options());
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "multiplied", [&] {
        multiply(matrix, from.data_ptr<scalar_t>(), x.size(1), out.data_ptr<scalar_t>());
    });
    return out;
}

/// How a matrix is kept from the forward pass to the backward one.
struct Kept : torch::CustomClassHolder {
    explicit Kept(SparseMatrixPtr some) : matrix(std::move(some)) {}
    SparseMatrixPtr matrix;
};

struct Product : torch::autograd::Function<Product> {
    static Tensor forward(AutogradContext* context, const Tensor& x, const SparseMatrixPtr& matrix,
                          bool transposed)
    {
        context->saved_data["matrix"] =
            c10::IValue::make_capsule(c10::make_intrusive<Kept>(matrix));
        context->saved_data["transposed"] = transposed;
        return multiplied(transposed ? matrix->transposed() : matrix->rows(), x);
    }

    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        const auto kept = context->saved_data["matrix"].toCapsule();
        const auto& matrix = static_cast<const Kept&>(*kept).matrix;
        return {apply(gradients[0], matrix, !context->saved_data["transposed"].toBool()), Tensor(),
                Tensor()};
    }
};

Tensor productOf(const SparseMatrixPtr& matrix, const Tensor& x, bool transposed)
{
    auto shape = x.sizes().vec();
    const auto& rows = matrix->rows();
    const auto expected = transposed ? rows.rows() : rows.columns;
    if (shape.empty() || shape.front() != expected) {
        throw InternalError("a sparse matrix is multiplied with " +
                            std::to_string(shape.empty() ? 0 : shape.front()) +
                            " rows, and takes " + std::to_string(expected));
    }
    const auto out = Product::apply(x.flatten(1), matrix, transposed);
    shape.front() = out.size(0);
    return out.reshape(shape);
}

} // namespace

SparseMatrix::SparseMatrix(SparseRows rows)
    : rows_(std::move(rows)), transposed_(transposeOf(rows_))
{
}

Tensor product(const SparseMatrixPtr& matrix, const Tensor& x)
{
    return productOf(matrix, x, false);
}

Tensor transposedProduct(const SparseMatrixPtr& matrix, const Tensor& x)
{
    return productOf(matrix, x, true);
}

} // namespace mlab::stimuli
