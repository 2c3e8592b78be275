// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "tests/ui/audio/audio_test_support.h"
#include "tests/ui/event_loop_exception.h"
#include "ui/trial/participant_window.h"

#include <QEventLoop>
#include <QImage>
#include <QJsonDocument>
#include <QJsonObject>
#include <QKeyEvent>
#include <QPixmap>
#include <QTest>
#include <QTimer>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <utility>

namespace mlab::ui {
namespace {

using experiments::Phase;
using experiments::Presentation;
using experiments::TrialView;
using testing::Contains;
using testing::ElementsAre;

constexpr experiments::Timing kBrief{
    .fixationMs = 150, .intervalMs = 1, .gapMs = 100.1, .beforeAnswerMs = 50, .feedbackMs = 100};
constexpr std::size_t kLength = 9600; // 200 ms
constexpr int kPeriodFrames = 1024;

class ParticipantSoundTest : public testing::Test {
protected:
    void open(const std::string& hostApi, const std::string& device, Pace pace = Pace::real,
              bool simulated = false)
    {
        AudioSettings audio;
        audio.output = {.hostApi = hostApi, .device = device, .latencyMs = 60};
        window_ = std::make_unique<ParticipantWindow>(
            kBrief, experiments::DisplaySpec{},
            ParticipantWindow::Options{.pace = pace, .simulated = simulated, .audio = audio});
        window_->onQuit([this] { ++quits_; });
        QObject::connect(window_.get(), &ParticipantWindow::phaseShown, window_.get(),
                         [this](Phase phase) {
                             phases_.push_back(phase);
                             if (atPhase_) {
                                 atPhase_(phase);
                             }
                         });
        QObject::connect(window_.get(), &ParticipantWindow::screenShown, window_.get(),
                         [this] { ++screens_; });
        window_->open();
        ASSERT_TRUE(waitUntil([this] { return window_->isMeasured(); }));
        ASSERT_TRUE(QTest::qWaitForWindowActive(window_.get(), kWait));
    }

    static TrialView view(std::uint64_t seed, Task task = Task::abx, std::size_t length = kLength)
    {
        TrialView trial;
        trial.task = task;
        for (std::size_t i = 0; i < intervalCount(task); ++i) {
            trial.stimuli.emplace_back(noiseSound(length, 3 * seed + i));
        }
        return trial;
    }
    static experiments::SoundTimeline planned(const TrialView& trial)
    {
        std::vector<SoundPtr> sounds;
        for (const auto& stimulus : trial.stimuli) {
            sounds.push_back(std::get<SoundPtr>(stimulus));
        }
        return experiments::soundTimeline(sounds, kBrief, {});
    }

    void present(const TrialView& trial)
    {
        shown_.reset();
        window_->present(trial, [this](Presentation shown) { shown_ = std::move(shown); });
    }
    bool waitForPhase(Phase phase)
    {
        const std::size_t before = phases_.size();
        return waitUntil([&] { return phases_.size() > before && phases_.back() == phase; });
    }
    bool waitForScreen()
    {
        const int before = screens_;
        return waitUntil([&] { return screens_ > before; });
    }
    /// Repeated until the sound is not interrupted: virtual machines are held up now and then.
    void presentWhole(const TrialView& trial, Qt::Key answer)
    {
        for (int attempt = 0; attempt < 20; ++attempt) {
            phases_.clear();
            present(trial);
            ASSERT_TRUE(waitForPhase(Phase::answer));
            press(answer);
            ASSERT_TRUE(waitForTrial());
            if (shown_->flags.empty()) {
                return;
            }
            ASSERT_THAT(shown_->flags, ElementsAre(flag::kAudioUnderrun));
        }
        FAIL() << "the sound is interrupted every time";
    }
    bool waitForTrial()
    {
        return waitUntil([this] { return shown_.has_value(); });
    }
    void press(Qt::Key key)
    {
        for (const auto type : {QEvent::KeyPress, QEvent::KeyRelease}) {
            QKeyEvent event(type, key, Qt::NoModifier);
            QCoreApplication::sendEvent(window_.get(), &event);
        }
    }
    QImage grab() const { return window_->screen()->grabWindow(window_->winId()).toImage(); }

