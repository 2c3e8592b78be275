// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/networks/seen_space.h"

#include <torch/types.h>

#include <algorithm>
#include <limits>
#include <variant>
#include <vector>

namespace mlab::stimuli {
namespace {

using torch::Tensor;

/// The weights that a layer multiplies its input with.
struct InputWeights {
    std::vector<Tensor*> operator()(GcnTensors& layer) const { return {&layer.map.weight}; }
    std::vector<Tensor*> operator()(SageTensors& layer) const
    {
        return {&layer.neighbours.weight, &layer.root.weight};
    }
    std::vector<Tensor*> operator()(GatTensors& layer) const { return {&layer.map.weight}; }
    std::vector<Tensor*> operator()(GinTensors& layer) const
    {
        return {&layer.maps.front().weight};
    }
    std::vector<Tensor*> operator()(SgcTensors& layer) const { return {&layer.map.weight}; }
};

/// An orthonormal basis of the rows, [columns, rank].
Tensor basisOfRows(const Tensor& rows)
{
    const auto left = at::linalg_svd(rows.t().contiguous(), /*full_matrices=*/false);
    const auto& sizes = std::get<1>(left);
    const double tolerance = static_cast<double>(std::max(rows.size(0), rows.size(1))) *
                             std::numeric_limits<double>::epsilon() * sizes.max().item<double>();
    return std::get<0>(left)
        .slice(1, 0, sizes.gt(tolerance).sum().item<std::int64_t>())
        .contiguous();
}

} // namespace

SeenSpace::SeenSpace(const GraphNetwork& network) : network_(tensorsOf(network, torch::kFloat64))
{
    const auto weights = std::visit(InputWeights(), network_.layers.front());
    std::vector<Tensor> rows;
    for (const auto* one : weights) {
        rows.push_back(*one);
    }
    const auto all = torch::cat(rows);
    if (network_.residual.front() || all.size(0) >= all.size(1)) {
        return;
    }
    basis_ = basisOfRows(all);
    for (auto* one : weights) {
        *one = one->matmul(basis_);
    }
}

Tensor SeenSpace::coordinates(const Tensor& x) const
{
    return basis_.defined() ? x.matmul(basis_) : x;
}

std::int64_t SeenSpace::columns() const
{
    return parametersOf(network_.layers.front()).front().size(1); // [out, in] in all layers
}

Tensor SeenSpace::features(const Tensor& coordinates) const
{
    return basis_.defined() ? coordinates.matmul(basis_.t()) : coordinates;
}

} // namespace mlab::stimuli
