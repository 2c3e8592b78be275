// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/metamers/metamer_solvers.h"

#include "core/base/error.h"
#include "stimuli/metamers/metamer_steps.h"
#include "stimuli/store/metamer_settings.h"
#include "stimuli/tensors/tensor_rows.h"

#include <torch/autograd.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <cmath>
#include <numbers>

namespace mlab::stimuli {

std::pair<torch::Tensor, torch::Tensor> lossesWithGradients(const BatchLoss& loss,
                                                            const torch::Tensor& images)
{
    const torch::AutoGradMode withGradients(true);
    const auto input = images.detach().requires_grad_();
    const auto losses = loss(input);
    if (losses.dim() != 1 || losses.size(0) != images.size(0)) {
        throw InvalidArgument("a metamer's loss must be one number for each item");
    }
    auto gradient = torch::autograd::grad({losses}, {input}, {torch::ones_like(losses)})[0];
    return {losses.detach(), std::move(gradient)};
}

LossTrace::LossTrace(int totalSteps) : stride_(totalSteps / 1000 + 1) {}

LossTrace::~LossTrace() = default;

void LossTrace::record(int step, const torch::Tensor& losses)
{
    if (step % stride_ == 0) {
        steps_.push_back(step);
        losses_.push_back(losses);
    }
}

void LossTrace::writeTo(std::vector<MetamerOutcome>& outcomes,
                        const std::vector<int>& lastSteps) const
{
    const auto table = torch::stack(losses_).to(torch::kCPU, torch::kFloat64);
    const auto values = table.accessor<double, 2>();
    for (std::size_t i = 0; i < outcomes.size(); ++i) {
        for (std::size_t k = 0; k < steps_.size() && steps_[k] <= lastSteps[i]; ++k) {
            outcomes[i].history.push_back(
                {.step = steps_[k],
                 .loss = values[static_cast<std::int64_t>(k)][static_cast<std::int64_t>(i)]});
        }
    }
}

namespace {

// Where an item stands, as bits on the device: waiting for it there after each step would leave the
// device idle.
enum Code : std::uint8_t { going = 0, atTolerance = 1, lossNotFinite = 2, gradientNotFinite = 3 };

// images [N, D], gradients [N, D], their squared norms [N] -> the images after one step
using Rule = std::function<torch::Tensor(const torch::Tensor&, const torch::Tensor&,
                                         const torch::Tensor&, int)>;

std::pair<torch::Tensor, std::vector<MetamerOutcome>>
firstOrder(const Rule& rule, int totalSteps, const BatchLoss& loss, const torch::Tensor& start,
           double tolerance, const MetamerObserver& observer, const std::stop_token& stop,
           const ValueRange& range)
{
    constexpr int kLookEvery = 32; // steps between looks whether any item still moves
    const torch::NoGradGuard noGradients;
    const auto n = start.size(0);
    auto images = start.detach().flatten(1).clone();
    auto best = images;
    auto bestLoss = torch::full({n}, std::numeric_limits<double>::infinity(), start.options());
    auto code = torch::zeros({n}, start.options().dtype(torch::kUInt8));
    auto steps = torch::zeros({n}, start.options().dtype(torch::kInt32));
    LossTrace trace(totalSteps);
    for (int step = 0;; ++step) {
        if (stop.stop_requested()) {
            throw Cancelled();
        }
        const auto shaped = images.view(start.sizes());
        torch::Tensor losses;
        torch::Tensor gradient;
        const bool last = step == totalSteps;
        if (last) {
            losses = loss(shaped);
        } else {
            std::tie(losses, gradient) = lossesWithGradients(loss, shaped);
        }
        trace.record(step, losses);
        const auto improved = losses < bestLoss;
        bestLoss = torch::where(improved, losses, bestLoss);
        best = torch::where(improved.unsqueeze(1), images, best);
        code.masked_fill_(code.eq(going) & losses.isfinite().logical_not(), lossNotFinite);
        code.masked_fill_(code.eq(going) & losses.le(tolerance), atTolerance);
        if (last) {
            break;
        }
        gradient = gradient.flatten(1);
        const auto energy = rowDots(gradient, gradient);
        code.masked_fill_(code.eq(going) & energy.isfinite().logical_not(), gradientNotFinite);
        const auto moving = code.eq(going);
        images = torch::where(
            moving.unsqueeze(1),
            rule(images, gradient, energy, step).clamp_(range.lowest, range.highest), images);
        steps.add_(moving);
        if (observer) {
            observer(
                {.done = step + 1, .total = totalSteps, .stimuli = images.view(start.sizes())});
        }
        if (step % kLookEvery == 0 && !moving.any().item<bool>()) {
            break;
        }
    }
    std::vector<MetamerOutcome> outcomes(static_cast<std::size_t>(n));
    std::vector<int> lastSteps;
    for (std::int64_t i = 0; i < n; ++i) {
        auto& outcome = outcomes[static_cast<std::size_t>(i)];
        outcome.loss = bestLoss[i].item<double>();
        outcome.steps = steps[i].item<int>();
        outcome.evaluations = outcome.steps + 1;
        lastSteps.push_back(outcome.steps);
        const auto end = code[i].item<std::uint8_t>();
        outcome.status = end == going         ? MetamerStatus::maxSteps
                         : end == atTolerance ? MetamerStatus::converged
                                              : MetamerStatus::failed;
        if (outcome.status == MetamerStatus::failed) {
            outcome.reason =
                std::string(end == lossNotFinite ? "the loss" : "the gradient of the loss") +
                " is not a finite number after step " + std::to_string(outcome.steps);
        }
    }
    trace.writeTo(outcomes, lastSteps);
    return {best.view(start.sizes()), std::move(outcomes)};
}

Rule normalisedGradient(const NormalisedGradientSpec& spec)
{
    return [spec](const torch::Tensor& images, const torch::Tensor& gradient,
                  const torch::Tensor& energy, int step) {
        const double length = std::ldexp(spec.firstStep, -(step / spec.stepsPerRepetition));
        const auto scale = energy.sqrt().add_(1e-10).reciprocal_().mul_(-length);
        return torch::addcmul(images, gradient, scale.unsqueeze(1));
    };
}

Rule adam(const AdamSpec& spec, const torch::Tensor& start)
{
    constexpr double kBeta1 = 0.9;
    constexpr double kBeta2 = 0.999;
    constexpr double kEpsilon = 1e-8;
    const auto mean = torch::zeros_like(start.flatten(1));
    const auto square = torch::zeros_like(mean);
    return [spec, mean, square](const torch::Tensor& images, const torch::Tensor& gradient,
                                const torch::Tensor& /*energy*/, int step) {
        const double done = static_cast<double>(step) / spec.steps;
        const double rate = spec.learningRate * 0.5 * (1 + std::cos(std::numbers::pi * done));
        mean.lerp_(gradient, 1 - kBeta1);
        square.mul_(kBeta2).addcmul_(gradient, gradient, 1 - kBeta2);
        const auto size = square.div(1 - std::pow(kBeta2, step + 1)).sqrt_().add_(kEpsilon);
        return torch::addcdiv(images, mean, size, -rate / (1 - std::pow(kBeta1, step + 1)));
    };
}

void requirePositive(double value, const char* setting)
{
    if (!(value > 0)) {
        throw InvalidArgument(std::string("a metamer solver's ") + setting +
                              " must be above 0, not " + std::to_string(value));
    }
}

} // namespace

std::pair<torch::Tensor, std::vector<MetamerOutcome>>
solveMetamers(const MetamerSolverSpec& solver, const BatchLoss& loss, const torch::Tensor& start,
              double tolerance, const MetamerObserver& observer, const std::stop_token& stop,
              const ValueRange& range)
{
    if (start.dim() < 2 || start.numel() == 0 ||
        !(start.ge(range.lowest) & start.le(range.highest)).all().item<bool>()) {
        throw InvalidArgument("a metamer starts from a batch of stimuli with values in " +
                              std::string(range.lowest < 0 ? "[-1, 1]" : "[0, 1]"));
    }
    struct Run {
        const BatchLoss& loss;
        const torch::Tensor& start;
        double tolerance;
        const MetamerObserver& observer;
        const std::stop_token& stop;
        const ValueRange& range;

        std::pair<torch::Tensor, std::vector<MetamerOutcome>>
        operator()(const NormalisedGradientSpec& spec) const
        {
            requirePositive(spec.firstStep, "first step");
            requirePositive(spec.repetitions, "repetitions");
            requirePositive(spec.stepsPerRepetition, "steps per repetition");
            return firstOrder(normalisedGradient(spec), spec.repetitions * spec.stepsPerRepetition,
                              loss, start, tolerance, observer, stop, range);
        }
        std::pair<torch::Tensor, std::vector<MetamerOutcome>> operator()(const AdamSpec& spec) const
        {
            requirePositive(spec.learningRate, "learning rate");
            requirePositive(spec.steps, "steps");
            return firstOrder(adam(spec, start), spec.steps, loss, start, tolerance, observer, stop,
                              range);
        }
        std::pair<torch::Tensor, std::vector<MetamerOutcome>>
        operator()(const LbfgsSpec& spec) const
        {
            requirePositive(spec.evaluations, "evaluations");
            requirePositive(spec.memory, "memory");
            return solveByLbfgs(spec, loss, start, tolerance, observer, stop, range);
        }
    };
    return std::visit(Run{loss, start, tolerance, observer, stop, range}, solver);
}

} // namespace mlab::stimuli
