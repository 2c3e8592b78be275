// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/number_text.h"
#include "experiments/observers/observer.h"
#include "experiments/session/session_runner.h"
#include "tests/experiments/session/session_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace mlab::experiments {
namespace {

using namespace test; // NOLINT: the helpers of these tests
using Log = std::vector<std::string>;
using testing::ElementsAre;
using testing::HasSubstr;

std::string nameOf(const ProbeRequest& request)
{
    return request.layer + (request.direction == Direction::plus ? "+" : "-") +
           shortNumber(request.level) + "@" + request.references.front();
}

class FakeSource : public ProbeSource {
public:
    explicit FakeSource(Log& log) : log_(log) {}

    void want(std::vector<ProbeRequest> requests) override { wanted = std::move(requests); }

    void fetch(const ProbeRequest& request, Done done) override
    {
        log_.push_back("fetch " + nameOf(request));
        fetched.push_back(request);
        foreseen.push_back(std::ranges::count(wanted, request) > 0);
        done_ = std::move(done);
        if (atOnce) {
            deliver();
        }
    }

    void deliver()
    {
        if (error) {
            reply({.probe = nullptr, .error = error});
            return;
        }
        auto probe = std::make_shared<Probe>();
        probe->reference = reference;
        probe->probe = changed;
        probe->referenceId = fetched.back().references.front();
        probe->levelAchieved = converged ? fetched.back().level : fetched.back().level / 2;
        probe->converged = converged;
        reply({.probe = std::move(probe), .error = nullptr});
    }

    void reply(ProbeReply reply)
    {
        // A copy: the callback may ask for the next probe.
        const Done done = done_;
        done(std::move(reply));
    }

    bool atOnce = true;
    bool converged = true;
    std::exception_ptr error;
    ImagePtr reference = std::make_shared<RgbImage>();
    ImagePtr changed = std::make_shared<RgbImage>();
    std::vector<ProbeRequest> wanted;
    std::vector<ProbeRequest> fetched;
    std::vector<bool> foreseen;

private:
    Log& log_;
    Done done_;
};

class FakeSink : public TrialSink {
public:
    explicit FakeSink(Log& log) : log_(log) {}

    void commit(const TrialRecord& record) override
    {
        failIfAsked();
        log_.push_back("commit " + std::to_string(record.trialIndex));
        records.push_back(record);
    }
    void commit(const RecognitionRecord& record) override
    {
        failIfAsked();
        log_.push_back("commit " + std::to_string(record.trialIndex));
        recognised.push_back(record);
    }
    void markFinished() override
    {
        failIfAsked();
        log_.emplace_back("finished");
    }
    void markRunEnded(const std::string& /*soundJson*/) override { log_.emplace_back("ended"); }

    int failures = 0;
    std::vector<TrialRecord> records;
    std::vector<RecognitionRecord> recognised;

private:
    void failIfAsked()
    {
        if (failures > 0) {
            --failures;
            log_.emplace_back("refused");
            throw DatabaseError("disk full");
        }
    }

    Log& log_;
};

class FakePresenter : public Presenter {
public:
    explicit FakePresenter(Log& log) : log_(log) {}

    void interlude(const Interlude& what, std::function<void()> done) override
    {
        static const std::vector<std::string> kNames = {"waiting", "ready", "resumed", "rest",
                                                        "end"};
        log_.push_back(kNames.at(static_cast<std::size_t>(what.kind)));
        last = what;
        if (what.kind == Interlude::Kind::waiting || atOnce) {
            done();
        } else {
            goOn = std::move(done);
        }
    }

    void present(const TrialView& view, std::function<void(Presentation)> done) override
    {
        log_.emplace_back("show");
        views.push_back(view);
        answer_ = std::move(done);
        if (atOnce) {
            answer();
        }
    }

    void onQuit(std::function<void()> quitCallback) override { quit = std::move(quitCallback); }

