// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "tests/ui/trial/participant_window_fixture.h"
#include "ui/trial/choice_screen.h"

#include <QMouseEvent>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace mlab::ui {
namespace {

using experiments::Choice;
using testing::ElementsAre;
using testing::IsEmpty;

class RecognitionWindowTest : public ParticipantWindowTest {
protected:
    RecognitionWindowTest()
    {
        std::vector<Choice> all;
        for (int i = 0; i < 12; ++i) {
            all.push_back({.label = "thing " + std::to_string(i + 1)});
        }
        choices_ = std::make_shared<const std::vector<Choice>>(std::move(all));
    }

    TrialView trial(std::size_t right = 0) const
    {
        TrialView view;
        view.task = Task::recognition;
        view.stimuli = {noise(64, 1)};
        view.choices = choices_;
        view.correctAnswer = categoryAnswer(right);
        return view;
    }

    /// The answer screen that the window shows, since it has that size and background.
    ChoiceScreen screen() const
    {
        const QColor grey(186, 186, 186);
        return {window_->size() * window_->devicePixelRatio(), grey, choices_, "What did you see?"};
    }

    void mouse(QEvent::Type type, QPoint at, Qt::MouseButton button)
    {
        const Qt::MouseButtons held =
            type == QEvent::MouseButtonPress ? Qt::MouseButtons(button) : Qt::NoButton;
        QMouseEvent event(type, at, window_->mapToGlobal(at), button, held, Qt::NoModifier);
        QCoreApplication::sendEvent(window_.get(), &event);
    }
    void click(QPoint at, Qt::MouseButton button = Qt::LeftButton)
    {
        mouse(QEvent::MouseButtonPress, at, button);
        mouse(QEvent::MouseButtonRelease, at, button);
    }
    void moveTo(QPoint at) { mouse(QEvent::MouseMove, at, Qt::NoButton); }

