// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/store_contents.h"

#include "core/base/error.h"
#include "core/base/sha256.h"
#include "data/database.h"
#include "data/row_hashes.h"

#include <algorithm>
#include <array>
#include <deque>
#include <functional>
#include <set>
#include <span>
#include <tuple>
#include <unordered_map>
#include <utility>

namespace mlab::data {
namespace {

constexpr const char* kReadContents = "read the rows";
constexpr const char* kMissing = "the row is missing";
constexpr std::size_t kHashSize = 64;
/// The columns of a table of trials that repeat the session's.
constexpr std::array kRepeated = {"participant", "design_name", "design_sha256",
                                  "seed",        "modality",    "model"};

std::string_view textOrEmpty(const ValueView& value)
{
    const auto* text = std::get_if<std::string_view>(&value);
    return text == nullptr ? std::string_view() : *text;
}

std::optional<std::int64_t> integerIn(const ValueView& value)
{
    const auto* integer = std::get_if<std::int64_t>(&value);
    return integer == nullptr ? std::nullopt : std::optional(*integer);
}

/// A row as it was read: its row id, then its columns.
struct StoredRow {
    RowView row;

    std::int64_t id() const { return integerIn(row.front()).value_or(0); }
    RowView values() const { return row.subspan(1); }
};

/// The same, kept for later.
class KeptRow {
public:
    explicit KeptRow(const StoredRow& stored)
        : values_(copyOf(stored.row)), views_(viewsOf(values_))
    {
    }
    KeptRow(const KeptRow&) = delete;
    KeptRow& operator=(const KeptRow&) = delete;
    KeptRow(KeptRow&&) = default;
    KeptRow& operator=(KeptRow&&) = default;
    ~KeptRow() = default;

    StoredRow row() const { return {views_}; }

private:
    Row values_;
    std::vector<ValueView> views_; ///< of values_, whose elements stay where they are
};

/// A session, or what names one.
struct Session {
    std::string id;
    bool isWanted = false;
    Row repeated = {};          ///< of kRepeated; empty unless its row is intact
    std::int64_t nextTrial = 0; ///< from the hashes
    int trials = 0;             ///< that are intact; likewise below
    std::int64_t lastIndex = -1;
    std::string lastStartedAt = {};
};

/// An entry of row_hashes. There are as many as rows, so it has no text of its own.
struct Entry {
    std::int64_t number = 0; ///< 1, 2, ... without gaps
    std::size_t table = 0;   ///< in hashedTables(), or their number if it names none
    std::int64_t rowId = 0;
    Session* session = nullptr;
    std::optional<std::int64_t> trialIndex = {};
    std::int64_t columns = 0;
    std::array<char, kHashSize> hash{}; ///< zeros, which match no row, if it has another length

    std::string_view hashText() const { return {hash.data(), hash.size()}; }
};

template <typename T> std::size_t positionOf(const Table<T>& table, const std::string& column)
{
    const auto found = std::ranges::find(table.columns, column, &Column<T>::name);
    return static_cast<std::size_t>(found - table.columns.begin());
}

template <typename T>
std::array<std::size_t, kRepeated.size()> positionsOfRepeated(const Table<T>& table)
{
    std::array<std::size_t, kRepeated.size()> positions{};
    std::ranges::transform(kRepeated, positions.begin(),
                           [&](const char* name) { return positionOf(table, name); });
    return positions;
}

/// Where a table of trials has what must be known of each.
template <typename TableRow> struct TrialColumns {
    explicit TrialColumns(const Table<TableRow>& described)
        : table(described), session(positionOf(described, "session_id")),
          index(positionOf(described, "trial_index")),
          startedAt(positionOf(described, "started_at")), repeated(positionsOfRepeated(described))
    {
    }

    const Table<TableRow>& table;
    std::size_t session;
    std::size_t index;
    std::size_t startedAt;
    std::array<std::size_t, kRepeated.size()> repeated;
};

class Reader {
public:
    Reader(const Database& database, const SessionFilter& wanted, Trials trials)
        : database_(database), wanted_(wanted), keepsTrials_(trials == Trials::kept),
          trials_(trialTable()), recognition_(recognitionTable()),
          repeatedInSession_(positionsOfRepeated(sessionTable()))
    {
        for (const auto& table : hashedTables()) {
            contents_.check.intact[table] = 0;
        }
    }

