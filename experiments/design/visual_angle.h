// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/design/design.h"

#include <cmath>
#include <numbers>

namespace mlab::experiments {

/// The screen a design is run on.
struct ScreenGeometry {
    int widthPx = 1920; ///< physical pixels, across DisplaySpec::screenWidthCm
    int heightPx = 1080;
    double refreshHz = 60;
    /// The part that may be drawn on, centred at fixation; smaller than the screen in a window.
    int drawableWidthPx = widthPx;
    int drawableHeightPx = heightPx;

    bool operator==(const ScreenGeometry&) const = default;
};

/// Distance on a flat screen, in pixels, from the point straight ahead of the eye (the fixation
/// mark) to the point seen `deg` degrees of visual angle beside it: distance * tan(deg). Exact, not
/// the small-angle rule. Pixels are square.
inline double pixelsFromCentre(double deg, const DisplaySpec& display, const ScreenGeometry& screen)
{
    const double distanceCm = display.viewingDistanceCm * std::tan(deg * std::numbers::pi / 180.0);
    return distanceCm * screen.widthPx / display.screenWidthCm;
}

/// Width and height of every image in pixels, whatever its eccentricity: that of an image of
/// DisplaySpec::imageSizeDeg centred at fixation.
inline double imageSizePixels(const DisplaySpec& display, const ScreenGeometry& screen)
{
    return 2.0 * pixelsFromCentre(display.imageSizeDeg / 2.0, display, screen);
}

/// How many frames a duration becomes: the nearest whole number.
inline int wholeFrames(double durationMs, double refreshHz)
{
    return static_cast<int>(std::lround(durationMs * refreshHz / 1000.0));
}

} // namespace mlab::experiments
