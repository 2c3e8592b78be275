// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/design_modality.h"

#include "core/base/number_text.h"

#include <variant>

namespace mlab::experiments {
namespace {

class ImageModality final : public DesignModality {
public:
    std::string_view stimuli() const override { return "images"; }
    bool onScreen() const override { return true; }
    StimulusFormat defaultFormat() const override { return ImageFormat(); }

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
               " pixels, " + (display.imagesLeft ? "left" : "right") + " of fixation; stimuli of " +
               std::to_string(stimulusPx) + " pixels are scaled by " +
               fixedNumber(shownPx / stimulusPx, 2) + '\n';
    }
};

class SoundModality final : public DesignModality {
public:
    std::string_view stimuli() const override { return "sounds"; }
    bool onScreen() const override { return false; }
    StimulusFormat defaultFormat() const override { return SoundFormat(); }

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

} // namespace

const DesignModality& modalityOf(const Design& design)
{
    static const ImageModality kImages;
    static const SoundModality kSounds;
    switch (design.modality) {
    case Modality::image:
        break;
    case Modality::audio:
        return kSounds;
    }
    return kImages;
}

} // namespace mlab::experiments
