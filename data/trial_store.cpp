// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/trial_store.h"

#include "core/base/error.h"
#include "core/base/utc_time.h"
#include "data/database.h"
#include "data/row_hashes.h"
#include "data/schema.h"
#include "data/session_lock.h"
#include "data/session_writer.h"

#include <QCoreApplication>
#include <QSysInfo>

#include <algorithm>
#include <unistd.h>
#include <utility>

namespace mlab::data {
namespace {

const std::string kIs = std::string(" = ") + kTextPlaceholder;
constexpr const char* kOpening = "open the trial store";
constexpr const char* kReadSessions = "read the sessions";
constexpr const char* kReadRows = "read the rows";

/// Or something is there that cannot be read, such as links in a circle.
bool isThere(const std::filesystem::path& file)
{
    std::error_code unreadable;
    return std::filesystem::status(file, unreadable).type() !=
           std::filesystem::file_type::not_found;
}

/// A file that exists.
std::shared_ptr<Database> opened(const std::filesystem::path& file, TrialStore::Mode mode)
{
    const bool reads = mode == TrialStore::Mode::readOnly;
    const bool isCurrent = isOfThisFormat(Database(file, Database::Mode::glance),
                                          reads ? EmptyFile::refused : EmptyFile::accepted);
    if (!reads || !isCurrent) {
        // What only reads, above all the start window, must not depend on a session having been run
        // with this program first.
        auto database = std::make_shared<Database>(file, Database::Mode::readWrite);
        prepareSchema(*database);
        if (!reads) {
            return database;
        }
    }
    return std::make_shared<Database>(file, Database::Mode::readOnly);
}

/// Whether a file that was just created holds no session. One that another program has locked may
/// soon hold one. On a full disk it cannot even be read.
bool isUnused(const Database& database)
{
    const std::string count = "SELECT count(*) FROM ";
    try {
        return database.queryInteger(count + "sqlite_master", {}, kOpening) == 0 ||
               database.queryInteger(count + "sessions", {}, kOpening) == 0;
    } catch (const DatabaseBusy&) {
        return false;
    } catch (const DatabaseError&) {
        return true;
    }
}

bool isEmpty(const std::filesystem::path& file)
{
    std::error_code isNotThere;
    return std::filesystem::file_size(file, isNotThere) == 0 && !isNotThere;
}

void removeFiles(const std::filesystem::path& file)
{
    for (const auto* suffix : {"-journal", "-shm", "-wal", ""}) {
        std::error_code isNotThere;
        std::filesystem::remove(file.string() + suffix, isNotThere);
    }
}

} // namespace

/// A store without its trials, and which version of the file that was.
struct TrialStore::Overview {
    Database::Version version;
    StoreContents contents;
};

TrialStore::TrialStore(const std::filesystem::path& file, Mode mode) : file_(realFile(file))
{
    if (mode == Mode::readOnly || isThere(file_)) {
        database_ = opened(file_, mode);
    } else if (::access(file_.parent_path().c_str(), W_OK | X_OK) != 0) {
        fail(kOpening, "the file cannot be created; check that its folder exists and that you may "
                       "write to that folder");
    }
}

TrialStore::~TrialStore() = default;

void TrialStore::fail(const std::string& doing, const std::string& reason) const
{
    Database::failIn(file_, doing, reason);
}

StoreContents TrialStore::read(const SessionFilter& wanted, Trials trials) const
{
    StoreContents contents;
    if (database_) {
        database_->readSnapshot(kReadRows,
                                [&] { contents = readStore(*database_, wanted, trials); });
    }
    return contents;
}

StoreContents TrialStore::intact(const SessionFilter& wanted) const
{
    return read(wanted, Trials::kept);
}

StoreContents TrialStore::checked() const
{
    return read(everySession, Trials::dropped);
}

void TrialStore::requireIntact(const StoreContents& contents, const std::string& doing) const
{
    if (const auto& damage = contents.check.damage; !damage.empty()) {
        const auto others = damage.size() - 1;
        fail(doing, "the file is damaged: " + damage.front().text() +
                        (others > 0 ? "; " + std::to_string(others) + " more" : "") +
                        ". \"metamerlab verify --db " + file_.string() +
                        "\" lists everything that is damaged; restore the file from a copy, or "
                        "export what is intact with \"metamerlab export --skip-damaged\"");
    }
}

StoreContents TrialStore::readIntact(const std::string& doing, const SessionFilter& wanted) const
{
    auto contents = intact(wanted);
    requireIntact(contents, doing);
    return contents;
}

const StoreContents& TrialStore::overview(const std::string& doing) const
{
    if (!database_) {
        overview_ = std::make_unique<Overview>();
        return overview_->contents;
    }
    database_->readSnapshot(kReadRows, [&] {
        const auto version = database_->version(kReadRows);
        if (!overview_ || overview_->version != version) {
            overview_ = std::make_unique<Overview>(
                Overview{version, readStore(*database_, noSession, Trials::dropped)});
        }
    });
    requireIntact(overview_->contents, doing);
    return overview_->contents;
}

std::vector<SessionSummary> TrialStore::sessions() const
{
    return overview(kReadSessions).sessions;
}

std::vector<SessionSummary> TrialStore::findUnfinished(const std::string& participant,
                                                       const std::string& designName) const
{
    auto found = sessions();
    std::erase_if(found, [&](const SessionSummary& session) {
        return session.finished() || session.header.participant != participant ||
               session.header.designName != designName;
    });
    return found;
}

void TrialStore::failUnknown(const std::string& doing) const
{
    fail(doing, "the session does not exist; \"metamerlab list --db " + file_.string() +
                    "\" lists all sessions");
}

StoreContents TrialStore::readSession(const std::string& sessionId, const std::string& doing) const
{
    auto contents = readIntact(doing, [&](const std::string& id) { return id == sessionId; });
    if (std::ranges::none_of(contents.sessions, [&](const SessionSummary& session) {
            return session.header.sessionId == sessionId;
        })) {
        failUnknown(doing);
    }
    return contents;
}

const SessionSummary& TrialStore::summary(const std::string& sessionId,
                                          const std::string& doing) const
{
    const auto& all = overview(doing).sessions;
    const auto found = std::ranges::find_if(
        all, [&](const SessionSummary& session) { return session.header.sessionId == sessionId; });
    if (found == all.end()) {
        failUnknown(doing);
    }
    return *found;
}

SessionHeader TrialStore::header(const std::string& sessionId) const
{
    return summary(sessionId, "read session " + sessionId).header;
}

std::vector<TrialRecord> TrialStore::trials(const std::string& sessionId) const
{
    std::vector<TrialRecord> records;
    for (auto& row : readSession(sessionId, "read the trials of session " + sessionId).trials) {
        records.push_back(std::move(row.record));
    }
    return records;
}

std::vector<RecognitionRecord> TrialStore::recognitionTrials(const std::string& sessionId) const
{
    std::vector<RecognitionRecord> records;
    for (auto& row :
         readSession(sessionId, "read the trials of session " + sessionId).recognitionTrials) {
        records.push_back(std::move(row.record));
    }
    return records;
}

std::vector<StoredRun> TrialStore::runs(const std::string& sessionId) const
{
    const auto& runs = overview("read the runs of session " + sessionId).runs;
    const auto found = runs.find(sessionId);
    return found == runs.end() ? std::vector<StoredRun>() : found->second;
}

StoreContents TrialStore::tables() const
{
    return readIntact("read all trials", everySession);
}

bool TrialStore::isRunning(const std::string& sessionId) const
{
    return isLocked(file_, sessionId);
}

std::vector<std::string> TrialStore::problemsOfFile() const
{
    std::vector<std::string> problems;
    try {
        database_->forEach("PRAGMA integrity_check", {}, "check the file", [&](const Row& row) {
            const auto* problem = std::get_if<std::string>(&row.at(0));
            if (problem != nullptr && *problem != "ok") {
                problems.push_back(*problem);
            }
        });
    } catch (const DatabaseError& error) {
        problems.emplace_back(error.what());
    }
    return problems;
}

std::string TrialStore::nextSessionId(const std::string& participant,
                                      const std::string& designName) const
{
    const auto all = sessions();
    const std::string prefix = participant + "-" + designName + "-";
    auto number = 1 + std::ranges::count_if(all, [&](const SessionSummary& session) {
                      return session.header.participant == participant &&
                             session.header.designName == designName;
                  });
    // Participant "a" with design "b-c" and participant "a-b" with design "c" share a prefix.
    while (std::ranges::any_of(all, [&](const SessionSummary& session) {
        return session.header.sessionId == prefix + std::to_string(number);
    })) {
        ++number;
    }
    return prefix + std::to_string(number);
}

void TrialStore::createSession(const SessionHeader& header)
{
    const bool isNew = !database_ && !isThere(file_);
    try {
        if (isNew) {
            database_ = std::make_shared<Database>(file_, Database::Mode::readWrite);
            prepareSchema(*database_);
        } else if (!database_) {
            database_ = opened(file_, Mode::readWrite);
        }
        storeSession(header);
    } catch (...) {
        // Another program may have begun the same file meanwhile.
        if (isNew && (database_ ? isUnused(*database_) : isEmpty(file_))) {
            database_.reset();
            removeFiles(file_);
        }
        throw;
    }
}

void TrialStore::storeSession(const SessionHeader& header)
{
    const std::string doing = "create session " + header.sessionId;
    database_->requireInPlace(doing);
    database_->write(doing, [&] {
        if (database_->queryInteger("SELECT count(*) FROM sessions WHERE session_id" + kIs,
                                    {header.sessionId}, doing) > 0) {
            fail(doing, "it already exists: another program has just started it and may be "
                        "running it; try again when it has ended there");
        }
        SessionSummary session;
        session.header = header;
        session.number =
            1 +
            static_cast<int>(database_->queryInteger(
                "SELECT count(*) FROM sessions WHERE participant" + kIs + " AND design_name" + kIs,
                {header.participant, header.designName}, doing));
        Row row;
        try {
            row = sessionTable().toRow(session);
        } catch (const DatabaseError& error) {
            fail(doing, error.what());
        }
        insertHashed(*database_, sessionTable().name, sessionTable().insertSql(), row, doing);
    });
}

std::unique_ptr<TrialSink> TrialStore::openSession(const std::string& sessionId, const RunInfo& run)
{
    const std::string doing = "open session " + sessionId + " for running";
    if (database_) {
        database_->requireInPlace(doing);
    }
    auto lock = std::make_unique<SessionLock>(file_, sessionId);
    // Only now that the session is locked are its trials and its end final.
    const auto session = summary(sessionId, doing);
    if (session.finished()) {
        fail(doing, "it is already complete (" + session.finishedAt + "); start another session");
    }
    const std::string text = kTextPlaceholder;
    std::int64_t runId = 0;
    database_->write(doing, [&] {
        runId = insertHashed(
            *database_, "runs",
            "INSERT INTO runs (session_id, first_trial, started_at, software_version, "
            "display_json, compute_json, sound_json, host_name, system, process_id) VALUES (" +
                text + ", ?, " + text + ", " + text + ", " + text + ", " + text + ", " + text +
                ", " + text + ", " + text + ", ?)",
            {sessionId, std::int64_t{session.trialCount}, utcNow(), run.softwareVersion,
             run.displayJson, run.computeJson, run.soundJson,
             QSysInfo::machineHostName().toStdString(),
             (QSysInfo::prettyProductName() + ", " + QSysInfo::kernelType() + " " +
              QSysInfo::kernelVersion() + ", " + QSysInfo::currentCpuArchitecture())
                 .toStdString(),
             std::int64_t{QCoreApplication::applicationPid()}},
            doing);
    });
    database_->mergeLog(doing);
    return std::make_unique<SessionWriter>(database_, std::move(lock), session.header,
                                           run.softwareVersion, runId, session.trialCount);
}

} // namespace mlab::data
