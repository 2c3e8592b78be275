// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/store/basis.h"

#include <span>

namespace mlab::stimuli {

/// How far a stimulus lies from the middle of the pool's distribution: the Euclidean norm of its
/// coordinates in a basis, whose mean over the pool is 0. SD.
double distanceFromPool(std::span<const double> coordinates);

/// The distance within which `percentile` per cent of the pool's images lie: their order statistic
/// at (n - 1) percentile / 100, interpolated linearly between neighbours. MAME (Kamao et al. 2025)
/// takes as references the images within the 40th percentile at all layers.
/// @param percentile (0, 100]. @throws InvalidArgument if it is not, or the basis has no pool.
double poolDistanceAt(const Basis& basis, double percentile);

} // namespace mlab::stimuli
