// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph.h"

#include <cstdint>

namespace mlab::stimuli {

/// A contextual stochastic block model of two classes (Deshpande, Sen, Montanari & Mossel 2018).
/// Edges have probability (c + lambda sqrt(c)) / n within a class and (c - lambda sqrt(c)) / n
/// between them, c the mean degree; features are x_v = sqrt(mu / n) y_v u + z_v / sqrt(p), with
/// y_v = +-1 the class, and u and z_v standard normal.
struct ContextualSbm {
    int nodes = 1000;
    double meanDegree = 8;    ///< c
    double edgeSignal = 1.5;  ///< lambda; the classes differ in edges as far as |lambda| <= sqrt(c)
    double featureSignal = 4; ///< mu
    int features = 100;       ///< p
    std::uint64_t seed = 1;
};

/// Whether the classes can be recovered better than by chance in a large graph:
/// lambda^2 + mu^2 p / n > 1.
bool recoverable(const ContextualSbm& model);

/// `contextual-sbm`: a graph drawn from the model.
/// @throws InvalidArgument if a number is out of range
Graph contextualSbm(const ContextualSbm& model);

} // namespace mlab::stimuli
