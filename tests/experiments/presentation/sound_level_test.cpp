// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/files.h"
#include "experiments/presentation/sound_level.h"
#include "experiments/presentation/test_sounds.h"
#include "tests/temporary_folder.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

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

TEST(SoundLevel, ASoundAsReferencesAreMadeIsPlayedAtTheLevelAskedFor)
{
    const PlaybackLevel level{.calibration = lab(), .levelDbSpl = 65.0};
    const auto made = sine(sessionLevelDbFs());
    const double gain = gainOf({&made, 1}, level);
    EXPECT_NEAR(levelDbFs(*made) + 20 * std::log10(gain) + 100, 65, 1e-4);
    // A word is as loud while it lasts, however much silence follows.
    Sound word = *made;
    word.samples.resize(4 * word.samples.size());
    const SoundPtr padded = std::make_shared<const Sound>(word);
    EXPECT_EQ(gainOf({&padded, 1}, level), gain);
}

TEST(SoundLevel, LevelsBeyondTheMaximumAreRefused)
{
    auto calibration = lab();
    const std::vector<SoundPtr> sounds{sine(-40), sine(sessionLevelDbFs())};
    const auto at = [&](double db) {
        return gainOf(sounds, {.calibration = calibration, .levelDbSpl = db});
    };
    EXPECT_NO_THROW(at(85));
    EXPECT_THROW(at(85.1), InvalidArgument);
    // One interval is louder than references are made.
    const std::vector<SoundPtr> uneven{sine(-30), sine(-20)};
    EXPECT_THROW(gainOf(uneven, {.calibration = calibration, .levelDbSpl = 84.0}), InvalidArgument);
    // The same holds for a word followed by silence, whose mean power is not a useful measure.
    const std::vector<SoundPtr> quiet{sine(-60)};
    EXPECT_THROW(gainOf(quiet, {.calibration = calibration, .levelDbSpl = 85.1}), InvalidArgument);
    // The maximum also applies if no level is requested: 100 dB SPL minus the attenuation.
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
    const std::vector<SoundPtr> sounds{sine(-10)}; // 13 dB above what references are
    const double highest = 100 + sessionLevelDbFs() + 10;
    EXPECT_NO_THROW(gainOf(sounds, {.calibration = calibration, .levelDbSpl = highest - 0.1}));
    EXPECT_THROW(gainOf(sounds, {.calibration = calibration, .levelDbSpl = highest + 0.1}),
                 InvalidArgument);
}

TEST(SoundLevel, ALevelNeedsACalibration)
{
    const std::vector<SoundPtr> sounds{sine(-10)};
    EXPECT_THROW(gainOf(sounds, {.calibration = {}, .levelDbSpl = 60.0}), InvalidArgument);
    EXPECT_THROW(gainOf(sounds, {.calibration = {}, .levelDbSpl = {}, .attenuationDb = -1}),
                 InvalidArgument);
}

class CalibrationFile : public testing::Test {
protected:
    const TemporaryFolder scratch_;
    const std::filesystem::path file_ = scratch_.path() / "calibration.json";
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

// With a full scale of 65535 dB SPL nothing was ever above the maximum.
TEST_F(CalibrationFile, WhatNoDeviceHasIsRefused)
{
    const std::vector<std::pair<std::string, std::string>> table = {
        {R"("sample_rate_hz":48000,"full_scale_db_spl":65535,"max_db_spl":85)",
         "full_scale_db_spl is 65535, not from 40 to 150"},
        {R"("sample_rate_hz":48000,"full_scale_db_spl":-1e300,"max_db_spl":85)",
         "full_scale_db_spl is -1e+300"},
        {R"("sample_rate_hz":48000,"full_scale_db_spl":100,"max_db_spl":500)",
         "max_db_spl is 500, not from 20 to 120"},
        {R"("sample_rate_hz":1e300,"full_scale_db_spl":100,"max_db_spl":85)",
         "sample_rate_hz is 1e+300, not from 8000 to 192000"},
        {R"("sample_rate_hz":48000.5,"full_scale_db_spl":100,"max_db_spl":85)",
         "sample_rate_hz is not a whole number"}};
    for (const auto& [numbers, why] : table) {
        writeFileAtomically(file_,
                            R"({"host_api":"","device":"","measured_at":"",)" + numbers + "}");
        try {
            readCalibration(file_);
            ADD_FAILURE() << numbers;
        } catch (const InvalidArgument& problem) {
            EXPECT_NE(std::string(problem.what()).find(why), std::string::npos) << problem.what();
        }
    }
    writeFileAtomically(file_, R"({"host_api":"","device":"","measured_at":"",
        "sample_rate_hz":48000.0,"full_scale_db_spl":150,"max_db_spl":120})");
    EXPECT_EQ(readCalibration(file_).sampleRateHz, 48000);
}

