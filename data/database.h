// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "data/value.h"

#include <QSqlDatabase>
#include <QSqlError>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace mlab::data {

/// The absolute path of a file that a link may lead to: SQLite keeps `-wal` and `-shm` beside the
/// file itself, whatever name it was opened by.
std::filesystem::path realFile(const std::filesystem::path& file);

/// Another program has locked the file and did not release it in time.
class DatabaseBusy : public DatabaseError {
public:
    using DatabaseError::DatabaseError;
};

/// One connection to one SQLite file. Every failure is a DatabaseError that says what could not be
/// done, in which file, why, and what to do.
///
/// Text goes in and out as bytes: a text that is written needs kTextPlaceholder, and one that is
/// read needs textOf() (value.h).
///
/// Use it only in the thread that created it.
class Database {
public:
    enum class Mode {
        readWrite, ///< the file is created if it does not exist
        readOnly,  ///< the file is neither created nor changed
        glance ///< likewise, and SQLite makes no file beside it if that can be avoided: only for a
               ///< first look, since another program may be writing
    };

    /// @throws DatabaseError; DatabaseBusy, here and below, for a file that is locked
    Database(const std::filesystem::path& file, Mode mode);
    Database(const Database&) = delete;
    Database& operator=(const Database&) = delete;
    ~Database();

    const std::filesystem::path& file() const { return file_; }

    /// Runs one statement that returns no rows.
    /// @param doing  its purpose, to follow "cannot ": "store trial 3"
    void execute(std::string_view sql, const Row& values, std::string_view doing);
    void execute(std::string_view sql, std::string_view doing) { execute(sql, {}, doing); }
    /// Runs one statement and returns all its rows.
    std::vector<Row> query(std::string_view sql, const Row& values, std::string_view doing) const;
    /// Calls `use` for each row, without keeping them.
    void forEach(std::string_view sql, const Row& values, std::string_view doing,
                 const std::function<void(Row)>& use) const;
    /// The same for tables of many rows: `use` sees each row in place, as it is stored, only while
    /// it runs. The statement needs no textOf().
    void forEachInPlace(const std::string& sql, std::string_view doing,
                        const std::function<void(RowView)>& use) const;
    /// The first value of the first row. @throws DatabaseError if it is not an integer
    std::int64_t queryInteger(std::string_view sql, const Row& values,
                              std::string_view doing) const;

    /// Runs `work` in one transaction: all of it is durable when this returns. If anything fails,
    /// nothing is written and the connection can be used again.
    void write(std::string_view doing, const std::function<void()>& work);
    /// Runs `work`, whose queries all see the same state of the file.
    void readSnapshot(std::string_view doing, const std::function<void()>& work) const;

    /// Differs from an earlier one if the file was changed since then, here or by another program.
    struct Version {
        std::int64_t others = 0;
        std::int64_t own = 0;
        bool operator==(const Version&) const = default;
    };
    Version version(std::string_view doing) const;

    /// Moves what is only in the `-wal` file to the file itself, as far as no other program is
    /// reading. Without this, a copy of the file alone would not show that anything is missing.
    void mergeLog(std::string_view doing);

    /// @throws DatabaseError if the opened file is no longer at its path: SQLite would continue to
    /// write to a file that nobody can find again
    void requireInPlace(std::string_view doing) const;

    /// "cannot DOING in FILE: REASON"
    [[noreturn]] static void failIn(const std::filesystem::path& file, std::string_view doing,
                                    std::string_view reason);
    [[noreturn]] void fail(std::string_view doing, std::string_view reason) const;

private:
    void open();
    [[noreturn]] void failBy(std::string_view doing, const QSqlError& error) const;
    [[noreturn]] void failBy(std::string_view doing, int code, const std::string& sqlite) const;
    Value valueOf(const QVariant& value, std::string_view doing) const;

    std::filesystem::path file_; ///< absolute
    Mode mode_;
    QString name_; ///< of the connection, unique in the program
    QSqlDatabase connection_;
    dev_t device_ = 0;
    ino_t inode_ = 0;
};

} // namespace mlab::data
