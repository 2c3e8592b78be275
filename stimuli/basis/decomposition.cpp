// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/basis/decomposition.h"

#include "core/base/error.h"
#include "stimuli/basis/ica.h"
#include "stimuli/tensors/stimulus_tensor.h"

#include <torch/types.h>

#include <cmath>
#include <string>

namespace mlab::stimuli {
namespace {

std::vector<double> toDoubles(const torch::Tensor& tensor)
{
    const auto values = tensor.to(torch::kFloat64).contiguous();
    return {values.data_ptr<double>(), values.data_ptr<double>() + values.numel()};
}

torch::Tensor toTensor(const std::vector<double>& values, std::int64_t rows)
{
    return torch::tensor(at::ArrayRef<double>(values), torch::kFloat64).view({rows, -1});
}

} // namespace

Decomposition principalComponents(const torch::Tensor& innerProducts, int candidates)
{
    const auto count = innerProducts.size(0);
    const auto [values, vectors] = torch::linalg_eigh(innerProducts);
    const auto total = innerProducts.trace();
    const auto varying =
        (values > 1e-10 * total).sum().item<std::int64_t>(); // the rest is rounding
    if (candidates < 1 || candidates > varying) {
        throw InvalidArgument("it varies along only " + std::to_string(varying) +
                              " components over the pool of " + std::to_string(count) + ", but " +
                              std::to_string(candidates) +
                              " were requested; request fewer or use a larger pool");
    }
    // eigh orders from the smallest; principal axes from the largest.
    const auto variances = values.flip(0).narrow(0, 0, candidates).unsqueeze(1);
    const auto axes = vectors.flip(1).narrow(1, 0, candidates).t();
    const double root = std::sqrt(static_cast<double>(count));
    return {.count = static_cast<int>(count),
            .explainedVariance = toDoubles(variances / total),
            .scores = toDoubles(axes * root),
            .weights = toDoubles(axes * root / variances),
            .ica = std::nullopt};
}

Decomposition independentComponents(const torch::Tensor& innerProducts, int candidates,
                                    std::uint64_t seed)
{
    auto found = principalComponents(innerProducts, candidates);
    const auto run = fastIca(found.scores, candidates, seed);
    const auto rotation = toTensor(run.unmixing, candidates);
    const auto principalShares = toTensor(found.explainedVariance, candidates);
    // The scores have SD 1 and no correlation, so that what a source explains is the squared
    // length of its loadings on the principal axes.
    const auto shares = torch::mm(rotation.square(), principalShares).squeeze(1);
    const auto order = torch::argsort(shares, /*dim=*/0, /*descending=*/true);
    const auto ranked = rotation.index_select(0, order);
    found.explainedVariance = toDoubles(shares.index_select(0, order));
    found.scores = toDoubles(torch::mm(ranked, toTensor(found.scores, candidates)));
    found.weights = toDoubles(torch::mm(ranked, toTensor(found.weights, candidates)));
    found.ica = {.iterations = run.iterations, .change = run.change, .converged = run.converged};
    return found;
}

} // namespace mlab::stimuli