    void answer(std::vector<std::string> flags = {})
    {
        const auto done = answer_;
        const auto simulated = views.back().simulated;
        done({.response = simulated ? simulated->answer : views.back().correctAnswer,
              .rtMs = simulated ? simulated->rtMs : 432.0,
              .onsetMs = {1500, 2200, 2900},
              .droppedFrames = 3,
              .flags = std::move(flags),
              .startedAt = "2025-01-01T00:00:00.000Z"});
    }

    bool atOnce = true;
    Interlude last;
    std::vector<TrialView> views;
    std::function<void()> goOn;
    std::function<void()> quit;

private:
    Log& log_;
    std::function<void(Presentation)> answer_;
};

ProbeAnswer answerOf(const std::optional<Observer>& observer)
{
    if (!observer) {
        return {};
    }
    return [observer](const TrialPlan& plan, const Probe& shown) {
        return observer->answer(plan, shown.levelAchieved);
    };
}

class Runner : public testing::Test {
protected:
    Runner() { design_.practice.trials = 0; }

    void start(SessionRunner::Options options = {}, const std::optional<Observer>& observer = {})
    {
        start(sessionOf(design_), options, observer);
    }

    void start(Session session, SessionRunner::Options options = {},
               const std::optional<Observer>& observer = {})
    {
        // No two readings of a real clock are the same.
        hooks_.nowMs = [this] { return nowMs_ += kTickMs; };
        hooks_.onEnd = [this](EndReason reason, const std::exception_ptr& error) {
            ++ends_;
            reason_ = reason;
            try {
                if (error) {
                    std::rethrow_exception(error);
                }
            } catch (const std::exception& e) {
                error_ = e.what();
            }
        };
        runner_ = std::make_unique<SessionRunner>(
            probeFlow(std::move(session), source_, sink_, answerOf(observer)), presenter_, options,
            hooks_);
        runner_->start();
    }

    std::string fetchOf(const std::optional<TrialPlan>& plan) const
    {
        return "fetch " + nameOf(plan.value().request);
    }

