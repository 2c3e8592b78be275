// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/solver.h"

#include "core/error.h"
#include "stimuli/rounding.h"

#include <torch/torch.h>

#include <cmath>

namespace mlab::stimuli {

struct ReferencePoint::Tensors {
    torch::Tensor image;     // [3, side, side]
    torch::Tensor z;         // [retained] float64
    torch::Tensor gradients; // [retained, 3 * side * side]
};

ReferencePoint::ReferencePoint(const CoordinateMap& map, const RgbImage& image)
    : image_(image), tensors_(std::make_unique<Tensors>())
{
    tensors_->image = map.model().toDevice(toTensor(image));
    std::tie(tensors_->z, tensors_->gradients) = map.withGradients(tensors_->image);
    coordinates_.assign(tensors_->z.data_ptr<double>(),
                        tensors_->z.data_ptr<double>() + tensors_->z.numel());
}

ReferencePoint::~ReferencePoint() = default;

namespace {

// A point on the way, with the best knowledge of the gradients there.
struct Iterate {
    torch::Tensor image;
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

// The smallest change of the pixels that makes `missing` to first order: J^T (J J^T + lambda)^-1.
// Pixels at the edge of the valid range that the step would push out of it take no part.
torch::Tensor minimumNormStep(const Iterate& point, const torch::Tensor& missing)
{
    constexpr int kPasses = 3;
    constexpr double kDamping = 1e-6; // of the mean diagonal; only against exact dependence
    const auto pixels = point.image.flatten();
    auto gradients = point.gradients;
    torch::Tensor step;
    for (int pass = 0; pass < kPasses; ++pass) {
        auto normal = torch::mm(gradients, gradients.t()).cpu().to(torch::kFloat64);
        normal.diagonal().add_(normal.diagonal().mean() * kDamping + 1e-300);
        const auto multipliers =
            torch::linalg_solve(normal, missing).to(gradients.device(), torch::kFloat32);
        step = torch::mv(gradients.t(), multipliers);
        const auto blocked = (pixels.le(0) & step.lt(0)) | (pixels.ge(1) & step.gt(0));
        if (!blocked.any().item<bool>()) {
            break;
        }
        const auto free = blocked.logical_not().to(torch::kFloat32);
        step = step * free;
        gradients = gradients * free;
    }
    return step.view_as(point.image);
}

// Gauss-Newton with backtracking. The gradients are kept from step to step by Broyden's rank-one
// update and computed afresh only when progress stalls: a forward pass costs a small part of one
// backward pass for each coordinate.
Iterate minimumNorm(const CoordinateMap& map, const ReferencePoint::Tensors& reference,
                    const torch::Tensor& target, double tolerance, const std::stop_token& stop)
{
    constexpr int kMaxSteps = 24;
    constexpr int kMaxPasses = 4;
    constexpr double kShortestStep = 1.0 / 16;
    constexpr double kGoodStep = 0.5; // residual left by a step after which old gradients will do
    constexpr double kStalled = 0.9;  // residual left by a step, with fresh gradients, that is none

    Iterate point{.image = reference.image, .z = reference.z, .gradients = reference.gradients};
    bool fresh = true;
    const auto refresh = [&] {
        point.gradients = map.withGradients(point.image).second;
        ++point.gradientPasses;
        fresh = true;
    };
    while (point.iterations < kMaxSteps) {
        throwIfStopped(stop);
        const auto missing = target - point.z;
        const double before = missing.norm().item<double>();
        if (missing.abs().max().item<double>() <= tolerance) {
            break;
        }
        const auto step = minimumNormStep(point, missing);
        torch::Tensor image;
        torch::Tensor z;
        double after = before;
        for (double length = 1.0; length >= kShortestStep; length /= 2) {
            throwIfStopped(stop);
            image = (point.image + length * step).clamp_(0, 1);
            z = map.at(image);
            after = (target - z).norm().item<double>();
            if (after < (1 - 0.1 * length) * before) {
                break;
            }
        }
        ++point.iterations;
        if (after >= before) {
            if (fresh) {
                break; // the image cannot go further
            }
            if (point.gradientPasses == kMaxPasses) {
                break;
            }
            refresh();
            continue;
        }
        const auto moved = (image - point.image).flatten();
        const auto unexplained =
            (z - point.z).to(moved.device(), torch::kFloat32) - torch::mv(point.gradients, moved);
        point.gradients = torch::addr(point.gradients, unexplained, moved, 1.0,
                                      1.0 / moved.square().sum().item<double>());
        point.image = image;
        point.z = z;
        const bool stalled = fresh && after > kStalled * before;
        fresh = false;
        if (stalled) {
            break;
        }
        if (after > kGoodStep * before && (target - z).abs().max().item<double>() > tolerance) {
            if (point.gradientPasses == kMaxPasses) {
                break;
            }
            refresh();
        }
    }
    return point;
}

// MAME's procedure (Kamao et al. 2025): Adam on the pixels, mean squared error of the coordinates,
// 50 steps, pixels clamped after each, learning rate by level. Their rates are tuned for each
// layer of their network; these were tuned in the same way, for the lowest final error, on the
// built-in model.
Iterate adam(const CoordinateMap& map, const ReferencePoint::Tensors& reference,
             const torch::Tensor& target, double level, const std::stop_token& stop)
{
    constexpr int kSteps = 50;
    constexpr double kBeta1 = 0.9;
    constexpr double kBeta2 = 0.999;
    constexpr double kEpsilon = 1e-8;
    const double rate = adamLearningRate(level);
    Iterate point{.image = reference.image.clone(), .z = reference.z, .gradients = {}};
    auto mean = torch::zeros_like(point.image);
    auto square = torch::zeros_like(point.image);
    for (int step = 1; step <= kSteps; ++step) {
        throwIfStopped(stop);
        const auto gradient =
            map.withCombinedGradient(point.image,
                                     [&](const torch::Tensor& z) {
                                         return (z - target) *
                                                (2.0 / static_cast<double>(z.numel()));
                                     })
                .second;
        mean.mul_(kBeta1).add_(gradient, 1 - kBeta1);
        square.mul_(kBeta2).addcmul_(gradient, gradient, 1 - kBeta2);
        const double bias1 = 1 - std::pow(kBeta1, step);
        const double bias2 = 1 - std::pow(kBeta2, step);
        point.image.addcdiv_(mean, square.div(bias2).sqrt_().add_(kEpsilon), -rate / bias1);
        point.image.clamp_(0, 1);
        ++point.iterations;
        ++point.gradientPasses;
    }
    return point;
}

// [3, side, side] in [0, 1] -> rows of interleaved RGB in grey levels.
torch::Tensor inGreyLevels(const torch::Tensor& image)
{
    return (image.permute({1, 2, 0}) * 255.0F).contiguous().cpu();
}

// Rounds to 8 bits so that the coordinates stay at the target. Rounding adds to the coordinates a
// little that is not first order; that is measured and asked back in the next pass.
RgbImage roundedToTarget(const CoordinateMap& map, const Iterate& point,
                         const torch::Tensor& target, double tolerance, const std::stop_token& stop)
{
    constexpr int kPasses = 4;
    const auto side = point.image.size(1);
    const auto levels = inGreyLevels(point.image);
    const auto retained = point.z.numel();
    const auto gradients =
        (point.gradients.view({retained, 3, side, side}).permute({0, 2, 3, 1}) / 255.0F)
            .reshape({retained, -1})
            .contiguous()
            .cpu();
    const auto pixels = static_cast<std::size_t>(levels.numel());
    std::vector<std::span<const float>> rows;
    for (std::int64_t k = 0; k < retained; ++k) {
        rows.emplace_back(gradients.data_ptr<float>() + k * levels.numel(), pixels);
    }
    auto shift = (target - point.z).contiguous();
    RgbImage best;
    double bestResidual = std::numeric_limits<double>::infinity();
    for (int pass = 0; pass < kPasses; ++pass) {
        throwIfStopped(stop);
        RgbImage image{.width = static_cast<int>(side),
                       .height = static_cast<int>(side),
                       .pixels = roundKeepingCoordinates(
                           {levels.data_ptr<float>(), pixels}, rows,
                           {shift.data_ptr<double>(), static_cast<std::size_t>(retained)})};
        const auto missing = target - map.at(map.model().toDevice(toTensor(image)));
        const double residual = missing.abs().max().item<double>();
        if (residual < bestResidual) {
            bestResidual = residual;
            best = std::move(image);
        }
        // What is missing because the image cannot go there is not rounding's to make up.
        const auto owed = missing - (target - point.z);
        if (owed.abs().max().item<double>() <= tolerance / 4) {
            break;
        }
        shift = (shift + owed).contiguous();
    }
    return best;
}

RgbImage roundedToNearest(const torch::Tensor& image)
{
    const auto bytes = inGreyLevels(image).round_().to(torch::kUInt8).contiguous();
    const auto* first = bytes.data_ptr<std::uint8_t>();
    return {.width = static_cast<int>(image.size(2)),
            .height = static_cast<int>(image.size(1)),
            .pixels = {first, first + bytes.numel()}};
}

} // namespace

Solution solve(const SolverSpec& spec, const CoordinateMap& map, const ReferencePoint& reference,
               int component, double signedLevel, const std::stop_token& stop)
{
    if (component < 0 || component >= map.retained()) {
        throw InvalidArgument("component " + std::to_string(component + 1) +
                              " was asked for, the "
                              "basis retains " +
                              std::to_string(map.retained()));
    }
    const auto& start = reference.tensors();
    auto target = start.z.clone();
    target[component] += signedLevel;

    Solution solution;
    Iterate point;
    if (spec.type == "minimum-norm") {
        // Half of the tolerance is left to the rounding.
        point = minimumNorm(map, start, target, spec.toleranceSd / 2, stop);
        solution.image = roundedToTarget(map, point, target, spec.toleranceSd, stop);
    } else if (spec.type == "adam") {
        point = adam(map, start, target, std::abs(signedLevel), stop);
        solution.image = roundedToNearest(point.image);
    } else {
        throw InvalidArgument("there is no solver \"" + spec.type + "\": minimum-norm or adam");
    }
    const auto z = map.at(map.model().toDevice(toTensor(solution.image)));
    solution.coordinates.assign(z.data_ptr<double>(), z.data_ptr<double>() + z.numel());
    const auto k = static_cast<std::size_t>(component);
    solution.levelAchieved =
        std::copysign(1.0, signedLevel) * (solution.coordinates[k] - reference.coordinates()[k]);
    solution.residualMax = (target - z).abs().max().item<double>();
    solution.converged = solution.residualMax <= spec.toleranceSd;
    solution.iterations = point.iterations;
    solution.gradientPasses = point.gradientPasses;
    return solution;
}

double adamLearningRate(double level)
{
    // log-log interpolation between tuned rates
    constexpr std::array<std::pair<double, double>, 4> kRates = {
        {{0.1, 0.0005}, {0.5, 0.002}, {1.0, 0.004}, {2.0, 0.008}}};
    if (level <= kRates.front().first) {
        return kRates.front().second;
    }
    for (std::size_t i = 1; i < kRates.size(); ++i) {
        const auto [l0, r0] = kRates[i - 1];
        const auto [l1, r1] = kRates[i];
        if (level <= l1) {
            const double share = std::log(level / l0) / std::log(l1 / l0);
            return r0 * std::pow(r1 / r0, share);
        }
    }
    return kRates.back().second;
}

} // namespace mlab::stimuli
