// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "data/database.h"
#include "data/value.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Every row that holds data has a hash in the table `row_hashes`. The hashes form one chain, in
/// the order in which the rows were stored: damage to a row, a row that is missing and rows that
/// have changed places are found when the rows are read (store_contents.h).
namespace mlab::data {

/// Which row a row of `row_hashes` is of. It says so much that a row that is gone can be named.
struct RowPlace {
    std::string_view table = {};
    std::int64_t rowId = 0;
    std::string_view sessionId = {};
    std::optional<std::int64_t> trialIndex = {}; ///< of a trial
    std::int64_t columns = 0; ///< that the table had; a newer format may have added others
};

/// The tables whose rows have a hash: all that hold data, the sessions first.
const std::vector<std::string>& hashedTables();

/// "SELECT rowid, then every column, FROM table". It reads the table itself, since an index may be
/// damaged on its own.
std::string selectRowsSql(const Database& database, const std::string& table,
                          std::string_view doing);

/// SHA-256 of a row's place and of its first `columns` values, each with its type and length.
/// @param values  at least `columns`
std::string contentHash(const RowPlace& place, RowView values);
/// SHA-256 of the hash of the row stored before, which is empty for the first, and of a row's
/// contentHash().
std::string chainHash(std::string_view previous, std::string_view content);

/// Stores a row and its hash, in the transaction of the caller. Takes the same time however many
/// rows there are.
/// @param sql  inserts one row into the table
/// @returns its row id
std::int64_t insertHashed(Database& database, const std::string& table, std::string_view sql,
                          const Row& values, std::string_view doing);
/// Stores the hashes of all rows of a file that has none yet, in the transaction of the caller.
void hashStoredRows(Database& database, std::string_view doing);

} // namespace mlab::data
