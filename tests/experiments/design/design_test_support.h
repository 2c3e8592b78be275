// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "experiments/design/design_reader.h"

#include <string>
#include <vector>

namespace mlab::experiments {

/// Everything is checked: models with the three layers of gabor-scattering, folders of which none
/// has a problem, and a screen of 1920 x 1080 pixels at 60 Hz.
inline CheckContext checkEverything()
{
    return {
        .modelInfo =
            [](const ModelSpec& spec) {
                if (spec.name != "gabor-scattering" && spec.name != "gabor-compressive") {
                    throw InvalidArgument("there is no model " + spec.name);
                }
                return ModelInfo{.name = spec.name,
                                 .modality = Modality::image,
                                 .layers = {"band", "texture", "pool"},
                                 .minimumSizePx = 64,
                                 .sizeMultiplePx = 8};
            },
        .folderFindings = [](const StimulusSource&,
                             const StimulusFormat&) { return FolderFindings{}; },
        .screen = ScreenGeometry{},
    };
}

} // namespace mlab::experiments
