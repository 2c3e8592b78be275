// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/stimulus.h"
#include "experiments/presentation/sound_timeline.h"
#include "ui/audio/audio_settings.h"

#include <memory>
#include <optional>
#include <span>
#include <string>

namespace mlab::ui {

/// The sound of one trial after another: rendered before it begins, played as one timeline, watched
/// for what goes wrong. GUI thread only.
class TrialSound {
public:
    enum class Trouble {
        none,
        underrun, ///< the device ran out of samples while the timeline was played
        lost      ///< the device is gone, before the timeline was through
    };

    /// Opens the device. @throws DeviceError
    TrialSound(AudioSettings settings, const experiments::Timing& timing);

    /// Renders the trial's timeline. @throws InvalidArgument if a stimulus is no sound, or cannot
    /// be played so (see soundTimeline() and gainOf()).
    void prepare(std::span<const Stimulus> stimuli);
    /// Plays what was prepared, from its first frame.
    void begin();
    void stop();

    /// When the intervals are heard, by nowMs()'s clock: by the device's own times where they are
    /// known, else by counting frames from the first one's. Absent until the device has begun.
    std::optional<experiments::IntervalTimes> times() const;
    /// Of what was begun last.
    Trouble trouble() const;
    /// All of what was begun last has left the device.
    bool over() const { return player_ && player_->playback().over; }
    bool lost() const { return !player_ || player_->lost(); }

    /// What to say of a device that is gone.
    std::string lostText() const;
    /// Looks for the device again. @throws DeviceError if it is not there.
    void reopen();

    /// Device, form, latency, buffer, level and the callback's worst case so far as a JSON object,
    /// for the session's row.
    std::string info() const;

private:
    AudioSettings settings_;
    experiments::Timing timing_;
    std::unique_ptr<AudioPlayer> player_; ///< null while the device is not there
    experiments::SoundTimeline timeline_;
    double callbackWorstMs_ = 0; ///< of devices closed since
    int underruns_ = 0;
};

} // namespace mlab::ui
