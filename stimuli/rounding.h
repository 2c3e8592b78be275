// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace mlab::stimuli {

/// Rounds pixels to whole grey levels so that coordinates keep their value.
///
/// A move of 0.1 SD changes pixels by less than a grey level: rounding to the nearest would undo
/// it, rounding at random would add noise to the coordinates. Here each value goes to one of its
/// two neighbouring levels by a seeded threshold (so that the expected picture is the unrounded
/// one), and the threshold is tilted by the error made so far, projected on the gradients: error
/// diffusion, not to the neighbouring pixels but in the space of the coordinates.
///
/// @param levels the wanted pixel values in grey levels, [pixels], in [0, 255]
/// @param gradients of each coordinate per grey level, [coordinates][pixels]
/// @param shift what the rounding shall add to each coordinate, first order, [coordinates]
/// @return the rounded levels, each the floor or the ceiling of the wanted one. A wanted value
/// within 1/1000 of a level takes that level, so that untouched pixels stay untouched.
std::vector<std::uint8_t> roundKeepingCoordinates(std::span<const float> levels,
                                                  std::span<const std::span<const float>> gradients,
                                                  std::span<const double> shift);

} // namespace mlab::stimuli
