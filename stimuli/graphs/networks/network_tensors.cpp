// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/networks/network_tensors.h"

#include <torch/types.h>

#include <cstddef>

namespace mlab::stimuli {
namespace {

using torch::Tensor;

/// Layers with their numbers as tensors of one type.
class MakeTensors {
public:
    explicit MakeTensors(c10::ScalarType type) : type_(type) {}

    LayerTensors operator()(const GcnLayer& layer) const { return GcnTensors{map(layer.map)}; }
    LayerTensors operator()(const SageLayer& layer) const
    {
        return SageTensors{.neighbours = map(layer.neighbours), .root = map(layer.root)};
    }
    LayerTensors operator()(const GatLayer& layer) const
    {
        return GatTensors{.map = map(layer.map),
                          .source = array(layer.source),
                          .target = array(layer.target),
                          .bias = vector(layer.bias),
                          .averaged = layer.averaged};
    }
    LayerTensors operator()(const GinLayer& layer) const
    {
        GinTensors out{.maps = {}, .eps = layer.eps};
        for (const auto& one : layer.maps) {
            out.maps.push_back(map(one));
        }
        return out;
    }
    LayerTensors operator()(const SgcLayer& layer) const
    {
        return SgcTensors{.map = map(layer.map), .hops = layer.hops};
    }

private:
    Tensor array(const FloatArray& from) const
    {
        return torch::tensor(at::ArrayRef<float>(from.values)).to(type_).reshape(from.shape);
    }
    Tensor vector(const std::vector<float>& from) const
    {
        return from.empty() ? Tensor() : torch::tensor(at::ArrayRef<float>(from)).to(type_);
    }
    MapTensors map(const LinearMap& from) const
    {
        return {.weight = array(from.weight), .bias = vector(from.bias)};
    }

    c10::ScalarType type_;
};

/// All that are defined.
struct Parameters {
    std::vector<Tensor> out;

    void operator()(const GcnTensors& layer) { add(layer.map); }
    void operator()(const SageTensors& layer)
    {
        add(layer.neighbours);
        add(layer.root);
    }
    void operator()(const GatTensors& layer)
    {
        add(layer.map);
        add(layer.source);
        add(layer.target);
        add(layer.bias);
    }
    void operator()(const GinTensors& layer)
    {
        for (const auto& map : layer.maps) {
            add(map);
        }
    }
    void operator()(const SgcTensors& layer) { add(layer.map); }

    void add(const Tensor& tensor)
    {
        if (tensor.defined()) {
            out.push_back(tensor);
        }
    }
    void add(const MapTensors& map)
    {
        add(map.weight);
        add(map.bias);
    }
};

} // namespace

NetworkTensors tensorsOf(const GraphNetwork& network, c10::ScalarType type)
{
    NetworkTensors out{.activation = network.activation, .layers = {}, .residual = {}};
    for (const auto& layer : network.layers) {
        out.layers.push_back(std::visit(MakeTensors(type), layer));
        out.residual.push_back(hasResidual(network, static_cast<int>(out.layers.size())));
    }
    return out;
}

std::vector<Tensor> parametersOf(const LayerTensors& layer)
{
    Parameters parameters;
    std::visit(parameters, layer);
    return std::move(parameters.out);
}

Tensor NodeRows::times(const Tensor& weight) const
{
    return dense.defined() ? dense.matmul(weight.t()) : product(sparse, weight.t());
}

Tensor NodeRows::denseAs(const Tensor& like) const
{
    if (dense.defined()) {
        return dense;
    }
    const auto& rows = sparse->rows();
    auto out = torch::zeros({rows.rows(), rows.columns}, torch::dtype(torch::kFloat64));
    auto* numbers = out.data_ptr<double>();
    for (std::size_t row = 0; row + 1 < rows.offsets.size(); ++row, numbers += rows.columns) {
        for (auto entry = rows.offsets[row]; entry < rows.offsets[row + 1]; ++entry) {
            const auto at = static_cast<std::size_t>(entry);
            numbers[rows.indices[at]] = rows.values.empty() ? 1 : rows.values[at];
        }
    }
    return out.to(like.options());
}

} // namespace mlab::stimuli
