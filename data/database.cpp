// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/database.h"

#include "core/base/error.h"

#include <QFileInfo>
#include <QSqlDriver>
#include <QSqlError>
#include <QSqlQuery>
#include <QSqlRecord>
#include <QUrl>
#include <QUuid>
#include <QVariant>

#include <memory>
#include <sqlite3.h>
#include <sys/stat.h>
#include <utility>

namespace mlab::data {
namespace {

constexpr int kBusyTimeoutMs = 5000;

constexpr int kPrimaryCode = 0xff;

/// Why it failed and what to do, with SQLite's own message if it says more.
std::string explain(int code, const std::string& sqlite)
{
    switch (code & kPrimaryCode) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return "another program has locked the file and did not release it within " +
               std::to_string(kBusyTimeoutMs / 1000) + " s; close that program, then try again";
    case SQLITE_READONLY:
        return "the file or its folder is read-only; make both writable, or choose another "
               "location";
    case SQLITE_PERM:
    case SQLITE_AUTH:
        return "access was denied; check the permissions of the file and of its folder";
    case SQLITE_IOERR:
        return "the disk reported an error (" + sqlite +
               "); check the disk, its connection and your quota, then try again";
    case SQLITE_CORRUPT:
        return "the file is damaged (" + sqlite +
               "); make a copy of it, then recover it with the sqlite3 tool (.recover)";
    case SQLITE_FULL:
        return "the disk is full; free some space, then try again";
    case SQLITE_CANTOPEN:
        return "the file could not be opened; check that its folder exists and that you may "
               "write to that folder";
    case SQLITE_NOTADB:
        return "the file is not a SQLite database; choose another file (this one was not changed)";
    case SQLITE_CONSTRAINT:
        if (code == SQLITE_CONSTRAINT_PRIMARYKEY || code == SQLITE_CONSTRAINT_UNIQUE) {
            return "it already exists, and stored data are never changed (" + sqlite + ")";
        }
        return "it violates a rule of the table (" + sqlite + ")";
    default:
        return sqlite + " (SQLite error " + std::to_string(code) + ")";
    }
}

std::string failure(const std::filesystem::path& file, std::string_view doing,
                    std::string_view reason)
{
    return "cannot " + std::string(doing) + " in " + file.string() + ": " + std::string(reason);
}

ValueView columnOf(sqlite3_stmt* statement, int column)
{
    switch (sqlite3_column_type(statement, column)) {
    case SQLITE_INTEGER:
        return std::int64_t{sqlite3_column_int64(statement, column)};
    case SQLITE_FLOAT:
        return sqlite3_column_double(statement, column);
    case SQLITE_NULL:
        return std::monostate();
    default: {
        // First the bytes, then their number, as SQLite wants it.
        const auto* bytes = static_cast<const char*>(sqlite3_column_blob(statement, column));
        return std::string_view(bytes,
                                static_cast<std::size_t>(sqlite3_column_bytes(statement, column)));
    }
    }
}

QVariant toVariant(const Value& value)
{
    if (const auto* integer = std::get_if<std::int64_t>(&value)) {
        return QVariant::fromValue<qlonglong>(*integer);
    }
    if (const auto* real = std::get_if<double>(&value)) {
        return *real;
    }
    if (std::holds_alternative<std::monostate>(value)) {
        return {};
    }
    const auto& text = std::get<std::string>(value);
    return QByteArray(text.data(), static_cast<qsizetype>(text.size()));
}

bool hasUnmergedWrites(const std::filesystem::path& file)
{
    const QFileInfo wal(QString::fromStdString(file.string() + "-wal"));
    return wal.exists() && wal.size() > 0;
}

/// SQLite makes `-wal` before `-shm` and removes it after that, so that neither is ever found
/// without the other.
bool lacksItsLog(const std::filesystem::path& file)
{
    const auto isThere = [&](const char* suffix) {
        return QFileInfo::exists(QString::fromStdString(file.string() + suffix));
    };
    return !isThere("-wal") && isThere("-shm") && !isThere("-wal");
}

} // namespace

std::filesystem::path realFile(const std::filesystem::path& file)
{
    auto absolute = std::filesystem::absolute(file);
    std::error_code isCircle;
    auto real = std::filesystem::weakly_canonical(absolute, isCircle);
    return isCircle ? absolute : real;
}

Database::Database(const std::filesystem::path& file, Mode mode)
    : file_(realFile(file)), mode_(mode),
      name_("metamerlab-" + QUuid::createUuid().toString(QUuid::WithoutBraces))
{
    try {
        open();
    } catch (...) {
        connection_ = QSqlDatabase();
        QSqlDatabase::removeDatabase(name_);
        throw;
    }
}

