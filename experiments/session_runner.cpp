// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/session_runner.h"

#include "core/error.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mlab::experiments {
namespace {

TrialView viewOf(const TrialPlan& plan, const Probe& probe, const Design& design)
{
    TrialView view;
    view.task = design.task;
    std::ranges::transform(
        plan.intervals, std::back_inserter(view.stimuli), [&](Interval interval) {
            return interval == Interval::reference ? probe.reference : probe.probe;
        });
    view.eccentricityDeg = plan.dimension.eccentricityDeg;
    view.correctAnswer = plan.correctAnswer;
    view.feedback = plan.practice ? design.practice.feedback : design.feedback;
    return view;
}

TrialRecord recordOf(const TrialPlan& plan, const Probe& probe, const Presentation& presentation,
                     double waitMs)
{
    TrialRecord record{.trialIndex = plan.trialIndex,
                       .blockIndex = plan.blockIndex,
                       .practice = plan.practice,
                       .dimension = plan.dimension,
                       .procedure = plan.procedure,
                       .levelRequested = plan.request.level,
                       .levelAchieved = probe.levelAchieved,
                       .residualMax = probe.residualMax,
                       .converged = probe.converged,
                       .referenceId = probe.referenceId,
                       .referenceSha256 = probe.referenceSha256,
                       .probeSha256 = probe.probeSha256,
                       .intervalOrder = plan.intervalOrder(),
                       .correctAnswer = plan.correctAnswer,
                       .response = presentation.response,
                       .correct = presentation.response == plan.correctAnswer,
                       .rtMs = presentation.rtMs,
                       .onsetMs = presentation.onsetMs,
                       .droppedFrames = presentation.droppedFrames,
                       .generationMs = probe.generationMs,
                       .cacheHit = probe.cacheHit,
                       .waitMs = waitMs,
                       .flags = presentation.flags,
                       .startedAt = presentation.startedAt};
    if (!probe.converged) {
        record.flags.emplace_back(flag::kAtLimit);
    }
    return record;
}

} // namespace

SessionRunner::SessionRunner(Session session, ProbeSource& source, TrialSink& sink,
                             Presenter& presenter, std::optional<Observer> observer,
                             Options options, Hooks hooks)
    : session_(std::move(session)), source_(source), sink_(sink), presenter_(presenter),
      observer_(std::move(observer)), options_(options), hooks_(std::move(hooks))
{
    if (!hooks_.nowMs || !hooks_.onEnd) {
        throw InvalidArgument("a session runner needs a clock and something to call at the end");
    }
}

void SessionRunner::run(Step step)
{
    if (!alive_) {
        return;
    }
    steps_.push_back(std::move(step));
    if (running_) {
        return;
    }
    running_ = true;
    // A step can end the run, and whoever is told may destroy this object.
    const std::weak_ptr<int> alive = alive_;
    while (!alive.expired() && !steps_.empty()) {
        const Step next = std::move(steps_.front());
        steps_.pop_front();
        try {
            next();
        } catch (...) {
            if (alive.expired()) {
                throw;
            }
            end(EndReason::failed, std::current_exception());
        }
    }
    if (!alive.expired()) {
        running_ = false;
    }
}

template <typename Callback> auto SessionRunner::once(Callback step)
{
    return [this, alive = std::weak_ptr(alive_), ticket = ++ticket_,
            step = std::move(step)](auto... arguments) {
        if (!alive.expired() && ticket == ticket_) {
            ++ticket_;
            run([step, arguments...] { step(arguments...); });
        }
    };
}

void SessionRunner::start()
{
    presenter_.onQuit([this, alive = std::weak_ptr(alive_)] {
        if (!alive.expired()) {
            quit();
        }
    });
    run([this] { nextTrial(); });
}

void SessionRunner::quit()
{
    run([this] {
        if (unstored_) {
            end(EndReason::failed, unstored_);
        } else {
            end(allDone_ ? EndReason::finished : EndReason::quit);
        }
    });
}

