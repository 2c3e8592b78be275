// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/architectures/initial_network.h"

#include "core/base/random_stream.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <iterator>
#include <utility>

namespace mlab::stimuli {
namespace {

/// An array of zeros.
FloatArray zeros(std::vector<std::int64_t> shape)
{
    std::size_t count = 1;
    for (const auto side : shape) {
        count *= static_cast<std::size_t>(side);
    }
    return {.shape = std::move(shape), .values = std::vector<float>(count)};
}

LinearMap emptyMap(std::int64_t inputs, std::int64_t outputs, bool withBias = true)
{
    return {.weight = zeros({outputs, inputs}),
            .bias = std::vector<float>(static_cast<std::size_t>(withBias ? outputs : 0))};
}

GraphLayer emptyLayer(const GraphNetworkShape& shape, std::int64_t inputs, std::int64_t outputs,
                      bool last)
{
    switch (shape.architecture) {
    case GraphArchitecture::gcn:
        return GcnLayer{.map = emptyMap(inputs, outputs)};
    case GraphArchitecture::sage:
        return SageLayer{.neighbours = emptyMap(inputs, outputs),
                         .root = emptyMap(inputs, outputs, false)};
    case GraphArchitecture::gat: {
        const std::int64_t heads = last ? 1 : shape.heads;
        return GatLayer{.map = emptyMap(inputs, outputs, false),
                        .source = zeros({heads, outputs / heads}),
                        .target = zeros({heads, outputs / heads}),
                        .bias = std::vector<float>(static_cast<std::size_t>(outputs))};
    }
    case GraphArchitecture::gin:
        return GinLayer{.maps = {emptyMap(inputs, outputs), emptyMap(outputs, outputs)}};
    case GraphArchitecture::sgc:
        break;
    }
    return SgcLayer{.map = emptyMap(inputs, outputs), .hops = shape.hops};
}

void fill(std::vector<float>& values, double bound, RandomStream& stream)
{
    for (auto& value : values) {
        value = static_cast<float>((2 * stream.uniform() - 1) * bound);
    }
}

/// Draws what PyTorch Geometric's reset_parameters() draws.
class Draw {
public:
    explicit Draw(RandomStream& stream) : stream_(stream) {}

    void operator()(GcnLayer& layer) const { glorot(layer.map.weight); }
    void operator()(SageLayer& layer) const
    {
        byInputs(layer.neighbours);
        byInputs(layer.root);
    }
    void operator()(GatLayer& layer) const
    {
        glorot(layer.map.weight);
        glorot(layer.source);
        glorot(layer.target);
    }
    void operator()(GinLayer& layer) const
    {
        for (auto& map : layer.maps) {
            byInputs(map);
        }
    }
    void operator()(SgcLayer& layer) const { byInputs(layer.map); }

private:
    void glorot(FloatArray& array) const
    {
        constexpr double kSix = 6;
        fill(array.values, std::sqrt(kSix / static_cast<double>(array.shape[0] + array.shape[1])),
             stream_);
    }
    void byInputs(LinearMap& map) const
    {
        const double bound = 1 / std::sqrt(static_cast<double>(map.inputs()));
        fill(map.weight.values, bound, stream_);
        fill(map.bias, bound, stream_);
    }

    RandomStream& stream_;
};

/// The arrays of one layer, in the order of their names here.
class Arrays {
public:
    explicit Arrays(std::string module) : module_(std::move(module)) {}

    std::vector<NamedArray> out;

    void operator()(GcnLayer& layer) { add("lin.weight", "bias", layer.map); }
    void operator()(SageLayer& layer)
    {
        add("lin_l.weight", "lin_l.bias", layer.neighbours);
        add("lin_r.weight", "lin_r.bias", layer.root);
    }
    void operator()(GatLayer& layer)
    {
        add("lin.weight", "", layer.map);
        add("att_src", {1, layer.heads(), layer.width()}, layer.source.values);
        add("att_dst", {1, layer.heads(), layer.width()}, layer.target.values);
        add("bias", layer.bias);
    }
    void operator()(GinLayer& layer)
    {
        for (std::size_t i = 0; i < layer.maps.size(); ++i) {
            const auto name = "nn." + std::to_string(2 * i); // activations lie between them
            add(name + ".weight", name + ".bias", layer.maps[i]);
        }
    }
    void operator()(SgcLayer& layer) { add("lin.weight", "lin.bias", layer.map); }

private:
    void add(const std::string& name, std::vector<std::int64_t> shape, std::vector<float>& values)
    {
        out.push_back({.name = module_.empty() ? name : module_ + "." + name,
                       .shape = std::move(shape),
                       .values = &values});
    }
    void add(const std::string& name, std::vector<float>& vector)
    {
        if (!vector.empty()) {
            add(name, {static_cast<std::int64_t>(vector.size())}, vector);
        }
    }
    void add(const std::string& weight, const std::string& bias, LinearMap& map)
    {
        add(weight, map.weight.shape, map.weight.values);
        add(bias, map.bias);
    }

    std::string module_;
};

} // namespace

std::vector<NamedArray> arraysOf(GraphNetwork& network, int layer)
{
    const auto at = static_cast<std::size_t>(layer) - 1;
    Arrays arrays(network.names[at]);
    std::visit(arrays, network.layers[at]);
    return std::move(arrays.out);
}

std::vector<NamedArray> arraysOf(GraphNetwork& network)
{
    std::vector<NamedArray> out;
    for (int layer = 1; layer <= static_cast<int>(network.layers.size()); ++layer) {
        auto arrays = arraysOf(network, layer);
        std::ranges::move(arrays, std::back_inserter(out));
    }
    return out;
}

GraphNetwork initialNetwork(const GraphNetworkShape& shape, std::int64_t inputs,
                            std::int64_t classes, std::uint64_t seed)
{
    GraphNetwork out{.activation = shape.activation,
                     .residual = shape.residual,
                     .names = {},
                     .layers = {},
                     .sha256 = {}};
    const auto layers = shape.hidden.size() + 1;
    for (std::size_t i = 0; i < layers; ++i) {
        const bool last = i + 1 == layers;
        const std::int64_t outputs = last ? classes : shape.hidden[i];
        out.layers.push_back(emptyLayer(shape, inputs, outputs, last));
        out.names.push_back("conv" + std::to_string(i + 1));
        RandomStream stream(seed, "graph network weights", i);
        std::visit(Draw(stream), out.layers.back());
        inputs = outputs;
    }
    return out;
}

} // namespace mlab::stimuli