Database::~Database()
{
    connection_.close();
    // Qt warns about a connection that is removed while an object still refers to it.
    connection_ = QSqlDatabase();
    QSqlDatabase::removeDatabase(name_);
}

void Database::open()
{
    constexpr std::string_view kDoing = "open the trial store";
    using Type = std::filesystem::file_type;
    std::error_code unreadable;
    const auto type = std::filesystem::status(file_, unreadable).type();
    if (type == Type::directory) {
        fail(kDoing, "it is a folder; choose a file");
    }
    if (mode_ != Mode::readWrite && type == Type::not_found) {
        fail(kDoing, "the file does not exist; check the name");
    }
    if (type == Type::none) {
        fail(kDoing, unreadable.message() + "; check the name and the permissions");
    }
    if (type != Type::regular && type != Type::not_found) {
        fail(kDoing, "it is a named pipe, a socket or a device; choose a file");
    }
    if (lacksItsLog(file_)) {
        fail(kDoing, "the file " + file_.string() +
                         "-wal is missing, and the newest trials may be in it; put it back beside "
                         "the database, or, if it is lost, delete " +
                         file_.string() + "-shm to go on with the trials that are left");
    }

    connection_ = QSqlDatabase::addDatabase("QSQLITE", name_);
    if (!connection_.isValid()) {
        fail(kDoing, "the SQLite driver of Qt was not found; install it (Debian: "
                     "libqt6sql6-sqlite)");
    }
    QString options = "QSQLITE_BUSY_TIMEOUT=" + QString::number(kBusyTimeoutMs);
    QString name = QString::fromStdString(file_.string());
    if (mode_ != Mode::readWrite) {
        options += ";QSQLITE_OPEN_READONLY";
        const bool canWriteBeside =
            QFileInfo(QString::fromStdString(file_.parent_path().string())).isWritable();
        if ((mode_ == Mode::glance || !canWriteBeside) && !hasUnmergedWrites(file_)) {
            // SQLite keeps a file of shared memory beside a database in WAL mode. It cannot create
            // one where it may not write, and does not need it, because no program can write there.
            options += ";QSQLITE_OPEN_URI";
            name = QString::fromUtf8(QUrl::fromLocalFile(name).toEncoded()) + "?immutable=1";
        }
    }
    connection_.setConnectOptions(options);
    connection_.setDatabaseName(name);
    if (!connection_.open()) {
        failBy(kDoing, connection_.lastError());
    }

    struct stat found = {};
    if (::stat(file_.c_str(), &found) != 0) {
        fail(kDoing, "the file could not be found after it was opened; choose a name in UTF-8");
    }
    device_ = found.st_dev;
    inode_ = found.st_ino;
}

void Database::execute(std::string_view sql, const Row& values, std::string_view doing)
{
    query(sql, values, doing);
}

std::vector<Row> Database::query(std::string_view sql, const Row& values,
                                 std::string_view doing) const
{
    std::vector<Row> rows;
    forEach(sql, values, doing, [&](Row row) { rows.push_back(std::move(row)); });
    return rows;
}

void Database::forEach(std::string_view sql, const Row& values, std::string_view doing,
                       const std::function<void(Row)>& use) const
{
    QSqlQuery statement(connection_);
    statement.setForwardOnly(true);
    if (!statement.prepare(QString::fromUtf8(sql.data(), static_cast<qsizetype>(sql.size())))) {
        failBy(doing, statement.lastError());
    }
    for (const auto& value : values) {
        statement.addBindValue(toVariant(value));
    }
    if (!statement.exec()) {
        failBy(doing, statement.lastError());
    }
    const int columns = statement.record().count();
    while (statement.next()) {
        Row row;
        row.reserve(static_cast<std::size_t>(columns));
        for (int i = 0; i < columns; ++i) {
            row.push_back(valueOf(statement.value(i), doing));
        }
        use(std::move(row));
    }
    // next() also returns false after an error.
    if (statement.lastError().isValid()) {
        failBy(doing, statement.lastError());
    }
}