void SessionRunner::nextTrial()
{
    plan_ = session_.next();
    probe_ = nullptr;
    if (!plan_) {
        finish();
        return;
    }
    if (options_.maxTrials && trialsDone_ >= *options_.maxTrials) {
        end(EndReason::stopped);
        return;
    }
    const int practiceTrials = session_.design().practice.trials;
    // A run begins at "Ready?" anyway, see takeProbe().
    const bool first = trialsDone_ == 0;
    const bool rest = !first && plan_->breakBefore;
    const bool practiceOver = !first && practiceTrials > 0 && plan_->trialIndex == practiceTrials;
    if (first || rest || practiceOver) {
        auto requests = session_.lookAhead(options_.lookAheadDepth);
        requests.insert(requests.begin(), plan_->request);
        source_.want(std::move(requests));
    }
    if (rest) {
        presenter_.interlude(
            {.kind = Interlude::Kind::rest, .text = {}, .fraction = plan_->progress},
            once([this] { ready(""); }));
    } else if (practiceOver) {
        ready("The practice is over. Your answers count from here on.");
    } else {
        fetchProbe();
    }
}

void SessionRunner::ready(const std::string& text)
{
    presenter_.interlude({.kind = Interlude::Kind::ready, .text = text}, once([this] {
                             if (probe_) {
                                 present();
                             } else {
                                 fetchProbe();
                             }
                         }));
}

void SessionRunner::fetchProbe()
{
    waiting_ = false;
    askedAtMs_ = hooks_.nowMs();
    auto done = once([this](const ProbeReply& reply) { takeProbe(reply); });
    const auto ticket = ticket_;
    source_.fetch(plan_->request, std::move(done));
    if (ticket == ticket_) {
        waiting_ = true;
        presenter_.interlude({.kind = Interlude::Kind::waiting, .text = "Preparing the images"},
                             [] {});
    }
}

void SessionRunner::takeProbe(const ProbeReply& reply)
{
    if (reply.error) {
        std::rethrow_exception(reply.error);
    }
    if (!reply.probe) {
        throw Error("the generator gave neither a probe nor an error for dimension " +
                    plan_->dimension.id());
    }
    probe_ = reply.probe;
    if (trialsDone_ == 0) {
        // Nobody waits before going on at "Ready?".
        waitMs_ = 0.0;
        ready("");
    } else {
        waitMs_ = waiting_ ? hooks_.nowMs() - askedAtMs_ : 0.0;
        present();
    }
}

void SessionRunner::present()
{
    source_.want(
        session_.lookAhead(options_.lookAheadDepth, !probe_->converged, probe_->levelAchieved));
    TrialView view = viewOf(*plan_, *probe_, session_.design());
    if (observer_) {
        view.simulated = observer_->answer(*plan_, probe_->levelAchieved);
    }
    presenter_.present(
        view, once([this](const Presentation& presentation) { takePresentation(presentation); }));
}

void SessionRunner::takePresentation(const Presentation& presentation)
{
    const TrialRecord record = recordOf(*plan_, *probe_, presentation, waitMs_);
    store([this, record] { sink_.commit(record); },
          [this, record] {
              session_.apply(record);
              ++trialsDone_;
              if (hooks_.onTrialDone) {
                  hooks_.onTrialDone(session_, record);
              }
              run([this] { nextTrial(); });
          });
}

void SessionRunner::store(const Step& write, const Step& then)
{
    try {
        write();
        unstored_ = nullptr;
    } catch (...) {
        unstored_ = std::current_exception();
    }
    if (!unstored_) {
        then();
    } else if (hooks_.onCommitFailed) {
        hooks_.onCommitFailed(unstored_, once([this, write, then] { store(write, then); }));
    } else {
        end(EndReason::failed, unstored_);
    }
}

void SessionRunner::finish()
{
    store([this] { sink_.markFinished(); },
          [this] {
              allDone_ = true;
              presenter_.interlude({.kind = Interlude::Kind::end, .text = {}},
                                   once([this] { end(EndReason::finished); }));
          });
}

void SessionRunner::end(EndReason reason, std::exception_ptr error)
{
    alive_.reset();
    const auto onEnd = std::move(hooks_.onEnd);
    onEnd(reason, std::move(error));
}

} // namespace mlab::experiments
