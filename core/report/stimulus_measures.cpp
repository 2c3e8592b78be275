// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/stimulus_measures.h"

#include "core/base/error.h"

namespace mlab {

const std::vector<StimulusMeasure>& stimulusMeasures(std::string_view modality)
{
    static const std::vector<StimulusMeasure> kOfImages = {
        {"rms_contrast_change", "change of RMS contrast", "",
         "mean change of RMS contrast, without its sign", 0.0},
        {"ssim", "SSIM", "", "mean structural similarity to the reference", 1.0}};
    static const std::vector<StimulusMeasure> kOfSounds = {
        {"snr_db", "signal-to-noise ratio", "dB",
         "mean signal-to-noise ratio: the reference over what the probe adds to it", std::nullopt},
        {"log_spectral_distance_db", "log-spectral distance", "dB",
         "mean log-spectral distance from the reference", 0.0}};
    if (modality == "image") {
        return kOfImages;
    }
    if (modality == "audio") {
        return kOfSounds;
    }
    throw InvalidArgument("there are no measures of stimuli of modality \"" +
                          std::string(modality) + "\"; there are of image and audio");
}

} // namespace mlab
