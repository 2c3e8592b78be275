// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/metamers/structure_metamers.h"

#include "core/base/error.h"
#include "stimuli/graphs/feature_solvers/activation_target.h"
#include "stimuli/graphs/feature_solvers/adam_state.h"
#include "stimuli/graphs/feature_solvers/soft_bits.h"
#include "stimuli/graphs/metamers/feature_metamers.h"
#include "stimuli/graphs/metamers/sent_messages.h"
#include "stimuli/graphs/networks/feature_tensor.h"
#include "stimuli/graphs/rewiring/structure_metamer.h"
#include "stimuli/graphs/structure_solvers/candidate_edges.h"
#include "stimuli/graphs/structure_solvers/swap_descent.h"

#include <torch/autograd.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <utility>

namespace mlab::stimuli {
namespace {

using torch::Tensor;

constexpr double kEdgeRate = 0.02; // of Adam on x, whose start has the SD below
constexpr double kEdgeStart = 0.1;

/// Which of the candidates are edges: as many as the reference has.
class SoftEdges {
public:
    explicit SoftEdges(const MetamerTask& task)
        : candidates_(candidatesOf(task)), messages_(candidates_),
          soft_(startOf(task, candidates_.edges().size()),
                {task.reference.structure.edges().size()})
    {
    }

    /// 1 for an edge and 0 for another candidate: a leaf, for messages().weighted().
    Tensor weights() const
    {
        return torch::tensor(at::ArrayRef<std::uint8_t>(soft_.bits()))
            .to(torch::kFloat64)
            .requires_grad_();
    }
    const GraphMessages& messages() const { return messages_; }
    void step(const Tensor& gradient, double rate) { soft_.step(gradient, rate); }
    const std::vector<std::uint8_t>& bits() const { return soft_.bits(); }
    GraphStructure structure(const std::vector<std::uint8_t>& bits) const
    {
        std::vector<Edge> edges;
        for (std::size_t i = 0; i < bits.size(); ++i) {
            if (bits[i] != 0) {
                edges.push_back(candidates_.edges()[i]);
            }
        }
        return {candidates_.nodes(), std::move(edges)};
    }

private:
    static GraphStructure candidatesOf(const MetamerTask& task)
    {
        auto stream = task.stream("candidate edges");
        return candidateEdges(task.reference.structure, stream);
    }
    static Tensor startOf(const MetamerTask& task, std::size_t count)
    {
        auto stream = task.stream("start of edges");
        auto out = torch::empty({static_cast<std::int64_t>(count)}, torch::dtype(torch::kFloat32));
        std::generate_n(out.data_ptr<float>(), count,
                        [&] { return static_cast<float>(kEdgeStart * stream.normal()); });
        return out;
    }

    GraphStructure candidates_;
    GraphMessages messages_;
    SoftBits soft_;
};

} // namespace

GraphMetamer structureMetamer(const MetamerTask& task)
{
    const int layer = task.spec.layer;
    const auto target = targetOf(task);
    const auto c = task.seen.coordinates(featureTensor(task.reference.features));
    const auto gap = [&](const GraphMessages& messages) {
        return target.gap(layerValues(task.seen.network(), messages, {.dense = c}, layer));
    };
    SoftEdges edges(task);
    auto best = edges.bits();
    const int half = (task.spec.steps + 1) / 2;
    StopRule first(task.spec.tolerance, half, progressOf(task, Half::first), task.stop);
    while (true) {
        const auto weights = edges.weights();
        const auto now = gap(edges.messages().weighted(weights));
        const bool goesOn = first.goesOn(now.loss.item<double>());
        best = first.isBest() ? edges.bits() : best;
        if (!goesOn) {
            break;
        }
        edges.step(torch::autograd::grad({now.objective()}, {weights})[0],
                   cosineRate(kEdgeRate, first.steps(), half));
    }
    StopRule second(task.spec.tolerance, task.spec.steps - half, progressOf(task, Half::second),
                    task.stop);
    auto stream = task.stream("swaps");
    GraphMetamer out{.graph = task.reference};
    out.graph->structure = descendBySwaps(
        edges.structure(best),
        [&](const GraphStructure& structure) {
            const torch::NoGradGuard noGradients;
            return featuresOf(
                sentMessages(task.seen.network(), GraphMessages(structure), c, layer));
        },
        [&](const GraphStructure& structure) {
            const torch::NoGradGuard noGradients;
            return gap(GraphMessages(structure)).loss.item<double>();
        },
        stream, second);
    out.stop = second.reason();
    out.steps = first.steps() + second.steps();
    return out;
}

GraphMetamer exactMetamer(const MetamerTask& task)
{
    auto found =
        exactStructureMetamer(task.reference, task.spec.steps, task.spec.seed, [&](double share) {
            if (task.stop.stop_requested()) {
                throw Cancelled();
            }
            task.progress("swaps", share);
        });
    GraphMetamer out{.graph = std::nullopt,
                     .stop = found.structure ? GraphStop::walked : GraphStop::noneExists,
                     .steps = static_cast<int>(found.swaps),
                     .statement = std::move(found.statement)};
    if (found.structure) {
        out.graph = task.reference;
        out.graph->structure = std::move(*found.structure);
    }
    return out;
}

GraphMetamer metamerOfBoth(const MetamerTask& task)
{
    auto ofEdges = task.spec;
    auto ofFeatures = task.spec;
    ofEdges.steps = (task.spec.steps + 1) / 2;
    ofFeatures.steps = task.spec.steps - ofEdges.steps;
    const auto edges = structureMetamer({task.network, task.seen, task.reference, ofEdges,
                                         progressOf(task, Half::first), task.stop});
    const MetamerTask features{
        task.network, task.seen, task.reference, ofFeatures, progressOf(task, Half::second),
        task.stop};
    const auto& structure = edges.graph->structure;
    const auto solver = featureSolver(task.spec, task.reference).value();
    auto out = solver == GraphSolver::straightThrough
                   ? binaryFeatureMetamer(features, structure)
                   : realFeatureMetamer(features, structure, solver);
    out.steps += edges.steps;
    return out;
}

} // namespace mlab::stimuli
