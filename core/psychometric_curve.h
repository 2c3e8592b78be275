// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/level_scale.h"

namespace mlab {

/// The shape of a psychometric function, apart from its two asymptotes.
enum class PsychometricCurve {
    weibull,          ///< 1 - exp(-(level / threshold)^slope); the same on every scale
    cumulativeNormal, ///< Phi((x - t) / slope): here `slope` is the normal's SD
    logistic          ///< 1 / (1 + exp(-slope (x - t)))
};

/// P(correct) = chance + (1 - chance - lapse) F(level), F climbing from 0 to 1 (Wichmann & Hill
/// 2001, equation 1). x and t are the level's and the threshold's places on `scale`.
/// @param level  at least 0, SD
/// @param slope  > 0, see PsychometricCurve
double probabilityCorrect(PsychometricCurve curve, LevelScale scale, double level, double threshold,
                          double slope, double chance, double lapse);

} // namespace mlab
