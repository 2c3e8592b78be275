// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/distortions/symmetric_product.h"

#include <array>
#include <cstdint>
#include <span>
#include <stop_token>
#include <vector>

namespace mlab::stimuli {

/// Internal to stimuli/. When the search for principal distortions ends.
struct PrincipalOptions {
    /// Converged: in the last 10 steps the variance grew by no more than this share of itself.
    double tolerance = 1e-3;
    int mostSteps = 1000;
    std::uint64_t seed = 1; ///< of the start
};

/// Internal to stimuli/. Two changes of a stimulus on which networks disagree most.
struct PrincipalDistortions {
    std::array<std::vector<double>, 2> vectors; ///< [n] of length 1
    /// e^T A e of both vectors, for each network.
    std::vector<std::array<double, 2>> sensitivities;
    double variance = 0.0; ///< over networks, of the log ratio of these two
    double growth = 0.0;   ///< of the variance in the last 10 steps, as a share of it
    int steps = 0;
    bool converged = false;
};

/// Internal to stimuli/. The unit vectors e1, e2 that maximise over networks n the variance of
/// ln(e1^T A_n e1) - ln(e2^T A_n e2), which is twice the log ratio of the thresholds for e2 and e1
/// (Feather, Lipshutz et al. 2025, arXiv:2410.15433). Two networks: the extremal generalised
/// eigenvectors of A_1 and A_2. Ascent by conjugate gradients on the two spheres; the variance
/// along a great circle is known exactly from A e and A d, so that each step takes the best place
/// on it. The first vector is the one to which the first network is more sensitive than to the
/// second, relative to the others; the signs are such that the largest entries are positive.
/// @param products of two or more matrices, positive definite @param size n > 1
/// @throws InvalidArgument for fewer; Cancelled when `stop` is requested; NumericError if some
///         e^T A e is not above 0; what the products throw
PrincipalDistortions principalDistortions(std::span<const SymmetricProduct> products,
                                          std::int64_t size, const PrincipalOptions& options,
                                          const std::stop_token& stop);

} // namespace mlab::stimuli
