// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/visual_angle.h"

#include <gtest/gtest.h>

namespace mlab::experiments {
namespace {

// By hand: tan 1 = 0.0174551, tan 8 = 0.1405408, tan 12 = 0.2125566, tan 2 = 0.0349208; at 57 cm
// these are 0.9949, 8.0108, 12.1157 and 1.9905 cm; 1920 / 52 = 36.923 pixels in a cm.
TEST(VisualAngle, PixelsFollowTheTangentOfTheAngle)
{
    const DisplaySpec display;
    const ScreenGeometry screen;
    EXPECT_EQ(pixelsFromCentre(0, display, screen), 0.0);
    EXPECT_NEAR(pixelsFromCentre(1, display, screen), 36.736, 0.001);
    EXPECT_NEAR(pixelsFromCentre(8, display, screen), 295.784, 0.001);
    EXPECT_NEAR(pixelsFromCentre(12, display, screen), 447.350, 0.001);
    EXPECT_NEAR(pixelsFromCentre(45, display, screen), 57.0 * 1920 / 52, 1e-9);
    EXPECT_NEAR(pixelsFromCentre(-8, display, screen), -295.784, 0.001);
}

TEST(VisualAngle, AnImageOfFourDegreesIsTwiceTheTangentOfTwo)
{
    EXPECT_NEAR(imageSizePixels({}, {}), 146.990, 0.001);
}

TEST(VisualAngle, AWindowDoesNotChangeTheSizeOfThings)
{
    const ScreenGeometry window{
        .widthPx = 1920, .heightPx = 1080, .drawableWidthPx = 1280, .drawableHeightPx = 1024};
    EXPECT_EQ(imageSizePixels({}, window), imageSizePixels({}, {}));
}

TEST(VisualAngle, AScreenIsDrawableAllOverUnlessSaidOtherwise)
{
    const ScreenGeometry screen{.widthPx = 2560, .heightPx = 1440};
    EXPECT_EQ(screen.drawableWidthPx, 2560);
    EXPECT_EQ(screen.drawableHeightPx, 1440);
}

TEST(VisualAngle, DurationsBecomeTheNearestNumberOfFrames)
{
    EXPECT_EQ(wholeFrames(200, 60), 12);
    EXPECT_EQ(wholeFrames(200, 59.94), 12);
    EXPECT_EQ(wholeFrames(200, 144), 29);
    EXPECT_EQ(wholeFrames(8.3, 60), 0);
    EXPECT_EQ(wholeFrames(8.4, 60), 1);
    EXPECT_EQ(wholeFrames(0, 60), 0);
}

} // namespace
} // namespace mlab::experiments
