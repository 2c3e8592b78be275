// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "tests/ui/trial/participant_window_fixture.h"

#include <QElapsedTimer>
#include <QEventLoop>
#include <QImage>
#include <QJsonDocument>
#include <QJsonObject>
#include <QKeyEvent>
#include <QTest>
#include <QTimer>
#include <QWidget>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <numbers>
#include <optional>
#include <sys/resource.h>
#include <utility>
#include <vector>

namespace mlab::ui {
namespace {

using experiments::Interlude;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr double kDegree = std::numbers::pi / 180;

QImage asQImage(const RgbImage& image)
{
    return QImage(image.pixels.data(), image.width, image.height, qsizetype{3} * image.width,
                  QImage::Format_RGB888)
        .convertToFormat(QImage::Format_RGB32);
}

/// The station at which an image of 4 degrees is `px` pixels on the test's screen.
experiments::DisplaySpec stationWhereFourDegreesAre(double px)
{
    experiments::DisplaySpec display;
    const double widthPx = QGuiApplication::primaryScreen()->size().width();
    display.viewingDistanceCm = px * display.screenWidthCm / widthPx / (2 * std::tan(2 * kDegree));
    return display;
}

/// The box around everything that is not background in the half beside the fixation mark.
QRect drawnBox(const QImage& shot, QRect within)
{
    const QRgb background = shot.pixel(2, 2);
    QRect box;
    for (int y = within.top(); y <= within.bottom(); ++y) {
        for (int x = within.left(); x <= within.right(); ++x) {
            if (shot.pixel(x, y) != background) {
                box |= QRect(x, y, 1, 1);
            }
        }
    }
    return box;
}

TEST_F(ParticipantWindowTest, APictureAtItsOwnSizeIsShownPixelForPixel)
{
    open({}, stationWhereFourDegreesAre(224));
    const TrialView trial = view(8, 224);
    std::map<Phase, QImage> shots;
    atPhase_ = [&](Phase phase) { shots[phase] = grab(); };
    present(trial);
    ASSERT_TRUE(waitForPhase(Phase::answer));

    const double distance = window_->screenGeometry().widthPx / 52.0 *
                            stationWhereFourDegreesAre(224).viewingDistanceCm;
    const QPoint centre(640 + static_cast<int>(std::lround(distance * std::tan(8 * kDegree))), 512);
    const QRect at(centre - QPoint(112, 112), QSize(224, 224));
    EXPECT_EQ(shots[Phase::interval1].copy(at), asQImage(*std::get<ImagePtr>(trial.stimuli[0])));
    EXPECT_EQ(shots[Phase::interval2].copy(at), asQImage(*std::get<ImagePtr>(trial.stimuli[1])));
    EXPECT_EQ(shots[Phase::interval3].copy(at), asQImage(*std::get<ImagePtr>(trial.stimuli[2])));
    for (const Phase phase : {Phase::fixation, Phase::gap1, Phase::gap2, Phase::beforeAnswer}) {
        EXPECT_TRUE(drawnBox(shots[phase], at).isNull()) << "nothing is shown beside fixation";
    }
}

TEST_F(ParticipantWindowTest, SizeAndPlaceOfAnImageAreThoseOfTrigonometry)
{
    const experiments::DisplaySpec display{.viewingDistanceCm = 60, .screenWidthCm = 40};
    open({}, display);
    atPhase_ = [&](Phase phase) {
        if (phase == Phase::interval1) {
            const double pxPerCm = 1280 / 40.0;
            const QRect box = drawnBox(grab(), QRect(700, 0, 580, 1024));
            const double centreX = box.x() + box.width() / 2.0;
            const double centreY = box.y() + box.height() / 2.0;
            EXPECT_NEAR(box.width(), 2 * 60 * std::tan(2 * kDegree) * pxPerCm, 1);
            EXPECT_NEAR(box.height(), 2 * 60 * std::tan(2 * kDegree) * pxPerCm, 1);
            EXPECT_NEAR(centreX, 640 + 60 * std::tan(8 * kDegree) * pxPerCm, 1);
            EXPECT_NEAR(centreY, 512, 1);
        }
    };
    present(view(8, 224));
    ASSERT_TRUE(waitForPhase(Phase::answer));
}

TEST_F(ParticipantWindowTest, ImagesLeftOfFixationAreEquallyFarFromIt)
{
    experiments::DisplaySpec display = stationWhereFourDegreesAre(64);
    display.imagesLeft = true;
    open({}, display);
    const TrialView trial = view(8, 64);
    atPhase_ = [&](Phase phase) {
        if (phase == Phase::interval2) {
            const QImage shot = grab();
            EXPECT_TRUE(drawnBox(shot, QRect(700, 0, 580, 1024)).isNull());
            const QRect box = drawnBox(shot, QRect(0, 0, 600, 1024));
            EXPECT_EQ(shot.copy(box), asQImage(*std::get<ImagePtr>(trial.stimuli[1])));
            const double away = display.viewingDistanceCm * std::tan(8 * kDegree) * 1280 / 52;
            EXPECT_NEAR(box.x() + 32, 640 - away, 1);
        }
    };
    present(trial);
    ASSERT_TRUE(waitForPhase(Phase::answer));
}

TEST_F(ParticipantWindowTest, TheBackgroundIsTheGreyOfItsLuminance)
{
    experiments::DisplaySpec display;
    display.backgroundLuminance = 0.2;
    display.gamma = 2.0;
    open({}, display);
    atPhase_ = [&](Phase phase) {
        const int grey = static_cast<int>(std::lround(255 * std::sqrt(0.2)));
        const QImage shot = grab();
        for (const QPoint at : {QPoint(0, 0), QPoint(1279, 1023), QPoint(300, 500)}) {
            EXPECT_EQ(shot.pixel(at), qRgb(grey, grey, grey)) << static_cast<int>(phase);
        }
    };
    present(view());
    ASSERT_TRUE(waitForPhase(Phase::answer));
}

TEST_F(ParticipantWindowTest, TheFixationMarkStaysThroughTheWholeTrial)
{
    open({});
    std::vector<QImage> marks;
    atPhase_ = [&](Phase /*phase*/) { marks.push_back(grab().copy(620, 492, 40, 40)); };
    present(view());
    ASSERT_TRUE(waitForPhase(Phase::answer));
    press(Qt::Key_Left);
    ASSERT_EQ(marks.size(), 8U);
    EXPECT_FALSE(drawnBox(marks[0], marks[0].rect()).isNull());
    for (const QImage& mark : marks) {
        EXPECT_EQ(mark, marks[0]);
    }
}

TEST_F(ParticipantWindowTest, PhasesFollowEachOtherAndOnsetsAreWholeFrames)
{
    open({});
    present(view());
    ASSERT_TRUE(waitForPhase(Phase::answer));
    press(Qt::Key_Right);
    ASSERT_TRUE(waitForTrial());
    EXPECT_THAT(phases_,
                ElementsAre(Phase::fixation, Phase::interval1, Phase::gap1, Phase::interval2,
                            Phase::gap2, Phase::interval3, Phase::beforeAnswer, Phase::answer));
    EXPECT_EQ(shown_->response, Answer::second);
    EXPECT_GT(shown_->rtMs, 0);
    EXPECT_THAT(shown_->flags, IsEmpty());
    // 9, 3 and 3 frames of 60 Hz. On a busy machine a frame is late by whole frames, which are
    // counted, and each phase's first one by less than half a frame more.
    const double period = 1000.0 / window_->screenGeometry().refreshHz;
    const auto slack = [&](int phases) { return (shown_->droppedFrames + 0.5 * phases) * period; };
    EXPECT_NEAR(shown_->onsetMs[0].value(), 9 * period, slack(1));
    EXPECT_NEAR(shown_->onsetMs[1].value(), (9 + 3 + 3) * period, slack(3));
    EXPECT_NEAR(shown_->onsetMs[2].value(), (9 + 6 + 6) * period, slack(5));
}

// A trial whose picture stayed for seconds, because the program was stopped, was counted as any
// other.
TEST_F(ParticipantWindowTest, ATrialDuringWhichTheProgramWasStoppedIsShownAgain)
{
    open({}, {}, kBrief, 3);
    bool stopped = false;
    atPhase_ = [&](Phase phase) {
        if (phase == Phase::interval2 && !std::exchange(stopped, true)) {
            stopForAWhile();
        }
    };
    present(view());
    ASSERT_TRUE(waitForPhase(Phase::answer));
    press(Qt::Key_Right);
    ASSERT_TRUE(waitForTrial());
    EXPECT_GE(std::ranges::count(phases_, Phase::fixation), 2);
    EXPECT_THAT(shown_->flags, ElementsAre(flag::kBadTiming));
    EXPECT_EQ(shown_->response, Answer::second);
    EXPECT_EQ(presentations_, 1);
}

TEST_F(ParticipantWindowTest, OnAScreenThatIsAlwaysLateATrialIsShownThreeTimesAndThenCounts)
{
    open({}, {}, kBrief, 3);
    atPhase_ = [this](Phase phase) {
        if (phase == Phase::interval1) {
            stopForAWhile();
        }
    };
    present(view());
    ASSERT_TRUE(waitForPhase(Phase::answer));
    press(Qt::Key_Right);
    ASSERT_TRUE(waitForTrial());
    EXPECT_EQ(std::ranges::count(phases_, Phase::fixation), 3);
    EXPECT_THAT(shown_->flags, ElementsAre(flag::kBadTiming));
    EXPECT_GT(shown_->droppedFrames, 0);
}

TEST_F(ParticipantWindowTest, AStopAtTheAnswerScreenSpoilsNothing)
{
    open({});
    atPhase_ = [this](Phase phase) {
        if (phase == Phase::answer) {
            stopForAWhile();
        }
    };
    present(view());
    ASSERT_TRUE(waitForPhase(Phase::answer));
    press(Qt::Key_Right);
    ASSERT_TRUE(waitForTrial());
    EXPECT_THAT(shown_->flags, IsEmpty());
}

TEST_F(ParticipantWindowTest, EachTaskAsksItsQuestionAndTakesItsKeys)
{
    open({});
    const std::vector<std::pair<Qt::Key, Answer>> two = {{Qt::Key_Left, Answer::first},
                                                         {Qt::Key_Right, Answer::second}};
    const std::map<Task, std::vector<std::pair<Qt::Key, Answer>>> keys = {
        {Task::abx, two},
        {Task::twoIfc, two},
        {Task::oddity,
         {{Qt::Key_Left, Answer::first},
          {Qt::Key_Down, Answer::second},
          {Qt::Key_Right, Answer::third}}},
        {Task::sameDifferent, {{Qt::Key_Left, Answer::same}, {Qt::Key_Right, Answer::different}}}};
    std::vector<QImage> prompts;
    for (const auto& [task, pressed] : keys) {
        SCOPED_TRACE(toString(task));
        for (const auto& [key, answer] : pressed) {
            TrialView trial = view();
            trial.task = task;
            trial.stimuli.resize(intervalCount(task));
            phases_.clear();
            present(trial);
            ASSERT_TRUE(waitForPhase(Phase::answer));
            if (answer == pressed.front().second) {
                prompts.push_back(grab());
            }
            if (pressed.size() == 2) {
                press(Qt::Key_Down); // means nothing here
                EXPECT_FALSE(shown_);
            }
            press(key);
            ASSERT_TRUE(waitForTrial());
            EXPECT_EQ(shown_->response, answer);
            EXPECT_EQ(shown_->onsetMs[2].has_value(), intervalCount(task) == 3);
            EXPECT_EQ(std::ranges::count(phases_, Phase::interval3),
                      intervalCount(task) == 3 ? 1 : 0);
        }
    }
    for (std::size_t i = 0; i < prompts.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            EXPECT_NE(prompts[i], prompts[j]);
        }
    }
}

TEST_F(ParticipantWindowTest, AnEarlyKeyIsFlaggedAndDoesNotAnswer)
{
    open({});
    atPhase_ = [this](Phase phase) {
        if (phase == Phase::interval2) {
            press(Qt::Key_Left);
        }
    };
    present(view());
    ASSERT_TRUE(waitForPhase(Phase::answer));
    EXPECT_FALSE(shown_);
    press(Qt::Key_Right);
    ASSERT_TRUE(waitForTrial());
    EXPECT_EQ(shown_->response, Answer::second);
    EXPECT_THAT(shown_->flags, ElementsAre(flag::kEarlyKey));
}

TEST_F(ParticipantWindowTest, AWrongKeyIsFlaggedAndDoesNotAnswer)
{
    open({});
    present(view());
    ASSERT_TRUE(waitForPhase(Phase::answer));
    press(Qt::Key_Space);
    EXPECT_FALSE(shown_);
    press(Qt::Key_Left);
    ASSERT_TRUE(waitForTrial());
    EXPECT_EQ(shown_->response, Answer::first);
    EXPECT_THAT(shown_->flags, ElementsAre(flag::kWrongKey));
}

TEST_F(ParticipantWindowTest, KeysAfterTheAnswerAreIgnored)
{
    open({});
    TrialView trial = view();
    trial.feedback = true;
    present(trial);
    ASSERT_TRUE(waitForPhase(Phase::answer));
    press(Qt::Key_Left);
    press(Qt::Key_Right);
    ASSERT_TRUE(waitForPhase(Phase::feedback));
    press(Qt::Key_Right);
    press(Qt::Key_A);
    ASSERT_TRUE(waitForTrial());
    EXPECT_EQ(shown_->response, Answer::first);
    EXPECT_THAT(shown_->flags, IsEmpty());
    EXPECT_EQ(presentations_, 1);
}

TEST_F(ParticipantWindowTest, FeedbackSaysRightAndWrongInDifferentShapes)
{
    open({});
    TrialView trial = view();
    trial.feedback = true;
    trial.correctAnswer = Answer::first;
    std::vector<QImage> shots;
    atPhase_ = [&](Phase phase) {
        if (phase == Phase::feedback) {
            shots.push_back(grab());
        }
    };
    for (const auto key : {Qt::Key_Left, Qt::Key_Right}) {
        present(trial);
        ASSERT_TRUE(waitForPhase(Phase::answer));
        press(key);
        ASSERT_TRUE(waitForTrial());
    }
    ASSERT_EQ(shots.size(), 2U);
    EXPECT_NE(shots[0].convertToFormat(QImage::Format_Mono),
              shots[1].convertToFormat(QImage::Format_Mono));
}

TEST_F(ParticipantWindowTest, EscPausesAndTheTrialIsShownAgainFromTheStart)
{
    open({});
    present(view());
    ASSERT_TRUE(waitForPhase(Phase::interval1));
    press(Qt::Key_Escape);
    ASSERT_TRUE(waitForScreen());
    press(Qt::Key_Left); // neither a key of the pause screen nor an answer
    phases_.clear();
    press(Qt::Key_Space);
    ASSERT_TRUE(waitForPhase(Phase::answer));
    EXPECT_EQ(phases_.size(), 8U);
    press(Qt::Key_Left);
    ASSERT_TRUE(waitForTrial());
    EXPECT_THAT(shown_->flags, ElementsAre(flag::kPaused));
    EXPECT_EQ(presentations_, 1);
    EXPECT_EQ(quits_, 0);
}

TEST_F(ParticipantWindowTest, EscAtTheAnswerScreenDoesNotAnswer)
{
    open({});
    present(view());
    ASSERT_TRUE(waitForPhase(Phase::answer));
    press(Qt::Key_Escape);
    ASSERT_TRUE(waitForScreen());
    EXPECT_FALSE(shown_);
    press(Qt::Key_Space);
    ASSERT_TRUE(waitForPhase(Phase::answer));
    press(Qt::Key_Right);
    ASSERT_TRUE(waitForTrial());
    EXPECT_EQ(shown_->response, Answer::second);
    EXPECT_THAT(shown_->flags, ElementsAre(flag::kPaused));
}

TEST_F(ParticipantWindowTest, EscDuringFeedbackKeepsTheAnswerAndHoldsTheNextTrial)
{
    open({});
    TrialView trial = view();
    trial.feedback = true;
    window_->present(trial, [&](Presentation first) {
        shown_ = std::move(first);
        window_->present(view(), [this](const Presentation& /*second*/) { ++presentations_; });
    });
    ASSERT_TRUE(waitForPhase(Phase::answer));
    press(Qt::Key_Left);
    ASSERT_TRUE(waitForPhase(Phase::feedback));
    phases_.clear();
    press(Qt::Key_Escape);
    ASSERT_TRUE(shown_);
    EXPECT_EQ(shown_->response, Answer::first);
    EXPECT_THAT(shown_->flags, IsEmpty());
    ASSERT_TRUE(waitForScreen());
    EXPECT_THAT(phases_, IsEmpty());
    press(Qt::Key_Space);
    ASSERT_TRUE(waitForPhase(Phase::answer));
    press(Qt::Key_Left);
    EXPECT_TRUE(waitUntil([this] { return presentations_ == 1; }));
}

TEST_F(ParticipantWindowTest, QAndThenYEndTheSessionFromThePauseScreenOnly)
{
    open({});
    present(view());
    ASSERT_TRUE(waitForPhase(Phase::interval1));
    press(Qt::Key_Q);
    press(Qt::Key_Y);
    EXPECT_EQ(quits_, 0);
    press(Qt::Key_Escape);
    ASSERT_TRUE(waitForScreen());
    press(Qt::Key_Y); // nothing has been asked
    press(Qt::Key_Q);
    press(Qt::Key_Y); // before the question can be read
    ASSERT_TRUE(waitForScreen());
    press(Qt::Key_Q);
    press(Qt::Key_Space); // back to the pause
    ASSERT_TRUE(waitForScreen());
    press(Qt::Key_Y);
    EXPECT_EQ(quits_, 0);
    press(Qt::Key_Q);
    ASSERT_TRUE(waitForScreen());
    press(Qt::Key_Y);
    EXPECT_EQ(quits_, 1);
    EXPECT_FALSE(shown_);
}

TEST_F(ParticipantWindowTest, ClosingTheWindowPausesLikeEsc)
{
    open({});
    present(view());
    ASSERT_TRUE(waitForPhase(Phase::interval1));
    EXPECT_FALSE(window_->close());
    ASSERT_TRUE(waitForScreen());
    EXPECT_TRUE(window_->isVisible());
    press(Qt::Key_Space);
    ASSERT_TRUE(waitForPhase(Phase::answer));
    press(Qt::Key_Left);
    ASSERT_TRUE(waitForTrial());
    EXPECT_THAT(shown_->flags, ElementsAre(flag::kPaused));
}

TEST_F(ParticipantWindowTest, LosingTheKeyboardPausesAndTheTrialIsShownAgain)
{
    open({.windowed = true});
    present(view());
    ASSERT_TRUE(waitForPhase(Phase::interval1));
    QWidget other;
    other.show();
    other.activateWindow();
    ASSERT_TRUE(waitForScreen());
    EXPECT_FALSE(window_->isActive());
    other.close();
    window_->requestActivate();
    ASSERT_TRUE(QTest::qWaitForWindowActive(window_.get(), kWait));
    phases_.clear();
    press(Qt::Key_Space);
    ASSERT_TRUE(waitForPhase(Phase::answer));
    EXPECT_EQ(phases_.size(), 8U);
    press(Qt::Key_Left);
    ASSERT_TRUE(waitForTrial());
    EXPECT_THAT(shown_->flags, ElementsAre(flag::kLostFocus));
}

TEST_F(ParticipantWindowTest, ATrialForAPersonDoesNotBeginInAWindowWithoutTheKeyboard)
{
    open({.windowed = true});
    QWidget other;
    other.show();
    other.activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&other, kWait));
    present(view());
    ASSERT_TRUE(waitForScreen());
    EXPECT_THAT(phases_, IsEmpty());
    other.close();
    window_->requestActivate();
    ASSERT_TRUE(QTest::qWaitForWindowActive(window_.get(), kWait));
    press(Qt::Key_Space);
    ASSERT_TRUE(waitForPhase(Phase::answer));
    press(Qt::Key_Left);
    ASSERT_TRUE(waitForTrial());
    EXPECT_THAT(shown_->flags, IsEmpty());
}

