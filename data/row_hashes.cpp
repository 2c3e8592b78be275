// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/row_hashes.h"

#include "core/base/sha256.h"
#include "data/field_values.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>

namespace mlab::data {
namespace {

/// SQL for the session and the trial of a row.
struct Owner {
    std::string session = "session_id";
    std::string trial = "NULL";
};

Owner ownerOf(const std::string& table)
{
    if (table == "trials" || table == "recognition_trials") {
        return {.trial = "trial_index"};
    }
    if (table == "run_ends") {
        return {.session = "(SELECT session_id FROM runs WHERE runs.run_id = run_ends.run_id)"};
    }
    return {};
}

constexpr std::size_t kMostDigits = 20;                  ///< of a 64-bit integer, with its sign
constexpr std::size_t kMostAround = 1 + kMostDigits + 1; ///< what append() adds to the bytes

std::size_t mostBytes(const ValueView& value)
{
    const auto* words = std::get_if<std::string_view>(&value);
    return kMostAround + (words == nullptr ? kMostDigits : words->size());
}

// Text is written in place: appended to a string, each of the few bytes would be a call.

/// Type, length and bytes: no two rows have the same text. @return its end
char* append(char* to, char type, std::string_view bytes)
{
    *to++ = type;
    to = std::to_chars(to, to + kMostDigits, bytes.size()).ptr;
    *to++ = ':';
    return std::ranges::copy(bytes, to).out;
}

char* append(char* to, const ValueView& value)
{
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        std::array<char, kMostDigits> digits{};
        const auto* end = std::to_chars(digits.data(), digits.data() + digits.size(), *integer).ptr;
        return append(to, 'I', {digits.data(), end});
    }
    if (const auto* real = std::get_if<double>(&value)) {
        std::array<char, 8> bytes{}; // the highest first, the order in which SQLite stores them
        auto rest = std::bit_cast<std::uint64_t>(*real);
        for (auto byte = bytes.rbegin(); byte != bytes.rend(); ++byte, rest >>= 8U) {
            *byte = static_cast<char>(rest & 0xffU);
        }
        return append(to, 'R', {bytes.data(), bytes.size()});
    }
    if (const auto* words = std::get_if<std::string_view>(&value)) {
        return append(to, 'T', *words);
    }
    return append(to, 'N', "");
}

/// Adds hashes to the end of the chain.
class Chain {
public:
    Chain(Database& database, std::string_view doing) : database_(database), doing_(doing)
    {
        const auto last = database.query("SELECT entry, " + textOf("hash") +
                                             " FROM row_hashes ORDER BY entry DESC LIMIT 1",
                                         {}, doing);
        if (!last.empty()) {
            try {
                entry_ = std::get<std::int64_t>(last[0].at(0));
                hash_ = std::get<std::string>(last[0].at(1));
            } catch (const std::bad_variant_access&) {
                database.fail(doing, "the last row of row_hashes is damaged");
            }
        }
    }

    /// @param row  of ownedRowsSql()
    void add(const std::string& table, const Row& row)
    {
        const auto values = viewsOf(std::span(row).subspan(3));
        const auto* trial = std::get_if<std::int64_t>(&row.at(1));
        const auto* session = std::get_if<std::string>(&row.at(0));
        const std::string sessionId = session == nullptr ? "" : *session;
        const RowPlace added{.table = table,
                             .rowId = std::get<std::int64_t>(row.at(2)),
                             .sessionId = sessionId,
                             .trialIndex = trial == nullptr ? std::nullopt : std::optional(*trial),
                             .columns = static_cast<std::int64_t>(values.size())};
        hash_ = chainHash(hash_, contentHash(added, values));
        const std::string text = kTextPlaceholder;
        database_.execute(
            "INSERT INTO row_hashes (entry, table_name, row_id, session_id, "
            "trial_index, columns, hash) VALUES (?, " +
                text + ", ?, " + text + ", ?, ?, " + text + ")",
            {++entry_, table, added.rowId, sessionId, row.at(1), added.columns, hash_}, doing_);
    }

    /// What add() needs: session, trial, and what selectRowsSql() selects.
    std::string ownedRowsSql(const std::string& table) const
    {
        const auto owner = ownerOf(table);
        constexpr std::string_view kSelect = "SELECT ";
        return std::string(kSelect) + textOf(owner.session) + ", " + owner.trial + ", " +
               selectRowsSql(database_, table, doing_).substr(kSelect.size());
    }

private:
    Database& database_;
    std::string_view doing_;
    std::int64_t entry_ = 0;
    std::string hash_;
};

} // namespace

const std::vector<std::string>& hashedTables()
{
    static const std::vector<std::string> kTables = {
        "sessions", "runs", "trials", "recognition_trials", "run_ends", "session_ends"};
    return kTables;
}

std::string selectRowsSql(const Database& database, const std::string& table,
                          std::string_view doing)
{
    std::string columns = "rowid";
    for (const auto& column : database.query(
             "SELECT name, type FROM pragma_table_info('" + table + "') ORDER BY cid", {}, doing)) {
        const auto* name = std::get_if<std::string>(&column.at(0));
        if (name == nullptr) {
            database.fail(doing, "a column of the table " + table + " has no name");
        }
        columns += ", " + (column.at(1) == Value(kTextType) ? textOf(*name) : *name);
    }
    return "SELECT " + columns + " FROM " + table + " NOT INDEXED";
}

std::string contentHash(const RowPlace& place, RowView values)
{
    const std::array<ValueView, 5> where = {place.table, place.rowId, place.sessionId,
                                            place.trialIndex ? ValueView(*place.trialIndex)
                                                             : ValueView(std::monostate()),
                                            place.columns};
    const auto hashed = values.first(static_cast<std::size_t>(place.columns));
    std::size_t most = 0;
    for (const auto part : {RowView(where), hashed}) {
        for (const auto& value : part) {
            most += mostBytes(value);
        }
    }
    std::string text(most, '\0');
    char* end = text.data();
    for (const auto part : {RowView(where), hashed}) {
        for (const auto& value : part) {
            end = append(end, value);
        }
    }
    return sha256Hex({text.data(), end});
}

std::string chainHash(std::string_view previous, std::string_view content)
{
    return Sha256().update(previous).update(content).hex();
}

std::int64_t insertHashed(Database& database, const std::string& table, std::string_view sql,
                          const Row& values, std::string_view doing)
{
    database.execute(sql, values, doing);
    const auto rowId = database.queryInteger("SELECT last_insert_rowid()", {}, doing);
    Chain chain(database, doing);
    // As it is stored: SQLite may have converted a value.
    const auto rows =
        database.query(chain.ownedRowsSql(table) + " WHERE rowid = ?", {rowId}, doing);
    if (rows.size() != 1) {
        database.fail(doing, "the row that was just stored cannot be read; the file is damaged");
    }
    chain.add(table, rows.front());
    return rowId;
}

void hashStoredRows(Database& database, std::string_view doing)
{
    Chain chain(database, doing);
    for (const auto& table : hashedTables()) {
        database.forEach(chain.ownedRowsSql(table) + " ORDER BY rowid", {}, doing,
                         [&](const Row& row) { chain.add(table, row); });
    }
}

} // namespace mlab::data
