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

/// Plays the sounds of one trial at a time: rendered before the trial, played as one timeline,
/// watched for failures. GUI thread only.
class TrialSound {
public:
    enum class Trouble {
        none,
        underrun, ///< the device ran out of samples while the timeline was played
        lost      ///< the device disappeared before the end of the timeline
    };

    /// Opens the device. @throws DeviceError
    TrialSound(AudioSettings settings, const experiments::Timing& timing);

    /// Renders the trial's timeline.
    /// @throws InternalError if a stimulus is not a sound, InvalidArgument if it cannot be played
    /// as
    ///         asked (see soundTimeline() and gainOf())
    void prepare(std::span<const Stimulus> stimuli);
    /// Plays what was prepared, from its first frame.
    void begin();
    void stop();

    /// When the intervals are heard, by nowMs(): from the device's own times if they are known,
    /// otherwise counted in frames from the first one. Absent until the device has begun.
    std::optional<experiments::IntervalTimes> times() const;
    /// Of the timeline that was begun last.
    Trouble trouble() const;
    /// All of that timeline has left the device.
    bool over() const { return player_ && player_->playback().over; }
    bool lost() const { return !player_ || player_->lost(); }

    /// Tells a person that the device was lost.
    std::string lostText() const { return ui::lostText(settings_.output); }
    /// Opens the device again. @throws DeviceError if that fails
    void reopen();

    /// Device, format, latency, buffer, level and the callback's worst time so far as a JSON
    /// object, for the session's row.
    std::string info() const;

private:
    AudioSettings settings_;
    experiments::Timing timing_;
    std::unique_ptr<AudioPlayer> player_; ///< null while the device is lost
    experiments::SoundTimeline timeline_;
    double callbackWorstMs_ = 0; ///< of the devices closed so far, as the underruns
    int underruns_ = 0;
};

} // namespace mlab::ui
