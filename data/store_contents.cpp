// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/store_contents.h"

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "data/database.h"
#include "data/row_hashes.h"

#include <algorithm>
#include <set>
#include <span>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace mlab::data {
namespace {

constexpr const char* kDoing = "read the rows";
constexpr const char* kMissing = "the row is missing";

std::string textOrEmpty(const Value& value)
{
    const auto* text = std::get_if<std::string>(&value);
    return text == nullptr ? std::string() : *text;
}

std::optional<std::int64_t> integerIn(const Value& value)
{
    const auto* integer = std::get_if<std::int64_t>(&value);
    return integer == nullptr ? std::nullopt : std::optional(*integer);
}

/// A row as it was read: its row id, then its columns.
struct StoredRow {
    Row row;

    std::int64_t id() const { return integerIn(row.at(0)).value_or(0); }
    std::span<const Value> values() const { return std::span(row).subspan(1); }
};

template <typename T> std::size_t positionOf(const Table<T>& table, const std::string& column)
{
    const auto found = std::ranges::find(table.columns, column, &Column<T>::name);
    return static_cast<std::size_t>(found - table.columns.begin());
}

/// A column of a table of trials that repeats the session's.
struct Repeated {
    std::string name;
    std::size_t inTrial;
    std::size_t inSession;
};

/// Where a table of trials has what must be known of each.
template <typename TableRow> struct TrialColumns {
    explicit TrialColumns(const Table<TableRow>& described)
        : table(described), session(positionOf(described, "session_id")),
          index(positionOf(described, "trial_index")),
          startedAt(positionOf(described, "started_at"))
    {
        for (const auto* name :
             {"participant", "design_name", "design_sha256", "seed", "modality", "model"}) {
            repeated.push_back(
                {name, positionOf(described, name), positionOf(sessionTable(), name)});
        }
    }

    const Table<TableRow>& table;
    std::size_t session;
    std::size_t index;
    std::size_t startedAt;
    std::vector<Repeated> repeated;
};

class Reader {
public:
    Reader(const Database& database, const SessionFilter& wanted)
        : database_(database), wanted_(wanted), trials_(trialTable()),
          recognition_(recognitionTable())
    {
        for (const auto& table : hashedTables()) {
            contents_.check.intact[table] = 0;
        }
    }

    StoreContents read()
    {
        readHashes();
        for (const auto& table : hashedTables()) {
            readTable(table);
        }
        settleSuspects();
        settleWaiting();
        findGaps();
        addRuns();
        finishSessions();
        sortTrials(contents_.trials);
        sortTrials(contents_.recognitionTrials);
        return std::move(contents_);
    }

private:
    /// A row that does not match its hash, or that cannot be told from one.
    struct Suspect {
        std::size_t hash; ///< in hashes_
        std::string content;
        StoredRow row;
    };
    /// A trial whose session has not been read.
    struct Waiting {
        std::string table;
        StoredRow row;
    };
    /// The trials of a session that are intact.
    struct Progress {
        int trials = 0;
        std::int64_t lastIndex = -1;
        std::string lastStartedAt;
    };

    void damaged(const RowHash& row, const std::string& problem)
    {
        contents_.check.damage.push_back(
            {row.table, row.rowId, row.sessionId, row.trialIndex, problem});
    }

    void readHashes()
    {
        std::int64_t expected = 1;
        database_.forEach("SELECT entry, " + textOf("table_name") + ", row_id, " +
                              textOf("session_id") + ", trial_index, columns, " + textOf("hash") +
                              " FROM row_hashes NOT INDEXED ORDER BY entry",
                          {}, kDoing, [&](const Row& row) {
                              RowHash hash{.entry = integerIn(row.at(0)).value_or(0),
                                           .table = textOrEmpty(row.at(1)),
                                           .rowId = integerIn(row.at(2)).value_or(0),
                                           .sessionId = textOrEmpty(row.at(3)),
                                           .trialIndex = integerIn(row.at(4)),
                                           .columns = integerIn(row.at(5)).value_or(0),
                                           .hash = textOrEmpty(row.at(6))};
                              if (hash.entry != expected) {
                                  damaged({.table = "row_hashes", .rowId = expected}, kMissing);
                              }
                              if (std::ranges::find(hashedTables(), hash.table) ==
                                  hashedTables().end()) {
                                  damaged({.table = "row_hashes", .rowId = hash.entry},
                                          "it names no table of a store");
                              }
                              expected = hash.entry + 1;
                              hashes_.push_back(std::move(hash));
                          });
    }

