// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// Components of observations that are known by their inner products only. The observations are,
/// for example, the Gram matrices of a pool, each with many more entries than the pool has stimuli.
/// Internal to stimuli/.
struct Decomposition {
    /// How FastICA ended; absent for principal components.
    struct IcaRun {
        int iterations = 0;
        double change = 0.0; ///< of the last iteration, see IcaLimits
        bool converged = false;
    };

    int count = 0; ///< observations
    /// [candidates], descending. With Xc the centred observations, s component k's scores and
    /// a = Xc^T s / count: 1 - |Xc - s a^T|^2 / |Xc|^2 (Frobenius norms).
    std::vector<double> explainedVariance;
    /// [candidates, count]: component k of observation i, of mean 0 and SD 1 (division by count).
    std::vector<double> scores;
    /// [candidates, count]: component k is sum_i weights_ki (x_i - mean); its inner product with a
    /// centred observation is that observation's score.
    std::vector<double> weights;
    std::optional<IcaRun> ica;

    int candidates() const { return static_cast<int>(explainedVariance.size()); }
};

/// @param innerProducts [count, count] float64, of the centred observations
/// @throws InvalidArgument if the observations do not vary along that many components
Decomposition principalComponents(const at::Tensor& innerProducts, int candidates);

/// Independent components: FastICA on the whitened scores of the first `candidates` principal
/// components, ranked by explained variance. @throws as principalComponents()
Decomposition independentComponents(const at::Tensor& innerProducts, int candidates,
                                    std::uint64_t seed);

} // namespace mlab::stimuli
