// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/widgets/rgb_view.h"

#include "core/base/error.h"

#include <algorithm>
#include <cstddef>
#include <string>

namespace mlab::ui {

QImage rgbView(const RgbImage& image)
{
    const auto bytes = static_cast<std::size_t>(image.width) * 3 *
                       static_cast<std::size_t>(std::max(image.height, 0));
    if (image.width <= 0 || image.height <= 0 || image.pixels.size() != bytes) {
        throw InvalidArgument("a picture of " + std::to_string(image.width) + " x " +
                              std::to_string(image.height) + " pixels cannot be shown with " +
                              std::to_string(image.pixels.size()) + " bytes");
    }
    return {image.pixels.data(), image.width, image.height, qsizetype{3} * image.width,
            QImage::Format_RGB888};
}

} // namespace mlab::ui