    /// The hash before one in the chain; none if it is missing.
    std::optional<std::string> previousHash(std::size_t hash) const
    {
        const auto entry = hashes_[hash].entry;
        if (hash == 0) {
            return entry == 1 ? std::optional<std::string>("") : std::nullopt;
        }
        const auto& before = hashes_[hash - 1];
        return before.entry == entry - 1 ? std::optional(before.hash) : std::nullopt;
    }

    void readTable(const std::string& table)
    {
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < hashes_.size(); ++i) {
            if (hashes_[i].table == table) {
                order.push_back(i);
            }
        }
        std::ranges::stable_sort(order, {}, [&](std::size_t i) { return hashes_[i].rowId; });
        auto next = order.begin();
        const auto found = [&](Row row) {
            StoredRow stored{std::move(row)};
            for (; next != order.end() && hashes_[*next].rowId < stored.id(); ++next) {
                damaged(hashes_[*next], kMissing);
            }
            if (next != order.end() && hashes_[*next].rowId == stored.id()) {
                check(*next++, std::move(stored));
            } else {
                damaged({.table = table, .rowId = stored.id()}, "it has no hash");
            }
        };
        std::string sql;
        try {
            sql = selectRowsSql(database_, table, kDoing);
            database_.forEach(sql + " ORDER BY rowid", {}, kDoing, found);
        } catch (const DatabaseError& error) {
            damaged({.table = table},
                    std::string("the table cannot be read to its end: ") + error.what());
            // Rows in pages that are not damaged can be found by their row ids.
            for (; next != order.end(); ++next) {
                try {
                    auto rows =
                        database_.query(sql + " WHERE rowid = ?", {hashes_[*next].rowId}, kDoing);
                    if (rows.empty()) {
                        damaged(hashes_[*next], kMissing);
                    } else {
                        check(*next, {std::move(rows.front())});
                    }
                } catch (const DatabaseError&) {
                    damaged(hashes_[*next], "it cannot be read");
                }
            }
        }
        for (; next != order.end(); ++next) {
            damaged(hashes_[*next], kMissing);
        }
    }

    void check(std::size_t hash, StoredRow row)
    {
        const auto& expected = hashes_[hash];
        const auto values = row.values();
        if (expected.columns < 1 || std::cmp_greater(expected.columns, values.size())) {
            damaged(expected, "its hash is of another number of columns");
            return;
        }
        auto content = contentHash(expected, values);
        const auto previous = previousHash(hash);
        if (previous && chainHash(*previous, content) == expected.hash) {
            intact(expected.table, std::move(row));
        } else {
            suspects_.push_back({hash, std::move(content), std::move(row)});
        }
    }

    // Where a hash itself is damaged, the row stored next does not match either, although it is
    // intact: it matches the hash that the row before it should have.
    void settleSuspects()
    {
        std::ranges::sort(suspects_, {}, &Suspect::hash);
        std::map<std::size_t, std::string> recomputed;
        for (auto& suspect : suspects_) {
            const auto& expected = hashes_[suspect.hash];
            const auto before =
                suspect.hash == 0 ? recomputed.end() : recomputed.find(suspect.hash - 1);
            if (before != recomputed.end() &&
                chainHash(before->second, suspect.content) == expected.hash) {
                intact(expected.table, std::move(suspect.row));
                continue;
            }
            if (const auto previous = previousHash(suspect.hash)) {
                damaged(expected, "its content does not match its hash");
                recomputed[suspect.hash] = chainHash(*previous, suspect.content);
            } else {
                damaged(expected, "it cannot be checked: the chain of hashes is broken before it");
            }
        }
    }

