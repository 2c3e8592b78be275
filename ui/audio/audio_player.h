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
    double sampleRateHz = 0; ///< its default
    bool isDefault = false;  ///< the system's choice
};

/// The devices that are available now; empty on a computer without a sound card. GUI thread.
std::vector<AudioDevice> audioDevices();

/// Which device to open, and how.
struct AudioOutput {
    std::string hostApi; ///< as in AudioDevice, like `device`; both empty: the system's choice
    std::string device;
    int sampleRateHz = 48000;
    int bits = 16; ///< of a sample, 16 or 24
    int channels = 2;
    double latencyMs = 20; ///< requested; AudioPlayer::latencyMs() is the actual one

    bool operator==(const AudioOutput&) const = default;
};

/// Tells a person that a device was lost.
std::string lostText(const AudioOutput& output);

/// The state of the sounds that were played last.
struct Playback {
    bool began = false;      ///< the device has taken the first frames
    bool over = false;       ///< the last frame has left the device
    double firstFrameMs = 0; ///< when the first frame leaves it, by nowMs(); valid once begun
    /// When the first frame of each interval leaves the device; absent until the device has it.
    std::vector<std::optional<double>> onsetMs;
    int underruns = 0; ///< while they were played
};

/// An open sound device. Plays sounds that were rendered in advance, and silence in between. This
/// happens in a callback on the device's own thread, which takes no lock, allocates nothing, logs
/// nothing and throws nothing. Samples reach the device unchanged: nothing is dithered, scaled or
/// resampled, and bits are only appended. (What a sound server or an ALSA plug-in does behind the
/// device is unknown; ALSA's own conversions of rate and format are refused.)
///
/// GUI thread only.
class AudioPlayer {
public:
    /// Opens the device and starts the stream.
    /// @throws DeviceError if the device was not found, or cannot play this format unchanged
    explicit AudioPlayer(const AudioOutput& output);
    AudioPlayer(const AudioPlayer&) = delete;
    AudioPlayer& operator=(const AudioPlayer&) = delete;
    ~AudioPlayer();

    /// Plays the timeline once from the next buffer on, instead of the current one.
    /// @throws InternalError if its rate, bits or channels are not the output's
    void play(const experiments::SoundTimeline& timeline);
    /// Silence from the next buffer on.
    void stop();
    /// Of the timeline that was played last; after stop(), of none.
    Playback playback() const;

    /// The device has disappeared: its stream has ended, or has not asked for samples for a while.
    bool lost() const;

    const AudioOutput& output() const; ///< with the names of the device that was opened
    double latencyMs() const;          ///< reported by the device
    int bufferFrames() const;          ///< the most that one callback had to fill
    int underruns() const;             ///< since the device was opened
    double callbackWorstMs() const;    ///< the longest time a callback took, wall time

private:
    struct Stream;
    std::shared_ptr<Stream> stream_;
};

} // namespace mlab::ui
