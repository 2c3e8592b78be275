// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/architectures/graph_network.h"

#include "core/base/error.h"
#include "stimuli/checkpoints/weights.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <string_view>
#include <utility>

namespace mlab::stimuli {
namespace {

using Shape = std::vector<std::int64_t>;

std::string textOf(const Shape& shape)
{
    std::string text;
    for (const auto side : shape) {
        text.append(text.empty() ? "" : ", ").append(std::to_string(side));
    }
    return "[" + text + "]";
}

/// Names with numbers in them in the order in which people count: conv2 before conv10.
struct ByNumbers {
    bool operator()(const std::string& first, const std::string& second) const
    {
        return parts(first) < parts(second);
    }

private:
    /// Texts and numbers in turn; a number as its digits without leading zeros, after their count.
    static std::vector<std::pair<std::size_t, std::string>> parts(const std::string& name)
    {
        const auto isDigit = [](char c) {
            return std::isdigit(static_cast<unsigned char>(c)) != 0;
        };
        std::vector<std::pair<std::size_t, std::string>> out;
        for (auto at = name.begin(); at != name.end();) {
            const auto text = std::find_if(at, name.end(), isDigit);
            const auto number =
                std::find_if(text, name.end(), [&](char c) { return c != '0' || !isDigit(c); });
            const auto end = std::find_if_not(number, name.end(), isDigit);
            out.emplace_back(0, std::string(at, text));
            out.emplace_back(static_cast<std::size_t>(end - number), std::string(number, end));
            at = end;
        }
        return out;
    }
};

/// The arrays of one module, by their names in it. Each is taken once.
class Module {
public:
    Module(std::string file, std::string name) : file_(std::move(file)), name_(std::move(name)) {}

    void add(const std::string& name, FloatArray array) { arrays_.emplace(name, std::move(array)); }
    bool has(const std::string& name) const { return arrays_.contains(name); }
    const std::string& name() const { return name_; }

    FloatArray take(const std::string& name, std::size_t sides)
    {
        auto array = takeFinite(name);
        if (array.shape.size() != sides || array.values.empty()) {
            fail(name, "has the shape " + textOf(array.shape) + ", and an array of " +
                           std::to_string(sides) + " sides is expected");
        }
        return array;
    }

    /// As an array of one number, with or without a side.
    float takeNumber(const std::string& name)
    {
        const auto array = takeFinite(name);
        if (array.values.size() != 1) {
            fail(name, "is not one number");
        }
        return array.values.front();
    }

    std::vector<float> takeBias(const std::string& name, std::int64_t outputs)
    {
        if (!has(name)) {
            return {};
        }
        auto bias = take(name, 1);
        if (bias.shape[0] != outputs) {
            fail(name, "has " + std::to_string(bias.shape[0]) + " numbers, and the layer has " +
                           std::to_string(outputs) + " outputs");
        }
        return std::move(bias.values);
    }

    LinearMap takeMap(const std::string& weight, const std::string& bias)
    {
        LinearMap map{.weight = take(weight, 2), .bias = {}};
        map.bias = takeBias(bias, map.outputs());
        return map;
    }

    void requireEmpty(const std::string& architecture) const
    {
        if (!arrays_.empty()) {
            fail(arrays_.begin()->first,
                 "is not an array of a layer of " + architecture + "; save the layers alone");
        }
    }

    [[noreturn]] void fail(const std::string& array, const std::string& why) const
    {
        throw IoError(file_ + ": " + inFile(array) + " " + why);
    }

    /// Names a few of the arrays that are there: often the file is of another architecture, or no
    /// file of weights.
    [[noreturn]] void failMissing(const std::string& array) const
    {
        constexpr std::size_t kListed = 4;
        std::string there;
        std::size_t count = 0;
        for (const auto& [name, values] : arrays_) {
            if (count++ < kListed) {
                there += (there.empty() ? "; the file has " : ", ") + inFile(name);
            }
        }
        if (count > kListed) {
            there += " and " + std::to_string(count - kListed) + " more";
        }
        fail(array, "is missing" + there);
    }

private:
    std::string inFile(const std::string& array) const
    {
        return name_.empty() ? array : name_ + "." + array;
    }

    FloatArray takeFinite(const std::string& name)
    {
        auto found = arrays_.extract(name);
        if (found.empty()) {
            failMissing(name);
        }
        const auto isFinite = [](float value) { return std::isfinite(value); };
        if (!std::ranges::all_of(found.mapped().values, isFinite)) {
            fail(name, "holds numbers that are not finite");
        }
        return std::move(found.mapped());
    }

