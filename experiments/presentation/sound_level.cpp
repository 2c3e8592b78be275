// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/presentation/sound_level.h"

#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/number_text.h"
#include "core/base/sha256.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <system_error>

namespace mlab::experiments {

namespace {

double fullScale(const Sound& sound)
{
    return std::ldexp(1.0, sound.bits - 1);
}

/// Mean square, 1 for a square wave at full scale.
double powerOf(const Sound& sound)
{
    double sum = 0;
    for (const auto sample : sound.samples) {
        sum += static_cast<double>(sample) * sample;
    }
    return sum / (fullScale(sound) * fullScale(sound) * static_cast<double>(sound.samples.size()));
}

double dbFs(double power)
{
    constexpr double kSinePower = 0.5;
    return 10 * std::log10(power / kSinePower);
}

std::string decibels(double value)
{
    return fixedNumber(value, 1) + " dB";
}

/// The gain that brings a sound of this level to the requested one.
double gainDbFor(const PlaybackLevel& level, double ownDbFs)
{
    if (!(level.attenuationDb >= 0)) {
        throw InvalidArgument("the attenuation must be at least 0 dB, not " +
                              decibels(level.attenuationDb));
    }
    if (!level.levelDbSpl) {
        return -level.attenuationDb;
    }
    if (!level.calibration) {
        throw InvalidArgument("A level of " + decibels(*level.levelDbSpl) +
                              " SPL needs a calibration of the sound device. Make one from the "
                              "start window, or give a calibration file.");
    }
    return *level.levelDbSpl - level.calibration->fullScaleDbSpl - ownDbFs;
}

void requireAllowed(const PlaybackLevel& level, double playedDbFs)
{
    constexpr double kRounding = 0.05; // sounds are rounded to their bits; no meter can measure it
    if (!level.calibration ||
        level.calibration->fullScaleDbSpl + playedDbFs <= level.calibration->maxDbSpl + kRounding) {
        return;
    }
    throw InvalidArgument(
        "A sound would be played at " + decibels(level.calibration->fullScaleDbSpl + playedDbFs) +
        " SPL; the maximum set for this device is " + decibels(level.calibration->maxDbSpl) +
        " SPL. Set a lower level, or lower the volume.");
}

/// A text for the eye, as part of a file name.
std::string plainLetters(std::string text)
{
    for (char& letter : text) {
        const bool plain = (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
                           (letter >= 'A' && letter <= 'Z') || letter == '-';
        letter = plain ? letter : '_';
    }
    return text;
}

/// The name that earlier versions gave: devices whose names differ in other letters shared it.
std::filesystem::path earlierFile(const std::filesystem::path& folder,
                                  const CalibratedOutput& output)
{
    return folder / ("calibration-" + plainLetters(output.hostApi + "-" + output.device) + "-" +
                     std::to_string(output.sampleRateHz) + ".json");
}

CalibratedOutput outputOf(const LevelCalibration& calibration)
{
    return {.hostApi = calibration.hostApi,
            .device = calibration.device,
            .sampleRateHz = calibration.sampleRateHz};
}

std::string describe(const CalibratedOutput& output)
{
    return "the device " + output.hostApi + ": " + output.device + " at " +
           std::to_string(output.sampleRateHz) + " Hz";
}

/// A link that leads nowhere is a calibration that cannot be read, not none.
bool isThere(const std::filesystem::path& file)
{
    std::error_code unreadable;
    return std::filesystem::exists(std::filesystem::symlink_status(file, unreadable));
}

} // namespace

double levelDbFs(const Sound& sound)
{
    return dbFs(powerOf(sound));
}

double sessionLevelDbFs()
{
    return dbFs(kSoundRms * kSoundRms);
}

double gainOf(std::span<const SoundPtr> sounds, const PlaybackLevel& level)
{
    double maxPower = 0;
    double peak = 0;
    for (const auto& sound : sounds) {
        maxPower = std::max(maxPower, powerOf(*sound));
        const auto [low, high] = std::ranges::minmax(sound->samples);
        // The highest sample is one step short of full scale.
        peak = std::max({peak, -static_cast<double>(low) / fullScale(*sound),
                         static_cast<double>(high) / (fullScale(*sound) - 1)});
    }
    const double gainDb = gainDbFor(level, sessionLevelDbFs());
    requireAllowed(level, std::max(dbFs(maxPower), sessionLevelDbFs()) + gainDb);
    const double gain = std::pow(10.0, gainDb / 20);
    if (gain > 1 && gain * peak > 1) {
        throw InvalidArgument(
            "A sound cannot be made " + decibels(gainDb) +
            " louder: its peak would be clipped. Set a lower level, or turn up the amplifier "
            "and calibrate again.");
    }
    return gain;
}

double checkLevelDbFs(const PlaybackLevel& level, double ownDbFs)
{
    const double wantedDbFs = ownDbFs + gainDbFor(level, ownDbFs);
    requireAllowed(level, wantedDbFs);
    if (wantedDbFs > 0) {
        throw InvalidArgument("The device cannot play " +
                              decibels(level.levelDbSpl.value_or(wantedDbFs)) +
                              " SPL: that is beyond full scale. Turn up the amplifier and "
                              "calibrate again.");
    }
    return wantedDbFs;
}

std::filesystem::path calibrationFile(const std::filesystem::path& folder,
                                      const CalibratedOutput& output)
{
    constexpr std::size_t kShown = 60; // however long the names are
    constexpr std::size_t kDigits = 16;
    const auto rate = std::to_string(output.sampleRateHz);
    return folder /
           ("calibration-" + plainLetters(output.hostApi + "-" + output.device).substr(0, kShown) +
            "-" + rate + "-" +
            sha256Hex(output.hostApi + "\n" + output.device + "\n" + rate).substr(0, kDigits) +
            ".json");
}

std::optional<LevelCalibration> findCalibration(const std::filesystem::path& folder,
                                                const CalibratedOutput& output)
{
    auto file = calibrationFile(folder, output);
    const bool isOwn = isThere(file);
    if (!isOwn) {
        file = earlierFile(folder, output);
    }
    if (!isThere(file)) {
        return std::nullopt;
    }
    auto found = readCalibration(file);
    const auto of = outputOf(found);
    if (of == output) {
        return found;
    }
    if (!isOwn && earlierFile(folder, of) == file) {
        return std::nullopt; // of a device that shared the name
    }
    throw InvalidArgument(file.string() + " is the calibration of " + describe(of) + ", not of " +
                          describe(output) + ". Calibrate this device from the start window.");
}

LevelCalibration readCalibration(const std::filesystem::path& file)
{
    const auto refuse = [&](const std::string& why) {
        throw InvalidArgument(file.string() + " is not a calibration of a sound device: " + why +
                              ". Calibrate the device again from the start window.");
    };
    const auto number = [&](const nlohmann::json& json, const char* name, double least,
                            double most) {
        const auto value = json.at(name).get<double>();
        if (!(value >= least && value <= most)) {
            refuse(std::string(name) + " is " + roundedNumber(value) + ", not from " +
                   roundedNumber(least) + " to " + roundedNumber(most));
        }
        return value;
    };
    LevelCalibration read;
    try {
        const auto json = nlohmann::json::parse(readText(file));
        read = {
            .hostApi = json.at("host_api").get<std::string>(),
            .device = json.at("device").get<std::string>(),
            .sampleRateHz = static_cast<int>(number(json, "sample_rate_hz", 8000, 192000)),
            .fullScaleDbSpl =
                number(json, "full_scale_db_spl", kLeastFullScaleDbSpl, kMostFullScaleDbSpl),
            .maxDbSpl = number(json, "max_db_spl", kLeastMaxDbSpl, kMostMaxDbSpl),
            .measuredAt = json.at("measured_at").get<std::string>(),
        };
        constexpr std::size_t kMembers = 6;
        if (json.size() != kMembers) {
            refuse("it has unknown members");
        }
        if (json.at("sample_rate_hz").get<double>() != read.sampleRateHz) {
            refuse("sample_rate_hz is not a whole number");
        }
    } catch (const nlohmann::json::exception& problem) {
        refuse(problem.what());
    }
    return read;
}

void writeCalibration(const std::filesystem::path& file, const LevelCalibration& calibration)
{
    writeFileAtomically(file, toJson(calibration) + "\n");
}

std::string toJson(const LevelCalibration& calibration)
{
    return nlohmann::ordered_json{{"host_api", calibration.hostApi},
                                  {"device", calibration.device},
                                  {"sample_rate_hz", calibration.sampleRateHz},
                                  {"full_scale_db_spl", calibration.fullScaleDbSpl},
                                  {"max_db_spl", calibration.maxDbSpl},
                                  {"measured_at", calibration.measuredAt}}
        .dump(2);
}

} // namespace mlab::experiments