    StoreContents read()
    {
        readHashes();
        for (std::size_t table = 0; table < hashedTables().size(); ++table) {
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
        std::size_t entry; ///< in entries_
        std::string content;
        KeptRow row;
    };
    /// A trial whose session has not been read.
    struct Waiting {
        std::string_view table;
        KeptRow row;
    };

    Session& sessionOf(std::string_view id)
    {
        // Most rows are of the session of the row before.
        if (lastSession_ == nullptr || lastSession_->id != id) {
            const auto [found, isNew] = sessions_.try_emplace(std::string(id));
            if (isNew) {
                found->second.id = found->first;
                found->second.isWanted = wanted_(found->first);
            }
            lastSession_ = &found->second;
        }
        return *lastSession_;
    }

    void damaged(const RowPlace& row, const std::string& problem)
    {
        contents_.check.damage.push_back({std::string(row.table), row.rowId,
                                          std::string(row.sessionId), row.trialIndex, problem});
    }

    static const std::string& tableOf(const Entry& entry)
    {
        static const std::string kUnknown = "row_hashes";
        return entry.table < hashedTables().size() ? hashedTables()[entry.table] : kUnknown;
    }

    static RowPlace placeOf(const Entry& entry)
    {
        return {.table = tableOf(entry),
                .rowId = entry.rowId,
                .sessionId = entry.session->id,
                .trialIndex = entry.trialIndex,
                .columns = entry.columns};
    }

    void readHashes()
    {
        std::int64_t expected = 1;
        database_.forEachInPlace(
            "SELECT entry, table_name, row_id, session_id, trial_index, columns, hash "
            "FROM row_hashes NOT INDEXED ORDER BY entry",
            kReadContents, [&](RowView row) {
                const auto table = std::ranges::find(hashedTables(), textOrEmpty(row[1]));
                Entry entry{.number = integerIn(row[0]).value_or(0),
                            .table = static_cast<std::size_t>(table - hashedTables().begin()),
                            .rowId = integerIn(row[2]).value_or(0),
                            .session = &sessionOf(textOrEmpty(row[3])),
                            .trialIndex = integerIn(row[4]),
                            .columns = integerIn(row[5]).value_or(0)};
                if (const auto hash = textOrEmpty(row[6]); hash.size() == kHashSize) {
                    std::ranges::copy(hash, entry.hash.begin());
                }
                if (entry.number != expected) {
                    damaged({.table = "row_hashes", .rowId = expected}, kMissing);
                }
                if (table == hashedTables().end()) {
                    damaged({.table = "row_hashes", .rowId = entry.number},
                            "it names no table of a store");
                }
                expected = entry.number + 1;
                entries_.push_back(entry);
            });
    }

    /// The hash before an entry in the chain; none if it is missing.
    std::optional<std::string_view> previousHash(std::size_t entry) const
    {
        const auto number = entries_[entry].number;
        if (entry == 0) {
            return number == 1 ? std::optional<std::string_view>("") : std::nullopt;
        }
        const auto& before = entries_[entry - 1];
        return before.number == number - 1 ? std::optional(before.hashText()) : std::nullopt;
    }

    void readTable(std::size_t table)
    {
        const auto& name = hashedTables()[table];
        std::vector<std::size_t> order;
        for (std::size_t i = 0; i < entries_.size(); ++i) {
            if (entries_[i].table == table) {
                order.push_back(i);
            }
        }
        const auto rowIdOf = [&](std::size_t i) { return entries_[i].rowId; };
        if (!std::ranges::is_sorted(order, {}, rowIdOf)) { // it is, unless there is damage
            std::ranges::stable_sort(order, {}, rowIdOf);
        }
        auto next = order.begin();
        const auto found = [&](RowView row) {
            const StoredRow stored{row};
            for (; next != order.end() && entries_[*next].rowId < stored.id(); ++next) {
                damaged(placeOf(entries_[*next]), kMissing);
            }
            if (next != order.end() && entries_[*next].rowId == stored.id()) {
                check(*next++, stored);
            } else {
                damaged({.table = name, .rowId = stored.id()}, "it has no hash");
            }
        };
        // The table itself, since an index may be damaged on its own.
        const std::string sql = "SELECT rowid, * FROM " + name + " NOT INDEXED";
        try {
            database_.forEachInPlace(sql + " ORDER BY rowid", kReadContents, found);
        } catch (const DatabaseError& error) {
            damaged({.table = name},
                    std::string("the table cannot be read to its end: ") + error.what());
            // Rows in pages that are not damaged can be found by their row ids.
            for (; next != order.end(); ++next) {
                const auto& entry = entries_[*next];
                try {
                    bool isThere = false;
                    database_.forEachInPlace(sql + " WHERE rowid = " + std::to_string(entry.rowId),
                                             kReadContents, [&](RowView row) {
                                                 isThere = true;
                                                 check(*next, {row});
                                             });
                    if (!isThere) {
                        damaged(placeOf(entry), kMissing);
                    }
                } catch (const DatabaseError&) {
                    damaged(placeOf(entry), "it cannot be read");
                }
            }
        }
        for (; next != order.end(); ++next) {
            damaged(placeOf(entries_[*next]), kMissing);
        }
    }

    void check(std::size_t entry, const StoredRow& row)
    {
        const auto& expected = entries_[entry];
        const auto values = row.values();
        if (expected.columns < 1 || std::cmp_greater(expected.columns, values.size())) {
            damaged(placeOf(expected), "its hash is of another number of columns");
            return;
        }
        auto content = contentHash(placeOf(expected), values);
        const auto previous = previousHash(entry);
        if (previous && chainHash(*previous, content) == expected.hashText()) {
            intact(tableOf(expected), row);
        } else {
            suspects_.push_back({entry, std::move(content), KeptRow(row)});
        }
    }

    // Where a hash itself is damaged, the row stored next does not match either, although it is
    // intact: it matches the hash that the row before it should have.
    void settleSuspects()
    {
        std::ranges::sort(suspects_, {}, &Suspect::entry);
        std::map<std::size_t, std::string> recomputed;
        for (const auto& suspect : suspects_) {
            const auto& expected = entries_[suspect.entry];
            const auto before =
                suspect.entry == 0 ? recomputed.end() : recomputed.find(suspect.entry - 1);
            if (before != recomputed.end() &&
                chainHash(before->second, suspect.content) == expected.hashText()) {
                intact(tableOf(expected), suspect.row.row());
                continue;
            }
            if (const auto previous = previousHash(suspect.entry)) {
                damaged(placeOf(expected), "its content does not match its hash");
                recomputed[suspect.entry] = chainHash(*previous, suspect.content);
            } else {
                damaged(placeOf(expected),
                        "it cannot be checked: the chain of hashes is broken before it");
            }
        }
    }

    void intact(const std::string& table, const StoredRow& row)
    {
        if (table == sessionTable().name) {
            addSession(row);
        } else if (table == trials_.table.name || table == recognition_.table.name) {
            addOrKeepTrial(table, row);
        } else {
            ++contents_.check.intact[table];
            others_[table].emplace_back(row);
        }
    }

    void addSession(const StoredRow& row)
    {
        const auto values = row.values();
        const RowPlace place{.table = sessionTable().name,
                             .rowId = row.id(),
                             .sessionId =
                                 textOrEmpty(values[positionOf(sessionTable(), "session_id")])};
        try {
            auto session = sessionTable().fromRow(copyOf(values));
            // Many sessions have one design.
            const auto& header = session.header;
            const auto known = designs_.find(header.designSha256);
            if (known == designs_.end() || known->second != header.designText) {
                if (sha256Hex(header.designText) != header.designSha256) {
                    damaged(place, "its design_text does not match its design_sha256");
                    return;
                }
                designs_.insert_or_assign(header.designSha256, header.designText);
            }
            auto& repeated = sessionOf(place.sessionId).repeated;
            repeated.clear();
            for (const auto position : repeatedInSession_) {
                repeated.push_back(copyOf(values[position]));
            }
            contents_.sessions.push_back(std::move(session));
            ++contents_.check.intact[sessionTable().name];
        } catch (const DatabaseError& error) {
            damaged(place, error.what());
        }
    }

    void addOrKeepTrial(std::string_view table, const StoredRow& row)
    {
        if (table == trials_.table.name) {
            addOrKeepTrial(trials_, row, contents_.trials);
        } else {
            addOrKeepTrial(recognition_, row, contents_.recognitionTrials);
        }
    }

    template <typename TableRow>
    void addOrKeepTrial(const TrialColumns<TableRow>& columns, const StoredRow& row,
                        std::vector<TableRow>& trials)
    {
        const auto values = row.values();
        auto& session = sessionOf(textOrEmpty(values[columns.session]));
        const RowPlace place{.table = columns.table.name,
                             .rowId = row.id(),
                             .sessionId = session.id,
                             .trialIndex = integerIn(values[columns.index])};
        if (!session.repeated.empty()) {
            for (std::size_t i = 0; i < kRepeated.size(); ++i) {
                if (values[columns.repeated[i]] != viewOf(session.repeated[i])) {
                    damaged(place,
                            std::string("its ") + kRepeated[i] + " is not that of its session");
                    return;
                }
            }
        } else if (!sessionsAreKnown_) {
            waiting_.push_back({columns.table.name, KeptRow(row)});
            return;
        } else if (!damagedSessions_.contains(session.id) && !damagedSessions_.contains("")) {
            damaged(place, "its session is missing");
            return;
        }
        if (session.isWanted) {
            try {
                auto trial = columns.table.fromRow(copyOf(values));
                if (keepsTrials_) {
                    trials.push_back(std::move(trial));
                }
            } catch (const DatabaseError& error) {
                damaged(place, error.what());
                return;
            }
        }
        ++session.trials;
        if (place.trialIndex && *place.trialIndex > session.lastIndex) {
            session.lastIndex = *place.trialIndex;
            session.lastStartedAt = textOrEmpty(values[columns.startedAt]);
        }
        ++contents_.check.intact[columns.table.name];
    }

    void settleWaiting()
    {
        sessionsAreKnown_ = true;
        for (const auto& damage : contents_.check.damage) {
            if (damage.table == sessionTable().name) {
                damagedSessions_.insert(damage.sessionId);
            }
        }
        for (const auto& trial : std::exchange(waiting_, {})) {
            addOrKeepTrial(trial.table, trial.row.row());
        }
    }

    /// Trials 0, 1, ... of a session have hashes without gaps, unless some were lost before the
    /// file had hashes.
    void findGaps()
    {
        for (const auto& entry : entries_) {
            if (!entry.trialIndex) {
                continue;
            }
            auto& next = entry.session->nextTrial;
            if (next < *entry.trialIndex) {
                missingTrials(tableOf(entry), entry.session->id, next, *entry.trialIndex - 1);
            }
            next = std::max(next, *entry.trialIndex + 1);
        }
    }

    void missingTrials(std::string_view table, std::string_view sessionId, std::int64_t first,
                       std::int64_t last)
    {
        damaged({.table = table, .sessionId = sessionId, .trialIndex = first},
                first == last ? kMissing
                              : kMissing + (", and all to trial " + std::to_string(last)));
    }

    void addRuns()
    {
        // Each has its columns in the order of formats.cpp.
        std::map<std::int64_t, KeptRow> ends;
        for (auto& row : others_["run_ends"]) {
            const auto id = row.row().id();
            ends.emplace(id, std::move(row));
        }
        for (const auto& kept : others_["runs"]) {
            const auto row = kept.row();
            const auto values = row.values();
            const auto text = [&](std::size_t column) {
                return std::string(textOrEmpty(values[column]));
            };
            const auto& session = sessionOf(textOrEmpty(values[1]));
            const auto firstTrial = integerIn(values[2]).value_or(0);
            if (session.nextTrial < firstTrial) {
                missingTrials(trials_.table.name, session.id, session.nextTrial, firstTrial - 1);
            }
            StoredRun run{.firstTrial = static_cast<int>(firstTrial),
                          .info = {.displayJson = text(5),
                                   .computeJson = text(9),
                                   .soundJson = text(10),
                                   .softwareVersion = text(4)}};
            if (const auto end = ends.find(row.id()); end != ends.end()) {
                const auto endValues = end->second.row().values();
                run.endedAt = textOrEmpty(endValues[1]);
                run.endSoundJson = textOrEmpty(endValues[2]);
            }
            contents_.runs[session.id].push_back(std::move(run));
        }
    }

    void finishSessions()
    {
        std::map<std::string, std::string, std::less<>> ends;
        for (const auto& kept : others_["session_ends"]) {
            const auto values = kept.row().values();
            ends.emplace(textOrEmpty(values[0]), textOrEmpty(values[1]));
        }
        for (auto& session : contents_.sessions) {
            const auto& id = session.header.sessionId;
            const auto& known = sessionOf(id);
            session.trialCount = known.trials;
            session.lastTrialAt = known.lastStartedAt;
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
    bool keepsTrials_;
    TrialColumns<TrialRow> trials_;
    TrialColumns<RecognitionRow> recognition_;
    std::array<std::size_t, kRepeated.size()> repeatedInSession_;
    std::unordered_map<std::string, Session> sessions_; ///< by id; each stays where it is
    Session* lastSession_ = nullptr;
    std::deque<Entry> entries_;
    std::vector<Suspect> suspects_;
    std::vector<Waiting> waiting_;
    bool sessionsAreKnown_ = false;
    std::set<std::string> damagedSessions_;                ///< "": one that cannot be told
    std::unordered_map<std::string, std::string> designs_; ///< texts by their SHA-256
    std::map<std::string, std::vector<KeptRow>> others_;   ///< by table
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

StoreContents readStore(const Database& database, const SessionFilter& wanted, Trials trials)
{
    return Reader(database, wanted, trials).read();
}

} // namespace mlab::data
