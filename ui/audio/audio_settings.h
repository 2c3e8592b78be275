// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/presentation/sound_level.h"
#include "ui/audio/audio_player.h"

namespace mlab::ui {

/// How the sounds of a session are played: chosen in the start window, stored in the session's row.
struct AudioSettings {
    AudioOutput output;
    experiments::PlaybackLevel level;
    /// Raised-cosine ramp at both ends of every interval. 0 for sounds that already have their
    /// ramps, so that what is played is exactly what was measured.
    double rampMs = 0;

    bool operator==(const AudioSettings&) const = default;
};

} // namespace mlab::ui
