// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial/dimension.h"
#include "core/trial/probe.h"
#include "core/trial/recognition.h"
#include "core/trial/task.h"

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace mlab {

/// In place of a procedure's name: a trial whose answer is obvious, for participants who do not pay
/// attention.
inline constexpr const char* kCatchProcedure = "catch";

/// One trial as planned, before anything is shown.
struct TrialPlan {
    int trialIndex = 0; ///< 0, 1, ... over the whole session, practice included
    int blockIndex = 0; ///< -1 during practice, then 0, 1, ...
    bool practice = false;
    Dimension dimension;
    ProbeRequest request;            ///< level asked for, and the references in order
    std::vector<Interval> intervals; ///< in the order of presentation, 2 or 3
    Answer correctAnswer = Answer::first;
    bool breakBefore = false;   ///< a rest is due before this trial
    double progress = 0.0;      ///< share of the session that is done, in [0, 1]
    std::string procedure = {}; ///< what chose the level, as the trial table names it

    bool operator==(const TrialPlan&) const = default;
    /// "RPR": what the intervals show, R reference and P probe.
    std::string intervalOrder() const;
};

/// One completed trial: what was planned, what was shown, what was answered. This is what is
/// stored, and all that is needed to restore a session.
struct TrialRecord {
    int trialIndex = 0;
    int blockIndex = 0;
    bool practice = false;
    Dimension dimension;
    std::string procedure;
    double levelRequested = 0.0;
    double levelAchieved = 0.0;
    double residualMax = 0.0;
    bool converged = false;
    std::string referenceId;
    std::string referenceSha256;
    std::string probeSha256;
    std::string intervalOrder;
    Answer correctAnswer = Answer::first;
    Answer response = Answer::first;
    bool correct = false;
    double rtMs = 0.0; ///< from the first frame that asks for the answer
    /// Of each interval, ms after fixation onset: buffer swap, or the time at which the sound
    /// leaves the device. The third is absent where there are two.
    std::array<std::optional<double>, 3> onsetMs{};
    int droppedFrames = 0; ///< from fixation to the answer screen
    double generationMs = 0.0;
    bool cacheHit = false;
    double waitMs = 0.0;            ///< how long the participant waited for the probe
    std::vector<std::string> flags; ///< words of mlab::flag
    std::string startedAt;          ///< UTC, ISO 8601 with milliseconds, of fixation onset
    /// Of each metamer shown: how it was made, whether it was accepted, and its match at every
    /// layer, as a JSON list; empty where none was.
    std::string metamersJson = {};
};

/// Every word that may stand in TrialRecord::flags, for the data dictionary and the tests.
namespace flag {
inline constexpr const char* kAtLimit = "at_limit"; ///< no reference could make the move
/// A metamer shown is not as close to its reference as was asked for; the design allows that.
inline constexpr const char* kNotAccepted = "not_accepted";
inline constexpr const char* kEarlyKey = "early_key";   ///< an answer key before the answer screen
inline constexpr const char* kWrongKey = "wrong_key";   ///< a key that is not an answer
inline constexpr const char* kPaused = "paused";        ///< Esc; the trial was shown again
inline constexpr const char* kLostFocus = "lost_focus"; ///< window lost focus; shown again
/// An interval was not shown as planned (frames were late, or the program was stopped); shown
/// again.
inline constexpr const char* kBadTiming = "bad_timing";
/// The sound device ran out of samples; played again.
inline constexpr const char* kAudioUnderrun = "audio_underrun";
/// The sound device was disconnected; played again.
inline constexpr const char* kAudioDeviceLost = "audio_device_lost";
/// Whether the trial was presented more than once, so that the participant saw or heard more of it.
bool presentedAgain(const std::vector<std::string>& flags);
} // namespace flag

/// What is the same for every trial of a session; stored once, with the design's whole text.
struct SessionHeader {
    std::string sessionId;
    std::string participant;
    std::string designName;
    std::string designSha256;
    std::string designText;
    std::string designPath;
    std::uint64_t seed = 0;
    std::string modality;
    std::string model;
    std::string modelSha256;
    std::string basisSha256;    ///< of the basis files of all layers used, in the design's order
    std::string referencesJson; ///< [{"id":..., "sha256":...}, ...] in the session's order
    std::string synthesisJson;  ///< the synthesis spec in force, --references included
    std::string displayJson;    ///< screen, refresh, geometry as measured at the session's start
    std::string observerJson;   ///< the simulated participant's file, empty for a person
    std::string softwareVersion;
    std::string startedAt;

    /// Whether a simulated participant answers.
    bool simulated() const { return !observerJson.empty(); }
};

/// Where completed trials go. A trial counts when commit() has returned.
class TrialSink {
public:
    TrialSink() = default;
    TrialSink(const TrialSink&) = delete;
    TrialSink& operator=(const TrialSink&) = delete;
    virtual ~TrialSink() = default;

    /// Returns when the row is durable. @throws DatabaseError, with nothing written.
    virtual void commit(const TrialRecord& record) = 0;
    virtual void commit(const RecognitionRecord& record) = 0;
    /// Notes that the session is complete (no trial is left).
    virtual void markFinished() = 0;
    /// Notes that this run has ended: the last call. @throws DatabaseError
    /// @param soundJson  the final state of the sound device, with the longest callback; empty if
    ///        nothing was played
    virtual void markRunEnded(const std::string& soundJson) = 0;
};

} // namespace mlab
