// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/log_product.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace mlab {
namespace {

TEST(LogProduct, IsTheSumOfLogarithms)
{
    LogProduct product;
    EXPECT_EQ(product.value(), 0.0);
    double sum = 0.0;
    for (int i = 1; i <= 5000; ++i) {
        const double factor = i % 7 == 0 ? std::pow(10.0, -i % 300) : 1.0 / (1 + i % 13);
        product.multiply(factor);
        sum += std::log(factor);
        ASSERT_NEAR(product.value(), sum, 1e-12 * (1 - sum)) << i;
    }
}

TEST(LogProduct, AFactorOfZeroIsImpossible)
{
    LogProduct product;
    product.multiply(0.5);
    product.multiply(0.0);
    product.multiply(0.5);
    EXPECT_EQ(product.value(), -std::numeric_limits<double>::infinity());
}

} // namespace
} // namespace mlab
