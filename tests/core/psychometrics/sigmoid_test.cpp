// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/psychometrics/sigmoid.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <vector>

namespace mlab {
namespace {

std::vector<Sigmoid> everySigmoid()
{
    std::vector<Sigmoid> all;
    for (const auto* name :
         {"norm", "logistic", "gumbel", "rgumbel", "tdist", "weibull", "lognormal"}) {
        all.emplace_back(sigmoidShapeNamed(name).value());
        all.emplace_back(sigmoidShapeNamed(name).value(), 0.7, 0.1);
    }
    for (const auto task : {DiscriminationTask::twoAfc, DiscriminationTask::fourAfc,
                            DiscriminationTask::abxDifferencing, DiscriminationTask::oddity}) {
        all.push_back(Sigmoid::forTask(task));
    }
    return all;
}

// From 0.01 to 100, as levels and widths are.
double anySize()
{
    return std::pow(10.0, *rc::gen::inRange(-2000, 2000) / 1000.0);
}

RC_GTEST_PROP(Sigmoid, RisesFromZeroToOne, ())
{
    const double threshold = anySize();
    const double width = anySize();
    double low = anySize();
    double high = anySize();
    if (low > high) {
        std::swap(low, high);
    }
    for (const auto& sigmoid : everySigmoid()) {
        const double atLow = sigmoid(low, threshold, width);
        const double atHigh = sigmoid(high, threshold, width);
        RC_ASSERT(atLow >= 0 && atHigh <= 1 + 1e-12 && atLow <= atHigh + 1e-12);
    }
}

RC_GTEST_PROP(Sigmoid, ThresholdAndWidthAreWhatTheySay, ())
{
    const double threshold = anySize();
    const double width = anySize() / 10;
    for (const auto& sigmoid : everySigmoid()) {
        const double alpha = sigmoid.widthAlpha();
        RC_ASSERT(std::abs(sigmoid(threshold, threshold, width) - sigmoid.thresholdAt()) < 1e-9);
        const double reach = sigmoid.axis(sigmoid.levelAt(1 - alpha, threshold, width)) -
                             sigmoid.axis(sigmoid.levelAt(alpha, threshold, width));
        RC_ASSERT(std::abs(reach - width) < 1e-9 * (1 + width + threshold));
    }
}

RC_GTEST_PROP(Sigmoid, LevelAtIsItsInverse, ())
{
    const double threshold = anySize();
    const double width = anySize() / 10;
    const double value = *rc::gen::inRange(1, 1000) / 1000.0;
    for (const auto& sigmoid : everySigmoid()) {
        const double level = sigmoid.levelAt(value, threshold, width);
        const double back = sigmoid(level, threshold, width);
        // A level far out on a narrow function cannot be distinguished from its neighbours any
        // better.
        RC_ASSERT(std::abs(back - value) < 1e-6);
    }
}

TEST(Sigmoid, LogarithmicShapesAreTheOthersOnTheLogarithm)
{
    const Sigmoid weibull(SigmoidShape::weibull);
    const Sigmoid gumbel(SigmoidShape::gumbel);
    EXPECT_DOUBLE_EQ(weibull(0.3, 0.5, 1.2), gumbel(std::log(0.3), std::log(0.5), 1.2));
    EXPECT_EQ(weibull(0.0, 0.5, 1.2), 0.0);
    // 1 - exp(-(x / a)^b): from 5 % to 95 % in the logarithm is 4.06731 / b.
    const double b = 3.5;
    const double width = (std::log(-std::log(0.05)) - std::log(-std::log(0.95))) / b;
    const double a = 0.5 / std::pow(std::log(2.0), 1 / b);
    EXPECT_NEAR(weibull(0.8, 0.5, width), 1 - std::exp(-std::pow(0.8 / a, b)), 1e-12);
}

TEST(Sigmoid, ThresholdOfATaskIsWhereDPrimeIsOne)
{
    for (const auto task :
         {DiscriminationTask::twoAfc, DiscriminationTask::threeAfc, DiscriminationTask::fourAfc,
          DiscriminationTask::abxDifferencing, DiscriminationTask::oddity}) {
        const auto sigmoid = Sigmoid::forTask(task);
        const double width = 2.0;
        const double slope = sigmoid.dPrimeSlope(width);
        for (const double level : {0.2, 0.7, 1.4}) {
            const double share = chanceOf(task) + (1 - chanceOf(task)) * sigmoid(level, 0.7, width);
            EXPECT_NEAR(share, proportionCorrect(task, std::pow(level / 0.7, slope)), 1e-12);
        }
    }
}

TEST(Sigmoid, RefusesWhatHasNoMeaning)
{
    EXPECT_THROW(Sigmoid(SigmoidShape::norm, 0.0), InvalidArgument);
    EXPECT_THROW(Sigmoid(SigmoidShape::norm, 0.5, 0.5), InvalidArgument);
    EXPECT_THROW(Sigmoid(SigmoidShape::dPrime), InvalidArgument);
    EXPECT_THROW(Sigmoid(SigmoidShape::norm).dPrimeSlope(1.0), InvalidArgument);
    EXPECT_FALSE(sigmoidShapeNamed("dprime").has_value());
}

} // namespace
} // namespace mlab
