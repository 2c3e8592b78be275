// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/basis/basis_fit.h"

#include "core/base/error.h"
#include "stimuli/basis/decomposition.h"
#include "stimuli/basis/gram_pool.h"
#include "stimuli/sources/stimulus_sources.h"
#include "stimuli/tensors/compute.h"
#include "stimuli/tensors/stimulus_tensor.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <numeric>
#include <set>

namespace mlab::stimuli {
namespace {

// The ranks that are retained, from 1.
std::vector<int> retainedRanks(const BasisSpec& spec)
{
    if (spec.select.empty()) {
        std::vector<int> first(static_cast<std::size_t>(spec.components));
        std::iota(first.begin(), first.end(), 1);
        return first;
    }
    if (spec.select.size() != static_cast<std::size_t>(spec.components)) {
        throw InvalidArgument("the basis must retain " + std::to_string(spec.components) +
                              " components, but " + std::to_string(spec.select.size()) +
                              " are selected");
    }
    return spec.select;
}

void requireUsable(const BasisSpec& spec)
{
    if (spec.components < 1) {
        throw InvalidArgument("a basis must retain at least one component");
    }
    const auto ranks = retainedRanks(spec);
    if (std::set<int>(ranks.begin(), ranks.end()).size() != ranks.size()) {
        throw InvalidArgument("a component is selected twice");
    }
    const auto [least, greatest] = std::ranges::minmax(ranks);
    if (least < 1 || greatest > spec.candidates) {
        throw InvalidArgument("component " + std::to_string(least < 1 ? least : greatest) +
                              " is selected, but candidates are ranked from 1 to " +
                              std::to_string(spec.candidates));
    }
}

Decomposition decompose(const GramPool& pool, const BasisSpec& spec, const std::string& layer,
                        const std::stop_token& stop)
{
    const auto innerProducts = pool.innerProducts(stop);
    try {
        return spec.method == BasisMethod::ica
                   ? independentComponents(innerProducts, spec.candidates, spec.seed)
                   : principalComponents(innerProducts, std::ranges::max(retainedRanks(spec)));
    } catch (const InvalidArgument& problem) {
        throw InvalidArgument("layer " + layer + ": " + problem.what());
    }
}

std::vector<float> flat(const torch::Tensor& tensor)
{
    const auto values = tensor.to(torch::kFloat32).contiguous();
    return {values.data_ptr<float>(), values.data_ptr<float>() + values.numel()};
}

Basis fitLayer(const GramPool& pool, const std::string& layer, const BasisSpec& spec,
               const std::stop_token& stop)
{
    const auto found = decompose(pool, spec, layer, stop);
    Basis basis;
    basis.layer = layer;
    basis.method = spec.method;
    basis.channels = static_cast<int>(pool.channels());
    basis.poolCount = found.count;
    basis.candidates = spec.candidates;
    basis.ranks = retainedRanks(spec);
    basis.seed = spec.seed;
    if (found.ica) {
        basis.icaIterations = found.ica->iterations;
        basis.converged = found.ica->converged;
    }
    const std::vector<std::int64_t> places = [&] {
        std::vector<std::int64_t> out;
        for (const int rank : basis.ranks) {
            basis.explainedVariance.push_back(
                found.explainedVariance[static_cast<std::size_t>(rank - 1)]);
            out.push_back(rank - 1);
        }
        return out;
    }();
    const auto retained = [&](const std::vector<double>& rows) {
        return torch::tensor(at::ArrayRef<double>(rows), torch::kFloat64)
            .view({found.candidates(), found.count})
            .index_select(0, torch::tensor(places));
    };
    auto [mean, components] = pool.meanAndSums(retained(found.weights), stop);
    auto coordinates = retained(found.scores);
    for (std::int64_t k = 0; k < components.size(0); ++k) {
        const auto entries = components[k].flatten();
        if (entries[entries.abs().argmax().item<std::int64_t>()].item<float>() < 0) {
            components[k].neg_();
            coordinates[k].neg_();
        }
    }
    basis.mean = flat(mean);
    basis.components = flat(components);
    basis.poolCoordinates = flat(coordinates.t());
    return basis;
}

} // namespace

std::vector<Basis> fitBases(const Model& model, const std::vector<std::string>& layers,
                            const BasisSpec& spec, const StimulusFormat& format,
                            const FitProgress& progress, const std::stop_token& stop)
{
    requireUsable(spec);
    const torch::NoGradGuard noGradients;
    // A session that is resumed with another number of threads gets the same basis, even if the
    // cache was deleted. With the built-in model, a second thread saves no time on two cores.
    const OneThread sameOrder;
    std::vector<GramPool> pools;
    int done = 0;
    const auto measure = [&](int index, int total, const Stimulus& stimulus) {
        const int needed = spec.method == BasisMethod::ica ? spec.candidates
                                                           : std::ranges::max(retainedRanks(spec));
        if (total <= needed) {
            throw InvalidArgument("a basis of " + std::to_string(needed) +
                                  " components needs a pool with more stimuli than that; it "
                                  "has " +
                                  std::to_string(total));
        }
        const auto values = model.toDevice(toTensor(stimulus));
        for (std::size_t l = 0; l < layers.size(); ++l) {
            if (l == pools.size()) {
                pools.emplace_back(total);
            }
            pools[l].put(index, activationMatrix(model, values, layers[l]).cpu());
        }
        progress(++done, total);
    };
    forEachPoolStimulus(spec.pool, format, measure, stop);
    const std::string pool = poolHash(spec.pool, format);
    std::vector<Basis> bases;
    for (std::size_t l = 0; l < pools.size(); ++l) {
        auto basis = fitLayer(pools[l], layers[l], spec, stop);
        pools[l] = GramPool(0); // its memory is no longer needed
        basis.modelSha256 = model.sha256();
        basis.poolSha256 = pool;
        bases.push_back(std::move(basis));
    }
    return bases;
}

} // namespace mlab::stimuli
