// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mlab::stimuli {

/// When fastIca() stops.
struct IcaLimits {
    /// Converged: 1 - |cosine| between a direction and the one before it, at most this for all.
    double tolerance = 1e-4;
    int maxIterations = 1000;
};

struct IcaResult {
    /// [dimensions, dimensions], orthogonal: row k times a whitened observation is source k.
    std::vector<double> unmixing;
    int iterations = 0;
    double change = 0.0; ///< of the last iteration, as IcaLimits::tolerance measures it
    bool converged = false;
};

/// Independent component analysis of whitened observations: the rotation whose outputs are least
/// Gaussian. FastICA (Hyvarinen & Oja 2000, eqs. 41 to 45) with symmetric decorrelation and the
/// contrast log cosh u. The order and the signs of the sources are arbitrary. The start is drawn
/// from the seed, so that equal arguments give equal results.
///
/// @param whitened [dimensions, count] row-major: each row of mean 0 and variance 1 (division by
///        count), rows uncorrelated
/// @throws InvalidArgument if the size is not a multiple of `dimensions` or there are fewer than
///         two observations; NumericError if a value is not finite
IcaResult fastIca(std::span<const double> whitened, int dimensions, std::uint64_t seed,
                  const IcaLimits& limits = {});

} // namespace mlab::stimuli
