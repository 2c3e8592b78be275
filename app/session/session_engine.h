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
    /// Of recognition and of whole metamers: all that the session shows.
    RecognitionStimuli stimuli = {};
    std::vector<experiments::Choice> choices = {}; ///< recognition: the categories with their icons
    CategoryEvidence evidence = {}; ///< likewise, for the network that answers, if one does
    experiments::PairDistances distances = {}; ///< of whole metamers, for that network
    std::string networkJson = {};              ///< of that network, see networkJson()
    /// For Design::highestLevels; empty if it was not to be measured.
    std::vector<double> highestLevels = {};
};

/// The engine of a session, on a thread of its own: it makes probes ahead of the trials, or all
/// stimuli of a session of recognition or of whole metamers before the first one. Belongs to the
/// GUI thread, on which it calls its callbacks; none is called after it is destroyed.
class SessionEngine {
public:
    struct Callbacks {
        stimuli::Progress progress; ///< until it is ready
        /// Called once, with what is ready or with why nothing is.
        std::function<void(EngineReady, std::exception_ptr)> ready;
        /// Called on the engine's own thread before all stimuli of a session are made.
        /// @throws what makes the session impossible
        std::function<void(const stimuli::EngineInfo&)> check;
    };

    /// @param inputs its design, and the network that answers, if one does
    /// @param seed of the session
    /// @param measureReach  before it is ready, if probes are made while the session runs
    SessionEngine(const LiveSessionOptions& options, const SessionInputs& inputs,
                  std::uint64_t seed, bool measureReach, Callbacks callbacks);
    SessionEngine(const SessionEngine&) = delete;
    SessionEngine& operator=(const SessionEngine&) = delete;
    ~SessionEngine() = default;

    /// Of a session whose probes are made while it runs.
    ProbeSource& probes() { return *generator_; }

private:
    struct Alive {};

    stimuli::Progress progressOnGui() const;
    void startGenerator(const LiveSessionOptions& options, const SessionInputs& inputs,
                        bool measureReach);
    void startMaking(const LiveSessionOptions& options, const SessionInputs& inputs,
                     std::uint64_t seed);

    Callbacks callbacks_;
    /// Tasks that reach the GUI thread after this object is gone find it expired.
    std::shared_ptr<Alive> alive_ = std::make_shared<Alive>();
    std::unique_ptr<stimuli::ProbeWorker> generator_;
    std::jthread making_; ///< stops before what its tasks use is gone
};

} // namespace mlab::app
