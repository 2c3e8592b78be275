// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/feature_solvers/kept_units.h"

#include "stimuli/graphs/feature_solvers/continuous_solvers.h"

#include <torch/autograd.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <vector>

namespace mlab::stimuli {

using torch::Tensor;

LinearLayer::LinearLayer(const SeenSpace& seen, const GraphMessages& messages, const Tensor& like,
                         const Tensor& rows)
    : network_(seen.network()), messages_(messages), rows_(rows),
      zero_(torch::zeros_like(like).requires_grad_()), atZero_(zOf(zero_))
{
}

Tensor LinearLayer::zOf(const Tensor& c) const
{
    return layerValues(network_, messages_, {.dense = c}, 1).first.index_select(0, rows_);
}

Tensor LinearLayer::z(const Tensor& c) const
{
    const torch::NoGradGuard noGradients;
    return zOf(c);
}

Tensor LinearLayer::times(const Tensor& c) const
{
    return z(c) - atZero_.detach();
}

Tensor LinearLayer::transposedTimes(const Tensor& z) const
{
    return torch::autograd::grad({atZero_}, {zero_}, {z}, /*retain_graph=*/true)[0];
}

KeptUnits::KeptUnits(const LinearLayer& layer, const Tensor& z, const StopRule& rule)
    : layer_(layer), rule_(rule), active_(z.gt(0).to(torch::kFloat64)),
      places_(z.gt(0).flatten().nonzero().flatten())
{
    constexpr std::int64_t kMostNumbers = std::int64_t{1} << 22U; // a decomposition takes seconds
    const auto numbers = places_.numel() * layer.zero().numel();
    if (numbers > 0 && numbers <= kMostNumbers) {
        decompose();
    }
}

void KeptUnits::decompose()
{
    std::vector<Tensor> rows;
    for (std::int64_t i = 0; i < places_.numel(); ++i) {
        rule_.poll();
        auto unit = torch::zeros_like(active_);
        unit.flatten()[places_[i].item<std::int64_t>()] = 1;
        rows.push_back(layer_.transposedTimes(unit).flatten());
    }
    const auto jacobian = torch::stack(rows);
    const auto [left, sizes, right] = at::linalg_svd(jacobian, /*full_matrices=*/false);
    const double tolerance = static_cast<double>(std::max(jacobian.size(0), jacobian.size(1))) *
                             std::numeric_limits<double>::epsilon() * sizes.max().item<double>();
    const auto rank = sizes.gt(tolerance).sum().item<std::int64_t>();
    inverse_ =
        right.slice(0, 0, rank).t().matmul((left.slice(1, 0, rank) / sizes.slice(0, 0, rank)).t());
}

double KeptUnits::normOf(const Tensor& z) const
{
    return (z * active_).norm().item<double>();
}

Tensor KeptUnits::shortestChange(const Tensor& change, double size) const
{
    if (inverse_.defined()) {
        return inverse_.mv(change.flatten().index_select(0, places_)).reshape_as(layer_.zero());
    }
    constexpr double kTolerance = 1e-13;
    constexpr int kIterations = 1000;
    const auto system = [&](const Tensor& y) {
        rule_.poll();
        return layer_.times(layer_.transposedTimes(y)) * active_;
    };
    return layer_.transposedTimes(
        conjugateGradients(system, change * active_, kTolerance * size, kIterations));
}

} // namespace mlab::stimuli
