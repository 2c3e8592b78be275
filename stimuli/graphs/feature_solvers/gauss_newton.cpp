// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/feature_solvers/continuous_solvers.h"

#include <torch/autograd.h>
#include <torch/types.h>

#include <algorithm>
#include <cmath>

namespace mlab::stimuli {

using torch::Tensor;
using torch::autograd::grad;

Tensor conjugateGradients(const SymmetricProduct& a, const Tensor& b, double enough, int iterations)
{
    auto y = torch::zeros_like(b);
    auto residual = b.clone();
    auto direction = b.clone();
    double energy = residual.square().sum().item<double>();
    for (int i = 0; i < iterations && energy > enough * enough; ++i) {
        const auto product = a(direction);
        const double curvature = (direction * product).sum().item<double>();
        if (!(curvature > 0)) { // the rest of b is outside the range, as far as numbers can tell
            break;
        }
        const double step = energy / curvature;
        y.add_(direction, step);
        residual.sub_(product, step);
        const double next = residual.square().sum().item<double>();
        direction = residual + (next / energy) * direction;
        energy = next;
    }
    return y;
}

Tensor solveByGaussNewton(const GapOf& gap, const Tensor& start, StopRule& rule)
{
    constexpr double kCgTolerance = 1e-4;
    constexpr int kCgIterations = 100;
    constexpr double kLeastDamping = 1e-12;
    constexpr double kMostDamping = 1e6;
    double damping = 1e-4; // relative to J J^T along the residual
    auto at = start.detach();
    auto best = at;
    while (true) {
        const auto x = at.detach().requires_grad_();
        const auto now = gap(x);
        const bool goesOn = rule.goesOn(now.loss.item<double>());
        best = rule.isBest() ? at : best;
        if (!goesOn) {
            return best;
        }
        const auto residual = now.residual.detach();
        const double objective = residual.square().sum().item<double>();
        // J v is the derivative of <J^T u, v> with respect to u.
        const auto u = torch::zeros_like(residual).requires_grad_();
        const auto transposed = grad({now.residual}, {x}, {u}, true, true)[0];
        const auto slope = grad({now.residual}, {x}, {residual}, true)[0];
        const double steepness = slope.square().sum().item<double>() / objective;
        if (!(steepness > 0)) {
            rule.end(GraphStop::noProgress);
            return best;
        }
        for (bool falls = false; !falls; damping *= 10) {
            if (damping > kMostDamping) {
                rule.end(GraphStop::noProgress);
                return best;
            }
            const auto system = [&](const Tensor& v) {
                rule.poll();
                const auto back = grad({now.residual}, {x}, {v}, true)[0];
                return grad({transposed}, {u}, {back}, true)[0] + damping * steepness * v;
            };
            const auto solution = conjugateGradients(
                system, residual, kCgTolerance * std::sqrt(objective), kCgIterations);
            const auto next = at - grad({now.residual}, {x}, {solution}, true)[0];
            falls = gap(next).objective().item<double>() < objective;
            if (falls) {
                at = next;
                damping = std::max(damping / 100, kLeastDamping); // times 10 at the loop's end
            }
        }
    }
}

} // namespace mlab::stimuli
