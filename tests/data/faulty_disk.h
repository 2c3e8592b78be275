// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace mlab::data {

/// Makes SQLite's writes fail, through the hook that SQLite has for its own tests: the disk works
/// for `good` writes and fails with `error` (errno) from then on, until this object is destroyed.
class FaultyDisk {
public:
    /// As `error`: the process is killed in the middle of the next write.
    static constexpr int kKill = -1;

    FaultyDisk(int good, int error);
    FaultyDisk(const FaultyDisk&) = delete;
    FaultyDisk& operator=(const FaultyDisk&) = delete;
    ~FaultyDisk();

    /// Whether a write has failed.
    static bool hasFailed();
};

} // namespace mlab::data
