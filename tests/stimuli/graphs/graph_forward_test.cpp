// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/networks/graph_forward.h"
#include "stimuli/graphs/networks/metamer_dimension.h"
#include "tests/stimuli/graphs/numpy_networks.h"

#include <gtest/gtest.h>
#include <torch/autograd.h>
#include <torch/types.h>

#include <cmath>

namespace mlab::stimuli {
namespace {

torch::Tensor featuresOf(const Graph& graph)
{
    auto rows = dense(graph.features);
    return torch::from_blob(rows.values.data(), {rows.rows, rows.columns}, torch::kFloat64).clone();
}

TEST(GraphForward, DerivativesAreThoseOfFiniteDifferences)
{
    const auto graph = referenceGraph();
    const GraphMessages messages(graph.structure);
    torch::manual_seed(1);
    for (const auto& [name, spec, layers] : allCases()) {
        const auto network = loadGraphNetwork(spec);
        const auto h = [&](const torch::Tensor& x) {
            return layerValues(network, messages, x, layers).second;
        };
        const auto x = featuresOf(graph).requires_grad_();
        const auto direction = torch::randn_like(x);
        const auto values = h(x);
        const auto weights = torch::randn_like(values);
        const auto gradient = torch::autograd::grad({(values * weights).sum()}, {x})[0];
        const double derivative = (gradient * direction).sum().item<double>();
        constexpr double kStep = 1e-6;
        const torch::NoGradGuard noGradients;
        const auto difference = (h(x + kStep * direction) - h(x - kStep * direction)) / (2 * kStep);
        EXPECT_NEAR(derivative, (difference * weights).sum().item<double>(),
                    1e-6 * (1 + std::abs(derivative)))
            << name;
    }
}

TEST(GraphForward, ANodeHasTheSameValuesOnItsFieldAlone)
{
    const auto graph = referenceGraph();
    const auto x = featuresOf(graph);
    for (const auto& [name, spec, layers] : allCases()) {
        const auto network = loadGraphNetwork(spec);
        const auto whole = layerValues(network, GraphMessages(graph.structure), x, layers).first;
        for (int node = 0; node < graph.structure.nodes(); ++node) {
            const auto field = fieldOf(graph.structure, {node}, depthOf(network, layers));
            const std::vector<std::int64_t> rows(field.begin(), field.end());
            const auto part = layerValues(network, GraphMessages(graph.structure, field),
                                          x.index_select(0, torch::tensor(rows)), layers)
                                  .first;
            EXPECT_TRUE(torch::allclose(part[0], whole[node], 1e-12, 1e-12)) << name << node;
        }
    }
}

// The attention of a node sums to 1 in each head: where all rows are equal, so are all values.
TEST(GraphForward, AttentionSumsToOne)
{
    const auto graph = referenceGraph();
    for (const auto& [name, spec, layers] : allCases()) {
        if (spec.architecture == GraphArchitecture::gat) {
            const auto row = featuresOf(graph).slice(0, 0, 1);
            const auto x = row.expand({graph.structure.nodes(), row.size(1)});
            const auto network = loadGraphNetwork(spec);
            const auto z = layerValues(network, GraphMessages(graph.structure), x, layers).first;
            EXPECT_TRUE(torch::allclose(z, z[0].unsqueeze(0).expand_as(z), 1e-12, 1e-12)) << name;
        }
    }
}

} // namespace
} // namespace mlab::stimuli