    ChoiceScreen::Choices choices_;
};

TEST_F(RecognitionWindowTest, OneIntervalIsFollowedByTheChoicesAndAKeyAnswers)
{
    open({});
    std::map<Phase, QImage> shots;
    atPhase_ = [&](Phase phase) { shots[phase] = grab(); };
    for (const auto& [key, index] : {std::pair{Qt::Key_1, 0U}, {Qt::Key_9, 8U}, {Qt::Key_C, 11U}}) {
        phases_.clear();
        present(trial());
        ASSERT_TRUE(waitForPhase(Phase::answer));
        EXPECT_THAT(phases_, ElementsAre(Phase::fixation, Phase::interval1, Phase::beforeAnswer,
                                         Phase::answer));
        press(key);
        ASSERT_TRUE(waitForTrial());
        EXPECT_EQ(shown_->response, categoryAnswer(index));
        EXPECT_THAT(shown_->flags, IsEmpty());
        EXPECT_GT(shown_->rtMs, 0);
        EXPECT_TRUE(shown_->onsetMs[0].has_value());
        EXPECT_FALSE(shown_->onsetMs[1].has_value());
        EXPECT_FALSE(shown_->onsetMs[2].has_value());
    }
    EXPECT_EQ(shots[Phase::answer], screen().page());
    EXPECT_EQ(shots[Phase::beforeAnswer], shots[Phase::fixation]);
}

TEST_F(RecognitionWindowTest, ATrialDuringWhichTheProgramWasStoppedIsShownAgain)
{
    open({}, {}, kBrief, 3);
    bool stopped = false;
    atPhase_ = [&](Phase phase) {
        if (phase == Phase::interval1 && !std::exchange(stopped, true)) {
            stopForAWhile();
        }
    };
    present(trial());
    ASSERT_TRUE(waitForPhase(Phase::answer));
    press(Qt::Key_1);
    ASSERT_TRUE(waitForTrial());
    EXPECT_GE(std::ranges::count(phases_, Phase::fixation), 2);
    EXPECT_THAT(shown_->flags, ElementsAre(flag::kBadTiming));
    EXPECT_EQ(presentations_, 1);
}

TEST_F(RecognitionWindowTest, AKeyOfNoCategoryIsAWrongKey)
{
    open({});
    present(trial());
    ASSERT_TRUE(waitForPhase(Phase::answer));
    press(Qt::Key_D); // the thirteenth of twelve
    EXPECT_FALSE(shown_);
    press(Qt::Key_2);
    ASSERT_TRUE(waitForTrial());
    EXPECT_EQ(shown_->response, categoryAnswer(1));
    EXPECT_THAT(shown_->flags, ElementsAre(flag::kWrongKey));
}

TEST_F(RecognitionWindowTest, AClickOnABoxAnswersItsCategory)
{
    open({.windowed = true});
    for (std::size_t i = 0; i < choices_->size(); ++i) {
        present(trial());
        ASSERT_TRUE(waitForPhase(Phase::answer));
        click(screen().boxAt(i).center());
        ASSERT_TRUE(waitForTrial());
        EXPECT_EQ(shown_->response, categoryAnswer(i));
        EXPECT_THAT(shown_->flags, IsEmpty());
    }
}

TEST_F(RecognitionWindowTest, AClickOutsideTheBoxesOrOfAnotherButtonDoesNothing)
{
    open({});
    present(trial());
    ASSERT_TRUE(waitForPhase(Phase::answer));
    const QRect box = screen().boxAt(3);
    click({3, 3});
    click(box.topLeft() - QPoint(2, 0));
    click(box.center(), Qt::RightButton);
    EXPECT_FALSE(shown_);
    click(box.center());
    ASSERT_TRUE(waitForTrial());
    EXPECT_EQ(shown_->response, categoryAnswer(3));
    EXPECT_THAT(shown_->flags, IsEmpty());
}

TEST_F(RecognitionWindowTest, AClickOrKeyBeforeTheChoicesIsEarlyAndDoesNotAnswer)
{
    for (const bool byMouse : {true, false}) {
        open({});
        atPhase_ = [&](Phase phase) {
            if (phase == Phase::interval1 && byMouse) {
                click(screen().boxAt(2).center());
            } else if (phase == Phase::interval1) {
                press(Qt::Key_3);
            }
        };
        present(trial());
        ASSERT_TRUE(waitForPhase(Phase::answer));
        EXPECT_FALSE(shown_);
        press(Qt::Key_1);
        ASSERT_TRUE(waitForTrial());
        EXPECT_EQ(shown_->response, categoryAnswer(0));
        EXPECT_THAT(shown_->flags, ElementsAre(flag::kEarlyKey));
    }
}

TEST_F(RecognitionWindowTest, InOtherTasksTheMouseDoesNothing)
{
    open({});
    atPhase_ = [&](Phase /*phase*/) { click({640, 512}); };
    present(view());
    ASSERT_TRUE(waitForPhase(Phase::answer));
    EXPECT_FALSE(shown_);
    press(Qt::Key_Left);
    ASSERT_TRUE(waitForTrial());
    EXPECT_THAT(shown_->flags, IsEmpty());
}

TEST_F(RecognitionWindowTest, TheBoxUnderTheMouseIsMarkedUntilItLeaves)
{
    open({});
    present(trial());
    ASSERT_TRUE(waitForPhase(Phase::answer));
    const QImage plain = grab();
    const QRect box = screen().boxAt(5);
    moveTo(box.center());
    EXPECT_TRUE(waitUntil(
        [&] { return grab().copy(box) == screen().box(5, ChoiceScreen::Look::pointed); }));
    EXPECT_FALSE(shown_);
    moveTo({3, 3});
    EXPECT_TRUE(waitUntil([&] { return grab() == plain; }));
    EXPECT_EQ(std::ranges::count(phases_, Phase::answer), 1);
}

TEST_F(RecognitionWindowTest, FeedbackMarksWhatWasChosenAndWhatWasRight)
{
    using Look = ChoiceScreen::Look;
    open({});
    TrialView asked = trial(4);
    asked.feedback = true;
    QImage shot;
    atPhase_ = [&](Phase phase) {
        if (phase == Phase::feedback) {
            shot = grab();
            EXPECT_EQ(window_->cursor().shape(), Qt::BlankCursor);
        }
    };
    for (const std::size_t chosen : {4U, 7U}) {
        present(asked);
        ASSERT_TRUE(waitForPhase(Phase::answer));
        click(screen().boxAt(chosen).center());
        ASSERT_TRUE(waitForTrial());
        const bool right = chosen == 4;
        EXPECT_EQ(shot.copy(screen().headingAt()), screen().verdict(right));
        for (std::size_t i = 0; i < choices_->size(); ++i) {
            const Look look = i == chosen ? (right ? Look::chosenRight : Look::chosenWrong)
                              : i == 4    ? Look::missed
                                          : Look::plain;
            EXPECT_EQ(shot.copy(screen().boxAt(i)), screen().box(i, look)) << i;
        }
    }
}

TEST_F(RecognitionWindowTest, TheCursorIsVisibleOnTheAnswerScreenOnly)
{
    open({});
    std::map<Phase, Qt::CursorShape> shapes;
    atPhase_ = [&](Phase phase) { shapes[phase] = window_->cursor().shape(); };
    present(trial());
    ASSERT_TRUE(waitForPhase(Phase::answer));
    for (const Phase phase : {Phase::fixation, Phase::interval1, Phase::beforeAnswer}) {
        EXPECT_EQ(shapes.at(phase), Qt::BlankCursor);
    }
    EXPECT_EQ(shapes.at(Phase::answer), Qt::ArrowCursor);
    press(Qt::Key_1);
    ASSERT_TRUE(waitForTrial());
    present(view());
    ASSERT_TRUE(waitForPhase(Phase::answer));
    EXPECT_EQ(window_->cursor().shape(), Qt::BlankCursor);
}

TEST_F(RecognitionWindowTest, APauseAtTheChoicesRestartsTheTrialAndIgnoresClicks)
{
    open({});
    present(trial());
    ASSERT_TRUE(waitForPhase(Phase::answer));
    press(Qt::Key_Escape);
    ASSERT_TRUE(waitForScreen());
    click(screen().boxAt(0).center());
    EXPECT_FALSE(shown_);
    phases_.clear();
    press(Qt::Key_Space);
    ASSERT_TRUE(waitForPhase(Phase::answer));
    EXPECT_EQ(phases_.size(), 4U);
    click(screen().boxAt(1).center());
    ASSERT_TRUE(waitForTrial());
    EXPECT_EQ(shown_->response, categoryAnswer(1));
    EXPECT_THAT(shown_->flags, ElementsAre(flag::kPaused));
}

TEST_F(RecognitionWindowTest, TheSimulatedParticipantPressesTheKeyOfItsCategory)
{
    open({.windowed = true, .simulated = true});
    for (const std::size_t index : {2U, 10U}) {
        TrialView asked = trial();
        asked.simulated =
            experiments::SimulatedAnswer{.answer = categoryAnswer(index), .rtMs = 120};
        present(asked);
        ASSERT_TRUE(waitForTrial());
        EXPECT_EQ(shown_->response, categoryAnswer(index));
        EXPECT_GE(shown_->rtMs, 119);
        EXPECT_THAT(shown_->flags, IsEmpty());
    }
}

TEST_F(RecognitionWindowTest, AfterASoundItAsksWhatWasHeardAndOneCueMarksIt)
{
    open({.pace = Pace::fast}); // nothing is played
    std::map<Phase, QImage> shots;
    atPhase_ = [&](Phase phase) { shots[phase] = grab(); };
    TrialView asked = trial();
    asked.stimuli = {std::make_shared<const Sound>(
        Sound{.sampleRateHz = 48'000, .bits = 16, .samples = std::vector<std::int32_t>(4800)})};
    present(asked);
    ASSERT_TRUE(waitForPhase(Phase::answer));
    EXPECT_NE(shots[Phase::interval1], shots[Phase::fixation]);
    const QRect heading = screen().headingAt();
    EXPECT_NE(shots[Phase::answer].copy(heading), screen().page().copy(heading));
    EXPECT_EQ(shots[Phase::answer].copy(screen().boxAt(0)),
              screen().page().copy(screen().boxAt(0)));
    press(Qt::Key_1);
    ASSERT_TRUE(waitForTrial());
    EXPECT_TRUE(shown_->onsetMs[0].has_value());
}

TEST_F(RecognitionWindowTest, ChangedChoicesAreShown)
{
    open({});
    present(trial());
    ASSERT_TRUE(waitForPhase(Phase::answer));
    const QImage before = grab();
    press(Qt::Key_1);
    ASSERT_TRUE(waitForTrial());
    choices_ = std::make_shared<const std::vector<Choice>>(
        std::vector<Choice>{{.label = "cat"}, {.label = "dog", .icon = noise(40, 9)}});
    present(trial());
    ASSERT_TRUE(waitForPhase(Phase::answer));
    EXPECT_NE(grab(), before);
    EXPECT_EQ(grab(), screen().page());
}

TEST_F(RecognitionWindowTest, ATrialWithoutSuitableChoicesIsRefused)
{
    open({});
    TrialView without = trial();
    without.choices = nullptr;
    EXPECT_THROW(present(without), InternalError);
    TrialView one = trial();
    one.choices = std::make_shared<const std::vector<Choice>>(1);
    EXPECT_THROW(present(one), InternalError);
    EXPECT_THROW(present(trial(12)), InternalError);
    TrialView other = trial();
    other.correctAnswer = Answer::first;
    EXPECT_THROW(present(other), InternalError);
    TrialView two = trial();
    two.stimuli.push_back(noise(64, 2));
    EXPECT_THROW(present(two), InternalError);
}

} // namespace
} // namespace mlab::ui
