// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "ui/trial/headless_presenter.h"

#include <QDateTime>
#include <QElapsedTimer>
#include <QEventLoop>
#include <QTest>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace mlab::ui {
namespace {

using experiments::Interlude;
using experiments::Presentation;
using experiments::TrialView;

TrialView viewWith(Answer answer, double rtMs)
{
    TrialView view;
    view.simulated = experiments::SimulatedAnswer{.answer = answer, .rtMs = rtMs};
    return view;
}

Presentation shownBy(HeadlessPresenter& presenter, const TrialView& view)
{
    std::optional<Presentation> shown;
    presenter.present(view, [&](Presentation p) { shown = std::move(p); });
    EXPECT_FALSE(shown) << "the event loop must run in every trial";
    EXPECT_TRUE(QTest::qWaitFor([&] { return shown.has_value(); }, 5000));
    return shown.value_or(Presentation{});
}

TEST(HeadlessPresenter, FastPaceReportsTheIdealTimesAndTheSimulatedAnswer)
{
    HeadlessPresenter presenter({}, Pace::fast);
    const Presentation shown = shownBy(presenter, viewWith(Answer::second, 612.75));
    EXPECT_EQ(shown.response, Answer::second);
    EXPECT_EQ(shown.rtMs, 612.75);
    EXPECT_NEAR(shown.onsetMs[0].value(), 1500, 1e-6);
    EXPECT_NEAR(shown.onsetMs[1].value(), 2200, 1e-6);
    EXPECT_NEAR(shown.onsetMs[2].value(), 2900, 1e-6);
    EXPECT_EQ(shown.droppedFrames, 0);
    EXPECT_THAT(shown.flags, testing::IsEmpty());
    EXPECT_TRUE(QDateTime::fromString(QString::fromStdString(shown.startedAt), Qt::ISODateWithMs)
                    .isValid());
}

TEST(HeadlessPresenter, SoundsLastAsLongAsTheyAreAndOnsetsAreExactToTheSample)
{
    const experiments::Timing timing{.fixationMs = 100.01, .intervalMs = 1, .gapMs = 50.02};
    HeadlessPresenter presenter(timing, Pace::fast);
    TrialView view = viewWith(Answer::first, 500);
    for (const std::size_t length : {4801U, 9600U, 4800U}) {
        view.stimuli.emplace_back(std::make_shared<const Sound>(Sound{
            .sampleRateHz = 48'000, .bits = 16, .samples = std::vector<std::int32_t>(length)}));
    }
    const Presentation shown = shownBy(presenter, view);
    EXPECT_DOUBLE_EQ(shown.onsetMs[0].value(), 4800 / 48.0);
    EXPECT_DOUBLE_EQ(shown.onsetMs[1].value(), (4800 + 4801 + 2401) / 48.0);
    EXPECT_DOUBLE_EQ(shown.onsetMs[2].value(), (4800 + 4801 + 2401 + 9600 + 2401) / 48.0);
    EXPECT_EQ(shown.droppedFrames, 0);
    view.stimuli[1] = SoundPtr();
    EXPECT_THROW(presenter.present(view, [](const Presentation&) {}), InternalError);
}

TEST(HeadlessPresenter, RecognitionHasOneIntervalAndAnswersACategory)
{
    HeadlessPresenter presenter({}, Pace::fast);
    TrialView view = viewWith(categoryAnswer(5), 700);
    view.task = Task::recognition;
    view.choices = std::make_shared<const std::vector<experiments::Choice>>(16);
    view.correctAnswer = categoryAnswer(3);
    view.feedback = true;
    const Presentation seen = shownBy(presenter, view);
    EXPECT_EQ(seen.response, categoryAnswer(5));
    EXPECT_EQ(seen.rtMs, 700);
    EXPECT_NEAR(seen.onsetMs[0].value(), 1500, 1e-6);
    EXPECT_FALSE(seen.onsetMs[1].has_value());
    EXPECT_FALSE(seen.onsetMs[2].has_value());

    view.stimuli = {std::make_shared<const Sound>(
        Sound{.sampleRateHz = 20'000, .bits = 16, .samples = std::vector<std::int32_t>(40'000)})};
    const Presentation heard = shownBy(presenter, view);
    EXPECT_DOUBLE_EQ(heard.onsetMs[0].value(), 1500);
    EXPECT_FALSE(heard.onsetMs[1].has_value());
}

TEST(HeadlessPresenter, AnAnswerWithoutDelayIsStillAnAnswer)
{
    HeadlessPresenter presenter({}, Pace::fast);
    EXPECT_EQ(shownBy(presenter, viewWith(Answer::first, 0)).response, Answer::first);
}

TEST(HeadlessPresenter, RealPaceTakesAsLongAsTheTrial)
{
    const experiments::Timing brief{
        .fixationMs = 100, .intervalMs = 50, .gapMs = 50, .beforeAnswerMs = 50, .feedbackMs = 100};
    HeadlessPresenter presenter(brief, Pace::real);
    TrialView view = viewWith(Answer::first, 60);
    view.feedback = true;
    QElapsedTimer timer;
    timer.start();
    shownBy(presenter, view);
    EXPECT_GE(timer.elapsed(), 100 + 3 * 50 + 2 * 50 + 50 + 60 + 100 - 1);
}

TEST(HeadlessPresenter, WaitingContinuesAtOnceAndTheOthersThroughTheEventLoop)
{
    HeadlessPresenter presenter({}, Pace::fast);
    int done = 0;
    presenter.interlude({.kind = Interlude::Kind::waiting, .text = {}}, [&] { ++done; });
    EXPECT_EQ(done, 1);
    for (const auto kind : {Interlude::Kind::ready, Interlude::Kind::resumed, Interlude::Kind::rest,
                            Interlude::Kind::end}) {
        const int before = done;
        presenter.interlude({.kind = kind, .text = {}}, [&] { ++done; });
        EXPECT_EQ(done, before);
        EXPECT_TRUE(QTest::qWaitFor([&] { return done == before + 1; }, 5000));
    }
}

TEST(HeadlessPresenter, TrialsThatAskForTheNextDoNotPileUp)
{
    HeadlessPresenter presenter({}, Pace::fast);
    int trials = 0;
    QEventLoop loop;
    std::function<void()> next = [&] {
        presenter.present(viewWith(Answer::first, 500), [&](const Presentation&) {
            if (++trials == 20'000) {
                loop.quit();
            } else {
                next();
            }
        });
    };
    next();
    loop.exec();
    EXPECT_EQ(trials, 20'000);
}

TEST(HeadlessPresenter, RefusesATrialForAPerson)
{
    HeadlessPresenter presenter({}, Pace::real);
    EXPECT_THROW(presenter.present(TrialView{}, [](const Presentation&) {}), InvalidArgument);
}

} // namespace
} // namespace mlab::ui
