// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/sources/stimulus_sources.h"

#include "stimuli/media/image_io.h"
#include "stimuli/sources/image_sources.h"
#include "stimuli/sources/sound_sources.h"

#include <memory>
#include <utility>

namespace mlab::stimuli {

std::vector<NamedStimulus> loadReferences(const StimulusSource& source,
                                          const StimulusFormat& format)
{
    if (const auto* image = std::get_if<ImageFormat>(&format)) {
        return loadReferences(source, image->sizePx);
    }
    return loadReferences(source, std::get<SoundFormat>(format));
}

std::vector<NamedStimulus> loadUsableReferences(const StimulusSource& source,
                                                const StimulusFormat& format,
                                                std::vector<std::string>& problems)
{
    if (const auto* image = std::get_if<ImageFormat>(&format)) {
        return loadUsableReferences(source, image->sizePx, problems);
    }
    return loadUsableReferences(source, std::get<SoundFormat>(format), problems);
}

std::vector<std::string> referenceIds(const StimulusSource& source, const StimulusFormat& format)
{
    return std::holds_alternative<ImageFormat>(format) ? imageReferenceIds(source)
                                                       : soundReferenceIds(source);
}

NamedStimulus loadReferenceFile(const std::filesystem::path& file, const StimulusFormat& format)
{
    NamedStimulus reference{.id = file.stem().string(), .stimulus = {}, .sha256 = {}};
    if (const auto* image = std::get_if<ImageFormat>(&format)) {
        reference.stimulus = std::make_shared<const RgbImage>(loadImage(file, image->sizePx));
    } else {
        reference.stimulus =
            std::make_shared<const Sound>(loadSound(file, std::get<SoundFormat>(format)));
    }
    reference.sha256 = sha256Of(reference.stimulus);
    return reference;
}

std::vector<std::string> checkFolder(const StimulusSource& source, const StimulusFormat& format)
{
    if (std::holds_alternative<ImageFormat>(format)) {
        return checkFolder(source);
    }
    return checkFolder(source, std::get<SoundFormat>(format));
}

void forEachPoolStimulus(const StimulusSource& source, const StimulusFormat& format,
                         const std::function<void(int index, int count, const Stimulus&)>& visit,
                         const std::stop_token& stop)
{
    if (const auto* image = std::get_if<ImageFormat>(&format)) {
        forEachPoolImage(
            source, image->sizePx,
            [&](int index, int count, const RgbImage& picture) {
                visit(index, count, std::make_shared<const RgbImage>(picture));
            },
            stop);
    } else {
        forEachPoolSound(
            source, std::get<SoundFormat>(format),
            [&](int index, int count, const Sound& sound) {
                visit(index, count, std::make_shared<const Sound>(sound));
            },
            stop);
    }
}

std::string poolHash(const StimulusSource& source, const StimulusFormat& format)
{
    if (const auto* image = std::get_if<ImageFormat>(&format)) {
        return poolHash(source, image->sizePx);
    }
    return poolHash(source, std::get<SoundFormat>(format));
}

} // namespace mlab::stimuli
