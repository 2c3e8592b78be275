// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace mlab {

/// What the participant decides in a trial, and how: the decision model that relates the share of
/// right answers to sensitivity. Formulas after Macmillan & Creelman (2005), chapters 7 and 9, and
/// for duo-trio, triangle and tetrad Ennis (1993); all for an unbiased observer.
enum class DiscriminationTask {
    twoAfc,   ///< two alternatives, or two intervals (2IFC)
    threeAfc, ///< three alternatives
    fourAfc,  ///< four alternatives
    abxDifferencing,
    abxIndependent, ///< independent observations, the optimal rule
    oddity,         ///< the odd one of three (triangle), differencing
    duoTrio,
    tetrad,
    sameDifferentIndependent, ///< one pair a trial, independent observations
};

/// The share of right answers without any sensitivity: 1/2, 1/3 or 1/4.
double chanceOf(DiscriminationTask task);

/// Share of right answers of an unbiased observer. @param dPrime >= 0
/// @throws InvalidArgument if it is negative or not a number.
double proportionCorrect(DiscriminationTask task, double dPrime);

/// Derivative of proportionCorrect() with respect to d', per d'.
double proportionCorrectSlope(DiscriminationTask task, double dPrime);

/// The d' at which that share is right: 0 at or below chance, infinite at 1.
/// @throws InvalidArgument if `proportion` is outside [0, 1].
double dPrimeFromProportionCorrect(DiscriminationTask task, double proportion);

/// Share of right answers with `alternatives` alternatives (Green & Swets 1966):
/// the integral of phi(x - d') Phi(x)^(m - 1). @param alternatives >= 2
double mAfcProportionCorrect(int alternatives, double dPrime);

/// Shares of "yes" (or "different") answers.
struct ResponseRates {
    double hit = 0.0;        ///< in trials with a signal (or a difference)
    double falseAlarm = 0.0; ///< in trials without
};

/// Sensitivity and criterion of the equal-variance yes/no model: d' = z(H) - z(F),
/// c = -(z(H) + z(F)) / 2. Infinite where a rate is 0 or 1.
struct YesNoSensitivity {
    double dPrime = 0.0;
    double criterion = 0.0; ///< > 0: reluctant to say yes
};
YesNoSensitivity yesNoSensitivity(ResponseRates rates);

/// Same-different by differencing: "different" when the two observations are further apart than
/// `criterion` (Macmillan & Creelman 2005, equation 9.6). Units of the observations' SD.
ResponseRates sameDifferentRates(double dPrime, double criterion);

/// d' of the differencing observer who answers with these rates: 0 where hits are no more frequent
/// than false alarms. @throws InvalidArgument unless both rates lie in (0, 1).
double sameDifferentDPrime(ResponseRates rates);

/// Standard normal distribution function, its density and its inverse (probability in [0, 1]).
double normalCdf(double z);
double normalDensity(double z);
double normalQuantile(double probability);

} // namespace mlab
