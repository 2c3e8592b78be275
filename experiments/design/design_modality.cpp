// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/design_modality.h"

#include "core/base/number_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <variant>

namespace mlab::experiments {
namespace {

// Where the centre of the images is.
std::string placeOf(const Design& design)
{
    const bool atFixation =
        !design.dimensions.empty() &&
        std::ranges::all_of(design.dimensions, [](const MeasuredDimension& measured) {
            return measured.dimension.eccentricityDeg == 0.0;
        });
    if (atFixation) {
        return "at fixation";
    }
    return design.display.imagesLeft ? "left of fixation" : "right of fixation";
}

class ImageModality final : public DesignModality {
public:
    std::string_view stimuli() const override { return "images"; }
    bool onScreen() const override { return true; }
    StimulusFormat defaultFormat() const override { return ImageFormat(); }
    const char* formatKey() const override { return "image_size_px"; }

    std::optional<StimulusFormat> readFormat(const JsonNode& root,
                                             const SynthesisSpec& /*before*/) const override
    {
        const auto size = root.find(formatKey());
        return size ? std::optional<StimulusFormat>(ImageFormat{.sizePx = size->as<int>()})
                    : std::nullopt;
    }

    nlohmann::ordered_json toJson(const StimulusFormat& format) const override
    {
        return std::get<ImageFormat>(format).sizePx;
    }

    StimulusFormat fromJson(const nlohmann::ordered_json& stored) const override
    {
        return ImageFormat{.sizePx = stored.get<int>()};
    }

    std::vector<KeyProblem> unusedKeys() const override
    {
        const std::string why = "this key is for sounds, but the design's modality is \"image\"";
        return {{.pointer = "/sound", .reason = why},
                {.pointer = "/headphone_check", .reason = why}};
    }

    double intervalMs(const Timing& timing, const StimulusFormat& /*format*/) const override
    {
        return timing.intervalMs;
    }

    std::optional<KeyProblem> formatProblem(const StimulusFormat& format,
                                            const ModelInfo& model) const override
    {
        const auto* image = std::get_if<ImageFormat>(&format);
        if (image == nullptr ||
            (image->sizePx >= model.minimumSizePx && image->sizePx % model.sizeMultiplePx == 0)) {
            return std::nullopt;
        }
        return KeyProblem{.pointer = "/image_size_px",
                          .reason = "model \"" + model.name + "\" takes images of at least " +
                                    std::to_string(model.minimumSizePx) + " px" +
                                    (model.sizeMultiplePx > 1
                                         ? ", a multiple of " + std::to_string(model.sizeMultiplePx)
                                         : "") +
                                    ", not " + std::to_string(image->sizePx) + " px"};
    }

    std::string describeStation(const Design& design, const ScreenGeometry& screen) const override
    {
        const DisplaySpec& display = design.display;
        const double shownPx = imageSizePixels(display, screen);
        const int stimulusPx = std::get<ImageFormat>(design.synthesis.format).sizePx;
        return "Display, for a screen of " + std::to_string(screen.widthPx) + " x " +
               std::to_string(screen.heightPx) + " pixels, " + shortNumber(display.screenWidthCm) +
               " cm wide, seen from " + shortNumber(display.viewingDistanceCm) +
               " cm\n"
               "  images of " +
               shortNumber(display.imageSizeDeg) + " degrees = " + fixedNumber(shownPx, 1) +
               " pixels, " + placeOf(design) + "; stimuli of " + std::to_string(stimulusPx) +
               " pixels are scaled by " + fixedNumber(shownPx / stimulusPx, 2) + '\n';
    }
};

class SoundModality final : public DesignModality {
public:
    std::string_view stimuli() const override { return "sounds"; }
    bool onScreen() const override { return false; }
    StimulusFormat defaultFormat() const override { return SoundFormat(); }
    const char* formatKey() const override { return "sound"; }

