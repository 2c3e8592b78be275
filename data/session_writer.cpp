// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/session_writer.h"

#include "core/base/error.h"
#include "core/base/utc_time.h"
#include "data/row_hashes.h"

#include <utility>

namespace mlab::data {

SessionWriter::SessionWriter(std::shared_ptr<Database> database, std::unique_ptr<SessionLock> lock,
                             SessionHeader session, std::string softwareVersion, std::int64_t runId,
                             int nextTrial)
    : database_(std::move(database)), lock_(std::move(lock)), session_(std::move(session)),
      softwareVersion_(std::move(softwareVersion)), runId_(runId), nextTrial_(nextTrial)
{
}

template <typename TableRow, typename Record>
void SessionWriter::append(const Table<TableRow>& table, const Record& record)
{
    const std::string doing =
        "store trial " + std::to_string(record.trialIndex) + " of session " + session_.sessionId;
    if (record.trialIndex != nextTrial_) {
        database_->fail(doing, "the next trial is " + std::to_string(nextTrial_) +
                                   "; this is an error in the program");
    }
    Row values;
    try {
        values = table.toRow({session_, record, softwareVersion_});
    } catch (const DatabaseError& error) {
        database_->fail(doing, error.what());
    }
    database_->requireInPlace(doing);
    database_->write(
        doing, [&] { insertHashed(*database_, table.name, table.insertSql(), values, doing); });
    ++nextTrial_;
}

void SessionWriter::commit(const TrialRecord& record)
{
    append(trialTable(), record);
}

void SessionWriter::commit(const RecognitionRecord& record)
{
    append(recognitionTable(), record);
}

void SessionWriter::markFinished()
{
    const std::string doing = "store the end of session " + session_.sessionId;
    database_->requireInPlace(doing);
    database_->write(doing, [&] {
        insertHashed(*database_, "session_ends",
                     std::string("INSERT INTO session_ends (session_id, finished_at) VALUES (") +
                         kTextPlaceholder + ", " + kTextPlaceholder + ")",
                     {session_.sessionId, utcNow()}, doing);
    });
}

void SessionWriter::markRunEnded(const std::string& soundJson)
{
    const std::string doing = "store the end of a run of session " + session_.sessionId;
    database_->requireInPlace(doing);
    database_->write(doing, [&] {
        insertHashed(
            *database_, "run_ends",
            std::string("INSERT INTO run_ends (run_id, ended_at, sound_json) VALUES (?, ") +
                kTextPlaceholder + ", " + kTextPlaceholder + ")",
            {runId_, utcNow(), soundJson}, doing);
    });
}

} // namespace mlab::data
