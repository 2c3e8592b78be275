// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/metamers/binary_match.h"

#include <torch/autograd.h>
#include <torch/types.h>
#include <torch/utils.h>

namespace mlab::stimuli {

using torch::Tensor;

BinaryInputs::BinaryInputs(const SeenSpace& seen, std::int64_t columns)
    : seen_(seen), columns_(columns),
      basis_(seen.coordinates(torch::eye(columns, torch::dtype(torch::kFloat64))).contiguous())
{
}

Tensor BinaryInputs::coordinates(const std::vector<std::uint8_t>& bits) const
{
    const auto nodes = static_cast<std::int64_t>(bits.size()) / columns_;
    const auto width = basis_.size(1);
    auto out = torch::zeros({nodes, width}, basis_.options());
    auto* sums = out.data_ptr<double>();
    const auto* rows = basis_.data_ptr<double>();
    const auto* bit = bits.data();
    for (std::int64_t node = 0; node < nodes; ++node, sums += width) {
        for (std::int64_t column = 0; column < columns_; ++column, ++bit) {
            if (*bit != 0) {
                for (std::int64_t i = 0; i < width; ++i) {
                    sums[i] += rows[column * width + i];
                }
            }
        }
    }
    return out;
}

BitsLoss BinaryInputs::loss(int layer, const GraphMessages& messages,
                            const ActivationTarget& target, const std::vector<std::uint8_t>& bits,
                            bool withGradient) const
{
    const torch::AutoGradMode mode(withGradient);
    const auto c = coordinates(bits).requires_grad_(withGradient);
    const auto gap = target.gap(layerValues(seen_.network(), messages, {.dense = c}, layer));
    BitsLoss out{.loss = gap.loss.item<double>(), .gradient = {}};
    if (withGradient) {
        out.gradient = seen_.features(torch::autograd::grad({gap.objective()}, {c})[0]);
    }
    return out;
}

} // namespace mlab::stimuli
