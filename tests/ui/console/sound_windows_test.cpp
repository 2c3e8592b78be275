// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "tests/ui/audio/audio_test_support.h"
#include "ui/console/headphone_dialog.h"
#include "ui/console/sound_dialogs.h"
#include "ui/console/start_window.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QTest>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace mlab::ui {
namespace {

using experiments::HeadphoneMethod;

QPushButton* button(const QWidget& window, const QString& text)
{
    for (auto* candidate : window.findChildren<QPushButton*>()) {
        if (candidate->text() == text) {
            return candidate;
        }
    }
    return nullptr;
}

bool says(const QWidget& window, const QString& text)
{
    const auto labels = window.findChildren<QLabel*>();
    return std::ranges::any_of(labels, [&](const QLabel* label) {
        return label->isVisible() && label->text().contains(text);
    });
}

class SoundWindowsTest : public testing::Test {
protected:
    static AudioSettings onJack()
    {
        AudioSettings settings;
        settings.output = {.hostApi = kJackApi, .device = "system"};
        return settings;
    }
    StartWindow::Sources sources()
    {
        return {
            .designs = {{"Pictures", "/designs/pictures.json"}, {"Sounds", "/designs/sounds.json"}},
            .database = "/data/answers.sqlite",
            .calibrations = folder_.path().toStdString(),
            .check =
                [](const std::filesystem::path& design, const std::filesystem::path&,
                   const experiments::ScreenGeometry&, const UnfinishedSession*) {
                    DesignVerdict verdict{.summary = "fine", .problems = {}};
                    if (design == "/designs/sounds.json") {
                        verdict.sounds = SoundFormat{.sampleRateHz = 48'000};
                    }
                    return verdict;
                },
            .unfinished =
                [](const std::filesystem::path&) {
                    return std::vector<UnfinishedSession>{
                        {"s-1", "P07", "sounds", "2026-01-02 10:20", 31,
                         SoundFormat{.sampleRateHz = 48'000, .durationMs = 500, .bits = 24}}};
                },
            .report = [](const std::filesystem::path&) {}};
    }

    VirtualCards cards_;
    QTemporaryDir folder_;
};

TEST_F(SoundWindowsTest, TheStartWindowAsksForADeviceIfADesignPlaysSounds)
{
    const JackServer server;
    StartWindow window(sources());
    window.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&window));
    EXPECT_EQ(button(window, "Sound chec&k…")->isVisible(), false);
    EXPECT_FALSE(window.choice().audio);

    window.findChildren<QComboBox*>().front()->setCurrentIndex(1);
    EXPECT_TRUE(button(window, "Sound chec&k…")->isVisible());
    const auto boxes = window.findChildren<QComboBox*>();
    const auto devices = std::ranges::find_if(boxes, [](const QComboBox* box) {
        return box->findText(QString(kJackApi) + ": system") >= 0;
    });
    ASSERT_NE(devices, boxes.end());
    (*devices)->setCurrentText(QString(kJackApi) + ": system");
    auto audio = window.choice().audio;
    ASSERT_TRUE(audio);
    EXPECT_EQ(audio->output.hostApi, kJackApi);
    EXPECT_EQ(audio->output.device, "system");
    EXPECT_EQ(audio->output.sampleRateHz, 48'000);
    EXPECT_EQ(audio->output.bits, 16);
    EXPECT_FALSE(audio->level.calibration);

    // A calibration of this device at this rate is found, one at another rate is not.
    const experiments::LevelCalibration measured{.hostApi = kJackApi,
                                                 .device = "system",
                                                 .sampleRateHz = 48'000,
                                                 .fullScaleDbSpl = 98.5,
                                                 .maxDbSpl = 80,
                                                 .measuredAt = "2026-01-02T03:04:05.006Z"};
    experiments::writeCalibration(calibrationFile(folder_.path().toStdString(), audio->output),
                                  measured);
    QTest::mouseClick(button(window, "Refresh"), Qt::LeftButton);
    audio = window.choice().audio;
    ASSERT_TRUE(audio);
    EXPECT_EQ(audio->level.calibration, measured);
    EXPECT_TRUE(says(window, "full scale is 98.5 dB SPL"));

    // One of another device is refused: its maximum would not protect ears at this one.
    auto others = measured;
    others.device = "loudspeaker";
    experiments::writeCalibration(calibrationFile(folder_.path().toStdString(), audio->output),
                                  others);
    QTest::mouseClick(button(window, "Refresh"), Qt::LeftButton);
    EXPECT_FALSE(window.choice().audio);
    EXPECT_TRUE(says(window, "loudspeaker at 48000 Hz, not of the device"));
}

TEST_F(SoundWindowsTest, WithoutADeviceASessionWithSoundsCannotStart)
{
    cards_.unplug();
    StartWindow window(sources());
    window.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&window));
    window.findChildren<QComboBox*>().front()->setCurrentIndex(1);
    EXPECT_TRUE(says(window, "No sound device was found"));
    EXPECT_FALSE(window.choice().audio);
}

TEST_F(SoundWindowsTest, TheVolumeChangesInStepsAndNeverExceedsFull)
{
    const JackServer server;
    SoundCheckDialog dialog(onJack());
    dialog.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&dialog));
    EXPECT_FALSE(button(dialog, "+ &Louder")->isEnabled());
    EXPECT_FALSE(says(dialog, "Playing")) << "silent until it is asked for";
    EXPECT_FALSE(button(dialog, "This is &good")->isEnabled()) << "nothing was heard";
    QTest::mouseClick(button(dialog, "&Play"), Qt::LeftButton);
    EXPECT_TRUE(says(dialog, "Playing"));
    for (int i = 0; i < 3; ++i) {
        QTest::mouseClick(button(dialog, "− &Quieter"), Qt::LeftButton);
    }
    QTest::mouseClick(button(dialog, "+ &Louder"), Qt::LeftButton);
    EXPECT_EQ(dialog.attenuationDb(), 6);
    EXPECT_TRUE(says(dialog, "Playing"));
    QTest::mouseClick(button(dialog, "This is &good"), Qt::LeftButton);
    EXPECT_EQ(dialog.result(), QDialog::Accepted);
}

