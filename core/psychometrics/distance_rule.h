// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/psychometrics/dprime.h"

namespace mlab {

/// The observer who does not know in which direction two stimuli differ and compares distances.
/// Each interval gives an observation in `dimensions` dimensions with independent Gaussian noise of
/// SD 1, and d' is the distance of the two means. With one dimension these are the differencing
/// models of dprime.h. With many, distances are dominated by noise: the d' for the same share of
/// right answers grows as the fourth root of the number of dimensions.

/// Share of right answers in ABX of the observer who answers with the nearer of A and B to X, and
/// in 2IFC after a reference of the one who answers with the interval further from it.
/// @param dPrime >= 0 @param dimensions > 0 @throws InvalidArgument
double distanceAbxProportionCorrect(double dPrime, int dimensions);

/// Share of right answers in oddity of the observer who answers with the interval outside the
/// closest pair. @param dPrime >= 0 @param dimensions > 0 @throws InvalidArgument
double distanceOddityProportionCorrect(double dPrime, int dimensions);

/// Same-different: "different" when the two observations are further apart than `criterion`, in
/// units of an observation's SD. @param dPrime >= 0 @param criterion >= 0 @param dimensions > 0
/// @throws InvalidArgument
ResponseRates distanceSameDifferentRates(double dPrime, double criterion, int dimensions);

/// The criterion with that rate of false alarms. @param falseAlarm in (0, 1)
/// @throws InvalidArgument
double distanceSameDifferentCriterion(double falseAlarm, int dimensions);

} // namespace mlab
