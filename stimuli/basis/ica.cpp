// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/basis/ica.h"

#include "core/base/error.h"
#include "core/base/random_stream.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <string>

namespace mlab::stimuli {
namespace {

// (W W^T)^-1/2 W: the orthogonal matrix nearest to W.
torch::Tensor decorrelated(const torch::Tensor& w)
{
    const auto [values, vectors] = torch::linalg_eigh(torch::mm(w, w.t()));
    return torch::mm(torch::mm(vectors * values.rsqrt(), vectors.t()), w);
}

torch::Tensor randomStart(int dimensions, std::uint64_t seed)
{
    RandomStream random(seed, "ica start");
    auto w = torch::empty({dimensions, dimensions}, torch::kFloat64);
    for (std::int64_t i = 0; i < w.numel(); ++i) {
        w.data_ptr<double>()[i] = random.normal();
    }
    return decorrelated(w);
}

} // namespace

IcaResult fastIca(std::span<const double> whitened, int dimensions, std::uint64_t seed,
                  const IcaLimits& limits)
{
    const auto size = static_cast<std::int64_t>(whitened.size());
    if (dimensions < 1 || size % dimensions != 0 || size / dimensions < 2) {
        throw InvalidArgument("FastICA was given " + std::to_string(size) + " numbers as " +
                              std::to_string(dimensions) +
                              " rows; equal rows of two or more were expected");
    }
    const torch::NoGradGuard noGradients;
    const auto count = size / dimensions;
    const auto x =
        torch::tensor(at::ArrayRef<double>(whitened.data(), whitened.size()), torch::kFloat64)
            .view({dimensions, count});
    if (!x.isfinite().all().item<bool>()) {
        throw NumericError("FastICA was given a value that is not a finite number");
    }
    auto w = randomStart(dimensions, seed);
    IcaResult result;
    while (!result.converged && result.iterations < limits.maxIterations) {
        const auto g = torch::tanh(torch::mm(w, x));
        const auto slope = (1 - g.square()).mean(1, /*keepdim=*/true);
        const auto next =
            decorrelated(torch::mm(g, x.t()) / static_cast<double>(count) - slope * w);
        // A direction and its opposite are the same source.
        const auto cosines = (next * w).sum(1).abs();
        result.change = (1 - cosines).abs().max().item<double>();
        w = next;
        ++result.iterations;
        result.converged = result.change <= limits.tolerance;
    }
    w = w.contiguous();
    result.unmixing.assign(w.data_ptr<double>(), w.data_ptr<double>() + w.numel());
    return result;
}

} // namespace mlab::stimuli
