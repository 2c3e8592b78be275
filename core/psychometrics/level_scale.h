// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace mlab {

/// On which scale a procedure counts steps, spreads its grids and averages.
enum class LevelScale {
    linear,      ///< the level itself
    logarithmic, ///< log10(level)
    decibel      ///< 20 log10(level)
};

/// The level's place on the scale; -infinity for level 0 on a logarithmic one.
double toScale(LevelScale scale, double level);
/// The level at a place on the scale: the inverse of toScale().
double fromScale(LevelScale scale, double place);

} // namespace mlab
