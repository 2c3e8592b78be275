// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/distortions/distorted_stimulus.h"

#include "stimuli/numerics/rounding.h"
#include "stimuli/spaces/stimulus_space.h"
#include "stimuli/tensors/stimulus_tensor.h"

#include <torch/types.h>

#include <array>
#include <cmath>
#include <memory>
#include <span>

namespace mlab::stimuli {
namespace {

using torch::Tensor;

constexpr double kLevelTolerance = 0.01; // of the level
constexpr double kLeastCosine = 0.9;

std::span<const float> valuesOf(const Tensor& tensor)
{
    return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

std::unique_ptr<ProbeSpace> probeSpaceOf(const Stimulus& reference)
{
    return spaceOf(reference).probes(reference, toTensor(reference), ProbeSolver::minimumNorm,
                                     /*compressive=*/false);
}

/// A change of some length along a unit direction, cut off where values leave their range.
struct Change {
    Tensor values; ///< of the changed stimulus
    double along = 0.0;
    double cosine = 1.0;
};

Change changed(const Tensor& start, const Tensor& direction, double length, const ProbeSpace& space)
{
    Change out{.values = (start + length * direction).clamp(space.lowest(), space.highest())};
    const auto moved = (out.values - start).to(torch::kFloat64);
    out.along = torch::dot(moved, direction.to(torch::kFloat64)).item<double>();
    const double whole = moved.norm().item<double>();
    out.cosine = whole > 0 ? std::abs(out.along) / whole : 0.0;
    return out;
}

} // namespace

double fullLevelRms(const Stimulus& reference)
{
    return probeSpaceOf(reference)->fullLevelRms();
}

DistortedStimulus distortedStimulus(const Stimulus& reference, const std::vector<float>& direction,
                                    double signedLevel)
{
    const auto values = toTensor(reference);
    const auto start = values.flatten();
    const auto way = torch::tensor(at::ArrayRef<float>(direction));
    const auto space = probeSpaceOf(reference);
    const double perPercent = space->fullLevelRms() / 100 *
                              std::sqrt(static_cast<double>(start.numel())); // length of 1 %
    const double asked = signedLevel * perPercent;

    auto change = changed(start, way, asked, *space);
    constexpr int kMostRounds = 20;
    double length = asked;
    for (int round = 0; round < kMostRounds && change.along != 0 &&
                        std::abs(change.along - asked) > kLevelTolerance / 10 * std::abs(asked);
         ++round) {
        length *= asked / change.along;
        if (std::abs(length) > 2 * std::abs(asked)) {
            break;
        }
        change = changed(start, way, length, *space);
    }

    const auto wanted = space->inLevels(change.values.view_as(values));
    const auto perLevel = space->perLevel(way.unsqueeze(0));
    const std::array<std::span<const float>, 1> gradients = {valuesOf(perLevel)};
    const std::array<double, 1> shift = {0.0};
    DistortedStimulus out;
    out.stimulus = space->stimulus(
        roundKeepingCoordinates(valuesOf(wanted), gradients, shift, space->levels()));

    const auto shown = (toTensor(out.stimulus).flatten() - start).to(torch::kFloat64);
    const double along = torch::dot(shown, way.to(torch::kFloat64)).item<double>();
    const double sign = signedLevel < 0 ? -1.0 : 1.0;
    if (perPercent > 0) {
        out.levelAchieved = sign * along / perPercent;
        const double rest = shown.square().sum().item<double>() - along * along;
        out.rest = std::sqrt(std::max(0.0, rest)) / perPercent;
    }
    const double level = std::abs(signedLevel);
    out.converged = level == 0 || (perPercent > 0 &&
                                   std::abs(out.levelAchieved - level) <= kLevelTolerance * level &&
                                   change.cosine >= kLeastCosine);
    return out;
}

} // namespace mlab::stimuli
