// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/measures/baseline_distance.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>

namespace mlab::stimuli {

std::vector<Baseline> baselinesOf(Modality modality)
{
    return modality == Modality::image
               ? std::vector{Baseline::pixels, Baseline::rmsContrast, Baseline::ssim}
               : std::vector{Baseline::waveform, Baseline::spectrum};
}

double baselineDistance(Baseline baseline, const StimulusMetrics& metrics)
{
    if (std::ranges::count(baselinesOf(modalityOf(metrics)), baseline) == 0) {
        throw InvalidArgument("the distance \"" + nameIn(kBaselines, baseline) +
                              "\" is for stimuli of another modality than \"" +
                              toString(modalityOf(metrics)) + "\"");
    }
    switch (baseline) {
    case Baseline::pixels:
        return std::get<ImageMetrics>(metrics).rmse / 255;
    case Baseline::rmsContrast:
        return std::abs(std::get<ImageMetrics>(metrics).rmsContrastDifference);
    case Baseline::ssim:
        // Rounding can leave the SSIM of equal images just above 1.
        return std::max(0.0, 1 - std::get<ImageMetrics>(metrics).ssim);
    case Baseline::waveform: {
        const auto snr = std::get<SoundMetrics>(metrics).snrDb;
        return snr ? std::pow(10.0, -*snr / 20) : 0.0;
    }
    case Baseline::spectrum:
        return std::get<SoundMetrics>(metrics).logSpectralDistanceDb;
    }
    throw InternalError("a baseline without a distance");
}

} // namespace mlab::stimuli
