// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/sound.h"
#include "stimuli/sources/stimulus_kind.h"

#include <filesystem>

namespace mlab::stimuli {

/// A sound file as it is played: one channel, the middle of it if it is longer than the format,
/// with ramps, at kSoundRms. A constant offset is removed, see constantOffset(). A shorter file is
/// followed by silence, and its RMS is that of its own length.
/// @throws IoError naming the file and what is wrong, see SoundFile and equalised()
Sound loadSound(const std::filesystem::path& file, const SoundFormat& format);

/// Sounds: the middles of recordings as loadSound() gives them, and for pools random excerpts. A
/// place that cannot be used (a pause, a click too loud) is drawn again, up to 20 times. Kept as
/// WAV.
const StimulusKind& soundKind();

} // namespace mlab::stimuli
