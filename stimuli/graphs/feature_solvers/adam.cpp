// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/feature_solvers/adam_state.h"
#include "stimuli/graphs/feature_solvers/continuous_solvers.h"

#include <torch/autograd.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <cmath>
#include <numbers>

namespace mlab::stimuli {

using torch::Tensor;

AdamState::AdamState(const Tensor& x) : mean_(torch::zeros_like(x)), square_(torch::zeros_like(x))
{
}

void AdamState::step(const Tensor& x, const Tensor& gradient, double rate)
{
    constexpr double kMean = 0.9;
    constexpr double kSquare = 0.999;
    constexpr double kLeast = 1e-8; // as published
    const torch::NoGradGuard noGradients;
    ++steps_;
    mean_.mul_(kMean).add_(gradient, 1 - kMean);
    square_.mul_(kSquare).addcmul_(gradient, gradient, 1 - kSquare);
    const double correction = std::sqrt(1 - std::pow(kSquare, steps_));
    x.addcdiv_(mean_, square_.sqrt().div_(correction).add_(kLeast),
               -rate / (1 - std::pow(kMean, steps_)));
}

double cosineRate(double first, int step, int steps)
{
    return first * 0.5 * (1 + std::cos(std::numbers::pi * step / steps));
}

Tensor solveByAdam(const GapOf& gap, const Tensor& start, double rate, int steps, StopRule& rule)
{
    auto x = start.detach().clone().requires_grad_();
    auto best = start;
    AdamState adam(start);
    while (true) {
        const auto now = gap(x);
        const bool goesOn = rule.goesOn(now.loss.item<double>());
        if (rule.isBest()) {
            best = x.detach().clone();
        }
        if (!goesOn) {
            return best;
        }
        adam.step(x, torch::autograd::grad({now.objective()}, {x})[0],
                  cosineRate(rate, rule.steps(), steps));
    }
}

} // namespace mlab::stimuli
