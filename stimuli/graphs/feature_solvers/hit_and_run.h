// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "stimuli/graphs/feature_solvers/stop_rule.h"
#include "stimuli/graphs/networks/graph_forward.h"

#include <ATen/core/Tensor.h>

#include <optional>

namespace mlab::stimuli {

/// Internal to stimuli/. A walk in the set of all X with the activations of the reference, which
/// for one ReLU layer is a polyhedron: with A the active units, Z_A(X) = Z_A and Z_rest(X) <= 0.
/// Each step has a normal direction in the null space of dZ_A / dX and a length that is uniform in
/// the interval that the inequalities allow (hit-and-run, Smith 1984). Features stay between their
/// least value in the reference minus their range and their largest plus their range; those that
/// are constant have the widest range of the others.
/// @param x features of the reference, [nodes, features] float64
/// @param rows [targets] int64: the targeted nodes
/// @return X after the walk, with the activations of x. Absent if x is the only one: then the
///         derivatives of Z_A have full rank, and every direction of their null space is 0
std::optional<at::Tensor> hitAndRun(const GraphNetwork& network, const GraphMessages& messages,
                                    const at::Tensor& x, const at::Tensor& rows,
                                    RandomStream& stream, StopRule& rule);

} // namespace mlab::stimuli
