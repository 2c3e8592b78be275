// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fits/psychometric_posterior.h"

#include <array>
#include <limits>
#include <vector>

namespace mlab {

/// Bounds and number of values of each parameter, in the order of PsychometricAxis.
struct GridSpec {
    std::array<std::array<double, 2>, 5> bounds = {};
    std::array<std::size_t, 5> steps = {};
    /// A log density known to be reached somewhere; the higher, the more of the grid can be
    /// skipped.
    double logReached = -std::numeric_limits<double>::infinity();
};

/// Posterior mass on a grid, normalized to 1.
struct PosteriorOnGrid {
    std::array<std::vector<double>, 5> values;
    std::array<std::vector<double>, 5> marginals; ///< mass at each value
    PsychometricPoint mean = {};
    PsychometricPoint maximum = {}; ///< the grid point of highest density
    double logMaximum = 0.0;
    /// Indices of the first and last value of each parameter at which some point has at least 1e-5
    /// of the mass.
    std::array<std::array<std::size_t, 2>, 5> support = {};
};

/// Integrates the posterior on the grid. Points whose density is below e^-15 of the highest are
/// skipped: together they hold less than the error of the trapezoidal rule.
/// @throws NumericError if the density is 0 at every point
PosteriorOnGrid integrateOnGrid(const PsychometricPosterior& posterior, const GridSpec& spec);

} // namespace mlab
