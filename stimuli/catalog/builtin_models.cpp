// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/catalog/builtin_models.h"

#include "stimuli/catalog/cochlea_check.h"

#include <sstream>

namespace mlab::stimuli {
namespace {

constexpr const char* kCochleaVersion = "cochlea-modulation 1";

void append(std::ostream& text, const std::vector<double>& values)
{
    for (const double value : values) {
        text << ' ' << value;
    }
    text << ';';
}

} // namespace

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

std::string cochleaIdentity(const CochleaSpec& spec)
{
    std::ostringstream text;
    text.precision(17);
    text << kCochleaVersion << ": " << spec.rateHz << ' ' << spec.filters << ' ' << spec.overlap
         << ' ' << spec.lowHz << ' ' << spec.highHz << ' ' << spec.envelopeRateHz << ' '
         << spec.envelopeOversampling << ' ' << spec.exponent << ' ' << spec.steepestSlope << ' '
         << spec.channelsPerErb << ';';
    append(text, spec.temporalRatesHz);
    append(text, spec.spectralRatesPerErb);
    text << ' ' << spec.modulation << ' ' << spec.poolingBands;
    return text.str();
}

} // namespace mlab::stimuli