    Log log_;
    FakeSource source_{log_};
    FakeSink sink_{log_};
    FakePresenter presenter_{log_};
    Design design_ = designOf({"band", "texture"});
    SessionRunner::Hooks hooks_;
    static constexpr double kTickMs = 0.25;
    double nowMs_ = 1000;
    int ends_ = 0;
    std::optional<EndReason> reason_;
    std::string error_;
    std::unique_ptr<SessionRunner> runner_;
};

TEST_F(Runner, CommitsEachAnswerBeforeItAsksForTheNextProbe)
{
    start({.maxTrials = 3});
    Session session = sessionOf(design_);
    std::vector<std::string> expected;
    for (int trial = 0; trial < 3; ++trial) {
        expected.push_back(fetchOf(session.next()));
        if (trial == 0) {
            expected.emplace_back("ready");
        }
        expected.emplace_back("show");
        expected.push_back("commit " + std::to_string(trial));
        session.applyAnswer(true);
    }
    EXPECT_EQ(log_, expected);
    EXPECT_EQ(reason_, EndReason::stopped);
    EXPECT_EQ(ends_, 1);
}

TEST_F(Runner, AnEndedSessionIsMarkedAndThanked)
{
    for (auto& measured : design_.dimensions) {
        std::get<StaircaseSpec>(measured.procedure).stopTrials = 5;
    }
    start();
    EXPECT_EQ(sink_.records.size(), 20U);
    ASSERT_GE(log_.size(), 3U);
    EXPECT_EQ(Log(log_.end() - 3, log_.end()), (Log{"commit 19", "finished", "end"}));
    EXPECT_EQ(reason_, EndReason::finished);
    EXPECT_EQ(ends_, 1);
}

TEST_F(Runner, ASessionThatHadItsLastTrialBeforeACrashIsOnlyMarked)
{
    for (auto& measured : design_.dimensions) {
        std::get<StaircaseSpec>(measured.procedure).stopTrials = 1;
    }
    Session session = sessionOf(design_);
    runToEnd(session, [](const TrialPlan&) { return true; });
    start(session);
    EXPECT_THAT(log_, ElementsAre("finished", "end"));
    EXPECT_EQ(reason_, EndReason::finished);
}

TEST_F(Runner, ThousandsOfTrialsAnsweredAtOnceDoNotGrowTheStack)
{
    for (auto& measured : design_.dimensions) {
        std::get<StaircaseSpec>(measured.procedure).stopReversals.reset();
        std::get<StaircaseSpec>(measured.procedure).stopTrials = 5000;
    }
    start();
    EXPECT_EQ(sink_.records.size(), 20'000U);
}

TEST_F(Runner, ARecordHoldsWhatWasPlannedShownAndAnswered)
{
    source_.converged = false;
    presenter_.atOnce = false;
    start({.maxTrials = 1});
    presenter_.goOn();
    presenter_.answer({flag::kPaused});
    const auto plan = sessionOf(design_).next().value();
    ASSERT_EQ(sink_.records.size(), 1U);
    const auto& record = sink_.records.front();
    EXPECT_EQ(firstDifference(plan, record), std::nullopt);
    EXPECT_EQ(record.levelAchieved, plan.request.level / 2);
    EXPECT_FALSE(record.converged);
    EXPECT_THAT(record.flags, ElementsAre(flag::kPaused, flag::kAtLimit));
    EXPECT_EQ(record.response, plan.correctAnswer);
    EXPECT_TRUE(record.correct);
    EXPECT_EQ(record.rtMs, 432.0);
    EXPECT_EQ(record.onsetMs, (std::array<std::optional<double>, 3>{1500, 2200, 2900}));
    EXPECT_EQ(record.droppedFrames, 3);
    EXPECT_EQ(record.startedAt, "2025-01-01T00:00:00.000Z");
    EXPECT_EQ(sink_.records.size(), 1U);
}

TEST_F(Runner, ShowsReferenceAndProbeInTheOrderOfThePlan)
{
    start({.maxTrials = 40});
    ASSERT_EQ(presenter_.views.size(), 40U);
    for (std::size_t i = 0; i < 40; ++i) {
        std::string shown;
        for (const auto& stimulus : presenter_.views[i].stimuli) {
            shown += stimulus == Stimulus(source_.reference) ? 'R' : 'P';
        }
        EXPECT_EQ(shown, sink_.records[i].intervalOrder);
        EXPECT_EQ(presenter_.views[i].eccentricityDeg, 8.0);
        EXPECT_EQ(presenter_.views[i].correctAnswer, sink_.records[i].correctAnswer);
    }
}

TEST_F(Runner, FeedbackIsThePracticesThenTheDesigns)
{
    design_.practice = {.trials = 2, .level = 2.0, .feedback = true};
    start({.maxTrials = 4});
    std::vector<bool> feedback;
    for (const auto& view : presenter_.views) {
        feedback.push_back(view.feedback);
    }
    EXPECT_EQ(feedback, (std::vector<bool>{true, true, false, false}));
    EXPECT_EQ(std::ranges::count(log_, "ready"), 2) << "at the start and after the practice";
}

TEST_F(Runner, ADifferenceThatCouldNotBeShownGetsNoFeedback)
{
    design_.practice = {.trials = 2, .level = 2.0, .feedback = true};
    source_.converged = false;
    start({.maxTrials = 2});
    for (const auto& view : presenter_.views) {
        EXPECT_FALSE(view.feedback);
    }
}

TEST_F(Runner, EveryProbeOfASessionWasForeseen)
{
    for (auto& measured : design_.dimensions) {
        std::get<StaircaseSpec>(measured.procedure).stopTrials = 12;
    }
    design_.practice.trials = 3;
    design_.breakEveryTrials = 7;
    start();
    EXPECT_EQ(std::ranges::count(source_.foreseen, true), 3 + 48);
}

TEST_F(Runner, ABreakIsARestThenReady)
{
    design_.breakEveryTrials = 2;
    start({.maxTrials = 3});
    Log interludes;
    std::ranges::copy_if(log_, std::back_inserter(interludes),
                         [](const auto& e) { return !e.starts_with("fetch"); });
    EXPECT_THAT(interludes, ElementsAre("ready", "show", "commit 0", "show", "commit 1", "rest",
                                        "ready", "show", "commit 2"));
}

TEST_F(Runner, TheRestTellsHowMuchIsDone)
{
    design_.breakEveryTrials = 2;
    for (auto& measured : design_.dimensions) {
        std::get<StaircaseSpec>(measured.procedure).stopTrials = 2;
    }
    presenter_.atOnce = false;
    start();
    presenter_.goOn();
    presenter_.answer();
    presenter_.answer();
    EXPECT_EQ(presenter_.last.kind, Interlude::Kind::rest);
    EXPECT_DOUBLE_EQ(presenter_.last.fraction, 0.25);
}

TEST_F(Runner, AResumedSessionStartsWithWelcomeBackEvenWhereABreakWasDue)
{
    design_.breakEveryTrials = 2;
    Session session = sessionOf(design_);
    runToEnd(
        session, [](const TrialPlan&) { return true; }, 2);
    const auto plan = session.next();
    start(session, {.maxTrials = 1});
    EXPECT_THAT(log_, ElementsAre(fetchOf(plan), "resumed", "show", "commit 2"));
}

TEST_F(Runner, TheParticipantWaitsWhileTheFirstProbeIsMadeAndIsThenAsked)
{
    source_.atOnce = false;
    presenter_.atOnce = false;
    start();
    EXPECT_EQ(log_.back(), "waiting");
    EXPECT_EQ(source_.wanted.front(), source_.fetched.front());
    EXPECT_GT(source_.wanted.size(), 1U);
    nowMs_ += 20'000;
    source_.deliver();
    EXPECT_EQ(log_.back(), "ready");
    nowMs_ += 5'000;
    presenter_.goOn();
    EXPECT_EQ(log_.back(), "show");
    presenter_.answer();
    EXPECT_EQ(sink_.records.at(0).waitMs, 0.0) << "it was there when the participant went on";
}

TEST_F(Runner, TheWaitIsFromAskingToDelivery)
{
    presenter_.atOnce = false;
    start();
    presenter_.goOn();
    source_.atOnce = false;
    presenter_.answer();
    EXPECT_EQ(log_.back(), "waiting");
    nowMs_ += 350;
    source_.deliver();
    nowMs_ += 4000;
    source_.atOnce = true;
    presenter_.answer();
    EXPECT_EQ(log_.back(), "show") << "no waiting screen when the probe is there";
    presenter_.answer();
    ASSERT_EQ(sink_.records.size(), 3U);
    EXPECT_EQ(sink_.records[0].waitMs, 0.0);
    EXPECT_EQ(sink_.records[1].waitMs, 350.0 + kTickMs);
    EXPECT_EQ(sink_.records[2].waitMs, 0.0);
}

TEST_F(Runner, AnAnswerTheStoreRefusesIsKeptUntilItTakesIt)
{
    std::function<void()> retry;
    hooks_.onCommitFailed = [&](const std::exception_ptr& error, std::function<void()> again) {
        EXPECT_THROW(std::rethrow_exception(error), DatabaseError);
        retry = std::move(again);
    };
    sink_.failures = 2;
    start({.maxTrials = 2});
    EXPECT_EQ(log_.back(), "refused");
    EXPECT_TRUE(sink_.records.empty());
    EXPECT_EQ(std::ranges::count(log_, "show"), 1) << "a trial counts when it is stored";
    retry();
    EXPECT_EQ(log_.back(), "refused");
    retry();
    EXPECT_EQ(sink_.records.size(), 2U);
    EXPECT_EQ(reason_, EndReason::stopped);
}

TEST_F(Runner, ARetryStoresTheSameAnswerOnce)
{
    std::vector<std::function<void()>> retries;
    hooks_.onCommitFailed = [&](const std::exception_ptr&, std::function<void()> again) {
        retries.push_back(std::move(again));
    };
    presenter_.atOnce = false;
    sink_.failures = 1;
    start();
    presenter_.goOn();
    presenter_.answer({flag::kEarlyKey});
    ASSERT_EQ(retries.size(), 1U);
    retries[0]();
    retries[0]();
    ASSERT_EQ(sink_.records.size(), 1U);
    EXPECT_THAT(sink_.records[0].flags, ElementsAre(flag::kEarlyKey));
    EXPECT_EQ(log_.back(), "show") << "and the session goes on";
}

TEST_F(Runner, WithoutAHookARefusedAnswerEndsTheRunWithTheStoresError)
{
    sink_.failures = 1;
    start();
    EXPECT_EQ(reason_, EndReason::failed);
    EXPECT_EQ(error_, "disk full");
    EXPECT_EQ(std::ranges::count_if(log_, [](auto& e) { return e.starts_with("fetch"); }), 1);
}

TEST_F(Runner, QuittingOverARefusedAnswerIsAFailureNotAQuit)
{
    hooks_.onCommitFailed = [&](const std::exception_ptr&, const std::function<void()>&) {
        runner_->quit();
    };
    presenter_.atOnce = false;
    sink_.failures = 1;
    start();
    presenter_.goOn();
    presenter_.answer();
    EXPECT_EQ(reason_, EndReason::failed);
    EXPECT_EQ(error_, "disk full");
}

TEST_F(Runner, ARefusedEndCanBeTriedAgain)
{
    for (auto& measured : design_.dimensions) {
        std::get<StaircaseSpec>(measured.procedure).stopTrials = 1;
    }
    Session session = sessionOf(design_);
    runToEnd(session, [](const TrialPlan&) { return true; });
    std::function<void()> retry;
    hooks_.onCommitFailed = [&](const std::exception_ptr&, std::function<void()> again) {
        retry = std::move(again);
    };
    sink_.failures = 1;
    start(session);
    EXPECT_EQ(reason_, std::nullopt);
    retry();
    EXPECT_THAT(log_, ElementsAre("refused", "finished", "end"));
    EXPECT_EQ(reason_, EndReason::finished);
}

TEST_F(Runner, AnErrorOfTheGeneratorEndsTheRunAfterTheStoredTrials)
{
    presenter_.atOnce = false;
    start();
    presenter_.goOn();
    source_.error = std::make_exception_ptr(NumericError("the weights hold NaN"));
    presenter_.answer();
    EXPECT_EQ(sink_.records.size(), 1U);
    EXPECT_EQ(reason_, EndReason::failed);
    EXPECT_EQ(error_, "the weights hold NaN");
    EXPECT_EQ(ends_, 1);
}

TEST_F(Runner, AnEmptyReplyIsAnError)
{
    source_.atOnce = false;
    start();
    source_.reply({});
    EXPECT_EQ(reason_, EndReason::failed);
    EXPECT_THAT(error_, HasSubstr("neither a probe nor an error"));
}

TEST_F(Runner, QuittingDuringATrialStoresNothingOfIt)
{
    presenter_.atOnce = false;
    start();
    presenter_.goOn();
    presenter_.quit();
    EXPECT_EQ(reason_, EndReason::quit);
    presenter_.answer();
    presenter_.quit();
    EXPECT_TRUE(sink_.records.empty());
    EXPECT_EQ(ends_, 1);
}

TEST_F(Runner, QuittingWhileAProbeIsMadeIgnoresTheProbe)
{
    source_.atOnce = false;
    start();
    runner_->quit();
    source_.deliver();
    EXPECT_EQ(reason_, EndReason::quit);
    EXPECT_TRUE(presenter_.views.empty());
}

TEST_F(Runner, QuittingAtTheLastScreenIsStillTheEnd)
{
    for (auto& measured : design_.dimensions) {
        std::get<StaircaseSpec>(measured.procedure).stopTrials = 1;
    }
    Session session = sessionOf(design_);
    runToEnd(session, [](const TrialPlan&) { return true; });
    presenter_.atOnce = false;
    start(session);
    presenter_.quit();
    EXPECT_EQ(reason_, EndReason::finished);
}

TEST_F(Runner, AnAnswerGivenTwiceCountsOnce)
{
    presenter_.atOnce = false;
    source_.atOnce = true;
    start();
    presenter_.goOn();
    source_.atOnce = false;
    presenter_.answer();
    presenter_.answer();
    EXPECT_EQ(sink_.records.size(), 1U);
}

TEST_F(Runner, MayBeDestroyedByWhoIsToldOfItsEnd)
{
    hooks_.onTrialDone = [this](const Presentation& /*shown*/) { runner_->quit(); };
    presenter_.atOnce = false;
    start();
    presenter_.goOn();
    presenter_.answer();
    EXPECT_EQ(reason_, EndReason::quit);

    auto hooks = hooks_;
    hooks.onTrialDone = {};
    std::unique_ptr<SessionRunner> mortal;
    hooks.onEnd = [&](EndReason, const std::exception_ptr&) { mortal.reset(); };
    mortal = std::make_unique<SessionRunner>(probeFlow(sessionOf(design_), source_, sink_, {}),
                                             presenter_, SessionRunner::Options{}, hooks);
    mortal->start();
    presenter_.quit();
    EXPECT_EQ(mortal, nullptr);
    presenter_.goOn();
}

TEST_F(Runner, ASimulatedParticipantAnswersWhatItSees)
{
    const std::string text = R"({"type": "psychometric", "threshold_sd": 0.6, "slope": 3.5,
        "lapse": 0.02, "rt_ms": {"median": 600, "sigma": 0.2}, "seed": 11})";
    const auto observer = checkObserver(text, "observer.json", design_).observer.value();
    source_.converged = false;
    start({.maxTrials = 30}, observer);
    Session session = sessionOf(design_);
    for (const auto& record : sink_.records) {
        const auto expected = observer.answer(session.next().value(), record.levelRequested / 2);
        EXPECT_EQ(record.response, expected.answer);
        EXPECT_EQ(record.rtMs, expected.rtMs);
        session.apply(record);
    }
    EXPECT_EQ(session.trialsDone(), 30);
}

