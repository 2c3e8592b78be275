// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/sound_settings.h"
#include "data/trial_store.h"
#include "experiments/observers/observer.h"
#include "experiments/session/session_runner.h"
#include "stimuli/worker/compute_options.h"
#include "ui/trial/frame_clock.h"

#include <cstdint>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace mlab::app {

struct LiveSessionOptions {
    std::filesystem::path designFile;
    std::filesystem::path databaseFile;
    std::string participant;
    std::optional<std::uint64_t> seed;  ///< absent: the open session's, or drawn for a new one
    std::filesystem::path references;   ///< replaces the design's references; may be empty
    std::filesystem::path observerFile; ///< the simulated participant; empty for a person
    bool withWindow = true;
    bool windowed = false;
    int screen = 0; ///< index into QGuiApplication::screens()
    /// Of a design of sounds, as the start window says it. Absent: by `soundOptions`.
    std::optional<ui::AudioSettings> sound;
    SoundOptions soundOptions;
    ui::Pace pace = ui::Pace::real;
    std::optional<int> maxTrials;
    bool startNew = false; ///< even if there is a session to continue
    std::filesystem::path cacheFolder;
    stimuli::ComputeOptions compute; ///< threads 0: all cores but one
    int lookAheadDepth = 6;
};

/// One run of one session: reads the design, opens the store, starts the generator, folds what is
/// stored, and runs trials until an end. Lives on the GUI thread inside a running event loop.
class LiveSession {
public:
    using OnEnd = std::function<void(experiments::EndReason, std::exception_ptr)>;

    /// Reads and checks everything that can be checked without the engine, and shows the window.
    /// @throws BadInput, mlab::Error
    LiveSession(LiveSessionOptions options, OnEnd onEnd);
    ~LiveSession();
    LiveSession(const LiveSession&) = delete;
    LiveSession& operator=(const LiveSession&) = delete;

    const std::string& sessionId() const;
    /// Whether this run has stored a trial.
    bool answersStored() const;
    /// Whether a dialog has shown what ended this run.
    bool problemTold() const;

private:
    struct State;
    std::unique_ptr<State> state_;
};

/// The newest session that is finished and that a LiveSession of these options would repeat: of the
/// same participant and design, and seed if they give one. None where an unfinished one would be
/// continued, or with `startNew`. Needs a QCoreApplication. @throws BadInput, mlab::Error
std::optional<data::SessionSummary> finishedBefore(const LiveSessionOptions& options);

} // namespace mlab::app
