// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/rgb_image.h"
#include "core/stimulus/sound.h"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace mlab {

/// What a participant sees or hears in one interval.
using Stimulus = std::variant<ImagePtr, SoundPtr>;

/// The form of a design's images.
struct ImageFormat {
    int sizePx = 224; ///< they are square

    bool operator==(const ImageFormat&) const = default;
};

/// The form of a design's stimuli, the same for all of them; it decides their modality.
using StimulusFormat = std::variant<ImageFormat, SoundFormat>;

/// What the stimuli of a design, or those that a model takes, are.
enum class Modality { image, audio };

/// "image" or "audio", as designs, models and the store name it.
std::string toString(Modality modality);
/// Absent for another name.
std::optional<Modality> modalityNamed(std::string_view name);
Modality modalityOf(const StimulusFormat& format);
/// "images of 224 x 224 px", "sounds of 2000 ms at 48000 Hz and 16 bits"
std::string describe(const StimulusFormat& format);
/// Of the pixels that are shown or the samples that are played.
std::string sha256Of(const Stimulus& stimulus);

} // namespace mlab
