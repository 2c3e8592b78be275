// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/schema.h"

#include "data/formats.h"
#include "data/row_hashes.h"

#include <cstdint>
#include <string>

namespace mlab::data {
namespace {

constexpr std::string_view kDoing = "open the trial store";

/// "MLab": tells our files from those of other programs that use SQLite.
constexpr std::int64_t kApplicationId = 0x4d4c6162;

/// The format that this program writes (SQLite's user_version).
std::int64_t currentFormat()
{
    return static_cast<std::int64_t>(formats().size());
}

std::int64_t pragma(const Database& database, const std::string& name)
{
    return database.queryInteger("PRAGMA " + name, {}, kDoing);
}

/// The file's format; 0 if it is empty. Changes nothing.
std::int64_t checkedFormat(const Database& database, EmptyFile empty)
{
    const auto format = pragma(database, "user_version");
    const auto isEmpty =
        database.queryInteger("SELECT count(*) FROM sqlite_master", {}, kDoing) == 0;
    if (isEmpty && format == 0 && empty == EmptyFile::accepted) {
        return 0;
    }
    if (pragma(database, "application_id") != kApplicationId || format < 1) {
        database.fail(kDoing, "the file is not a MetamerLab trial store; choose another file (this "
                              "one was not changed)");
    }
    if (format > currentFormat()) {
        database.fail(kDoing, "the file was written by a newer MetamerLab (its format is " +
                                  std::to_string(format) + "; this program reads formats up to " +
                                  std::to_string(currentFormat()) +
                                  "); use the newer version, or another file (the file was not "
                                  "changed)");
    }
    return format;
}

/// The settings of one connection that make a committed trial durable.
void configure(Database& database)
{
    const auto mode = database.query("PRAGMA journal_mode = WAL", {}, kDoing);
    if (mode.size() != 1 || mode[0] != Row{std::string("wal")}) {
        database.fail(kDoing, "the file system does not support a database in WAL mode; keep the "
                              "database on a local disk");
    }
    database.execute("PRAGMA synchronous = FULL", kDoing);
    database.execute("PRAGMA foreign_keys = ON", kDoing);
    constexpr int kFull = 2;
    if (pragma(database, "synchronous") != kFull || pragma(database, "foreign_keys") != 1) {
        database.fail(kDoing, "this SQLite library does not support durable transactions; install "
                              "the one of your distribution");
    }
}

} // namespace

bool isOfThisFormat(const Database& database, EmptyFile empty)
{
    return checkedFormat(database, empty) == currentFormat();
}

void prepareSchema(Database& database)
{
    checkedFormat(database, EmptyFile::accepted);
    configure(database);
    bool isMigrated = false;
    database.write(kDoing, [&] {
        // Read again, now that no other program can be changing it.
        const auto format = checkedFormat(database, EmptyFile::accepted);
        isMigrated = format < currentFormat();
        for (const auto& statements : formats().subspan(static_cast<std::size_t>(format))) {
            for (const auto& statement : statements) {
                database.execute(statement, kDoing);
            }
        }
        if (format < kFormatWithHashes) {
            hashStoredRows(database, kDoing);
        }
        // Also if nothing changes: SQLite opens a write-protected file without an error, and that
        // must be found now, not at the first trial.
        database.execute("PRAGMA application_id = " + std::to_string(kApplicationId), kDoing);
        database.execute("PRAGMA user_version = " + std::to_string(currentFormat()), kDoing);
    });
    if (isMigrated) {
        database.mergeLog(kDoing);
    }
}

} // namespace mlab::data