    std::string file_;
    std::string name_;
    std::map<std::string, FloatArray, ByNumbers> arrays_;
};

FloatArray transposed(const FloatArray& matrix)
{
    const auto rows = static_cast<std::size_t>(matrix.shape[0]);
    const auto columns = static_cast<std::size_t>(matrix.shape[1]);
    FloatArray out{.shape = {matrix.shape[1], matrix.shape[0]}, .values = {}};
    out.values.resize(matrix.values.size());
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t column = 0; column < columns; ++column) {
            out.values[column * rows + row] = matrix.values[row * columns + column];
        }
    }
    return out;
}

GraphLayer gcnLayer(Module& module)
{
    if (!module.has("weight")) {
        return GcnLayer{.map = module.takeMap("lin.weight", "bias")};
    }
    LinearMap map{.weight = transposed(module.take("weight", 2)), .bias = {}};
    map.bias = module.takeBias("bias", map.outputs());
    return GcnLayer{.map = std::move(map)};
}

GraphLayer sageLayer(Module& module)
{
    SageLayer out{.neighbours = module.takeMap("lin_l.weight", "lin_l.bias"),
                  .root = {.weight = module.take("lin_r.weight", 2), .bias = {}}};
    if (out.root.weight.shape != out.neighbours.weight.shape) {
        module.fail("lin_r.weight", "has the shape " + textOf(out.root.weight.shape) +
                                        ", and lin_l.weight " +
                                        textOf(out.neighbours.weight.shape));
    }
    return out;
}

/// [1, heads, width] as [heads, width].
FloatArray takeAttention(Module& module, const std::string& name, std::int64_t outputs)
{
    auto array = module.take(name, 3);
    if (array.shape[0] != 1 || array.shape[1] * array.shape[2] != outputs) {
        module.fail(name, "has the shape " + textOf(array.shape) + ", and the layer has " +
                              std::to_string(outputs) + " outputs of all heads");
    }
    array.shape.erase(array.shape.begin());
    return array;
}

GraphLayer gatLayer(Module& module, bool last)
{
    const std::string weight = module.has("lin_src.weight") ? "lin_src.weight" : "lin.weight";
    GatLayer out{.map = {.weight = module.take(weight, 2), .bias = {}},
                 .source = {},
                 .target = {},
                 .bias = {}};
    // Older versions of PyTorch Geometric save one map under two names.
    if (module.has("lin_dst.weight") &&
        module.take("lin_dst.weight", 2).values != out.map.weight.values) {
        module.fail("lin_dst.weight", "differs from " + weight + "; one map for both is expected");
    }
    out.source = takeAttention(module, "att_src", out.map.outputs());
    out.target = takeAttention(module, "att_dst", out.map.outputs());
    if (out.target.shape != out.source.shape) {
        module.fail("att_dst", "has another shape than att_src");
    }
    // A bias shows whether the heads are concatenated. Without one: all but the last layer are.
    out.averaged = last;
    if (module.has("bias")) {
        auto bias = module.take("bias", 1);
        out.averaged = bias.shape[0] == out.width() && out.heads() > 1;
        if (bias.shape[0] != (out.averaged ? out.width() : out.map.outputs())) {
            module.fail("bias", "has " + std::to_string(bias.shape[0]) + " numbers; " +
                                    std::to_string(out.map.outputs()) +
                                    " for concatenated heads or " + std::to_string(out.width()) +
                                    " for averaged ones are expected");
        }
        out.bias = std::move(bias.values);
    }
    return out;
}

GraphLayer ginLayer(Module& module)
{
    GinLayer out;
    for (int i = 0; i < 100; ++i) { // activations between the maps have numbers, too
        for (const auto* prefix : {"nn.", "nn.lins."}) {
            const auto name = prefix + std::to_string(i);
            if (module.has(name + ".weight")) {
                out.maps.push_back(module.takeMap(name + ".weight", name + ".bias"));
            }
        }
    }
    if (out.maps.empty()) {
        module.failMissing("nn.0.weight");
    }
    for (std::size_t i = 1; i < out.maps.size(); ++i) {
        if (out.maps[i].inputs() != out.maps[i - 1].outputs()) {
            module.fail("nn", "has maps that do not fit each other: one gives " +
                                  std::to_string(out.maps[i - 1].outputs()) +
                                  " numbers, and the next takes " +
                                  std::to_string(out.maps[i].inputs()));
        }
    }
    if (module.has("eps")) {
        out.eps = module.takeNumber("eps");
    }
    return out;
}

