// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/metamers/binary_match.h"

#include <torch/autograd.h>
#include <torch/types.h>
#include <torch/utils.h>

namespace mlab::stimuli {

using torch::Tensor;

BinaryInputs::BinaryInputs(const GraphNetwork& network, std::int64_t columns)
    : columns_(columns), residual_(hasResidual(network, 1)), weights_(firstWeights(network)),
      transposed_(weights_.t().contiguous())
{
}

BinaryInputs::Inputs BinaryInputs::inputs(const std::vector<std::uint8_t>& bits) const
{
    const auto nodes = static_cast<std::int64_t>(bits.size()) / columns_;
    const auto units = weights_.size(0);
    auto products = torch::zeros({nodes, units}, weights_.options());
    auto* sums = products.data_ptr<double>();
    const auto* rows = transposed_.data_ptr<double>();
    const auto* bit = bits.data();
    for (std::int64_t node = 0; node < nodes; ++node, sums += units) {
        for (std::int64_t column = 0; column < columns_; ++column, ++bit) {
            if (*bit != 0) {
                for (std::int64_t unit = 0; unit < units; ++unit) {
                    sums[unit] += rows[column * units + unit];
                }
            }
        }
    }
    Inputs out{.products = products.requires_grad_(), .x = {}};
    if (residual_) {
        out.x = torch::tensor(at::ArrayRef<std::uint8_t>(bits))
                    .to(torch::kFloat64)
                    .reshape({nodes, columns_})
                    .requires_grad_();
    }
    return out;
}

Tensor BinaryInputs::gradient(const Tensor& objective, const Inputs& inputs) const
{
    if (!residual_) {
        return torch::autograd::grad({objective}, {inputs.products})[0].matmul(weights_);
    }
    const auto parts = torch::autograd::grad({objective}, {inputs.products, inputs.x});
    return parts[0].matmul(weights_) + parts[1];
}

BitsLoss lossOfBits(const GraphNetwork& network, int layer, const GraphMessages& messages,
                    const ActivationTarget& target, const BinaryInputs& binary,
                    const std::vector<std::uint8_t>& bits, bool withGradient)
{
    const torch::AutoGradMode mode(withGradient);
    const auto inputs = binary.inputs(bits);
    const auto gap = target.gap(layerValues(network, messages, inputs.x, inputs.products, layer));
    return {.loss = gap.loss.item<double>(),
            .gradient = withGradient ? binary.gradient(gap.objective(), inputs) : Tensor()};
}

} // namespace mlab::stimuli
