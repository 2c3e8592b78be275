// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/psychometric_curve.h"

#include <cmath>
#include <numbers>

namespace mlab {
namespace {

double climb(PsychometricCurve curve, LevelScale scale, double level, double threshold,
             double slope)
{
    if (curve == PsychometricCurve::weibull) {
        return -std::expm1(-std::pow(level / threshold, slope));
    }
    const double distance = toScale(scale, level) - toScale(scale, threshold);
    if (curve == PsychometricCurve::cumulativeNormal) {
        return 0.5 * std::erfc(-distance / slope / std::numbers::sqrt2);
    }
    return 1.0 / (1.0 + std::exp(-slope * distance));
}

} // namespace

double probabilityCorrect(PsychometricCurve curve, LevelScale scale, double level, double threshold,
                          double slope, double chance, double lapse)
{
    return chance + (1.0 - chance - lapse) * climb(curve, scale, level, threshold, slope);
}

} // namespace mlab