class CalibrationFolder : public testing::Test {
protected:
    static LevelCalibration of(const CalibratedOutput& output)
    {
        auto calibration = lab();
        calibration.hostApi = output.hostApi;
        calibration.device = output.device;
        calibration.sampleRateHz = output.sampleRateHz;
        return calibration;
    }
    std::string refusal(const CalibratedOutput& output) const
    {
        try {
            findCalibration(folder_, output);
            return "found";
        } catch (const InvalidArgument& problem) {
            return problem.what();
        }
    }

    const TemporaryFolder scratch_;
    const std::filesystem::path folder_ = scratch_.path();
    const CalibratedOutput phones_ = {"ALSA", "Phones (hw:1,0)", 48000};
};

// The maximum of one device does not protect ears at another.
TEST_F(CalibrationFolder, AnotherDevicesOrRatesCalibrationIsRefused)
{
    EXPECT_EQ(findCalibration(folder_, phones_), std::nullopt);
    auto others = std::vector(3, phones_);
    others[0].hostApi = "JACK";
    others[1].device = "Loudspeaker";
    others[2].sampleRateHz = 44100;
    for (const auto& other : others) {
        writeCalibration(calibrationFile(folder_, phones_), of(other));
        EXPECT_THAT(refusal(phones_),
                    testing::AllOf(testing::HasSubstr(calibrationFile(folder_, phones_).string()),
                                   testing::HasSubstr(other.hostApi + ": " + other.device),
                                   testing::HasSubstr("not of the device ALSA: Phones (hw:1,0) at "
                                                      "48000 Hz. Calibrate this device")));
    }
    writeCalibration(calibrationFile(folder_, phones_), of(phones_));
    EXPECT_EQ(findCalibration(folder_, phones_), of(phones_));
}

TEST_F(CalibrationFolder, TwoOutputsNeverShareAFile)
{
    const std::string dots(300, '.');
    const std::vector<CalibratedOutput> outputs = {phones_,
                                                   {"ALSA", "Phones [hw:1,0]", 48000},
                                                   {"ALSA", "phones (hw:1,0)", 48000},
                                                   {"A-B", "C", 1},
                                                   {"A", "B-C", 1},
                                                   {"A", "耳机", 1},
                                                   {"A", "音箱", 1},
                                                   {"A", dots, 1},
                                                   {"A", dots + ".", 1}};
    std::set<std::string> files;
    for (const auto& output : outputs) {
        auto name = calibrationFile(folder_, output).filename().string();
        EXPECT_LT(name.size(), 128U);
        std::ranges::transform(name, name.begin(),
                               [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        EXPECT_TRUE(files.insert(name).second) << output.device;
    }
}

TEST_F(CalibrationFolder, AnEarlierVersionsFileIsFoundByTheDeviceItIsOf)
{
    const auto earlier = folder_ / "calibration-ALSA-Phones__hw_1_0_-48000.json";
    writeCalibration(earlier, of(phones_));
    EXPECT_EQ(findCalibration(folder_, phones_), of(phones_));
    EXPECT_EQ(findCalibration(folder_, {"ALSA", "Phones [hw:1,0]", 48000}), std::nullopt)
        << "it shared the name, and has not been calibrated";
    writeCalibration(earlier, of({"ALSA", "Loudspeaker", 48000}));
    EXPECT_THAT(refusal(phones_), testing::HasSubstr("ALSA: Loudspeaker")) << "no version wrote it";
    auto newer = of(phones_);
    newer.fullScaleDbSpl = 97;
    writeCalibration(calibrationFile(folder_, phones_), newer);
    EXPECT_EQ(findCalibration(folder_, phones_), newer);
}

} // namespace
} // namespace mlab::experiments