TEST_F(SoundWindowsTest, ASoundCheckBeyondTheMaximumIsRefused)
{
    const JackServer server;
    auto settings = onJack();
    settings.level.calibration = experiments::LevelCalibration{.hostApi = kJackApi,
                                                               .device = "system",
                                                               .sampleRateHz = 48'000,
                                                               .fullScaleDbSpl = 110,
                                                               .maxDbSpl = 80,
                                                               .measuredAt = ""};
    SoundCheckDialog dialog(settings);
    dialog.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&dialog));
    QTest::mouseClick(button(dialog, "&Play"), Qt::LeftButton);
    EXPECT_TRUE(says(dialog, "the maximum set for this device is 80.0 dB"));
    EXPECT_FALSE(button(dialog, "This is &good")->isEnabled());
    for (int i = 0; i < 3; ++i) {
        QTest::mouseClick(button(dialog, "− &Quieter"), Qt::LeftButton);
    }
    EXPECT_TRUE(button(dialog, "This is &good")->isEnabled()) << "78 dB SPL";
}

TEST_F(SoundWindowsTest, ACalibrationIsTheMeterReadingMinusTheLevelOfTheTone)
{
    const JackServer server;
    const std::filesystem::path folder = folder_.filePath("new").toStdString();
    CalibrationDialog dialog(onJack().output, folder);
    dialog.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&dialog));
    EXPECT_FALSE(button(dialog, "Save")->isEnabled());
    EXPECT_FALSE(dialog.findChildren<QDoubleSpinBox*>().at(0)->isEnabled()) << "no tone yet";
    QTest::mouseClick(button(dialog, "&Play the tone"), Qt::LeftButton);
    EXPECT_TRUE(
        QTest::qWaitFor([&] { return button(dialog, "&Stop the tone") != nullptr; }, kWait));
    const auto boxes = dialog.findChildren<QDoubleSpinBox*>();
    boxes.at(0)->setValue(74.5);
    boxes.at(1)->setValue(82);
    EXPECT_TRUE(says(dialog, "A sine wave at full scale has 94.5 dB SPL"));
    // A reading belongs to the tone that was played: another tone needs another reading.
    auto* toneLevel = dialog.findChildren<QSpinBox*>().front();
    toneLevel->setValue(toneLevel->value() + 10);
    EXPECT_FALSE(button(dialog, "Save")->isEnabled());
    toneLevel->setValue(toneLevel->value() - 10);
    EXPECT_FALSE(button(dialog, "Save")->isEnabled());
    boxes.at(0)->setValue(74.5);
    QTest::mouseClick(button(dialog, "Save"), Qt::LeftButton);
    EXPECT_EQ(dialog.result(), QDialog::Accepted);
    const auto written = experiments::readCalibration(calibrationFile(folder, onJack().output));
    EXPECT_EQ(written.hostApi, kJackApi);
    EXPECT_EQ(written.device, "system");
    EXPECT_EQ(written.sampleRateHz, 48'000);
    EXPECT_FALSE(written.measuredAt.empty());
    EXPECT_EQ(written.fullScaleDbSpl, 94.5);
    EXPECT_EQ(written.maxDbSpl, 82);
}