    void intact(const std::string& table, StoredRow row)
    {
        if (table == "sessions") {
            addSession(row);
        } else if (table == "trials" || table == "recognition_trials") {
            addOrKeepTrial(table, std::move(row));
        } else {
            ++contents_.check.intact[table];
            others_[table].push_back(std::move(row));
        }
    }

    void addSession(const StoredRow& row)
    {
        const auto values = row.values();
        RowHash place{.table = "sessions",
                      .rowId = row.id(),
                      .sessionId = textOrEmpty(values[positionOf(sessionTable(), "session_id")])};
        try {
            auto session = sessionTable().fromRow(values);
            if (sha256Hex(session.header.designText) != session.header.designSha256) {
                damaged(place, "its design_text does not match its design_sha256");
                return;
            }
            sessionRows_[place.sessionId].assign(values.begin(), values.end());
            contents_.sessions.push_back(std::move(session));
            ++contents_.check.intact[place.table];
        } catch (const DatabaseError& error) {
            damaged(place, error.what());
        }
    }

    void addOrKeepTrial(const std::string& table, StoredRow row)
    {
        if (table == trials_.table.name) {
            addOrKeepTrial(trials_, std::move(row), contents_.trials);
        } else {
            addOrKeepTrial(recognition_, std::move(row), contents_.recognitionTrials);
        }
    }

    template <typename TableRow>
    void addOrKeepTrial(const TrialColumns<TableRow>& columns, StoredRow row,
                        std::vector<TableRow>& trials)
    {
        const auto values = row.values();
        const auto sessionId = textOrEmpty(values[columns.session]);
        const RowHash place{.table = columns.table.name,
                            .rowId = row.id(),
                            .sessionId = sessionId,
                            .trialIndex = integerIn(values[columns.index])};
        const auto session = sessionRows_.find(sessionId);
        if (session != sessionRows_.end()) {
            for (const auto& column : columns.repeated) {
                if (values[column.inTrial] != session->second[column.inSession]) {
                    damaged(place, "its " + column.name + " is not that of its session");
                    return;
                }
            }
        } else if (!sessionsAreKnown_) {
            waiting_.push_back({columns.table.name, std::move(row)});
            return;
        } else if (!damagedSessions_.contains(sessionId) && !damagedSessions_.contains("")) {
            damaged(place, "its session is missing");
            return;
        }
        if (wanted_(sessionId)) {
            try {
                trials.push_back(columns.table.fromRow(values));
            } catch (const DatabaseError& error) {
                damaged(place, error.what());
                return;
            }
        }
        auto& progress = progress_[sessionId];
        ++progress.trials;
        if (place.trialIndex && *place.trialIndex > progress.lastIndex) {
            progress.lastIndex = *place.trialIndex;
            progress.lastStartedAt = textOrEmpty(values[columns.startedAt]);
        }
        ++contents_.check.intact[place.table];
    }

    void settleWaiting()
    {
        sessionsAreKnown_ = true;
        for (const auto& damage : contents_.check.damage) {
            if (damage.table == "sessions") {
                damagedSessions_.insert(damage.sessionId);
            }
        }
        for (auto& trial : std::exchange(waiting_, {})) {
            addOrKeepTrial(trial.table, std::move(trial.row));
        }
    }

    /// Trials 0, 1, ... of a session have hashes without gaps, unless some were lost before the
    /// file had hashes.
    void findGaps()
    {
        for (const auto& hash : hashes_) {
            if (!hash.trialIndex) {
                continue;
            }
            auto& next = nextTrial_[hash.sessionId];
            if (next < *hash.trialIndex) {
                missingTrials(hash.table, hash.sessionId, next, *hash.trialIndex - 1);
            }
            next = std::max(next, *hash.trialIndex + 1);
        }
    }

    void missingTrials(const std::string& table, const std::string& sessionId, std::int64_t first,
                       std::int64_t last)
    {
        damaged({.table = table, .sessionId = sessionId, .trialIndex = first},
                first == last ? kMissing
                              : kMissing + (", and all to trial " + std::to_string(last)));
    }

