// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/feature_solvers/seen_features.h"

#include "stimuli/graphs/networks/graph_forward.h"

#include <torch/types.h>

#include <algorithm>
#include <limits>
#include <tuple>
#include <utility>

namespace mlab::stimuli {

using torch::Tensor;

SeenFeatures::SeenFeatures(const GraphNetwork& network, Tensor start)
    : start_(std::move(start)), weights_(firstWeights(network))
{
    if (!hasResidual(network, 1) && weights_.size(0) < weights_.size(1)) {
        const auto [u, sizes, v] =
            at::linalg_svd(weights_.t().contiguous(), /*full_matrices=*/false);
        const double tolerance = static_cast<double>(std::max(weights_.size(0), weights_.size(1))) *
                                 std::numeric_limits<double>::epsilon() *
                                 sizes.max().item<double>();
        basis_ = u.slice(1, 0, sizes.gt(tolerance).sum().item<std::int64_t>()).contiguous();
        weights_ = weights_.matmul(basis_);
    }
    startCoordinates_ = coordinates(start_);
}

Tensor SeenFeatures::coordinates(const Tensor& x) const
{
    return basis_.defined() ? x.matmul(basis_) : x;
}

Tensor SeenFeatures::products(const Tensor& coordinates) const
{
    return coordinates.matmul(weights_.t());
}

Tensor SeenFeatures::features(const Tensor& coordinates) const
{
    return basis_.defined() ? start_ + (coordinates - startCoordinates_).matmul(basis_.t())
                            : coordinates;
}

} // namespace mlab::stimuli