TEST_F(SoundWindowsTest, DialogsReportAMissingDevice)
{
    AudioSettings settings;
    settings.output = {.hostApi = "ALSA", .device = "attic"};
    SoundCheckDialog check(settings);
    CalibrationDialog calibration(settings.output, folder_.path().toStdString());
    HeadphoneCheckDialog headphones(HeadphoneMethod::antiphase, settings, 1);
    for (QDialog* dialog : std::initializer_list<QDialog*>{&check, &calibration, &headphones}) {
        dialog->show();
        ASSERT_TRUE(QTest::qWaitForWindowExposed(dialog));
        EXPECT_TRUE(says(*dialog, "was not found"));
        dialog->close();
    }
}

TEST_F(SoundWindowsTest, AHeadphoneCheckTakesSixAnswersAndCanBeRepeatedWhenFailed)
{
    const JackServer server;
    HeadphoneCheckDialog dialog(HeadphoneMethod::antiphase, onJack(), 11);
    dialog.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&dialog));
    const auto answerAll = [&](std::uint64_t seed, const std::vector<int>& wrongTrials) {
        const auto trials = experiments::headphoneTrials(HeadphoneMethod::antiphase, seed);
        QTest::mouseClick(button(dialog, "&Start"), Qt::LeftButton);
        for (int trial = 0; trial < experiments::kHeadphoneTrials; ++trial) {
            QTest::keyClick(&dialog, Qt::Key_1); // too early: not an answer
            ASSERT_TRUE(QTest::qWaitFor(
                [&] { return says(dialog, "Which tone was the quietest?"); }, kWait));
            const int target = trials.at(static_cast<std::size_t>(trial)).target;
            const bool wrong = std::ranges::count(wrongTrials, trial) > 0;
            const int answer = wrong ? (target + 1) % 3 : target;
            QTest::keyClick(&dialog, static_cast<Qt::Key>(Qt::Key_1 + answer));
        }
    };
    answerAll(11, {1, 4});
    EXPECT_TRUE(says(dialog, "4 of 6 answers were correct; 5 are needed"));
    EXPECT_TRUE(button(dialog, "&Repeat the check")->isVisible());
    QTest::mouseClick(button(dialog, "&Continue anyway"), Qt::LeftButton);
    EXPECT_EQ(dialog.result(), QDialog::Accepted);
    EXPECT_EQ(dialog.checks().front().afterFailure, experiments::AfterFailure::proceed);
    dialog.show(); // still at its result
    QTest::mouseClick(button(dialog, "&End the session"), Qt::LeftButton);
    EXPECT_EQ(dialog.result(), QDialog::Rejected);
    dialog.show();
    QTest::mouseClick(button(dialog, "&Repeat the check"), Qt::LeftButton);
    EXPECT_FALSE(button(dialog, "&End the session")->isVisible());

    answerAll(12, {2});
    EXPECT_TRUE(says(dialog, "5 of 6 answers were correct")) << "one wrong answer still passes";
    QTest::mouseClick(button(dialog, "&Continue"), Qt::LeftButton);
    EXPECT_EQ(dialog.result(), QDialog::Accepted);
    ASSERT_EQ(dialog.checks().size(), 2U);
    EXPECT_FALSE(dialog.checks()[0].passed());
    EXPECT_EQ(dialog.checks()[0].correct(), 4);
    EXPECT_EQ(dialog.checks()[0].afterFailure, experiments::AfterFailure::repeat);
    EXPECT_TRUE(dialog.checks()[1].passed());
    EXPECT_EQ(dialog.checks()[1].correct(), 5);
    EXPECT_FALSE(dialog.checks()[1].afterFailure);
}

} // namespace
} // namespace mlab::ui
