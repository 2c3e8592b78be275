// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/catalog/builtin_models.h"

#include "stimuli/catalog/cochlea_check.h"

namespace mlab::stimuli {

ModelInfo gaborScatteringInfo()
{
    return {.name = kBuiltInImageModel,
            .modality = Modality::image,
            .layers = {"band", "texture", "pool"},
            .minimumSizePx = 64,
            .sizeMultiplePx = 8,
            .input = "RGB in [0, 1], not normalised"};
}

ModelInfo gaborCompressiveInfo()
{
    auto info = gaborScatteringInfo();
    info.name = kCompressiveImageModel;
    info.layers = {"band", "colour", "texture", "pool"};
    info.sizeMultiplePx = 32;
    return info;
}

ModelInfo cochleaModulationInfo(const CochleaSpec& spec)
{
    requireUsable(spec);
    return {.name = kBuiltInSoundModel,
            .modality = Modality::audio,
            .layers = {"cochleagram", "modulation", "average"},
            .sampleRateHz = spec.rateHz,
            .input = "one channel in [-1, 1], resampled inside to " + std::to_string(spec.rateHz) +
                     " Hz"};
}

} // namespace mlab::stimuli
