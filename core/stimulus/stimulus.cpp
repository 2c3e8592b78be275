// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/stimulus/stimulus.h"

#include "core/base/number_text.h"
#include "core/stimulus/enum_names.h"
#include "core/stimulus/modality_names.h"

namespace mlab {

namespace {

constexpr EnumNames<Modality, 2> kModalities{
    {{Modality::image, "image"}, {Modality::audio, "audio"}}};

Modality modalityOf(const ImageFormat& /*format*/)
{
    return Modality::image;
}

Modality modalityOf(const SoundFormat& /*format*/)
{
    return Modality::audio;
}

std::string describe(const ImageFormat& format)
{
    const auto side = std::to_string(format.sizePx);
    return "images of " + side + " x " + side + " px";
}

std::string describe(const SoundFormat& format)
{
    return "sounds of " + shortNumber(format.durationMs) + " ms at " +
           std::to_string(format.sampleRateHz) + " Hz and " + std::to_string(format.bits) + " bits";
}

} // namespace

std::string toString(Modality modality)
{
    return nameIn(kModalities, modality);
}

std::optional<Modality> modalityNamed(std::string_view name)
{
    return valueIn(kModalities, name);
}

std::string modalityNames()
{
    return listOfNames(kModalities);
}

Modality modalityOf(const StimulusFormat& format)
{
    return std::visit([](const auto& its) { return modalityOf(its); }, format);
}

std::string describe(const StimulusFormat& format)
{
    return std::visit([](const auto& its) { return describe(its); }, format);
}

std::string sha256Of(const Stimulus& stimulus)
{
    return std::visit([](const auto& content) { return sha256Of(*content); }, stimulus);
}

} // namespace mlab
