// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/sound.h"

#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace mlab::experiments {

/// What one sound device makes of digital samples, measured with a sound level meter at the ear.
struct LevelCalibration {
    std::string hostApi; ///< as AudioDevice names them
    std::string device;
    int sampleRateHz = 0;
    double fullScaleDbSpl = 0; ///< of a sine that just reaches full scale
    double maxDbSpl = 85;      ///< no sound may be louder
    std::string measuredAt;    ///< UTC, ISO 8601

    bool operator==(const LevelCalibration&) const = default;
};

/// How loud the sounds of a session are played. Without a level they are played as loud as their
/// samples say, less `attenuationDb`.
struct PlaybackLevel {
    std::optional<LevelCalibration> calibration; ///< needed for `levelDbSpl`
    std::optional<double> levelDbSpl;            ///< of a sound at sessionLevelDbFs()
    double attenuationDb = 0; ///< >= 0, the volume step chosen before the start; without levelDbSpl

    bool operator==(const PlaybackLevel&) const = default;
};

/// The level of a sound's RMS in dB relative to that of a sine that just reaches full scale (as
/// AES17); negative infinity for silence.
double levelDbFs(const Sound& sound);

/// The level, as levelDbFs(), at which the references of every session are made (kSoundRms over
/// their own length, without the silence after a short one): checks are played as loud.
double sessionLevelDbFs();

/// The one factor by which all sounds of a session are multiplied, so that what differs between
/// them stays as it is: what a sound's own power says depends on the silence in it. Exactly 1 where
/// nothing asks for another.
/// @throws InvalidArgument for a level without a calibration; where a sound, or one that is at
///         sessionLevelDbFs() while it lasts, would be louder than the calibration's maximum, or a
///         sample of `sounds` beyond full scale.
double gainOf(std::span<const SoundPtr> sounds, const PlaybackLevel& level);

/// The level, as levelDbFs(), at which to play the sound of a check: what is asked for in dB SPL,
/// or `ownDbFs` less the attenuation.
/// @throws InvalidArgument for a level without a calibration, beyond its maximum or full scale.
double checkLevelDbFs(const PlaybackLevel& level, double ownDbFs);

/// A JSON object of exactly the members above, in snake_case.
/// @throws IoError if it cannot be read; InvalidArgument if it is no calibration.
LevelCalibration readCalibration(const std::filesystem::path& file);
/// @throws IoError
void writeCalibration(const std::filesystem::path& file, const LevelCalibration& calibration);
/// What readCalibration() reads.
std::string toJson(const LevelCalibration& calibration);

} // namespace mlab::experiments
