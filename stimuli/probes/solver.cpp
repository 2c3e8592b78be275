// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/probes/solver.h"

#include "core/base/error.h"
#include "stimuli/numerics/rounding.h"
#include "stimuli/probes/mame_adam.h"
#include "stimuli/spaces/stimulus_space.h"
#include "stimuli/tensors/last_relu.h"
#include "stimuli/tensors/stimulus_tensor.h"

#include <torch/types.h>

#include <cmath>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace mlab::stimuli {

struct ReferencePoint::Tensors {
    torch::Tensor values;    // as toTensor() gives them
    torch::Tensor z;         // [retained] float64
    torch::Tensor gradients; // [retained, numbers of the stimulus]
    std::unique_ptr<ProbeSpace> space;
};

ReferencePoint::ReferencePoint(const CoordinateMap& map, const Stimulus& stimulus,
                               ProbeSolver solver)
    : stimulus_(stimulus), tensors_(std::make_unique<Tensors>())
{
    tensors_->values = map.model().toDevice(toTensor(stimulus));
    tensors_->space =
        spaceOf(stimulus).probes(stimulus, tensors_->values, solver, map.model().isCompressive());
    const auto& policy = tensors_->space->steps();
    std::tie(tensors_->z, tensors_->gradients) =
        map.withGradients(tensors_->values, policy.rule(policy.substituteFirst(), 1.0));
    coordinates_.assign(tensors_->z.data_ptr<double>(),
                        tensors_->z.data_ptr<double>() + tensors_->z.numel());
}

ReferencePoint::~ReferencePoint() = default;

