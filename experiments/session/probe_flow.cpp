// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "experiments/session/trial_flow.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace mlab::experiments {
namespace {

class ProbeFlow final : public TrialFlow {
public:
    ProbeFlow(Session session, ProbeSource& source, TrialSink& sink, ProbeAnswer simulated,
              int lookAheadDepth)
        : session_(std::move(session)), source_(source), sink_(sink),
          simulated_(std::move(simulated)), lookAheadDepth_(lookAheadDepth)
    {
    }

    const Design& design() const override { return session_.design(); }

    std::optional<OpenTrial> next() override
    {
        plan_ = session_.next();
        probe_ = nullptr;
        if (!plan_) {
            return std::nullopt;
        }
        return OpenTrial{.trialIndex = plan_->trialIndex,
                         .breakBefore = plan_->breakBefore,
                         .progress = plan_->progress};
    }

    void prepare() override
    {
        auto requests = session_.lookAhead(lookAheadDepth_);
        requests.insert(requests.begin(), plan_->request);
        source_.want(std::move(requests));
    }

    void fetch(std::function<void(std::exception_ptr)> done) override
    {
        open_ = std::make_shared<int>();
        source_.fetch(plan_->request, [this, done = std::move(done),
                                       open = std::weak_ptr(open_)](const ProbeReply& reply) {
            if (open.expired()) {
                return; // called twice, or no longer needed
            }
            open_.reset();
            probe_ = reply.probe;
            done(reply.error || reply.probe ? reply.error
                                            : std::make_exception_ptr(InternalError(
                                                  "the probe source returned neither a probe "
                                                  "nor an error for dimension " +
                                                  plan_->dimension.id())));
        });
    }

    TrialView view() override
    {
        source_.want(
            session_.lookAhead(lookAheadDepth_, !probe_->converged, probe_->levelAchieved));
        TrialView view;
        view.task = design().task;
        std::ranges::transform(
            plan_->intervals, std::back_inserter(view.stimuli), [this](Interval interval) {
                return interval == Interval::reference ? probe_->reference : probe_->probe;
            });
        view.eccentricityDeg = plan_->dimension.eccentricityDeg;
        view.correctAnswer = plan_->correctAnswer;
        // Nobody is told "wrong" about a difference that was not shown as planned.
        view.feedback =
            probe_->converged && (plan_->practice ? design().practice.feedback : design().feedback);
        if (simulated_) {
            view.simulated = simulated_(*plan_, *probe_);
        }
        return view;
    }

    void commit(const Presentation& shown, double waitMs) override
    {
        record_ = recordOf(shown, waitMs);
        sink_.commit(record_);
    }

    void advance() override { session_.apply(record_); }
    void markFinished() override { sink_.markFinished(); }

private:
    TrialRecord recordOf(const Presentation& shown, double waitMs) const
    {
        TrialRecord record{.trialIndex = plan_->trialIndex,
                           .blockIndex = plan_->blockIndex,
                           .practice = plan_->practice,
                           .dimension = plan_->dimension,
                           .procedure = plan_->procedure,
                           .levelRequested = plan_->request.level,
                           .levelAchieved = probe_->levelAchieved,
                           .residualMax = probe_->residualMax,
                           .converged = probe_->converged,
                           .referenceId = probe_->referenceId,
                           .referenceSha256 = probe_->referenceSha256,
                           .probeSha256 = probe_->probeSha256,
                           .intervalOrder = plan_->intervalOrder(),
                           .correctAnswer = plan_->correctAnswer,
                           .response = shown.response,
                           .correct = shown.response == plan_->correctAnswer,
                           .rtMs = shown.rtMs,
                           .onsetMs = shown.onsetMs,
                           .droppedFrames = shown.droppedFrames,
                           .generationMs = probe_->generationMs,
                           .cacheHit = probe_->cacheHit,
                           .waitMs = waitMs,
                           .flags = shown.flags,
                           .startedAt = shown.startedAt,
                           .metamersJson = probe_->metamersJson};
        if (!probe_->converged) {
            record.flags.emplace_back(plan_->dimension.metamers ? flag::kNotAccepted
                                                                : flag::kAtLimit);
        }
        return record;
    }

    Session session_;
    ProbeSource& source_;
    TrialSink& sink_;
    ProbeAnswer simulated_;
    int lookAheadDepth_;
    std::optional<TrialPlan> plan_; ///< the open trial
    std::shared_ptr<const Probe> probe_;
    TrialRecord record_;
    std::shared_ptr<int> open_; ///< while a probe is being fetched
};

} // namespace

std::unique_ptr<TrialFlow> probeFlow(Session session, ProbeSource& source, TrialSink& sink,
                                     ProbeAnswer simulated, int lookAheadDepth)
{
    return std::make_unique<ProbeFlow>(std::move(session), source, sink, std::move(simulated),
                                       lookAheadDepth);
}

} // namespace mlab::experiments
