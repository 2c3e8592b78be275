// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial.h"
#include "data/columns.h"
#include "data/database.h"
#include "data/session_lock.h"

#include <memory>
#include <string>

namespace mlab::data {

/// Appends trials to one session, each in a durable transaction of its own. Holds the session's
/// lock while it lives.
class SessionWriter final : public TrialSink {
public:
    /// @param nextTrial  how many trials the session has
    SessionWriter(std::shared_ptr<Database> database, std::unique_ptr<SessionLock> lock,
                  SessionHeader session, std::string softwareVersion, int nextTrial);

    void commit(const TrialRecord& record) override;
    void commit(const RecognitionRecord& record) override;
    void markFinished() override;

private:
    template <typename TableRow, typename Record>
    void append(const Table<TableRow>& table, const Record& record);

    std::shared_ptr<Database> database_;
    std::unique_ptr<SessionLock> lock_;
    SessionHeader session_;
    std::string softwareVersion_;
    int nextTrial_;
};

} // namespace mlab::data