namespace {

// A point on the way, with the best knowledge of the gradients there.
struct Iterate {
    torch::Tensor values;
    torch::Tensor z;
    torch::Tensor gradients;
    int iterations = 0;
    int gradientPasses = 0;
};

void throwIfStopped(const std::stop_token& stop)
{
    if (stop.stop_requested()) {
        throw Cancelled();
    }
}

// The change of the values that makes `missing` to first order, J^T (J J^T + lambda)^-1 missing:
// the smallest one for lambda = 0, and with more damping shorter and turned towards what the
// stimulus can do easily. Values at the edge of the valid range that the step would push out of it
// take no part. `damping` is lambda in units of the mean squared length of the gradients.
torch::Tensor dampedStep(const ProbeSpace& space, const Iterate& point,
                         const torch::Tensor& missing, double damping)
{
    constexpr int kPasses = 3;
    const auto values = point.values.flatten();
    auto gradients = space.openGradients(point.gradients, values);
    torch::Tensor step;
    for (int pass = 0; pass < kPasses; ++pass) {
        auto normal = torch::mm(gradients, gradients.t()).cpu().to(torch::kFloat64);
        normal.diagonal().add_(normal.diagonal().mean() * damping + 1e-300);
        const auto multipliers =
            torch::linalg_solve(normal, missing).to(gradients.device(), torch::kFloat32);
        step = torch::mv(gradients.t(), multipliers);
        const auto blocked =
            (values.le(space.lowest()) & step.lt(0)) | (values.ge(space.highest()) & step.gt(0));
        if (!blocked.any().item<bool>()) {
            break;
        }
        const auto free = blocked.logical_not().to(torch::kFloat32);
        step = step * free;
        gradients = gradients * free;
    }
    return space.stepFrom(step).view_as(point.values);
}

// Values that a step leads to.
struct Candidate {
    torch::Tensor values;
    torch::Tensor z;
    double left; // norm of what is missing
};

// Goes on along the lines from earlier points through the best candidate, as long as that helps and
// more than `enough` is left. Where moduli are compressed, gradients promise more than a step
// gives, and the path bends: more of the way that it has taken costs forward passes, which are
// cheap beside new gradients.
template <class Reach>
void goOn(Candidate& best, double enough, const std::vector<torch::Tensor>& path,
          const Reach& reach)
{
    for (const std::size_t back : {1U, 2U, 4U, 8U, 16U}) {
        if (back > path.size() || best.left <= enough) {
            return;
        }
        const auto along = best.values - path[path.size() - back];
        for (double factor = 0.5; best.left > enough; factor *= 2) {
            auto further = reach(best.values + factor * along);
            const bool better = further.left < best.left; // never of NaN
            if (!better) {
                break;
            }
            best = std::move(further);
        }
    }
}

// Gauss-Newton, globalised as Levenberg and Marquardt do: a step that leaves too much of the
// residual is taken again with more damping (Nocedal & Wright 2006, chapter 10). The gradients are
// kept from step to step by Broyden's rank-one update and recomputed only when progress stalls: a
// forward pass costs a small part of one backward pass for each coordinate. If it ends without
// converging, either progress stalled even with fresh gradients, because the stimulus cannot make
// the move, or it was so slow that a participant would have to wait too long.
Iterate minimumNorm(const CoordinateMap& map, const ReferencePoint::Tensors& reference,
                    const torch::Tensor& target, double tolerance, const StepPolicy& policy,
                    const std::stop_token& stop)
{
    constexpr int kMaxSteps = 60;

    const auto& space = *reference.space;
    Iterate point{.values = reference.values, .z = reference.z, .gradients = reference.gradients};
    bool fresh = true;
    bool substitute = policy.substituteFirst();
    bool otherKindStalled = false;
    std::size_t damping = 0;
    std::vector<torch::Tensor> path = {point.values};
    const auto reach = [&](torch::Tensor values) {
        throwIfStopped(stop);
        Candidate reached{.values = space.admitted(std::move(values)), .z = {}, .left = 0.0};
        reached.z = map.at(reached.values);
        reached.left = (target - reached.z).norm().item<double>();
        return reached;
    };
    while (point.iterations < kMaxSteps + policy.passesNear) {
        throwIfStopped(stop);
        const auto missing = target - point.z;
        const double before = missing.norm().item<double>();
        if (missing.abs().max().item<double>() <= tolerance) {
            break;
        }
        Candidate best{.values = point.values, .z = point.z, .left = before};
        const std::size_t first = damping > 0 ? damping - 1 : 0;
        for (std::size_t d = first; d < policy.dampings.size(); ++d) {
            auto tried =
                reach(point.values + dampedStep(space, point, missing, policy.dampings[d]));
            const bool better = tried.left < best.left;
            if (better) {
                best = std::move(tried);
                damping = d;
            }
            // More damping is tried while it helps and while nothing has helped yet.
            if (best.left < policy.goodStep * before || (best.left < before && !better)) {
                break;
            }
        }
        ++point.iterations;
        if (best.left < before) {
            goOn(best, policy.goOn * before, path, reach);
            const auto change = (best.values - point.values).flatten();
            const auto unexplained = (best.z - point.z).to(change.device(), torch::kFloat32) -
                                     torch::mv(point.gradients, change);
            point.gradients = torch::addr(point.gradients, unexplained, change, 1.0,
                                          1.0 / change.square().sum().item<double>());
            point.values = best.values;
            point.z = best.z;
            path.push_back(point.values);
        }
        const double after = best.left;
        if (after <= policy.goodStep * before) {
            fresh = false;
            continue;
        }
        const bool stalled = fresh && after > policy.stalled * before;
        const double residual = (target - point.z).abs().max().item<double>();
        const int passes = policy.maxPasses + (residual < policy.nearSd ? policy.passesNear : 0);
        if ((stalled && (otherKindStalled || !policy.hasBothKinds())) ||
            point.gradientPasses >= passes) {
            break;
        }
        if (residual > tolerance) {
            if (fresh && after > (substitute ? policy.stalled : policy.slow) * before) {
                substitute = !substitute;
                damping = 0;
            } else if (policy.substituteFirst()) {
                substitute = residual > policy.nearSd;
            }
            otherKindStalled = stalled;
            point.gradients =
                map.withGradients(point.values, policy.rule(substitute, residual)).second;
            ++point.gradientPasses;
            fresh = true;
        }
    }
    return point;
}

Iterate adam(const CoordinateMap& map, const ReferencePoint::Tensors& reference,
             const torch::Tensor& target, double learningRate, const std::stop_token& stop)
{
    Iterate point{.values = {}, .z = reference.z, .gradients = {}};
    const auto gradientOf = [&](const torch::Tensor& values) {
        throwIfStopped(stop);
        ++point.iterations;
        ++point.gradientPasses;
        return map
            .withCombinedGradient(values,
                                  [&](const torch::Tensor& z) {
                                      return (z - target) * (2.0 / static_cast<double>(z.numel()));
                                  })
            .second;
    };
    point.values = mameAdam(reference.values, learningRate, gradientOf, [&](torch::Tensor values) {
        return reference.space->admitted(std::move(values));
    });
    return point;
}

// Rounds to whole numbers so that the coordinates stay at the target. Rounding changes the
// coordinates slightly beyond first order; the change is measured and compensated in the next pass.
Stimulus roundedToTarget(const CoordinateMap& map, const ProbeSpace& space, const Iterate& point,
                         const torch::Tensor& target, double tolerance, const std::stop_token& stop)
{
    constexpr int kPasses = 4;
    const auto levels = space.inLevels(point.values);
    const auto retained = point.z.numel();
    const auto gradients = space.perLevel(point.gradients);
    const auto count = static_cast<std::size_t>(levels.numel());
    std::vector<std::span<const float>> rows;
    for (std::int64_t k = 0; k < retained; ++k) {
        rows.emplace_back(gradients.data_ptr<float>() + k * levels.numel(), count);
    }
    auto shift = (target - point.z).contiguous();
    Stimulus best;
    double bestResidual = std::numeric_limits<double>::infinity();
    for (int pass = 0; pass < kPasses; ++pass) {
        throwIfStopped(stop);
        auto rounded = space.stimulus(roundKeepingCoordinates(
            {levels.data_ptr<float>(), count}, rows,
            {shift.data_ptr<double>(), static_cast<std::size_t>(retained)}, space.levels()));
        const auto missing = target - map.at(map.model().toDevice(toTensor(rounded)));
        const double residual = missing.abs().max().item<double>();
        if (residual < bestResidual) {
            bestResidual = residual;
            best = std::move(rounded);
        }
        // Rounding must not compensate for what the stimulus itself cannot reach.
        const auto owed = missing - (target - point.z);
        if (owed.abs().max().item<double>() <= tolerance / 4) {
            break;
        }
        shift = (shift + owed).contiguous();
    }
    return best;
}

Stimulus roundedToNearest(const ProbeSpace& space, const torch::Tensor& values)
{
    const auto levels = space.inLevels(values).round_().to(torch::kInt32).contiguous();
    const auto* first = levels.data_ptr<std::int32_t>();
    return space.stimulus({first, first + levels.numel()});
}

} // namespace

