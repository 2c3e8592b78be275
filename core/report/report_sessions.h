// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace mlab {

/// A session as the report takes it. Record: TrialRecord or RecognitionRecord.
template <typename Record> struct SessionOf {
    std::string id;
    std::string startedAt; ///< UTC, ISO 8601
    bool finished = false;
    bool simulated = false;
    std::vector<Record> trials;
};

/// A participant with the sessions that can be pooled.
template <typename Record> struct ParticipantOf {
    std::string id;
    std::vector<SessionOf<Record>> sessions; ///< oldest first
};

/// What the report says of a session.
struct SessionFacts {
    std::string id;
    std::string startedAt; ///< UTC, ISO 8601
    bool finished = false;
    bool simulated = false;
    int trials = 0; ///< stored, practice included
};

template <typename Record>
std::vector<SessionFacts> sessionFacts(const ParticipantOf<Record>& participant)
{
    std::vector<SessionFacts> facts;
    for (const auto& session : participant.sessions) {
        facts.push_back({.id = session.id,
                         .startedAt = session.startedAt,
                         .finished = session.finished,
                         .simulated = session.simulated,
                         .trials = static_cast<int>(session.trials.size())});
    }
    return facts;
}

/// A warning for each session that has not ended.
inline std::vector<std::string> unfinishedWarnings(const std::vector<SessionFacts>& sessions)
{
    std::vector<std::string> warnings;
    for (const auto& session : sessions) {
        if (!session.finished) {
            warnings.push_back("session " + session.id + " has not ended");
        }
    }
    return warnings;
}

/// The participants with the sessions that have trials.
/// @param notes gets what is left out and what is pooled
template <typename Record>
std::vector<ParticipantOf<Record>>
participantsWithTrials(const std::vector<ParticipantOf<Record>>& participants,
                       std::vector<std::string>& notes)
{
    std::vector<ParticipantOf<Record>> out;
    for (const auto& participant : participants) {
        ParticipantOf<Record> kept{.id = participant.id, .sessions = {}};
        for (const auto& session : participant.sessions) {
            if (session.trials.empty()) {
                notes.push_back("Session " + session.id + " has no trials and is left out.");
            } else {
                kept.sessions.push_back(session);
            }
        }
        if (kept.sessions.size() > 1) {
            notes.push_back("The " + std::to_string(kept.sessions.size()) +
                            " sessions of participant " + kept.id + " are pooled.");
        }
        if (!kept.sessions.empty()) {
            out.push_back(std::move(kept));
        }
    }
    return out;
}

} // namespace mlab
