// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report/report_warning.h"

#include <string>
#include <utility>
#include <vector>

namespace mlab {

/// A stored session. Record: TrialRecord or RecognitionRecord.
template <typename Record> struct SessionData {
    std::string id;
    std::string startedAt; ///< UTC, ISO 8601
    bool finished = false;
    std::vector<Record> trials;
};

/// A participant with the sessions that can be pooled.
template <typename Record> struct ParticipantData {
    std::string id;
    std::vector<SessionData<Record>> sessions; ///< oldest first
};

/// A session as the report lists it.
struct SessionFacts {
    std::string id;
    std::string startedAt; ///< UTC, ISO 8601
    bool finished = false;
    int trials = 0; ///< stored, including practice
};

template <typename Record>
std::vector<SessionFacts> sessionFacts(const ParticipantData<Record>& participant)
{
    std::vector<SessionFacts> facts;
    for (const auto& session : participant.sessions) {
        facts.push_back({.id = session.id,
                         .startedAt = session.startedAt,
                         .finished = session.finished,
                         .trials = static_cast<int>(session.trials.size())});
    }
    return facts;
}

/// Adds a warning for each unfinished session.
inline void warnOfUnfinished(const std::vector<SessionFacts>& sessions,
                             std::vector<ReportWarning>& warnings)
{
    for (const auto& session : sessions) {
        if (!session.finished) {
            warnings.emplace_back(warning::UnfinishedSession{session.id});
        }
    }
}

/// The participants with the sessions that have trials.
/// @param notes gets the sessions that are excluded or pooled
template <typename Record>
std::vector<ParticipantData<Record>>
participantsWithTrials(const std::vector<ParticipantData<Record>>& participants,
                       std::vector<ReportWarning>& notes)
{
    std::vector<ParticipantData<Record>> out;
    for (const auto& participant : participants) {
        ParticipantData<Record> kept{.id = participant.id, .sessions = {}};
        for (const auto& session : participant.sessions) {
            if (session.trials.empty()) {
                notes.emplace_back(warning::EmptySession{session.id});
            } else {
                kept.sessions.push_back(session);
            }
        }
        if (kept.sessions.size() > 1) {
            notes.emplace_back(
                warning::SessionsPooled{.participant = kept.id, .sessions = kept.sessions.size()});
        }
        if (!kept.sessions.empty()) {
            out.push_back(std::move(kept));
        }
    }
    return out;
}

} // namespace mlab