    void addRuns()
    {
        // Each has its columns in the order of formats.cpp.
        std::map<std::int64_t, StoredRow> ends;
        for (auto& row : others_["run_ends"]) {
            ends.emplace(row.id(), std::move(row));
        }
        for (const auto& row : others_["runs"]) {
            const auto values = row.values();
            RowHash place{.table = "runs", .rowId = row.id(), .sessionId = textOrEmpty(values[1])};
            const auto firstTrial = integerIn(values[2]).value_or(0);
            if (const auto stored = nextTrial_[place.sessionId]; stored < firstTrial) {
                missingTrials(trials_.table.name, place.sessionId, stored, firstTrial - 1);
            }
            StoredRun run{.firstTrial = static_cast<int>(firstTrial),
                          .info = {.displayJson = textOrEmpty(values[5]),
                                   .computeJson = textOrEmpty(values[9]),
                                   .soundJson = textOrEmpty(values[10]),
                                   .softwareVersion = textOrEmpty(values[4])}};
            if (const auto end = ends.find(row.id()); end != ends.end()) {
                run.endedAt = textOrEmpty(end->second.values()[1]);
                run.endSoundJson = textOrEmpty(end->second.values()[2]);
            }
            contents_.runs[place.sessionId].push_back(std::move(run));
        }
    }

    void finishSessions()
    {
        std::map<std::string, std::string> ends;
        for (const auto& row : others_["session_ends"]) {
            ends[textOrEmpty(row.values()[0])] = textOrEmpty(row.values()[1]);
        }
        for (auto& session : contents_.sessions) {
            const auto& id = session.header.sessionId;
            session.trialCount = progress_[id].trials;
            session.lastTrialAt = progress_[id].lastStartedAt;
            if (const auto end = ends.find(id); end != ends.end()) {
                session.finishedAt = end->second;
            }
        }
        std::ranges::sort(contents_.sessions, {}, [](const SessionSummary& session) {
            return std::tie(session.header.participant, session.header.designName, session.number);
        });
    }

    /// In the sessions' order, then by their index. Trials of a session that is damaged are last.
    template <typename TableRow> void sortTrials(std::vector<TableRow>& trials) const
    {
        std::unordered_map<std::string, std::size_t> places;
        for (const auto& session : contents_.sessions) {
            places.emplace(session.header.sessionId, places.size());
        }
        std::vector<std::tuple<std::size_t, int, std::size_t>> order;
        order.reserve(trials.size());
        for (std::size_t i = 0; i < trials.size(); ++i) {
            const auto [place, isNew] =
                places.try_emplace(trials[i].session.sessionId, places.size());
            order.emplace_back(place->second, trials[i].record.trialIndex, i);
        }
        std::ranges::sort(order);
        std::vector<TableRow> sorted;
        sorted.reserve(trials.size());
        for (const auto& [place, index, i] : order) {
            sorted.push_back(std::move(trials[i]));
        }
        trials = std::move(sorted);
    }

    const Database& database_;
    const SessionFilter& wanted_;
    TrialColumns<TrialRow> trials_;
    TrialColumns<RecognitionRow> recognition_;
    std::vector<RowHash> hashes_;
    std::vector<Suspect> suspects_;
    std::vector<Waiting> waiting_;
    bool sessionsAreKnown_ = false;
    std::set<std::string> damagedSessions_;                   ///< "": one that cannot be told
    std::unordered_map<std::string, Row> sessionRows_;        ///< by session
    std::map<std::string, std::vector<StoredRow>> others_;    ///< by table
    std::unordered_map<std::string, Progress> progress_;      ///< by session
    std::unordered_map<std::string, std::int64_t> nextTrial_; ///< by session, from the hashes
    StoreContents contents_;
};

} // namespace

std::string Damage::text() const
{
    std::string where = table;
    if (rowId != 0) {
        where += ", row " + std::to_string(rowId);
    }
    if (!sessionId.empty()) {
        where += " (session " + sessionId +
                 (trialIndex ? ", trial " + std::to_string(*trialIndex) : "") + ")";
    }
    return where + ": " + problem;
}

StoreContents readStore(const Database& database, const SessionFilter& wanted)
{
    return Reader(database, wanted).read();
}

} // namespace mlab::data
