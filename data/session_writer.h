// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial/trial.h"
#include "data/columns.h"
#include "data/database.h"
#include "data/session_lock.h"

#include <cstdint>
#include <memory>
#include <string>

namespace mlab::data {

/// Appends trials to one session, each in its own durable transaction. Holds the session's lock for
/// its lifetime.
class SessionWriter final : public TrialSink {
public:
    /// @param runId  the run's id in the table of runs
    /// @param nextTrial  how many trials the session has
    SessionWriter(std::shared_ptr<Database> database, std::unique_ptr<SessionLock> lock,
                  SessionHeader session, std::string softwareVersion, std::int64_t runId,
                  int nextTrial);

    void commit(const TrialRecord& record) override;
    void commit(const RecognitionRecord& record) override;
    void markFinished() override;
    void markRunEnded(const std::string& soundJson) override;

private:
    template <typename TableRow, typename Record>
    void append(const Table<TableRow>& table, const Record& record);

    std::shared_ptr<Database> database_;
    std::unique_ptr<SessionLock> lock_;
    SessionHeader session_;
    std::string softwareVersion_;
    std::int64_t runId_;
    int nextTrial_;
};

} // namespace mlab::data