TEST_F(ParticipantWindowTest, TheSimulatedParticipantPressesKeysWithoutHavingTheKeyboard)
{
    open({.windowed = true, .simulated = true});
    QWidget other;
    other.show();
    other.activateWindow();
    ASSERT_TRUE(QTest::qWaitForWindowActive(&other, kWait));
    TrialView trial = view();
    trial.simulated = experiments::SimulatedAnswer{.answer = Answer::second, .rtMs = 120};
    present(trial);
    ASSERT_TRUE(waitForTrial());
    EXPECT_EQ(shown_->response, Answer::second);
    EXPECT_GE(shown_->rtMs, 119);
    EXPECT_THAT(shown_->flags, IsEmpty());
}

TEST_F(ParticipantWindowTest, FastPaceShowsEachPhaseForOneFrameAndAnswersAtOnce)
{
    open({.pace = Pace::fast, .simulated = true}, {}, {});
    TrialView trial = view();
    trial.feedback = true;
    trial.simulated = experiments::SimulatedAnswer{.answer = Answer::first, .rtMs = 60'000};
    QElapsedTimer timer;
    timer.start();
    present(trial);
    ASSERT_TRUE(waitForTrial());
    EXPECT_EQ(phases_.size(), 9U);
    EXPECT_LT(timer.elapsed(), 2500) << "MAME's trial alone lasts 4.1 s";
    EXPECT_EQ(shown_->response, Answer::first);
}

TEST_F(ParticipantWindowTest, InterludesContinueAtSpaceOnly)
{
    open({});
    for (const auto kind : {Interlude::Kind::ready, Interlude::Kind::resumed, Interlude::Kind::rest,
                            Interlude::Kind::end}) {
        int done = 0;
        window_->interlude({.kind = kind, .text = "Text", .fraction = 0.4}, [&] { ++done; });
        press(Qt::Key_Space);
        EXPECT_EQ(done, 0) << "nobody can have read it yet";
        ASSERT_TRUE(waitForScreen());
        press(Qt::Key_Left);
        press(Qt::Key_X);
        EXPECT_EQ(done, 0);
        press(Qt::Key_Space);
        press(Qt::Key_Space);
        EXPECT_EQ(done, 1);
    }
}

TEST_F(ParticipantWindowTest, WaitingContinuesAtOnceAndShowsItsProgress)
{
    open({});
    int done = 0;
    std::vector<QImage> shots;
    for (const double fraction : {0.25, 0.75}) {
        window_->interlude({.kind = Interlude::Kind::waiting, .text = {}, .fraction = fraction},
                           [&] { ++done; });
        ASSERT_TRUE(waitForScreen());
        shots.push_back(grab());
    }
    EXPECT_EQ(done, 2);
    EXPECT_NE(shots[0], shots[1]);
}

TEST_F(ParticipantWindowTest, APausedInterludeComesBack)
{
    open({});
    int done = 0;
    window_->interlude({.kind = Interlude::Kind::ready, .text = {}}, [&] { ++done; });
    ASSERT_TRUE(waitForScreen());
    const QImage ready = grab();
    press(Qt::Key_Escape);
    ASSERT_TRUE(waitForScreen());
    EXPECT_NE(grab(), ready);
    press(Qt::Key_Space);
    ASSERT_TRUE(waitForScreen());
    EXPECT_EQ(grab(), ready);
    EXPECT_EQ(done, 0);
    press(Qt::Key_Space);
    EXPECT_EQ(done, 1);
}

TEST_F(ParticipantWindowTest, TheSimulatedParticipantPassesInterludesThroughKeys)
{
    open({.simulated = true});
    int done = 0;
    window_->interlude({.kind = Interlude::Kind::ready, .text = {}}, [&] { ++done; });
    EXPECT_TRUE(waitUntil([&] { return done == 1; }));
}

TEST_F(ParticipantWindowTest, AnImageThatDoesNotFitIsRefused)
{
    open({});
    EXPECT_THROW(present(view(40)), InvalidArgument);
    TrialView missing = view();
    missing.stimuli[1] = ImagePtr();
    EXPECT_THROW(present(missing), InternalError);
}

TEST_F(ParticipantWindowTest, TheCursorIsHiddenDuringTrials)
{
    open({.windowed = true});
    present(view());
    ASSERT_TRUE(waitForPhase(Phase::interval1));
    EXPECT_EQ(window_->cursor().shape(), Qt::BlankCursor);
    press(Qt::Key_Escape);
    EXPECT_EQ(window_->cursor().shape(), Qt::ArrowCursor);
}

TEST_F(ParticipantWindowTest, DisplayInfoSaysWhatWasMeasuredAndThatASwapDoesNotBlockHere)
{
    open({.windowed = true});
    const QJsonObject info =
        QJsonDocument::fromJson(QByteArray::fromStdString(window_->displayInfo())).object();
    EXPECT_EQ(info["screen_width_px"].toInt(), 1280);
    EXPECT_EQ(info["window_height_px"].toInt(), 800);
    EXPECT_EQ(info["pacing"].toString(), "own");
    EXPECT_GT(info["swap_rate_measured_hz"].toDouble(), 0);
    EXPECT_NEAR(info["frame_period_ms"].toDouble() * info["refresh_nominal_hz"].toDouble(), 1000,
                1e-6);
    EXPECT_EQ(info["background_grey"].toInt(), 186);
    EXPECT_FALSE(info["renderer"].toString().isEmpty());
    EXPECT_NEAR(info["pixels_per_degree_at_fixation"].toDouble(),
                57 * std::tan(kDegree) * 1280 / 52, 1e-9);
}

double cpuSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& t) {
        return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

TEST_F(ParticipantWindowTest, ATrialLeavesTheProcessorToTheGenerator)
{
    open({}, {}, {});
    present(view(8, 224));
    ASSERT_TRUE(waitForPhase(Phase::fixation));
    const double before = cpuSeconds();
    QElapsedTimer timer;
    timer.start();
    QEventLoop loop; // without the polling of this test
    atPhase_ = [&](Phase phase) {
        if (phase == Phase::answer) {
            loop.quit();
        }
    };
    loop.exec();
    const double share = (cpuSeconds() - before) / (static_cast<double>(timer.elapsed()) / 1000);
    RecordProperty("cpu_percent_of_one_core", static_cast<int>(std::ceil(100 * share)));
    EXPECT_LT(share, 0.25);
}

} // namespace
} // namespace mlab::ui
