// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/sound_settings.h"
#include "stimuli/worker/compute_options.h"
#include "ui/trial/frame_clock.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace mlab::app {

/// What one run of one session is given.
struct LiveSessionOptions {
    std::filesystem::path designFile;
    std::filesystem::path databaseFile;
    std::string participant;
    std::optional<std::uint64_t> seed;  ///< absent: that of the session to resume, or random
    std::filesystem::path references;   ///< replaces the design's references; may be empty
    std::filesystem::path observerFile; ///< the simulated participant; empty for a person
    bool withWindow = true;
    bool windowed = false;
    int screen = 0; ///< index into QGuiApplication::screens()
    /// For a design of sounds, as chosen in the start window. Absent: by `soundOptions`.
    std::optional<ui::AudioSettings> sound;
    SoundOptions soundOptions;
    ui::Pace pace = ui::Pace::real;
    std::optional<int> maxTrials;
    /// Measure how far the references can be moved before a new session.
    bool measureReach = true;
    bool startNew = false; ///< even if there is a session to resume
    std::filesystem::path cacheFolder;
    stimuli::ComputeOptions compute; ///< threads 0: all cores but one
    int lookAheadDepth = 6;
};

} // namespace mlab::app
