// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/rgb_image.h"

#include <QImage>

namespace mlab::ui {

/// The pixels of `image` for Qt to read, without a copy: valid as long as `image` is.
/// @throws InvalidArgument if it has no pixels, or not as many as its size says
QImage rgbView(const RgbImage& image);

} // namespace mlab::ui
