// SPDX-License-Identifier: GPL-3.0-or-later
#include "data/session_lock.h"

#include "core/base/error.h"
#include "data/database.h"

#include <QSysInfo>
#include <QUrl>

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace mlab::data {
namespace {

std::filesystem::path lockFile(const std::filesystem::path& database, const std::string& sessionId)
{
    const auto safeId = QUrl::toPercentEncoding(QString::fromStdString(sessionId)).toStdString();
    return realFile(database).string() + "." + safeId + ".lock";
}

/// Why a lock file that could be opened must not be written to; "" if it may.
std::string whyNotOurs(int descriptor)
{
    struct stat opened = {};
    if (::fstat(descriptor, &opened) != 0) {
        return std::strerror(errno);
    }
    if (!S_ISREG(opened.st_mode)) {
        return "it is not a regular file; delete it";
    }
    return opened.st_nlink > 1 ? "it is a second name of another file; delete it" : "";
}

/// Opening a link would lock, and empty, the file that it leads to; opening a pipe would wait.
constexpr int kNothingElse = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK;

/// Why the kernel did not open a lock file, and what to do.
std::string whyNotOpened(const std::string& whatToDo)
{
    return errno == ELOOP ? "it is a link, which is not followed; delete it"
                          : std::strerror(errno) + ("; " + whatToDo);
}

bool isAt(const std::filesystem::path& file, int descriptor)
{
    struct stat opened = {};
    struct stat there = {};
    return ::fstat(descriptor, &opened) == 0 && ::lstat(file.c_str(), &there) == 0 &&
           opened.st_dev == there.st_dev && opened.st_ino == there.st_ino;
}

} // namespace

SessionLock::SessionLock(const std::filesystem::path& database, const std::string& sessionId)
    : file_(lockFile(database, sessionId))
{
    const auto giveUp = [&](const std::string& reason) {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
        throw DatabaseError("cannot open session " + sessionId + " in " + database.string() +
                            " for running: " + reason);
    };
    constexpr mode_t kAsUmaskAllows = 0666;
    while (true) {
        descriptor_ = ::open(file_.c_str(), O_RDWR | O_CREAT | kNothingElse, kAsUmaskAllows);
        if (descriptor_ < 0) {
            giveUp("the lock file " + file_.string() + " could not be created: " +
                   whyNotOpened("the folder must be writable and have free space"));
        }
        if (const auto why = whyNotOurs(descriptor_); !why.empty()) {
            giveUp("the lock file " + file_.string() + " cannot be used: " + why);
        }
        int locked = 0;
        do {
            locked = ::flock(descriptor_, LOCK_EX | LOCK_NB);
        } while (locked != 0 && errno == EINTR);
        if (locked != 0 && errno == EWOULDBLOCK) {
            std::array<char, 256> holder{};
            const auto length = ::pread(descriptor_, holder.data(), holder.size(), 0);
            giveUp("another program is running this session (" +
                   (length > 0 ? std::string(holder.data(), static_cast<std::size_t>(length))
                               : "it has just started") +
                   "); close it there, or wait until it has ended, then try again");
        }
        if (locked != 0) {
            giveUp("the lock file " + file_.string() + " could not be locked: " +
                   std::strerror(errno) + "; keep the database on a local disk");
        }
        if (isAt(file_, descriptor_)) {
            break;
        }
        // The last holder removed the file after we had opened it but before we had its lock.
        ::close(descriptor_);
    }
    const std::string holder = "process " + std::to_string(::getpid()) + " on " +
                               QSysInfo::machineHostName().toStdString();
    if (::ftruncate(descriptor_, 0) != 0 || ::pwrite(descriptor_, holder.data(), holder.size(),
                                                     0) != static_cast<ssize_t>(holder.size())) {
        giveUp("the lock file " + file_.string() + " could not be written: " +
               std::strerror(errno) + "; free some space, then try again");
    }
}

SessionLock::~SessionLock()
{
    ::unlink(file_.c_str());
    ::close(descriptor_);
}

bool isLocked(const std::filesystem::path& database, const std::string& sessionId)
{
    const auto file = lockFile(database, sessionId);
    const int descriptor = ::open(file.c_str(), O_RDONLY | kNothingElse);
    if (descriptor < 0) {
        if (errno == ENOENT) {
            return false;
        }
        throw DatabaseError("cannot find out whether session " + sessionId + " in " +
                            database.string() + " is running: the lock file " + file.string() +
                            " could not be read: " + whyNotOpened("check its permissions"));
    }
    const bool locked = ::flock(descriptor, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    ::close(descriptor);
    return locked;
}

} // namespace mlab::data
