// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/psychometrics/level_scale.h"

#include <cmath>

namespace mlab {
namespace {

double unitsPerDecade(LevelScale scale)
{
    return scale == LevelScale::decibel ? 20.0 : 1.0;
}

} // namespace

double toScale(LevelScale scale, double level)
{
    return scale == LevelScale::linear ? level : unitsPerDecade(scale) * std::log10(level);
}

double fromScale(LevelScale scale, double place)
{
    return scale == LevelScale::linear ? place : std::pow(10.0, place / unitsPerDecade(scale));
}

} // namespace mlab
