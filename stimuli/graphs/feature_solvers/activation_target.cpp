// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/feature_solvers/activation_target.h"

#include "core/base/error.h"

#include <torch/types.h>

#include <cstddef>
#include <string>

namespace mlab::stimuli {

using torch::Tensor;

Tensor matchedValues(const NetworkTensors& network, int layer,
                     const std::pair<Tensor, Tensor>& values)
{
    return layer == static_cast<int>(network.layers.size()) ? values.first : values.second;
}

Tensor ActivationGap::objective() const
{
    return residual.square().sum();
}

ActivationTarget::ActivationTarget(const NetworkTensors& network, int layer,
                                   const std::pair<Tensor, Tensor>& values, Tensor rows)
    : network_(network), layer_(layer), rows_(std::move(rows)),
      wanted_(matchedValues(network, layer, values).detach().index_select(0, rows_)),
      norm_(wanted_.norm().item<double>())
{
    if (norm_ == 0) {
        throw NumericError("the activations of the targeted nodes at layer " +
                           std::to_string(layer) +
                           " are all 0, so that nothing can be matched relative to them; choose "
                           "other nodes or another layer");
    }
}

ActivationTarget ActivationTarget::onFirstRows() const
{
    auto out = *this;
    out.rows_ = torch::arange(wanted_.size(0), torch::dtype(torch::kInt64));
    return out;
}

ActivationGap ActivationTarget::gap(const std::pair<Tensor, Tensor>& values) const
{
    const auto h = matchedValues(network_, layer_, values).index_select(0, rows_);
    const auto difference = (h - wanted_) / norm_;
    ActivationGap out{.residual = difference, .loss = difference.detach().square().sum()};
    const bool isHidden = layer_ < static_cast<int>(network_.layers.size());
    if (isHidden && network_.activation == GraphActivation::relu &&
        !network_.residual[static_cast<std::size_t>(layer_) - 1]) {
        const auto z = values.first.index_select(0, rows_);
        out.residual = (torch::where(wanted_ > 0, z, h) - wanted_) / norm_;
    }
    return out;
}

} // namespace mlab::stimuli