    VirtualCards cards_;
    std::optional<JackServer> server_; ///< outlives the window
    std::unique_ptr<ParticipantWindow> window_;
    std::vector<Phase> phases_;
    std::function<void(Phase)> atPhase_;
    std::optional<Presentation> shown_;
    int screens_ = 0;
    int quits_ = 0;
};

TEST_F(ParticipantSoundTest, WhatIsPlayedIsThePlannedTrialsSampleBySample)
{
    server_.emplace(48'000, kPeriodFrames);
    open("ALSA", "labtimed");
    std::vector<experiments::SoundTimeline> timelines;
    for (std::uint64_t seed = 0; seed < 4; ++seed) {
        const TrialView trial = view(seed, seed % 2 == 0 ? Task::abx : Task::sameDifferent);
        timelines.push_back(planned(trial));
        present(trial);
        ASSERT_TRUE(waitForPhase(Phase::answer));
        press(Qt::Key_Left);
        ASSERT_TRUE(waitForTrial());
        if (!shown_->flags.empty()) {
            // The machine was held up, so the recording contains part of the trial twice.
            GTEST_SKIP() << "the sound was interrupted";
        }
    }
    window_.reset();
    EXPECT_EQ(whatDiffers(cards_.played<std::int16_t>(), timelines), "");
}

TEST_F(ParticipantSoundTest, OnsetsAreThoseOfTheSoundAndCuesMarkTheIntervals)
{
    server_.emplace(48'000, kPeriodFrames);
    open(kJackApi, "system");
    std::map<Phase, QImage> shots;
    atPhase_ = [&](Phase phase) { shots[phase] = grab(); };
    const TrialView trial = view(1);
    ASSERT_NO_FATAL_FAILURE(presentWhole(trial, Qt::Key_Right));
    EXPECT_EQ(shown_->response, Answer::second);
    EXPECT_THAT(phases_,
                ElementsAre(Phase::fixation, Phase::interval1, Phase::gap1, Phase::interval2,
                            Phase::gap2, Phase::interval3, Phase::beforeAnswer, Phase::answer));
    const auto timeline = planned(trial);
    const auto apartMs = [&](std::size_t i) {
        return static_cast<double>(timeline.intervals[i].onset - timeline.intervals[0].onset) / 48;
    };
    // Fixation, the device's latency and the wait for its next buffer.
    EXPECT_GE(shown_->onsetMs[0].value(), 150);
    EXPECT_LT(shown_->onsetMs[0].value(), 400);
    // The time of a buffer is known only to within the delay of its callback.
    constexpr double kBufferMs = kPeriodFrames / 48.0;
    EXPECT_NEAR(*shown_->onsetMs[1] - *shown_->onsetMs[0], apartMs(1), 2 * kBufferMs);
    EXPECT_NEAR(*shown_->onsetMs[2] - *shown_->onsetMs[0], apartMs(2), 2 * kBufferMs);

    EXPECT_EQ(shots[Phase::gap1], shots[Phase::fixation]);
    EXPECT_EQ(shots[Phase::gap2], shots[Phase::fixation]);
    for (const auto& [one, other] : {std::pair{Phase::interval1, Phase::interval2},
                                     {Phase::interval2, Phase::interval3},
                                     {Phase::interval1, Phase::gap1}}) {
        EXPECT_NE(shots[one], shots[other]);
    }
}

TEST_F(ParticipantSoundTest, RecognitionPlaysOneSoundAndThenAsks)
{
    server_.emplace(48'000, kPeriodFrames);
    open(kJackApi, "system");
    TrialView trial = view(1, Task::recognition);
    trial.choices = std::make_shared<const std::vector<experiments::Choice>>(
        std::vector<experiments::Choice>{{.label = "rain"}, {.label = "speech"}});
    trial.correctAnswer = categoryAnswer(1);
    ASSERT_NO_FATAL_FAILURE(presentWhole(trial, Qt::Key_2));
    EXPECT_EQ(shown_->response, categoryAnswer(1));
    EXPECT_THAT(phases_,
                ElementsAre(Phase::fixation, Phase::interval1, Phase::beforeAnswer, Phase::answer));
    EXPECT_GE(shown_->onsetMs[0].value(), 150);
    EXPECT_FALSE(shown_->onsetMs[1].has_value());
}

TEST_F(ParticipantSoundTest, EscStopsTheSoundAndTheTrialIsPlayedAgainFromTheStart)
{
    server_.emplace(48'000, kPeriodFrames);
    open("ALSA", "labtimed");
    const TrialView trial = view(5, Task::sameDifferent, 48'000);
    present(trial);
    ASSERT_TRUE(waitForPhase(Phase::interval1));
    press(Qt::Key_Escape);
    ASSERT_TRUE(waitForScreen());
    phases_.clear();
    press(Qt::Key_Space);
    ASSERT_TRUE(waitForPhase(Phase::answer));
    press(Qt::Key_Right);
    ASSERT_TRUE(waitForTrial());
    EXPECT_THAT(shown_->flags, Contains(flag::kPaused));
    window_.reset();
    const auto recording = cards_.played<std::int16_t>();
    const auto timeline = planned(trial);
    // Only part of the trial was played the first time; the second time, all of it.
    const auto end = std::ranges::find_if(recording.rbegin(), recording.rend(),
                                          [](auto sample) { return sample != 0; })
                         .base() -
                     recording.begin();
    const auto length = std::ssize(timeline.samples);
    ASSERT_GE(end, length);
    EXPECT_TRUE(std::equal(timeline.samples.begin(), timeline.samples.end(),
                           recording.begin() + (end - length)));
    const auto heard = static_cast<std::size_t>(
        std::ranges::count_if(recording, [](auto sample) { return sample != 0; }));
    EXPECT_LT(heard, 2 * timeline.samples.size() - 48'000U);
}

TEST_F(ParticipantSoundTest, AtFastPaceNothingIsPlayedAndNoDeviceIsNeeded)
{
    open("ALSA", "there is none", Pace::fast);
    EXPECT_EQ(window_->audioInfo(), "");
    present(view(1));
    ASSERT_TRUE(waitForPhase(Phase::answer));
    press(Qt::Key_Left);
    ASSERT_TRUE(waitForTrial());
    EXPECT_TRUE(shown_->onsetMs[2].has_value());
}

TEST_F(ParticipantSoundTest, WhatCannotBePlayedIsRefused)
{
    server_.emplace(48'000, kPeriodFrames);
    open(kJackApi, "system");
    TrialView mixed = view(1);
    mixed.stimuli[1] = ImagePtr();
    EXPECT_THROW(present(mixed), InternalError);
    TrialView missing = view(1);
    missing.stimuli[2] = SoundPtr();
    EXPECT_THROW(present(missing), InternalError);
    TrialView other = view(1);
    other.stimuli[0] = noiseSound(100, 1, 16, 44'100);
    EXPECT_THROW(present(other), InternalError);
    const auto info =
        QJsonDocument::fromJson(QByteArray::fromStdString(window_->audioInfo())).object();
    EXPECT_EQ(info["host_api"], kJackApi);
    EXPECT_EQ(info["sample_rate_hz"], 48'000);
    EXPECT_GT(info["latency_ms"].toDouble(), 0);
    EXPECT_TRUE(info["calibration"].isNull());
}

TEST_F(ParticipantSoundTest, ADeviceThatIsLostAndComesBackPlaysTheTrialAgain)
{
    server_.emplace(48'000, kPeriodFrames);
    open(kJackApi, "system");
    present(view(1));
    ASSERT_TRUE(waitForPhase(Phase::interval2));
    server_->halt();
    ASSERT_TRUE(waitForScreen());
    EXPECT_FALSE(shown_);
    server_->goOn();
    phases_.clear();
    const auto answering = [this] { return !phases_.empty() && phases_.back() == Phase::answer; };
    for (int attempt = 0; attempt < 20 && !answering(); ++attempt) {
        const int before = screens_;
        press(Qt::Key_Space);
        waitUntil([&] { return answering() || screens_ > before; });
    }
    ASSERT_TRUE(answering());
    EXPECT_EQ(phases_.front(), Phase::fixation);
    press(Qt::Key_Left);
    ASSERT_TRUE(waitForTrial());
    EXPECT_THAT(shown_->flags, Contains(flag::kAudioDeviceLost));
    EXPECT_EQ(shown_->response, Answer::first);
}

TEST_F(ParticipantSoundTest, ALostDeviceIsReportedAndTheSessionCanBeEnded)
{
    server_.emplace(48'000, kPeriodFrames);
    open(kJackApi, "system");
    present(view(1));
    ASSERT_TRUE(waitForPhase(Phase::interval1));
    server_->kill();
    ASSERT_TRUE(waitForScreen());
    EXPECT_FALSE(shown_);
    press(Qt::Key_Space); // tries again, without success
    ASSERT_TRUE(waitForScreen());
    EXPECT_FALSE(shown_);
    press(Qt::Key_Q);
    ASSERT_TRUE(waitForScreen());
    press(Qt::Key_Y);
    EXPECT_EQ(quits_, 1);
}

TEST_F(ParticipantSoundTest, ASimulatedParticipantDoesNotWaitForeverForALostDevice)
{
    server_.emplace(48'000, kPeriodFrames);
    open(kJackApi, "system", Pace::real, true);
    auto trial = view(1);
    trial.simulated = experiments::SimulatedAnswer{.answer = Answer::first, .rtMs = 100};
    present(trial);
    ASSERT_TRUE(waitForPhase(Phase::interval1));
    server_->kill();
    ASSERT_TRUE(waitUntil([] { return eventLoopException != nullptr; }));
    EXPECT_FALSE(shown_);
    EXPECT_THROW(std::rethrow_exception(std::exchange(eventLoopException, nullptr)), DeviceError);
}

} // namespace
} // namespace mlab::ui