    // The built-in model for sounds implies their format.
    std::optional<StimulusFormat> readFormat(const JsonNode& root,
                                             const SynthesisSpec& before) const override
    {
        const auto sound = root.find(formatKey());
        if (!sound && before.model.name != "cochlea-modulation") {
            return std::nullopt;
        }
        SoundFormat format;
        if (const auto* earlier = std::get_if<SoundFormat>(&before.format)) {
            format = *earlier;
        }
        if (sound) {
            sound->read("sample_rate_hz", format.sampleRateHz);
            sound->read("duration_ms", format.durationMs);
            sound->read("bits", format.bits);
        }
        return format;
    }

    nlohmann::ordered_json toJson(const StimulusFormat& format) const override
    {
        const auto& sound = std::get<SoundFormat>(format);
        return {{"sample_rate_hz", sound.sampleRateHz},
                {"duration_ms", sound.durationMs},
                {"bits", sound.bits}};
    }

    StimulusFormat fromJson(const nlohmann::ordered_json& stored) const override
    {
        return SoundFormat{.sampleRateHz = stored.at("sample_rate_hz").get<int>(),
                           .durationMs = stored.at("duration_ms").get<double>(),
                           .bits = stored.at("bits").get<int>()};
    }

    std::vector<KeyProblem> unusedKeys() const override
    {
        return {{.pointer = "/image_size_px",
                 .reason = "this key is for images, but the design's modality is \"audio\""},
                {.pointer = "/timing/interval_ms",
                 .reason = "an interval lasts as long as its sound (sound.duration_ms); remove "
                           "this key"}};
    }

    double intervalMs(const Timing& /*timing*/, const StimulusFormat& format) const override
    {
        return std::get<SoundFormat>(format).durationMs;
    }

    std::optional<KeyProblem> formatProblem(const StimulusFormat& format,
                                            const ModelInfo& model) const override
    {
        const auto* sound = std::get_if<SoundFormat>(&format);
        if (sound == nullptr || model.durationMs == 0 || sound->durationMs == model.durationMs) {
            return std::nullopt;
        }
        return KeyProblem{.pointer = "/sound/duration_ms",
                          .reason = "model \"" + model.name + "\" takes sounds of " +
                                    shortNumber(model.durationMs) + " ms, not " +
                                    shortNumber(sound->durationMs) + " ms"};
    }

    std::string describeStation(const Design& design,
                                const ScreenGeometry& /*screen*/) const override
    {
        const auto& format = std::get<SoundFormat>(design.synthesis.format);
        return "Sound\n  " + shortNumber(format.durationMs) + " ms at " +
               std::to_string(format.sampleRateHz) + " Hz and " + std::to_string(format.bits) +
               " bits; headphone check: " +
               (design.headphoneCheck ? std::string(toString(*design.headphoneCheck)) : "none") +
               '\n';
    }
};

const ImageModality kImages;
const SoundModality kSounds;

// In the order of the alternatives of StimulusFormat.
constexpr auto kAll = std::to_array<const DesignModality*>({&kImages, &kSounds});
static_assert(kAll.size() == std::variant_size_v<StimulusFormat>);

} // namespace

const DesignModality& modalityOf(const Design& design)
{
    switch (design.modality) {
    case Modality::image:
        break;
    case Modality::audio:
        return kSounds;
    }
    return kImages;
}

const DesignModality& designModality(const StimulusFormat& format)
{
    return *kAll.at(format.index());
}

void readFormat(const JsonNode& root, SynthesisSpec& out)
{
    for (const auto* modality : kAll) {
        if (const auto format = modality->readFormat(root, out)) {
            out.format = *format;
        }
    }
}

void addFormat(nlohmann::ordered_json& json, const StimulusFormat& format)
{
    const auto& modality = designModality(format);
    json[modality.formatKey()] = modality.toJson(format);
}

StimulusFormat formatIn(const nlohmann::ordered_json& json)
{
    const DesignModality* its = kAll.front();
    for (const auto* modality : kAll) {
        if (json.contains(modality->formatKey())) {
            its = modality;
        }
    }
    return its->fromJson(json.at(its->formatKey()));
}

} // namespace mlab::experiments
