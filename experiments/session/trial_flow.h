// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial/probe.h"
#include "core/trial/trial.h"
#include "experiments/presentation/presenter.h"
#include "experiments/session/recognition_session.h"
#include "experiments/session/session.h"

#include <exception>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace mlab::experiments {

/// The trials of a session as a SessionRunner runs them: which trial is next, its stimuli, and
/// where its answer is stored. All calls and callbacks are on one thread.
///
/// The calls of one trial come in this order: next(), fetch(), view(), commit() until it returns,
/// advance().
class TrialFlow {
public:
    struct OpenTrial {
        int trialIndex = 0;
        bool breakBefore = false;
        double progress = 0.0; ///< in [0, 1]
    };

    TrialFlow() = default;
    TrialFlow(const TrialFlow&) = delete;
    TrialFlow& operator=(const TrialFlow&) = delete;
    virtual ~TrialFlow() = default;

    virtual const Design& design() const = 0;
    /// The trial to show now; absent when the session is finished.
    virtual std::optional<OpenTrial> next() = 0;
    /// A screen is shown before the open trial: use the time to make its stimuli and later ones.
    virtual void prepare() = 0;
    /// Calls `done` when the open trial can be shown, or with the reason why it cannot; before
    /// returning, or later.
    virtual void fetch(std::function<void(std::exception_ptr)> done) = 0;
    /// The open trial, once it has been fetched.
    virtual TrialView view() = 0;
    /// Stores what happened. Returns when it is on disk.
    /// @throws DatabaseError  nothing was written
    virtual void commit(const Presentation& shown, double waitMs) = 0;
    /// Applies the stored trial to the session.
    virtual void advance() = 0;
    /// Stores that no trial is left. @throws DatabaseError
    virtual void markFinished() = 0;
};

/// Answers an open trial in place of a person; empty where a person answers. It must depend on
/// nothing else, so that a session that is resumed goes on as if it had not been interrupted.
using ProbeAnswer = std::function<SimulatedAnswer(const TrialPlan& plan, const Probe& shown)>;
using RecognitionAnswer = std::function<SimulatedAnswer(const RecognitionPlan& plan)>;

/// A session whose probes are made while it runs. Arguments passed by reference must outlive it.
/// @param session  with the stored trials already applied
/// @param lookAheadDepth  trials ahead for which probes are requested
std::unique_ptr<TrialFlow> probeFlow(Session session, ProbeSource& source, TrialSink& sink,
                                     ProbeAnswer simulated, int lookAheadDepth = 6);

/// A session of N-way recognition, whose stimuli have been made in advance.
/// @param session  with the stored trials already applied
/// @param choices  of the design's categories, in their order
/// @throws InternalError if one of session.stimuli() is missing
std::unique_ptr<TrialFlow> recognitionFlow(RecognitionSession session, RecognitionStimuli stimuli,
                                           std::vector<Choice> choices, TrialSink& sink,
                                           RecognitionAnswer simulated);

} // namespace mlab::experiments
