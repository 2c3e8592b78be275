// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace mlab {

/// The probability of a right answer as a function of level: a Weibull function between chance and
/// 1 - lapse (Weibull 1951; with both asymptotes as in Wichmann & Hill 2001, equation 1):
///
///     P(correct) = chance + (1 - chance - lapse) * (1 - exp(-(|level| / threshold)^slope))
///
/// `threshold` is the Weibull's scale: the level at which the curve has climbed 1 - 1/e = 63.2 %
/// of its way from chance to 1 - lapse. With chance 0.5 and no lapses that is 81.6 % correct. It
/// is therefore not the level at which a 2-down/1-up staircase settles, which is where 70.7 % of
/// the answers are right.
struct Weibull {
    double threshold = 1.0; ///< SD, > 0
    double slope = 3.5;     ///< > 0
    double chance = 0.5;    ///< P(correct) at level 0, in [0, 1)
    double lapse = 0.0;     ///< share of trials answered wrong however clear, in [0, 1 - chance]

    /// P(correct) at `level`; the sign of the level does not matter.
    double probabilityCorrect(double level) const;
    bool operator==(const Weibull&) const = default;
};

} // namespace mlab