TEST_F(Runner, ARunCutOffAnywhereGoesOnAsIfItHadNotBeen)
{
    const std::string text = R"({"type": "psychometric", "threshold_sd": 0.6, "slope": 3.5,
        "lapse": 0.02, "rt_ms": {"median": 600, "sigma": 0.2}, "seed": 11})";
    const auto observer = checkObserver(text, "observer.json", design_).observer;
    design_.practice.trials = 2;
    start({}, observer);
    const auto whole = std::exchange(sink_.records, {});
    ASSERT_GT(whole.size(), 40U);
    for (const int cut : {1, 2, 3, 17, static_cast<int>(whole.size()) - 1}) {
        sink_.records.clear();
        start({.maxTrials = cut}, observer);
        Session session = sessionOf(design_);
        for (const auto& record : sink_.records) {
            session.apply(record);
        }
        start(session, {}, observer);
        ASSERT_EQ(sink_.records.size(), whole.size());
        for (std::size_t i = 0; i < whole.size(); ++i) {
            EXPECT_EQ(sink_.records[i].dimension, whole[i].dimension);
            EXPECT_EQ(sink_.records[i].levelRequested, whole[i].levelRequested);
            EXPECT_EQ(sink_.records[i].referenceId, whole[i].referenceId);
            EXPECT_EQ(sink_.records[i].intervalOrder, whole[i].intervalOrder);
            EXPECT_EQ(sink_.records[i].response, whole[i].response);
            EXPECT_EQ(sink_.records[i].rtMs, whole[i].rtMs);
        }
    }
}

} // namespace
} // namespace mlab::experiments
