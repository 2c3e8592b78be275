// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/presentation/sound_level.h"
#include "ui/audio/audio_player.h"

namespace mlab::ui {

/// How the sounds of a session are played: chosen in the start window, kept in the session's row.
struct AudioSettings {
    AudioOutput output;
    experiments::PlaybackLevel level;
    /// Raised cosine at both ends of every interval. 0 for sounds that were made with their ramps:
    /// then what was measured of them holds for what is played.
    double rampMs = 0;

    bool operator==(const AudioSettings&) const = default;
};

} // namespace mlab::ui
