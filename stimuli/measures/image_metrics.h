// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/rgb_image.h"

#include <optional>
#include <vector>

namespace mlab::stimuli {

/// How far a probe is from its reference, by measures that do not depend on a network. All work on
/// the encoded (sRGB) values, in float64.
struct ImageMetrics {
    /// Root of the mean squared difference over all pixels and channels, in grey levels [0, 255].
    double rmse = 0.0;
    /// 20 log10(255 / rmse), dB. Absent if the images are equal: it would be infinite.
    std::optional<double> psnrDb;
    /// RMS contrast of the probe minus that of the reference, see rmsContrast().
    double rmsContrastDifference = 0.0;
    /// Mean over the channels of ssim(), at most 1.
    double ssim = 1.0;
    /// Mean over the channels of msSsim(), [0, 1]. Absent where a side is below kMsSsimMinSidePx.
    std::optional<double> msSsim;

    bool operator==(const ImageMetrics&) const = default;
};

/// @throws InvalidArgument if the sizes differ or a side is below kSsimMinSidePx
ImageMetrics compare(const RgbImage& reference, const RgbImage& probe);

/// One channel: rows from top to bottom, values in [0, 1].
struct Plane {
    int width = 0;
    int height = 0;
    std::vector<double> values; ///< width * height
};

/// Smallest side that holds the 11 x 11 window once, and at the coarsest of five scales.
inline constexpr int kSsimMinSidePx = 11;
inline constexpr int kMsSsimMinSidePx = 161;

/// RMS contrast (Peli 1990, eq. 4): the sample standard deviation of the luma, in [0, 1] units;
/// it is not divided by the mean. Luma is 0.2126 R + 0.7152 G + 0.0722 B (ITU-R BT.709).
double rmsContrast(const RgbImage& image);

/// Structural similarity (Wang, Bovik, Sheikh & Simoncelli 2004, eq. 13): Gaussian window of
/// 11 x 11 and SD 1.5, K1 = 0.01, K2 = 0.03, mean over the places where the window lies wholly in
/// the image. @throws InvalidArgument as compare()
double ssim(const Plane& a, const Plane& b);

/// Multi-scale structural similarity (Wang, Simoncelli & Bovik 2003, eq. 7) with their five scales
/// and exponents; halving averages 2 x 2 pixels, an odd edge repeated. 0 if a term is negative,
/// since it cannot be raised to its exponent. Absent where a side is below kMsSsimMinSidePx.
/// @throws InvalidArgument as compare()
std::optional<double> msSsim(const Plane& a, const Plane& b);

} // namespace mlab::stimuli
