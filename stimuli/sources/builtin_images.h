// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/rgb_image.h"

#include <cstdint>
#include <string>
#include <string_view>

namespace mlab::stimuli {

/// Changes whenever the same seed and index would give other pixels.
inline constexpr std::string_view kBuiltinImagesVersion = "builtin-images-v1";

/// "dead-leaves-01", "pink-noise-02", ...: the family of image number `index` (from 0) and its
/// number from 1. @throws InvalidArgument if index < 0
std::string builtinImageId(int index);

/// A colour image with statistics like those of photographs (1/f spectra, occlusion, oriented
/// texture, correlated colours), computed from numbers alone: a function of its arguments, the same
/// on every platform. Eight families take turns:
///
/// - 0 dead-leaves: discs and boxes with sizes as r^-3 that occlude each other (Lee et al. 2001)
/// - 1 pink-noise: noise with power as f^-1.6 to f^-2.4, in correlated colour channels
/// - 2 grain: anisotropic noise: wood, grass, sand ripples, woven cloth
/// - 3 stones: lit Voronoi cells: cobbles, cracked earth
/// - 4 landscape: sky, ridges in haze, ground in perspective
/// - 5 bricks: regular patterns with wear: brickwork, tiles
/// - 6 balls: smooth bodies in soft light, some out of focus
/// - 7 mixture: two of the others, split by a wavy edge
///
/// Mean luma lies around 0.45, RMS contrast between about 0.1 and 0.22, and no value is at 0 or
/// 255, so that a probe can move either way.
/// @throws InvalidArgument if index < 0 or sizePx is not in [16, 4096]
RgbImage builtinImage(std::uint64_t seed, int index, int sizePx);

} // namespace mlab::stimuli
