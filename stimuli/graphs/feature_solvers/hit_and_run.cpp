// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/feature_solvers/hit_and_run.h"

#include "stimuli/graphs/feature_solvers/continuous_solvers.h"
#include "stimuli/graphs/networks/seen_space.h"

#include <torch/autograd.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <functional>
#include <limits>

namespace mlab::stimuli {
namespace {

using torch::Tensor;

/// Z of the targeted nodes is z(0) + J c, J as functions.
class LinearLayer {
public:
    LinearLayer(const SeenSpace& seen, const GraphMessages& messages, const Tensor& like,
                const Tensor& rows)
        : zero_(torch::zeros_like(like).requires_grad_())
    {
        z_ = [&seen, &messages, rows](const Tensor& c) {
            return layerValues(seen.network(), messages, {.dense = c}, 1)
                .first.index_select(0, rows);
        };
        atZero_ = z_(zero_);
    }

    Tensor z(const Tensor& c) const
    {
        const torch::NoGradGuard noGradients;
        return z_(c);
    }
    Tensor times(const Tensor& direction) const { return z(direction) - atZero_.detach(); }
    Tensor transposedTimes(const Tensor& values) const
    {
        return torch::autograd::grad({atZero_}, {zero_}, {values}, /*retain_graph=*/true)[0];
    }

private:
    std::function<Tensor(const Tensor&)> z_;
    Tensor zero_;
    Tensor atZero_;
};

/// The active units, whose Z the walk keeps.
class KeptUnits {
public:
    KeptUnits(const LinearLayer& layer, const Tensor& z, const StopRule& rule)
        : layer_(layer), active_(z.gt(0).to(torch::kFloat64)), rule_(rule)
    {
    }

    double normOf(const Tensor& z) const { return (z * active_).norm().item<double>(); }
    /// The shortest change of coordinates that changes Z of the active units by this much.
    /// @param size |Z| of what the change is a part or the rounding of: 1e-13 of it is nothing
    Tensor shortestChange(const Tensor& change, double size) const
    {
        constexpr double kTolerance = 1e-13;
        constexpr int kIterations = 1000;
        const auto system = [&](const Tensor& y) {
            rule_.poll();
            return layer_.times(layer_.transposedTimes(y)) * active_;
        };
        return layer_.transposedTimes(
            conjugateGradients(system, change * active_, kTolerance * size, kIterations));
    }

private:
    const LinearLayer& layer_;
    Tensor active_;
    const StopRule& rule_;
};

/// The steps t for which from + t * by stays <= most, as far as it is now.
void limitBy(const Tensor& most, const Tensor& from, const Tensor& by, double& least,
             double& largest)
{
    const auto steps = (most - from).clamp_min(0) / by;
    constexpr double kFar = std::numeric_limits<double>::infinity();
    largest = std::min(largest, torch::where(by > 0, steps, kFar).min().item<double>());
    least = std::max(least, torch::where(by < 0, steps, -kFar).max().item<double>());
}

Tensor normal(const Tensor& like, RandomStream& stream)
{
    auto out = torch::empty_like(like);
    auto* values = out.data_ptr<double>();
    std::generate_n(values, out.numel(), [&] { return stream.normal(); });
    return out;
}

} // namespace

std::optional<Tensor> hitAndRun(const GraphNetwork& network, const GraphMessages& messages,
                                const Tensor& x, const Tensor& rows, RandomStream& stream,
                                StopRule& rule)
{
    constexpr int kStepsToCorrect = 50;
    constexpr double kNoDirection = 1e-9; // of a random direction: what rounding leaves of it
    const SeenSpace seen(network);
    const LinearLayer layer(seen, messages, seen.coordinates(x), rows);
    const auto reference = layer.z(seen.coordinates(x));
    const KeptUnits kept(layer, reference, rule);
    auto range = x.amax(0) - x.amin(0);
    const double widest = range.max().item<double>();
    range.masked_fill_(range.eq(0), widest > 0 ? widest : 1); // or the walk could not begin
    const auto most = (x.amax(0) + range).expand_as(x);
    const auto least = (x.amin(0) - range).expand_as(x);
    // Silent units must stay silent; the others are kept by the direction.
    const auto highest = torch::where(reference > 0, std::numeric_limits<double>::infinity(), 0.0);
    auto at = x.clone();
    auto z = reference;
    const auto correct = [&] { // what rounding moved comes back
        at = at + seen.features(kept.shortestChange(reference - z, kept.normOf(reference)));
        z = layer.z(seen.coordinates(at));
    };
    while (rule.walksOn()) {
        const auto anywhere = normal(x, stream);
        auto inside = seen.coordinates(anywhere);
        const double size = kept.normOf(layer.times(inside));
        for (int pass = 0; pass < 2; ++pass) { // the second removes what rounding left
            inside = inside - kept.shortestChange(layer.times(inside), size);
        }
        // What the network does not see may move freely.
        const auto direction = anywhere + seen.features(inside - seen.coordinates(anywhere));
        if ((direction.norm() <= kNoDirection * anywhere.norm()).item<bool>()) {
            rule.end(GraphStop::noneExists);
            return std::nullopt;
        }
        const auto change = layer.times(inside);
        double from = -std::numeric_limits<double>::infinity();
        double to = std::numeric_limits<double>::infinity();
        limitBy(highest, z, change, from, to);
        limitBy(most, at, direction, from, to);
        limitBy(-least, -at, -direction, from, to);
        at = at + (from + (to - from) * stream.uniform()) * direction;
        z = layer.z(seen.coordinates(at));
        if ((rule.steps() + 1) % kStepsToCorrect == 0) {
            correct();
        }
    }
    correct();
    return at;
}

} // namespace mlab::stimuli
