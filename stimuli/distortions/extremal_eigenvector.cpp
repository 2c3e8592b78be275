// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/distortions/extremal_eigenvector.h"

#include "core/base/error.h"
#include "stimuli/distortions/unit_vectors.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <limits>

namespace mlab::stimuli {
namespace {

using torch::Tensor;

// Vectors of the space when it is restarted, and kept then.
constexpr std::int64_t kMostVectors = 24;
constexpr std::int64_t kKeptVectors = 8;

/// Orthonormal rows V with their products A V.
class SearchSpace {
public:
    explicit SearchSpace(const SymmetricProduct& product, std::int64_t size)
        : product_(product), vectors_(torch::empty({kMostVectors, size}, torch::kFloat64)),
          products_(torch::empty_like(vectors_))
    {
    }

    std::int64_t count() const { return count_; }
    Tensor vectors() const { return vectors_.narrow(0, 0, count_); }
    Tensor products() const { return products_.narrow(0, 0, count_); }

    /// False if the vector lies in the space already.
    bool add(Tensor vector)
    {
        const double before = vector.norm().item<double>();
        for (int pass = 0; pass < 2; ++pass) { // the second removes the rounding of the first
            if (count_ > 0) {
                vector = vector - torch::mv(vectors().t(), torch::mv(vectors(), vector));
            }
        }
        const double after = vector.norm().item<double>();
        if (!(after > 1e-10 * before)) {
            return false;
        }
        vectors_[count_].copy_(vector / after);
        products_[count_].copy_(product_(vectors_[count_]));
        ++count_;
        return true;
    }

    /// Replaces the space by combinations of its vectors. @param weights [count, kept], orthonormal
    void combine(const Tensor& weights)
    {
        const auto kept = weights.size(1);
        vectors_.narrow(0, 0, kept).copy_(torch::mm(weights.t(), vectors()));
        products_.narrow(0, 0, kept).copy_(torch::mm(weights.t(), products()));
        count_ = kept;
    }

private:
    const SymmetricProduct& product_;
    Tensor vectors_;
    Tensor products_;
    std::int64_t count_ = 0;
};

} // namespace

ExtremalEigenvector extremalEigenvector(const SymmetricProduct& product, std::int64_t size,
                                        Extreme extreme, const EigenvectorOptions& options,
                                        const std::stop_token& stop)
{
    const torch::NoGradGuard noGradients;
    SearchSpace space(product, size);
    space.add(randomUnitVector(size, options.seed, "eigenvector"));
    ExtremalEigenvector found;
    Tensor vector;
    for (found.products = 1;; ++found.products) {
        if (stop.stop_requested()) {
            throw Cancelled();
        }
        auto inside = torch::mm(space.vectors(), space.products().t());
        inside = (inside + inside.t()) / 2;
        const auto [values, weights] = torch::linalg_eigh(inside); // ascending
        const auto best = extreme == Extreme::largest ? space.count() - 1 : 0;
        found.value = values[best].item<double>();
        found.largest = std::max(found.largest, values[-1].item<double>());
        const auto own = weights.select(1, best);
        vector = torch::mv(space.vectors().t(), own);
        const auto residual = torch::mv(space.products().t(), own) - found.value * vector;
        found.residual = found.largest > 0 ? residual.norm().item<double>() / found.largest : 0.0;
        // One vector is an eigenvector of the space that it spans; the smallest needs a scale.
        found.converged =
            found.residual <= options.tolerance && (space.count() > 1 || found.residual == 0);
        if (found.converged || found.products >= options.mostProducts) {
            break;
        }
        if (space.count() == kMostVectors) {
            space.combine(extreme == Extreme::largest
                              ? weights.narrow(1, space.count() - kKeptVectors, kKeptVectors)
                              : weights.narrow(1, 0, kKeptVectors));
        }
        if (!space.add(residual)) {
            break; // the space cannot grow: it holds the vector as exactly as numbers allow
        }
    }
    found.vector = withLargestPositive(vector / vector.norm());
    return found;
}

} // namespace mlab::stimuli
