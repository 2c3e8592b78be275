// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/feature_solvers/hit_and_run.h"

#include "core/base/error.h"
#include "stimuli/graphs/feature_solvers/kept_units.h"
#include "stimuli/graphs/networks/seen_space.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <limits>

namespace mlab::stimuli {
namespace {

using torch::Tensor;

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
    constexpr double kMostChanged = 1e-5; // of what a random direction changes: rounding is less
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
        if (kept.normOf(layer.times(inside)) > kMostChanged * size) {
            throw NumericError(
                "a walk among exact metamers is not possible: conjugate gradients do "
                "not find the features that layer 1 does not see; use lbfgs, fewer "
                "nodes, or a smaller graph");
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
