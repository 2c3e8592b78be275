// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/distortions/symmetric_product.h"

#include <cstdint>
#include <stop_token>
#include <vector>

namespace mlab::stimuli {

enum class Extreme { largest, smallest };

/// Internal to stimuli/. When the search for an eigenvector ends.
struct EigenvectorOptions {
    double tolerance = 1e-4; ///< converged: the residual is at most this
    int mostProducts = 400;
    std::uint64_t seed = 1; ///< of the start
};

/// Internal to stimuli/. An eigenvector with its convergence.
struct ExtremalEigenvector {
    std::vector<double> vector; ///< [n] of length 1
    double value = 0.0;         ///< v^T A v
    double largest = 0.0;       ///< the largest eigenvalue as far as it is known
    double residual = 0.0;      ///< |A v - value v| / largest
    int products = 0;           ///< of A that were computed
    bool converged = false;
};

/// Internal to stimuli/. The eigenvector of the largest or smallest eigenvalue by Lanczos' method:
/// Rayleigh-Ritz in the space of the residuals, orthogonalised in full, restarted with the best
/// vectors so that memory stays bounded (thick restart, Wu & Simon 2000). Its sign is such that its
/// largest entry is positive. If A has several smallest eigenvalues (0 where a network does not see
/// a change at all), the seed decides which of their vectors is found.
/// @param size n > 0
/// @throws Cancelled when `stop` is requested; what `product` throws
ExtremalEigenvector extremalEigenvector(const SymmetricProduct& product, std::int64_t size,
                                        Extreme extreme, const EigenvectorOptions& options,
                                        const std::stop_token& stop);

} // namespace mlab::stimuli
