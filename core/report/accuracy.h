// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fits/group_statistics.h"

#include <array>
#include <optional>
#include <vector>

namespace mlab {

/// Correct answers among trials, and a test against guessing.
struct Accuracy {
    int trials = 0;
    int correct = 0;
    /// Probability of at least this many correct answers by guessing. Absent without trials.
    std::optional<double> chanceP;

    /// NaN without trials.
    double share() const;
    /// chanceP is below kAboveChanceP.
    bool aboveChance() const;
};

/// Accuracy above chance: the exact test's p is below this.
inline constexpr double kAboveChanceP = 0.05;
/// A smaller accuracy on catch trials causes a warning: their answer is known or obvious.
inline constexpr double kCatchShare = 0.75;

/// Wilson's score interval of a proportion (Wilson 1927; Brown, Cai & DasGupta 2001 recommend it
/// for small samples).
/// @param trials > 0 @throws InvalidArgument for none, or correct answers that are not 0 to
/// `trials`
std::array<double, 2> wilsonInterval(int correct, int trials, double confidence = 0.95);

/// Probability of at least this many correct answers by guessing (exact binomial test, one-sided).
/// @param chance in (0, 1) @throws as wilsonInterval()
double binomialAboveP(int correct, int trials, double chance);

/// One more answer.
void add(Accuracy& accuracy, bool correct);
/// Computes Accuracy::chanceP. @param chance in (0, 1)
void setChanceP(Accuracy& accuracy, double chance);

/// Absent for no values.
std::optional<double> medianOf(std::vector<double> values);
/// The mean with intervals clipped to what the values can be. Values that are all equal have none:
/// one of width 0 would be overconfident.
std::optional<MeanEstimate> meanWithin(double low, double high, const std::vector<double>& values);

} // namespace mlab