Solution solve(const SolverSpec& spec, const CoordinateMap& map, const ReferencePoint& reference,
               int component, double signedLevel, const std::stop_token& stop)
{
    if (component < 0 || component >= map.retained()) {
        throw InvalidArgument("component " + std::to_string(component + 1) +
                              " was requested, but "
                              "the basis retains " +
                              std::to_string(map.retained()));
    }
    const auto& start = reference.tensors();
    auto target = start.z.clone();
    target[component] += signedLevel;

    const auto missed = [&](const torch::Tensor& z) {
        return (target - z).abs().max().item<double>();
    };
    const auto coordinatesOf = [&](const Stimulus& stimulus) {
        return map.at(map.model().toDevice(toTensor(stimulus)));
    };

    const auto& space = *start.space;
    Solution solution;
    Iterate point;
    switch (spec.type) {
    case ProbeSolver::minimumNorm:
    case ProbeSolver::relativeNorm: // the reference's space has another measure of length
        // Half of the tolerance is left to the rounding.
        point = minimumNorm(map, start, target, spec.toleranceSd / 2, space.steps(), stop);
        solution.stimulus = roundedToTarget(map, space, point, target, spec.toleranceSd, stop);
        if (space.steps().roundAgain && missed(point.z) <= spec.toleranceSd / 2 &&
            missed(coordinatesOf(solution.stimulus)) > spec.toleranceSd) {
            point.gradients = map.withGradients(point.values).second;
            ++point.gradientPasses;
            auto again = roundedToTarget(map, space, point, target, spec.toleranceSd, stop);
            if (missed(coordinatesOf(again)) < missed(coordinatesOf(solution.stimulus))) {
                solution.stimulus = std::move(again);
            }
        }
        break;
    case ProbeSolver::adam:
        point =
            adam(map, start, target, space.adamRate(start.gradients[component], signedLevel), stop);
        solution.stimulus = roundedToNearest(space, point.values);
        break;
    }
    const auto z = coordinatesOf(solution.stimulus);
    solution.coordinates.assign(z.data_ptr<double>(), z.data_ptr<double>() + z.numel());
    const auto k = static_cast<std::size_t>(component);
    solution.levelAchieved =
        std::copysign(1.0, signedLevel) * (solution.coordinates[k] - reference.coordinates()[k]);
    solution.residualMax = missed(z);
    solution.converged = solution.residualMax <= spec.toleranceSd;
    solution.iterations = point.iterations;
    solution.gradientPasses = point.gradientPasses;
    return solution;
}

} // namespace mlab::stimuli
