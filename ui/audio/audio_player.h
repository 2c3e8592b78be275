// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/presentation/sound_timeline.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mlab::ui {

/// A device that sounds can be played on.
struct AudioDevice {
    std::string hostApi;     ///< "ALSA", "JACK Audio Connection Kit", ...
    std::string name;        ///< unique within its host API
    int channels = 0;        ///< at most
    double sampleRateHz = 0; ///< that it proposes
    double lowLatencyMs = 0; ///< that it proposes
    bool isDefault = false;  ///< the system's choice
};

/// What is there now; none where there is no sound card. GUI thread.
std::vector<AudioDevice> audioDevices();

/// Which device to open, and how.
struct AudioOutput {
    std::string hostApi; ///< both as in AudioDevice; both empty: the system's choice
    std::string device;
    int sampleRateHz = 48000;
    int bits = 16; ///< of a sample, 16 or 24
    int channels = 2;
    double latencyMs = 20; ///< asked for; AudioPlayer::latencyMs() is what came of it

    bool operator==(const AudioOutput&) const = default;
};

/// What has become of the sounds that were played last.
struct Playback {
    bool began = false;      ///< the device has taken the first frames
    bool over = false;       ///< the last frame has left the device
    double firstFrameMs = 0; ///< when the first one leaves it, by nowMs()'s clock; once begun
    /// When the first frame of each interval leaves the device; absent before it was handed over.
    std::vector<std::optional<double>> onsetMs;
    int underruns = 0; ///< while they were played
};

/// An open sound device. Plays what was rendered beforehand, in a callback of the device's own
/// thread that takes no lock, allocates nothing, logs nothing and throws nothing; silence in
/// between. Samples arrive at the device as they are: nothing is dithered, scaled or resampled, and
/// more bits are only appended. (What a sound server or an ALSA plug-in does behind the device is
/// not known here; ALSA's own conversions of rate and format are refused.)
///
/// GUI thread only.
class AudioPlayer {
public:
    /// Opens the device and starts the stream.
    /// @throws DeviceError if there is no such device, or it cannot play this form as it is.
    explicit AudioPlayer(const AudioOutput& output);
    AudioPlayer(const AudioPlayer&) = delete;
    AudioPlayer& operator=(const AudioPlayer&) = delete;
    ~AudioPlayer();

    /// Plays it once from the next buffer on, in place of what is being played.
    /// @throws InvalidArgument if its rate, bits or channels are not the output's.
    void play(const experiments::SoundTimeline& timeline);
    /// Silence from the next buffer on.
    void stop();
    /// Of what was played last; nothing began after stop().
    Playback playback() const;

    /// The device has gone: its stream has ended, or has not asked for samples for some time.
    bool lost() const;

    const AudioOutput& output() const; ///< with the names of the device that was opened
    double latencyMs() const;          ///< of the output, as the device reports it
    int bufferFrames() const;          ///< most that the callback was asked for at once
    int underruns() const;             ///< since it was opened
    double callbackWorstMs() const;    ///< the longest that a callback took, wall time

private:
    struct Stream;
    std::shared_ptr<Stream> stream_;
};

} // namespace mlab::ui
