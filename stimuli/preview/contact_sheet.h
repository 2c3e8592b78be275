// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/rgb_image.h"

#include <string>
#include <vector>

namespace mlab::stimuli {

/// Labelled pictures in rows and columns for visual comparison, such as what the components of a
/// basis change. Text is ASCII; other characters are drawn as question marks. Labels may have
/// several lines.
struct ContactSheet {
    struct Tile {
        RgbImage image;
        std::string caption; ///< below the picture
        bool marked = false; ///< in a red frame: the picture is not as requested
    };
    struct Row {
        std::string label;
        std::vector<Tile> tiles; ///< one for each column, all of one size
    };

    std::string title;
    std::vector<std::string> columns; ///< headings
    std::vector<Row> rows;
};

/// Dark text on white; the tiles are shown pixel by pixel.
/// @throws InvalidArgument if a row has not one tile for each column, or the tiles' sizes differ
RgbImage drawContactSheet(const ContactSheet& sheet);

} // namespace mlab::stimuli