GraphLayer layerOf(Module& module, const GraphNetworkSpec& spec, bool last)
{
    switch (spec.architecture) {
    case GraphArchitecture::gcn:
        return gcnLayer(module);
    case GraphArchitecture::sage:
        return sageLayer(module);
    case GraphArchitecture::gat:
        return gatLayer(module, last);
    case GraphArchitecture::gin:
        return ginLayer(module);
    case GraphArchitecture::sgc:
        return SgcLayer{.map = module.takeMap("lin.weight", "lin.bias"), .hops = spec.hops.value()};
    }
    throw InternalError("an unknown architecture of graph networks");
}

/// Where an array's name within its module begins: the module's name is all before it.
std::size_t arrayBegin(const std::string& name)
{
    for (const std::string_view mark :
         {"lin.", "lin_l.", "lin_r.", "lin_src.", "lin_dst.", "nn."}) {
        for (auto at = name.find(mark); at != std::string::npos; at = name.find(mark, at + 1)) {
            if (at == 0 || name[at - 1] == '.') {
                return at;
            }
        }
    }
    const auto dot = name.rfind('.');
    return dot == std::string::npos ? 0 : dot + 1;
}

const LinearMap& firstMap(const GraphLayer& layer)
{
    struct First {
        const LinearMap& operator()(const GcnLayer& some) const { return some.map; }
        const LinearMap& operator()(const SageLayer& some) const { return some.root; }
        const LinearMap& operator()(const GatLayer& some) const { return some.map; }
        const LinearMap& operator()(const GinLayer& some) const { return some.maps.front(); }
        const LinearMap& operator()(const SgcLayer& some) const { return some.map; }
    };
    return std::visit(First(), layer);
}

void requireFit(const GraphLayer& before, const GraphLayer& layer, const std::string& file,
                const std::string& name)
{
    if (outputsOf(before) != inputsOf(layer)) {
        throw IoError(file + ": layer " + name + " takes " + std::to_string(inputsOf(layer)) +
                      " numbers for each node, and the layer before it gives " +
                      std::to_string(outputsOf(before)));
    }
}

} // namespace

std::int64_t inputsOf(const GraphLayer& layer)
{
    return firstMap(layer).inputs();
}

std::int64_t outputsOf(const GraphLayer& layer)
{
    if (const auto* gin = std::get_if<GinLayer>(&layer)) {
        return gin->maps.back().outputs();
    }
    const auto* gat = std::get_if<GatLayer>(&layer);
    return gat != nullptr && gat->averaged ? gat->width() : firstMap(layer).outputs();
}

bool hasResidual(const GraphNetwork& network, int layer)
{
    const auto& one = network.layers[static_cast<std::size_t>(layer) - 1];
    return network.residual && inputsOf(one) == outputsOf(one);
}

int depthOf(const GraphNetwork& network, int layer)
{
    int depth = 0;
    for (int i = 0; i < layer; ++i) {
        const auto* sgc = std::get_if<SgcLayer>(&network.layers[static_cast<std::size_t>(i)]);
        depth += sgc != nullptr ? sgc->hops : 1;
    }
    return depth;
}

GraphNetwork loadGraphNetwork(const GraphNetworkSpec& spec)
{
    const auto architecture = nameIn(kGraphArchitectures, spec.architecture);
    const bool needsHops = spec.architecture == GraphArchitecture::sgc;
    if (needsHops != spec.hops.has_value() || spec.hops.value_or(1) < 1) {
        throw InvalidArgument(needsHops ? "sgc needs its number of hops, at least 1: a file of "
                                          "weights does not hold it"
                                        : architecture + " has no hops; leave them out");
    }
    const auto file = spec.weights.string();
    auto weights = loadWeights(spec.weights);
    std::map<std::string, Module, ByNumbers> modules;
    for (auto& [name, array] : weights.arrays) {
        const auto begin = arrayBegin(name);
        const auto module = name.substr(0, begin == 0 ? 0 : begin - 1);
        modules.try_emplace(module, file, module)
            .first->second.add(name.substr(begin), std::move(array));
    }
    GraphNetwork out;
    out.activation = spec.activation;
    out.residual = spec.residual;
    out.sha256 = std::move(weights.sha256);
    for (auto& [name, module] : modules) {
        out.layers.push_back(layerOf(module, spec, out.layers.size() + 1 == modules.size()));
        module.requireEmpty(architecture);
        out.names.push_back(name);
        if (out.layers.size() > 1) {
            requireFit(out.layers[out.layers.size() - 2], out.layers.back(), file, name);
        }
    }
    const auto keepsWidth = [](const auto& layer) { return inputsOf(layer) == outputsOf(layer); };
    if (out.residual && std::ranges::none_of(out.layers, keepsWidth)) {
        throw InvalidArgument(file +
                              " has no layer with as many outputs as inputs, so none can have a "
                              "residual connection");
    }
    return out;
}

} // namespace mlab::stimuli
