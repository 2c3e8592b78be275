// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/psychometrics/weibull.h"

#include <cmath>

namespace mlab {

double Weibull::probabilityCorrect(double level) const
{
    const double climbed = -std::expm1(-std::pow(std::abs(level) / threshold, slope));
    return chance + (1.0 - chance - lapse) * climbed;
}

} // namespace mlab
