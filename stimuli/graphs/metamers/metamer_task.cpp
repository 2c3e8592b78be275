// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/metamers/metamer_task.h"

#include "stimuli/graphs/networks/feature_tensor.h"

#include <torch/types.h>

#include <algorithm>
#include <cstdint>
#include <numeric>

namespace mlab::stimuli {

std::vector<int> targetedNodes(const GraphStructure& structure, const std::vector<int>& nodes)
{
    if (!nodes.empty()) {
        return nodes;
    }
    std::vector<int> out(static_cast<std::size_t>(structure.nodes()));
    std::iota(out.begin(), out.end(), 0);
    return out;
}

std::vector<int> MetamerTask::nodes() const
{
    return targetedNodes(reference.structure, spec.nodes);
}

torch::Tensor indexOf(const std::vector<int>& nodes)
{
    const std::vector<std::int64_t> numbers(nodes.begin(), nodes.end());
    return torch::tensor(numbers, torch::dtype(torch::kInt64));
}

ActivationTarget targetOf(const MetamerTask& task)
{
    const auto c = task.seen.coordinates(featureTensor(task.reference.features));
    const GraphMessages messages(task.reference.structure);
    return {task.seen.network(), task.spec.layer,
            layerValues(task.seen.network(), messages, {.dense = c}, task.spec.layer),
            indexOf(task.nodes())};
}

torch::Tensor startOfFeatures(const MetamerTask& task)
{
    const auto x = featureTensor(task.reference.features);
    auto noise = torch::empty_like(x);
    auto stream = task.stream("start of features");
    std::generate_n(noise.data_ptr<double>(), noise.numel(), [&] { return stream.normal(); });
    return x.mean(0) + noise * x.std(0, /*unbiased=*/false);
}

Progress progressOf(const MetamerTask& task, Half half)
{
    const double before = half == Half::first ? 0 : 0.5;
    return [&task, before](const std::string& what, double share) {
        task.progress(what, before + share / 2);
    };
}

} // namespace mlab::stimuli