void Database::forEachInPlace(const std::string& sql, std::string_view doing,
                              const std::function<void(RowView)>& use) const
{
    // Qt's driver copies each value several times.
    const QVariant handle = connection_.driver()->handle();
    auto* sqlite = *static_cast<sqlite3* const*>(handle.constData());
    const auto require = [&](int code, int expected) {
        if (code != expected) {
            failBy(doing, sqlite3_extended_errcode(sqlite), sqlite3_errmsg(sqlite));
        }
    };
    sqlite3_stmt* prepared = nullptr;
    require(sqlite3_prepare_v2(sqlite, sql.c_str(), -1, &prepared, nullptr), SQLITE_OK);
    const std::unique_ptr<sqlite3_stmt, decltype(&sqlite3_finalize)> statement(prepared,
                                                                               &sqlite3_finalize);
    std::vector<ValueView> row(static_cast<std::size_t>(sqlite3_column_count(prepared)));
    int code = sqlite3_step(prepared);
    for (; code == SQLITE_ROW; code = sqlite3_step(prepared)) {
        for (int i = 0; i < static_cast<int>(row.size()); ++i) {
            row[static_cast<std::size_t>(i)] = columnOf(prepared, i);
        }
        use(row);
    }
    require(code, SQLITE_DONE);
}

Value Database::valueOf(const QVariant& value, std::string_view doing) const
{
    if (value.isNull()) {
        return std::monostate();
    }
    switch (value.typeId()) {
    case QMetaType::LongLong:
        return std::int64_t{value.toLongLong()};
    case QMetaType::Double:
        return value.toDouble();
    case QMetaType::QByteArray:
        return value.toByteArray().toStdString();
    case QMetaType::QString:
        return value.toString().toStdString();
    default:
        fail(doing, "a value in the file is neither a number nor text; another program has changed "
                    "the file");
    }
}

std::int64_t Database::queryInteger(std::string_view sql, const Row& values,
                                    std::string_view doing) const
{
    const auto rows = query(sql, values, doing);
    if (rows.empty() || rows.front().empty() ||
        !std::holds_alternative<std::int64_t>(rows.front().front())) {
        fail(doing, "an integer was expected from \"" + std::string(sql) + "\"");
    }
    return std::get<std::int64_t>(rows.front().front());
}

void Database::write(std::string_view doing, const std::function<void()>& work)
{
    // Not Qt's transaction(), which begins as a reader and may then fail to become a writer.
    execute("BEGIN IMMEDIATE", doing);
    try {
        work();
        execute("COMMIT", doing);
    } catch (...) {
        // After some errors SQLite has already rolled back and refuses to do it again; that is
        // fine. If the transaction were still open, the next BEGIN would fail.
        QSqlQuery(connection_).exec("ROLLBACK");
        throw;
    }
}

void Database::readSnapshot(std::string_view doing, const std::function<void()>& work) const
{
    query("BEGIN", {}, doing);
    try {
        work();
    } catch (...) {
        QSqlQuery(connection_).exec("ROLLBACK");
        throw;
    }
    // Nothing was written, and after a damaged page SQLite refuses to commit.
    QSqlQuery(connection_).exec("ROLLBACK");
}

Database::Version Database::version(std::string_view doing) const
{
    return {.others = queryInteger("PRAGMA data_version", {}, doing),
            .own = queryInteger("SELECT total_changes()", {}, doing)};
}

void Database::mergeLog(std::string_view doing)
{
    execute("PRAGMA wal_checkpoint(PASSIVE)", doing);
}

void Database::requireInPlace(std::string_view doing) const
{
    struct stat found = {};
    if (::stat(file_.c_str(), &found) != 0 || found.st_dev != device_ || found.st_ino != inode_) {
        fail(doing, "the file was moved, replaced or deleted while it was in use; restore the same "
                    "file, then try again");
    }
}

void Database::failIn(const std::filesystem::path& file, std::string_view doing,
                      std::string_view reason)
{
    throw DatabaseError(failure(file, doing, reason));
}

void Database::failBy(std::string_view doing, const QSqlError& error) const
{
    bool isNumber = false;
    const int code = error.nativeErrorCode().toInt(&isNumber);
    if (!isNumber) {
        fail(doing, error.text().toStdString());
    }
    failBy(doing, code, error.databaseText().toStdString());
}

void Database::failBy(std::string_view doing, int code, const std::string& sqlite) const
{
    const auto primary = code & kPrimaryCode;
    if (primary == SQLITE_BUSY || primary == SQLITE_LOCKED) {
        throw DatabaseBusy(failure(file_, doing, explain(code, sqlite)));
    }
    fail(doing, explain(code, sqlite));
}

void Database::fail(std::string_view doing, std::string_view reason) const
{
    failIn(file_, doing, reason);
}

} // namespace mlab::data
