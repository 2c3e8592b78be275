// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trial/picture_media.h"

#include "core/base/error.h"
#include "ui/trial/trial_stage.h"

#include <cmath>
#include <string>
#include <utility>
#include <variant>

namespace mlab::ui {

void PictureMedia::prepare(const experiments::TrialView& view,
                           const experiments::ScreenGeometry& screen)
{
    const int size = static_cast<int>(std::lround(imageSizePixels(display_, screen)));
    const int offset =
        static_cast<int>(std::lround(pixelsFromCentre(view.eccentricityDeg, display_, screen)));
    const QRect at = stage_.centred({size, size}, {display_.imagesLeft ? -offset : offset, 0});
    const QSize window = stage_.size();
    if (size < 1 || !QRect({0, 0}, window).contains(at)) {
        throw InvalidArgument(
            "An image of " + std::to_string(size) + " pixels at " + std::to_string(offset) +
            " pixels from the centre does not fit in the window of " +
            std::to_string(window.width()) + " x " + std::to_string(window.height()) +
            " pixels. Use the whole screen, or change the design's image size, "
            "eccentricity or viewing distance.");
    }
    std::vector<Canvas::Picture> images;
    for (const auto& stimulus : view.stimuli) {
        const auto* image = std::get_if<ImagePtr>(&stimulus);
        if (image == nullptr || !*image) {
            throw InternalError("a trial needs an image for each interval; one is missing");
        }
        images.push_back(stage_.canvas().upload(**image));
    }
    at_ = at;
    images_ = std::move(images);
}

} // namespace mlab::ui
