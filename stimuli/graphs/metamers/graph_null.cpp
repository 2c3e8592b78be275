// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/metamers/graph_null.h"

#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "stimuli/graphs/feature_solvers/activation_target.h"
#include "stimuli/graphs/metamers/metamer_task.h"
#include "stimuli/graphs/networks/feature_tensor.h"

#include <torch/types.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>

namespace mlab::stimuli {
namespace {

using torch::Tensor;

constexpr std::uint64_t kSeed = 1;
constexpr std::uint64_t kSamples = 1000;
constexpr double kQuantile = 0.001;

/// Interpolated linearly between order statistics.
double quantileOf(std::vector<double> values)
{
    std::ranges::sort(values);
    const double place = kQuantile * static_cast<double>(values.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const double above = values[std::min(below + 1, values.size() - 1)];
    return values[below] + (place - std::floor(place)) * (above - values[below]);
}

/// ||h_u - h_v||^2 / ||h_v||^2 over pairs of a targeted node v and another node u.
std::optional<double> nodeQuantile(const Tensor& h, std::vector<int> targets)
{
    const auto energy = h.square().sum(1).contiguous();
    const auto energies = energy.accessor<double, 1>();
    std::erase_if(targets, [&](int node) { return energies[node] == 0; });
    const auto nodes = static_cast<std::uint64_t>(h.size(0));
    if (targets.empty() || nodes < 2) {
        return std::nullopt;
    }
    RandomStream stream(kSeed, "pairs of nodes");
    std::vector<double> losses;
    for (std::uint64_t i = 0; i < kSamples; ++i) {
        const std::int64_t v = targets[static_cast<std::size_t>(stream.below(targets.size()))];
        auto u = static_cast<std::int64_t>(stream.below(nodes - 1));
        u += u >= v ? 1 : 0;
        losses.push_back((h[u] - h[v]).square().sum().item<double>() / energies[v]);
    }
    return quantileOf(std::move(losses));
}

} // namespace

GraphNull graphNull(const GraphNetwork& network, const Graph& graph, int layer,
                    const std::vector<int>& nodes, const std::stop_token& stop)
{
    const GraphMessages messages(graph.structure);
    const SeenSpace seen(network);
    const auto c = seen.coordinates(featureTensor(graph.features));
    const auto values = layerValues(seen.network(), messages, {.dense = c}, layer);
    const auto targets = targetedNodes(graph.structure, nodes);
    const ActivationTarget target(seen.network(), layer, values, indexOf(targets));
    std::vector<double> losses;
    for (std::uint64_t i = 0; i < kSamples; ++i) {
        if (stop.stop_requested()) {
            throw Cancelled();
        }
        const auto drawn = RandomStream(kSeed, "permuted features", i)
                               .permutation(static_cast<std::size_t>(graph.structure.nodes()));
        const std::vector<int> order(drawn.begin(), drawn.end());
        losses.push_back(target
                             .gap(layerValues(seen.network(), messages,
                                              {.dense = c.index_select(0, indexOf(order))}, layer))
                             .loss.item<double>());
    }
    return {.permuted = quantileOf(std::move(losses)),
            .nodes = nodeQuantile(matchedValues(seen.network(), layer, values), targets)};
}

} // namespace mlab::stimuli
