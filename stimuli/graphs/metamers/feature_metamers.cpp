// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/metamers/feature_metamers.h"

#include "core/base/error.h"
#include "stimuli/graphs/feature_solvers/continuous_solvers.h"
#include "stimuli/graphs/feature_solvers/hit_and_run.h"
#include "stimuli/graphs/feature_solvers/seen_features.h"
#include "stimuli/graphs/feature_solvers/soft_bits.h"
#include "stimuli/graphs/metamers/binary_match.h"
#include "stimuli/graphs/networks/feature_tensor.h"
#include "stimuli/graphs/networks/metamer_dimension.h"

#include <torch/types.h>

#include <cstdint>
#include <utility>
#include <variant>

namespace mlab::stimuli {
namespace {

using torch::Tensor;

/// The nodes on which the activations of the targeted ones depend; these come first.
struct Field {
    std::vector<int> nodes;
    GraphMessages messages;
    Tensor rows; ///< of the targeted nodes, in their order
};

Field fieldOf(const MetamerTask& task, const GraphStructure& structure)
{
    const auto targets = task.nodes();
    auto nodes = fieldOf(structure, targets, depthOf(task.network, task.spec.layer));
    GraphMessages messages(structure, nodes);
    auto rows =
        torch::arange(static_cast<std::int64_t>(targets.size()), torch::dtype(torch::kInt64));
    return {.nodes = std::move(nodes), .messages = std::move(messages), .rows = std::move(rows)};
}

ActivationTarget targetOf(const MetamerTask& task)
{
    const auto field = fieldOf(task, task.reference.structure);
    return {task.network, task.spec.layer,
            layerValues(task.network, field.messages,
                        featureTensor(task.reference.features, field.nodes), task.spec.layer),
            field.rows};
}

GraphMetamer metamerOf(const MetamerTask& task, const GraphStructure& structure, Features features,
                       const StopRule& rule)
{
    GraphMetamer out{.graph = task.reference, .stop = rule.reason(), .steps = rule.steps()};
    out.graph->structure = structure;
    out.graph->features = std::move(features);
    return out;
}

/// Root mean square over coordinates.
double distanceToReference(const MetamerTask& task, const Field& field, const SeenFeatures& seen)
{
    const auto x = featureTensor(task.reference.features, field.nodes);
    return (seen.startCoordinates() - seen.coordinates(x)).square().mean().sqrt().item<double>();
}

/// Adam's first step, in units of how far the start is from the reference.
constexpr double kAdamRate = 0.1;
/// The same on soft bits, in units of their SD.
constexpr double kBitRate = 0.1;

} // namespace

GraphMetamer realFeatureMetamer(const MetamerTask& task, const GraphStructure& structure,
                                GraphSolver solver)
{
    const auto target = targetOf(task);
    const auto field = fieldOf(task, structure);
    auto features = startOfFeatures(task);
    const auto places = indexOf(field.nodes);
    const SeenFeatures seen(task.network, features.index_select(0, places));
    const auto gap = [&](const Tensor& c) {
        return target.gap(
            layerValues(task.network, field.messages, c, seen.products(c), task.spec.layer));
    };
    const int steps = task.spec.steps;
    StopRule rule(task.spec.tolerance, steps, task.progress, task.stop);
    const auto& start = seen.startCoordinates();
    Tensor found;
    switch (solver) {
    case GraphSolver::adam:
        found = solveByAdam(gap, start, kAdamRate * distanceToReference(task, field, seen), steps,
                            rule);
        break;
    case GraphSolver::lbfgs:
        found = solveByGraphLbfgs(gap, start, rule);
        break;
    case GraphSolver::gaussNewton:
        found = solveByGaussNewton(gap, start, rule);
        break;
    default:
        throw InternalError("not a solver for real features");
    }
    features.index_copy_(0, places, seen.features(found));
    return metamerOf(task, structure, featuresOf(features), rule);
}

GraphMetamer walkedFeatureMetamer(const MetamerTask& task)
{
    const auto x = featureTensor(task.reference.features);
    auto stream = task.stream("hit and run");
    StopRule rule(0, task.spec.steps, task.progress, task.stop);
    const auto walked = hitAndRun(task.network, GraphMessages(task.reference.structure), x,
                                  indexOf(task.nodes()), stream, rule);
    return metamerOf(task, task.reference.structure, featuresOf(walked), rule);
}

GraphMetamer binaryFeatureMetamer(const MetamerTask& task, const GraphStructure& structure)
{
    const auto& features = std::get<BinaryFeatures>(task.reference.features);
    const int layer = task.spec.layer;
    const auto whole = layerValues(task.network, GraphMessages(task.reference.structure),
                                   featureTensor(features), layer);
    const ActivationTarget target(task.network, layer, whole, indexOf(task.nodes()));
    const GraphMessages messages(structure);
    const BinaryInputs binary(task.network, features.columns);
    const auto lossOf = [&](const std::vector<std::uint8_t>& bits, bool withGradient) {
        return lossOfBits(task.network, layer, messages, target, binary, bits, withGradient);
    };
    const auto ones = onesOf(features, task.spec.onesKept);
    const int half = (task.spec.steps + 1) / 2;
    StopRule first(task.spec.tolerance, half, progressOf(task, Half::first), task.stop);
    const auto start = startOfFeatures(task);
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
    auto out = metamerOf(task, structure, featuresOfBits(best, features.columns), second);
    out.steps += first.steps();
    return out;
}

} // namespace mlab::stimuli
