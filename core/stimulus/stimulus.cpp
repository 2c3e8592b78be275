// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/stimulus/stimulus.h"

#include "core/base/number_text.h"

namespace mlab {

std::string_view modalityOf(const StimulusFormat& format)
{
    return std::holds_alternative<SoundFormat>(format) ? "audio" : "image";
}

std::string describe(const StimulusFormat& format)
{
    if (const auto* image = std::get_if<ImageFormat>(&format)) {
        const auto side = std::to_string(image->sizePx);
        return "images of " + side + " x " + side + " px";
    }
    const auto& sound = std::get<SoundFormat>(format);
    return "sounds of " + shortNumber(sound.durationMs) + " ms at " +
           std::to_string(sound.sampleRateHz) + " Hz and " + std::to_string(sound.bits) + " bits";
}

std::string sha256Of(const Stimulus& stimulus)
{
    return std::visit([](const auto& content) { return sha256Of(*content); }, stimulus);
}

} // namespace mlab
