// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/sound.h"

#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace mlab::experiments {

/// What a calibration may say, dB SPL. Beyond it the meter was read wrongly or the file was
/// changed, and the maximum that protects people's ears would mean nothing.
inline constexpr double kLeastFullScaleDbSpl = 40;
inline constexpr double kMostFullScaleDbSpl = 150;
inline constexpr double kLeastMaxDbSpl = 20;
inline constexpr double kMostMaxDbSpl = 120;

/// The sound pressure level of one sound device, measured with a sound level meter at the ear.
struct LevelCalibration {
    std::string hostApi; ///< as AudioDevice names them
    std::string device;
    int sampleRateHz = 0;
    double fullScaleDbSpl = 0; ///< of a sine that just reaches full scale
    double maxDbSpl = 85;      ///< no sound is played louder than this
    std::string measuredAt;    ///< UTC, ISO 8601

    bool operator==(const LevelCalibration&) const = default;
};

/// How loud the sounds of a session are played. Without `levelDbSpl` the samples are played as they
/// are, lowered by `attenuationDb`.
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
/// their own length, without the silence after a short one): test sounds are played at this level.
double sessionLevelDbFs();

/// The factor by which all sounds of a session are multiplied: a single one, because the power of a
/// sound depends on the silence in it, and the differences between sounds must be kept. Exactly 1
/// if neither a level nor an attenuation is set.
/// @throws InvalidArgument for a level without a calibration; if a sound, or one at
///         sessionLevelDbFs(), would be louder than the calibration's maximum, or a sample of
///         `sounds` would be beyond full scale.
double gainOf(std::span<const SoundPtr> sounds, const PlaybackLevel& level);

/// The level, as levelDbFs(), at which to play a test sound: that of `level` in dB SPL, or
/// `ownDbFs` minus the attenuation.
/// @throws InvalidArgument for a level without a calibration, beyond its maximum or full scale.
double checkLevelDbFs(const PlaybackLevel& level, double ownDbFs);

/// What a calibration is of.
struct CalibratedOutput {
    std::string hostApi;
    std::string device;
    int sampleRateHz = 0;

    bool operator==(const CalibratedOutput&) const = default;
};

/// The file in a folder that holds the calibration of an output. Two outputs never share one, also
/// where capitals make no difference in file names.
std::filesystem::path calibrationFile(const std::filesystem::path& folder,
                                      const CalibratedOutput& output);
/// The calibration of an output that a folder holds, if it does. A calibration that an earlier
/// version wrote is found under its name then, which several devices could share.
/// @throws IoError, InvalidArgument as readCalibration(); InvalidArgument for one of another device
///         or sample rate
std::optional<LevelCalibration> findCalibration(const std::filesystem::path& folder,
                                                const CalibratedOutput& output);

/// Reads a JSON object with exactly the members above, in snake_case, within the ranges above;
/// sample rates are from 8000 to 192000 Hz, as in designs.
/// @throws IoError if the file cannot be read; InvalidArgument if it is not a calibration.
LevelCalibration readCalibration(const std::filesystem::path& file);
/// @throws IoError
void writeCalibration(const std::filesystem::path& file, const LevelCalibration& calibration);
/// The text that readCalibration() reads.
std::string toJson(const LevelCalibration& calibration);

} // namespace mlab::experiments
