// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mlab::stimuli {

/// The whole numbers that a pixel or sample can have.
struct LevelRange {
    std::int32_t lowest = 0;
    std::int32_t highest = 255;
};

/// Rounds pixels to whole grey levels, or samples to whole steps, so that coordinates keep their
/// value.
///
/// A move of 0.1 SD changes pixels by less than a grey level: rounding to the nearest would undo
/// it, rounding at random would add noise to the coordinates. Here each value goes to one of its
/// two neighbouring levels by a seeded threshold (so that the expected picture is the unrounded
/// one), and the threshold is tilted by the error made so far, projected on the gradients: error
/// diffusion, not to the neighbouring pixels but in the space of the coordinates.
///
/// @param levels the wanted values in levels, [pixels], within `range`
/// @param gradients of each coordinate per level, [coordinates][pixels]
/// @param shift what the rounding should add to each coordinate, first order, [coordinates]
/// @return the rounded levels, each the floor or the ceiling of the wanted one. A wanted value
/// within 1/1000 of a level takes that level, so that untouched pixels stay untouched.
std::vector<std::int32_t> roundKeepingCoordinates(std::span<const float> levels,
                                                  std::span<const std::span<const float>> gradients,
                                                  std::span<const double> shift,
                                                  const LevelRange& range);

} // namespace mlab::stimuli
