// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/metamers/sent_messages.h"

#include <torch/types.h>

#include <cstddef>
#include <variant>
#include <vector>

namespace mlab::stimuli {
namespace {

using torch::Tensor;

/// The weights that a layer multiplies messages with, [out, in].
struct MessageWeight {
    const Tensor& operator()(const GcnTensors& layer) const { return layer.map.weight; }
    const Tensor& operator()(const SageTensors& layer) const { return layer.neighbours.weight; }
    const Tensor& operator()(const GatTensors& layer) const { return layer.map.weight; }
    const Tensor& operator()(const GinTensors& layer) const { return layer.maps.front().weight; }
    const Tensor& operator()(const SgcTensors& layer) const { return layer.map.weight; }
};

} // namespace

Tensor sentMessages(const NetworkTensors& network, const GraphMessages& messages, const Tensor& x,
                    int layer)
{
    std::vector<Tensor> sent;
    layerValues(network, messages, {.dense = x}, layer, [&](const NodeRows& input, int number) {
        const auto& some = network.layers[static_cast<std::size_t>(number) - 1];
        const auto part = input.times(std::visit(MessageWeight(), some));
        const double norm = part.norm().item<double>();
        sent.push_back(norm > 0 ? part / norm : part);
        return input;
    });
    return torch::cat(sent, 1);
}

} // namespace mlab::stimuli
