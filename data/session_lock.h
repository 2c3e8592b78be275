// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <filesystem>
#include <string>

namespace mlab::data {

/// Keeps a second program off a session while this object lives, with the file
/// "DATABASE.SESSION.lock". The kernel holds the lock and drops it when the process ends in any
/// way, so a file that a killed program left behind keeps nobody out, whatever is or is not in it.
class SessionLock {
public:
    /// @throws DatabaseError if another program has the session, naming it, or if there can be no
    /// such file.
    SessionLock(const std::filesystem::path& database, const std::string& sessionId);
    SessionLock(const SessionLock&) = delete;
    SessionLock& operator=(const SessionLock&) = delete;
    ~SessionLock();

private:
    std::filesystem::path file_;
    int descriptor_ = -1;
};

} // namespace mlab::data
