// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cmath>

namespace mlab {

/// The logarithm of a product of probabilities, which itself would be too small for a double. One
/// logarithm serves many factors, since it takes longer than all else in a likelihood.
class LogProduct {
public:
    /// @param factor  in [0, 1]; each below 1e-50 has a logarithm of its own
    void multiply(double factor)
    {
        if (factor < kLeast) {
            sum_ += std::log(factor);
            return;
        }
        product_ *= factor;
        if (product_ < kTakeOut) {
            sum_ += std::log(product_);
            product_ = 1.0;
        }
    }

    /// Minus infinity if a factor was 0.
    double value() const { return sum_ + std::log(product_); }

private:
    static constexpr double kLeast = 1e-50;
    static constexpr double kTakeOut = 1e-250;

    double sum_ = 0.0;
    double product_ = 1.0;
};

} // namespace mlab
