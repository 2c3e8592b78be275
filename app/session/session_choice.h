// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/live_session_options.h"
#include "app/session/session_inputs.h"
#include "data/trial_store.h"
#include "experiments/presentation/sound_level.h"
#include "stimuli/worker/engine_info.h"

#include <cstdint>
#include <optional>

namespace mlab::app {

/// The session of a run: a new one, or one that was interrupted and is resumed.
struct SessionChoice {
    SessionHeader header; ///< of a new session without what only the engine and the screen know
    bool resumed = false;
    int trialsDone = 0;
};

/// A random seed, short enough to be typed again.
std::uint64_t randomSeed();

/// The interrupted session of the same participant, design and seed if there is one, else a new
/// one.
/// @throws InvalidArgument if the design or the simulated participant has changed since the session
///         was started; DatabaseError
SessionChoice chooseSession(const data::TrialStore& store, const LiveSessionOptions& options,
                            const SessionInputs& inputs);

/// @throws InvalidArgument if a resumed session had other references, another model or another
/// basis
void requireSameEngine(const SessionChoice& session, const stimuli::EngineInfo& loaded);

/// @param networkJson of the network that answers, empty if none does
/// @throws InvalidArgument if another one answered the trials of a resumed session
void requireSameNetwork(const SessionChoice& session, const std::string& networkJson);

/// @throws InvalidArgument if the sounds of a resumed session's last trial were played at another
///         level
void requireSameLoudness(const data::TrialStore& store, const SessionChoice& session,
                         const experiments::PlaybackLevel& level);

/// The newest finished session that a run with these options would repeat: of the same participant
/// and design, and of the seed if they give one. None where an unfinished one would be resumed, or
/// with `startNew`. Needs a QCoreApplication. @throws BadInput, mlab::Error
std::optional<data::SessionSummary> finishedBefore(const LiveSessionOptions& options);

} // namespace mlab::app
