// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/error.h"
#include "experiments/design_reader.h"

#include <string>
#include <vector>

namespace mlab::experiments {

/// Everything is checked: a model with the three layers of gabor-scattering, folders of which none
/// has a problem, and a screen of 1920 x 1080 pixels at 60 Hz.
inline CheckContext checkEverything()
{
    return {
        .modelInfo =
            [](const std::string& name) {
                if (name != "gabor-scattering") {
                    throw InvalidArgument("there is no model " + name);
                }
                return ModelInfo{
                    .name = name, .modality = "image", .layers = {"band", "texture", "pool"}};
            },
        .folderProblems = [](const ImageSource&) { return std::vector<std::string>(); },
        .screen = ScreenGeometry{},
    };
}

} // namespace mlab::experiments
