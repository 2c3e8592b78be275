// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/number_text.h"
#include "experiments/design/semantic_checks.h"

#include <array>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>

namespace mlab::experiments {
namespace {

const std::string kImageSizeAt = "/display/image_size_deg";

std::string oneDecimal(double value)
{
    return shortNumber(std::round(value * 10.0) / 10.0);
}

bool stationUsable(const CheckedDesign& design)
{
    return design.usable({"/display/viewing_distance_cm", "/display/screen_width_cm"});
}

void checkDurations(CheckedDesign& design, double refreshHz)
{
    const Timing& t = design->timing;
    const std::array<std::pair<const char*, double>, 5> durations{{
        {"/timing/fixation_ms", t.fixationMs},
        {"/timing/interval_ms", t.intervalMs},
        {"/timing/gap_ms", t.gapMs},
        {"/timing/before_answer_ms", t.beforeAnswerMs},
        {"/timing/feedback_ms", t.feedbackMs},
    }};
    for (const auto& [at, ms] : durations) {
        if (design.usable({at}) && wholeFrames(ms, refreshHz) == 0) {
            design.add(at, shortNumber(ms) + " ms is less than half a frame at " +
                               oneDecimal(refreshHz) +
                               " Hz and would not be shown; one frame lasts " +
                               oneDecimal(1000.0 / refreshHz) + " ms");
        }
    }
}

void checkFixationIsFree(CheckedDesign& design, double eccentricityDeg, const std::string& at)
{
    const double half = design->display.imageSizeDeg / 2.0;
    if (eccentricityDeg > 0 && eccentricityDeg < half) {
        design.add(at, "at " + shortNumber(eccentricityDeg) + " degrees an image of " +
                           shortNumber(design->display.imageSizeDeg) +
                           " degrees would cover the fixation mark; use at least " +
                           shortNumber(half) + ", or 0 to show it at fixation");
    }
}

void checkWidth(CheckedDesign& design, const ScreenGeometry& screen, double eccentricityDeg,
                const std::string& at)
{
    const DisplaySpec& display = design->display;
    const double halfImage = imageSizePixels(display, screen) / 2.0;
    const double free = screen.drawableWidthPx / 2.0;
    const double edge = pixelsFromCentre(eccentricityDeg, display, screen) + halfImage;
    if (edge <= free) {
        return;
    }
    const double perCm = screen.widthPx / display.screenWidthCm;
    const double fits = std::atan((free - halfImage) / perCm / display.viewingDistanceCm) * 180.0 /
                        std::numbers::pi;
    design.add(at, "at " + shortNumber(eccentricityDeg) +
                       " degrees the edge of the image would be " + oneDecimal(edge) +
                       " pixels from the centre, but the edge of the screen is at " +
                       oneDecimal(free) +
                       (fits >= 0 ? "; the largest eccentricity that fits is " +
                                        shortNumber(std::floor(fits * 10.0) / 10.0) + " degrees"
                                  : "; the image does not even fit at 0 degrees"));
}

void checkHeight(CheckedDesign& design, const ScreenGeometry& screen)
{
    const double size = imageSizePixels(design->display, screen);
    if (size > screen.drawableHeightPx) {
        design.add(kImageSizeAt, "an image of " + shortNumber(design->display.imageSizeDeg) +
                                     " degrees would be " + oneDecimal(size) +
                                     " pixels high, but the screen has only " +
                                     std::to_string(screen.drawableHeightPx));
    }
}

void checkImages(CheckedDesign& design)
{
    if (!design.usable({kImageSizeAt})) {
        return;
    }
    const auto& screen = design.context().screen;
    const bool knownPixels = screen && stationUsable(design);
    for (std::size_t i = 0; i < design.origins().size(); ++i) {
        const double deg = design->dimensions[i].dimension.eccentricityDeg;
        const std::string& at = design.origins()[i].eccentricity;
        checkFixationIsFree(design, deg, at);
        if (knownPixels) {
            checkWidth(design, *screen, deg, at);
        }
    }
    if (knownPixels) {
        checkHeight(design, *screen);
    }
}

} // namespace

void checkPresentation(CheckedDesign& design)
{
    if (const auto& screen = design.context().screen) {
        checkDurations(design, screen->refreshHz);
    }
    if (design.modality().onScreen()) {
        checkImages(design);
    }
}

} // namespace mlab::experiments
