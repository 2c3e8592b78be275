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
    /// The part that can be drawn on, centred at fixation; smaller than the screen for a window.
    int drawableWidthPx = widthPx;
    int drawableHeightPx = heightPx;

    bool operator==(const ScreenGeometry&) const = default;
};

/// Distance on a flat screen, in pixels, from the point straight ahead of the eye (the fixation
/// mark) to the point at `deg` degrees of visual angle from it: distance * tan(deg), without the
/// small-angle approximation. Pixels are square.
inline double pixelsFromCentre(double deg, const DisplaySpec& display, const ScreenGeometry& screen)
{
    const double distanceCm = display.viewingDistanceCm * std::tan(deg * std::numbers::pi / 180.0);
    return distanceCm * screen.widthPx / display.screenWidthCm;
}

/// Width and height of every image in pixels, at any eccentricity: those of an image of
/// DisplaySpec::imageSizeDeg centred at fixation.
inline double imageSizePixels(const DisplaySpec& display, const ScreenGeometry& screen)
{
    return 2.0 * pixelsFromCentre(display.imageSizeDeg / 2.0, display, screen);
}

/// A duration in frames: the nearest whole number.
inline int wholeFrames(double durationMs, double refreshHz)
{
    return static_cast<int>(std::lround(durationMs * refreshHz / 1000.0));
}

} // namespace mlab::experiments
