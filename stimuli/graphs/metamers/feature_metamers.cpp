// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/metamers/feature_metamers.h"

#include "core/base/error.h"
#include "stimuli/graphs/feature_solvers/continuous_solvers.h"
#include "stimuli/graphs/feature_solvers/hit_and_run.h"
#include "stimuli/graphs/feature_solvers/soft_bits.h"
#include "stimuli/graphs/metamers/binary_match.h"
#include "stimuli/graphs/networks/feature_tensor.h"
#include "stimuli/graphs/networks/metamer_dimension.h"
#include "stimuli/graphs/networks/seen_space.h"

#include <torch/types.h>

#include <cstdint>
#include <utility>
#include <variant>

namespace mlab::stimuli {
namespace {

using torch::Tensor;

GraphMetamer metamerOf(const MetamerTask& task, const GraphStructure& structure, Features features,
                       const StopRule& rule)
{
    GraphMetamer out{.graph = task.reference, .stop = rule.reason(), .steps = rule.steps()};
    out.graph->structure = structure;
    out.graph->features = std::move(features);
    return out;
}

/// The targeted nodes, which come first, and all others on which they depend. Only their features
/// change: those of a node that no target sees could be anything, and say nothing of the network.
struct Field {
    Field(const MetamerTask& task, const GraphStructure& structure, int layer)
        : nodes(fieldOf(structure, task.nodes(), depthOf(task.network, layer))),
          places(indexOf(nodes)), messages(structure, nodes)
    {
    }
    /// The reference's features, with those of the field replaced. @param ofField [field, features]
    Features replaced(const MetamerTask& task, const Tensor& ofField) const
    {
        return featuresOf(featureTensor(task.reference.features).index_copy(0, places, ofField));
    }

    std::vector<int> nodes;
    Tensor places;
    GraphMessages messages;
};

/// Root mean square over the coordinates of these nodes.
double distanceToReference(const MetamerTask& task, const std::vector<int>& nodes,
                           const Tensor& start)
{
    const auto reference = task.seen.coordinates(featureTensor(task.reference.features, nodes));
    return (start - reference).square().mean().sqrt().item<double>();
}

/// Solvers of real features stop this far within the tolerance, since features are written with 8
/// digits, which may raise the loss.
constexpr double kWithin = 0.9;
/// Adam's first step, in units of how far the start is from the reference.
constexpr double kAdamRate = 0.1;
/// The same on soft bits, in units of their SD.
constexpr double kBitRate = 0.1;

} // namespace

GraphMetamer realFeatureMetamer(const MetamerTask& task, const GraphStructure& structure,
                                GraphSolver solver)
{
    const int layer = task.spec.layer;
    const auto target = targetOf(task).onFirstRows();
    const Field field(task, structure, layer);
    const auto gap = [&](const Tensor& c) {
        return target.gap(layerValues(task.seen.network(), field.messages, {.dense = c}, layer));
    };
    const auto begun = startOfFeatures(task).index_select(0, field.places);
    const auto start = task.seen.coordinates(begun);
    const int steps = task.spec.steps;
    StopRule rule(kWithin * task.spec.tolerance, steps, task.progress, task.stop);
    const auto solve = [&](const Tensor& from) {
        switch (solver) {
        case GraphSolver::adam:
            return solveByAdam(gap, from, kAdamRate * distanceToReference(task, field.nodes, start),
                               steps, rule);
        case GraphSolver::lbfgs:
            return solveByGraphLbfgs(gap, from, rule);
        case GraphSolver::gaussNewton:
            return solveByGaussNewton(gap, from, rule);
        default:
            throw InternalError("not a solver for real features");
        }
    };
    const auto found = solve(start);
    return metamerOf(task, structure,
                     field.replaced(task, begun + task.seen.features(found - start)), rule);
}

GraphMetamer walkedFeatureMetamer(const MetamerTask& task)
{
    const Field field(task, task.reference.structure, 1);
    const auto x = featureTensor(task.reference.features, field.nodes);
    const auto targets = torch::arange(static_cast<std::int64_t>(task.nodes().size()));
    auto stream = task.stream("hit and run");
    StopRule rule(0, task.spec.steps, task.progress, task.stop);
    const auto walked = hitAndRun(task.network, field.messages, x, targets, stream, rule);
    if (!walked) {
        return {.graph = std::nullopt,
                .stop = rule.reason(),
                .steps = 0,
                .statement = "no other features give the same activations: those of layer 1 "
                             "determine every feature"};
    }
    return metamerOf(task, task.reference.structure, field.replaced(task, *walked), rule);
}

GraphMetamer binaryFeatureMetamer(const MetamerTask& task, const GraphStructure& structure)
{
    const auto& features = std::get<BinaryFeatures>(task.reference.features);
    const int layer = task.spec.layer;
    const auto target = targetOf(task).onFirstRows();
    const Field field(task, structure, layer);
    const BinaryInputs binary(task.seen, features.columns);
    const auto lossOf = [&](const std::vector<std::uint8_t>& bits, bool withGradient) {
        return binary.loss(layer, field.messages, target, bits, withGradient);
    };
    const auto ones =
        onesOf(features.ofRows(field.nodes), task.spec.onesKept.value_or(OnesKept::graph));
    const int half = (task.spec.steps + 1) / 2;
    StopRule first(task.spec.tolerance, half, progressOf(task, Half::first), task.stop);
    const auto start = startOfFeatures(task).index_select(0, field.places);
    const double rate = kBitRate * start.std(0, /*unbiased=*/false).mean().item<double>();
    SoftBits soft(start, ones);
    auto best = soft.bits();
    for (auto now = lossOf(soft.bits(), true); first.goesOn(now.loss);
         now = lossOf(soft.bits(), true)) {
        best = first.isBest() ? soft.bits() : best;
        soft.step(now.gradient, cosineRate(rate, first.steps(), half));
    }
    best = first.isBest() ? soft.bits() : best;
    StopRule second(task.spec.tolerance, task.spec.steps - half, progressOf(task, Half::second),
                    task.stop);
    best = improveByPairs(std::move(best), ones.size(), lossOf, second);
    auto out =
        metamerOf(task, structure,
                  features.withRows(field.nodes, featuresOfBits(best, features.columns)), second);
    out.steps += first.steps();
    return out;
}

} // namespace mlab::stimuli
