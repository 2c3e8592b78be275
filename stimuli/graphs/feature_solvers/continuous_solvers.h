// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/feature_solvers/activation_target.h"
#include "stimuli/graphs/feature_solvers/stop_rule.h"

#include <ATen/core/Tensor.h>

/// Internal to stimuli/. Solvers on real numbers, float64, without limits. Each returns the point
/// of the lowest loss that it met.
namespace mlab::stimuli {

/// Adam (Kingma & Ba 2015; beta 0.9 and 0.999) on the objective. The learning rate falls to 0 along
/// half a cosine.
/// @param rate the first learning rate, in units of x
at::Tensor solveByAdam(const GapOf& gap, const at::Tensor& start, double rate, int steps,
                       StopRule& rule);

/// Limited-memory BFGS with 10 pairs and a strong Wolfe line search (Nocedal & Wright 2006,
/// Algorithms 7.5 and 3.5) on the objective. A step is a line search.
at::Tensor solveByGraphLbfgs(const GapOf& gap, const at::Tensor& start, StopRule& rule);

/// Gauss-Newton steps of minimum norm, dx = -J^T (J J^T + lambda I)^-1 r with r the residual, by
/// conjugate gradients (Hestenes & Stiefel 1952) on products with J and J^T alone. The damping
/// falls after a step that lowers the objective and rises after one that does not, which is taken
/// back (Marquardt 1963).
at::Tensor solveByGaussNewton(const GapOf& gap, const at::Tensor& start, StopRule& rule);

/// A product with a symmetric matrix that has no negative eigenvalues.
using SymmetricProduct = std::function<at::Tensor(const at::Tensor&)>;

/// Solves A y = b by conjugate gradients from 0, until the norm of the residual is at most
/// `enough`. If A is singular and b in its range, it gives the shortest solution. What rounding
/// leaves of b outside the range cannot be solved: `enough` must be above it.
at::Tensor conjugateGradients(const SymmetricProduct& a, const at::Tensor& b, double enough,
                              int iterations);

} // namespace mlab::stimuli
