// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/stimulus_measures.h"

#include "core/base/error.h"

namespace mlab {

const std::vector<StimulusMeasure>& stimulusMeasures(std::string_view modality)
{
    static const std::vector<StimulusMeasure> kOfImages = {
        {"rms_contrast_change", "change of RMS contrast", "",
         "mean absolute change of RMS contrast", 0.0},
        {"ssim", "SSIM", "", "mean structural similarity to the reference", 1.0}};
    static const std::vector<StimulusMeasure> kOfSounds = {
        {"snr_db", "signal-to-noise ratio", "dB",
         "mean signal-to-noise ratio, reference over the difference between probe and reference",
         std::nullopt},
        {"log_spectral_distance_db", "log-spectral distance", "dB",
         "mean log-spectral distance from the reference", 0.0}};
    if (modality == "image") {
        return kOfImages;
    }
    if (modality == "audio") {
        return kOfSounds;
    }
    throw InvalidArgument("no stimulus measures for modality \"" + std::string(modality) +
                          "\": expected image or audio");
}

} // namespace mlab
