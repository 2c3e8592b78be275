// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/error.h"
#include "core/files.h"
#include "experiments/sound_level.h"
#include "experiments/test_sounds.h"

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <memory>
#include <unistd.h>

namespace mlab::experiments {
namespace {

/// A tone as a sound of one channel.
SoundPtr sine(double levelDb, int bits = 24)
{
    const auto made =
        tone(1000, 500, 0, levelDb, {.sampleRateHz = 48'000, .bits = bits, .channels = 1});
    return std::make_shared<const Sound>(
        Sound{.sampleRateHz = 48'000, .bits = bits, .samples = made.samples});
}

LevelCalibration lab()
{
    return {.hostApi = "ALSA",
            .device = "lab",
            .sampleRateHz = 48'000,
            .fullScaleDbSpl = 100,
            .maxDbSpl = 85,
            .measuredAt = "2026-01-02T03:04:05.006Z"};
}

TEST(SoundLevel, ASineAtFullScaleIsTheReference)
{
    EXPECT_NEAR(levelDbFs(*sine(0)), 0, 1e-4);
    EXPECT_NEAR(levelDbFs(*sine(-20)), -20, 1e-4);
    EXPECT_NEAR(levelDbFs(*sine(-20, 16)), -20, 1e-2);
    EXPECT_EQ(levelDbFs({.sampleRateHz = 48'000, .bits = 16, .samples = {0, 0}}), -INFINITY);
}

TEST(SoundLevel, NothingIsChangedWhereNothingIsAskedFor)
{
    const std::vector<SoundPtr> sounds{sine(0), sine(-3)};
    EXPECT_EQ(gainOf(sounds, {}), 1.0);
}

TEST(SoundLevel, TheMeanPowerOfATrialIsPlayedAtTheLevelAskedFor)
{
    const std::vector<SoundPtr> sounds{sine(-30), sine(-24), sine(-30)};
    const double gain = gainOf(sounds, {.calibration = lab(), .levelDbSpl = 65.0});
    double power = 0;
    for (const auto& sound : sounds) {
        power += std::pow(10, (levelDbFs(*sound) + 20 * std::log10(gain) + 100) / 10) / 3;
    }
    EXPECT_NEAR(10 * std::log10(power), 65, 1e-9);
}

TEST(SoundLevel, LevelsBeyondTheMaximumAreRefused)
{
    auto calibration = lab();
    const std::vector<SoundPtr> sounds{sine(-30), sine(-30)};
    const auto at = [&](double db) {
        return gainOf(sounds, {.calibration = calibration, .levelDbSpl = db});
    };
    EXPECT_NO_THROW(at(85));
    EXPECT_THROW(at(85.1), InvalidArgument);
    // One interval alone is louder than the mean.
    const std::vector<SoundPtr> uneven{sine(-30), sine(-20)};
    EXPECT_THROW(gainOf(uneven, {.calibration = calibration, .levelDbSpl = 84.0}), InvalidArgument);
    // The maximum holds as well where no level is asked for: 100 dB SPL less the attenuation.
    const std::vector<SoundPtr> loud{sine(0)};
    EXPECT_THROW(gainOf(loud, {.calibration = calibration, .levelDbSpl = {}}), InvalidArgument);
    EXPECT_THROW(gainOf(loud, {.calibration = calibration, .levelDbSpl = {}, .attenuationDb = 14}),
                 InvalidArgument);
    EXPECT_NEAR(gainOf(loud, {.calibration = calibration, .levelDbSpl = {}, .attenuationDb = 16}),
                std::pow(10, -16 / 20.0), 1e-12);
}

TEST(SoundLevel, WhatWouldBeClippedIsRefused)
{
    auto calibration = lab();
    calibration.maxDbSpl = 140;
    const std::vector<SoundPtr> sounds{sine(-10)};
    EXPECT_NO_THROW(gainOf(sounds, {.calibration = calibration, .levelDbSpl = 99.9}));
    EXPECT_THROW(gainOf(sounds, {.calibration = calibration, .levelDbSpl = 100.1}),
                 InvalidArgument);
}

TEST(SoundLevel, ALevelNeedsACalibrationAndSound)
{
    const std::vector<SoundPtr> sounds{sine(-10)};
    EXPECT_THROW(gainOf(sounds, {.calibration = {}, .levelDbSpl = 60.0}), InvalidArgument);
    EXPECT_THROW(gainOf(sounds, {.calibration = {}, .levelDbSpl = {}, .attenuationDb = -1}),
                 InvalidArgument);
    const std::vector<SoundPtr> silence{
        std::make_shared<const Sound>(Sound{.sampleRateHz = 1, .bits = 16, .samples = {0}})};
    EXPECT_THROW(gainOf(silence, {.calibration = lab(), .levelDbSpl = 60.0}), InvalidArgument);
}

class CalibrationFile : public testing::Test {
protected:
    ~CalibrationFile() override { std::filesystem::remove(file_); }
    const std::filesystem::path file_ =
        std::filesystem::temp_directory_path() / ("calibration-" + std::to_string(::getpid()));
};

TEST_F(CalibrationFile, IsReadAsItWasWritten)
{
    writeCalibration(file_, lab());
    EXPECT_EQ(readCalibration(file_), lab());
}

TEST_F(CalibrationFile, WhatIsNoCalibrationIsRefused)
{
    EXPECT_THROW(readCalibration("/nowhere/calibration.json"), IoError);
    for (const char* text :
         {"", "{}", "[1]", "{\"host_api\": 3}",
          R"({"host_api":"","device":"","sample_rate_hz":48000,"full_scale_db_spl":"loud",
              "max_db_spl":85,"measured_at":""})",
          R"({"host_api":"","device":"","sample_rate_hz":48000,"full_scale_db_spl":100,
              "max_db_spl":85,"measured_at":"","more":1})"}) {
        writeFileAtomically(file_, text);
        EXPECT_THROW(readCalibration(file_), InvalidArgument) << text;
    }
}

} // namespace
} // namespace mlab::experiments
