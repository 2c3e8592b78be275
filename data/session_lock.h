// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace mlab::data {

/// Locks a session against other programs for this object's lifetime, with the file
/// "DATABASE.SESSION.lock". The kernel holds the lock and releases it when the process ends in any
/// way, so a file left behind by a killed program does not block a session, whatever it contains.
/// A link in its place is not followed. DATABASE is the file itself, so that a session has one lock
/// whatever link the database was opened by.
class SessionLock {
public:
    /// @throws DatabaseError if another program has locked the session, naming that program; if the
    /// file cannot be written, or is a link or no regular file
    SessionLock(const std::filesystem::path& database, const std::string& sessionId);
    SessionLock(const SessionLock&) = delete;
    SessionLock& operator=(const SessionLock&) = delete;
    ~SessionLock();

private:
    std::filesystem::path file_;
    int descriptor_ = -1;
};

/// Whether a program, this one included, has locked a session.
/// @throws DatabaseError if its lock file is there and cannot be read
bool isLocked(const std::filesystem::path& database, const std::string& sessionId);

} // namespace mlab::data
