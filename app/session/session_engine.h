// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/live_session_options.h"
#include "app/session/session_inputs.h"
#include "app/session/session_network.h"
#include "core/stimulus/stimulus.h"
#include "core/trial/probe.h"
#include "core/trial/recognition.h"
#include "experiments/design/design.h"
#include "experiments/presentation/presenter.h"
#include "stimuli/worker/engine_info.h"
#include "stimuli/worker/probe_worker.h"

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <thread>
#include <vector>

namespace mlab::app {

/// What the engine has made ready before the first trial.
struct EngineReady {
    stimuli::EngineInfo info;
    RecognitionStimuli stimuli = {};               ///< recognition: all that the session shows
    std::vector<experiments::Choice> choices = {}; ///< likewise: the categories with their icons
    CategoryEvidence evidence = {}; ///< likewise, for the network that answers, if one does
    std::string networkJson = {}; ///< of that network, see networkJson(); of both kinds of session
    /// For Design::highestLevels; empty if it was not to be measured.
    std::vector<double> highestLevels = {};
};

/// The engine of a session, on a thread of its own: it makes probes ahead of the trials, or all
/// stimuli of a recognition session before the first one. Belongs to the GUI thread, on which it
/// calls its callbacks; none is called after it is destroyed.
class SessionEngine {
public:
    struct Callbacks {
        stimuli::Progress progress; ///< until it is ready
        /// Called once, with what is ready or with why nothing is.
        std::function<void(EngineReady, std::exception_ptr)> ready;
        /// Called on the engine's own thread before a recognition session's stimuli are made.
        /// @throws what makes the session impossible
        std::function<void(const stimuli::EngineInfo&)> check;
    };

    /// @param inputs its design, and the network that answers, if one does
    /// @param seed of the session
    /// @param measureReach  before it is ready, if it is not a session of recognition
    SessionEngine(const LiveSessionOptions& options, const SessionInputs& inputs,
                  std::uint64_t seed, bool measureReach, Callbacks callbacks);
    SessionEngine(const SessionEngine&) = delete;
    SessionEngine& operator=(const SessionEngine&) = delete;
    ~SessionEngine() = default;

    /// Of a session that is not one of recognition.
    ProbeSource& probes() { return *generator_; }

private:
    struct Alive {};

    stimuli::Progress progressOnGui() const;
    void startGenerator(const LiveSessionOptions& options, const SessionInputs& inputs,
                        bool measureReach);
    void startRecognition(const LiveSessionOptions& options, const SessionInputs& inputs,
                          std::uint64_t seed);

    Callbacks callbacks_;
    /// Tasks that reach the GUI thread after this object is gone find it expired.
    std::shared_ptr<Alive> alive_ = std::make_shared<Alive>();
    std::unique_ptr<stimuli::ProbeWorker> generator_;
    std::jthread recognition_; ///< stops before what its tasks use is gone
};

} // namespace mlab::app
