// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/stimulus_measures.h"

#include "core/base/error.h"

#include <algorithm>

namespace mlab {

std::span<const ReportedModality> reportedModalities()
{
    static const std::vector<ReportedModality> kAll = {
        {.name = "image",
         .stimuli = "pictures",
         .question = "Does image contrast explain the thresholds?",
         .noticed = "seen",
         .measures = {{"rms_contrast_change", "change of RMS contrast", "",
                       "mean absolute change of RMS contrast", 0.0},
                      {"ssim", "SSIM", "", "mean structural similarity to the reference", 1.0}}},
        {.name = "audio",
         .stimuli = "sounds",
         .question = "Do level and spectrum explain the thresholds?",
         .noticed = "heard",
         .measures = {{"snr_db", "signal-to-noise ratio", "dB",
                       "mean signal-to-noise ratio, reference over the difference between probe "
                       "and reference",
                       std::nullopt},
                      {"log_spectral_distance_db", "log-spectral distance", "dB",
                       "mean log-spectral distance from the reference", 0.0}}}};
    return kAll;
}

const ReportedModality& reportedModality(std::string_view name)
{
    const auto all = reportedModalities();
    const auto found = std::ranges::find(all, name, &ReportedModality::name);
    if (found == all.end()) {
        throw InvalidArgument("no stimulus measures for modality \"" + std::string(name) +
                              "\": expected image or audio");
    }
    return *found;
}

const std::vector<StimulusMeasure>& stimulusMeasures(std::string_view modality)
{
    return reportedModality(modality).measures;
}

} // namespace mlab
