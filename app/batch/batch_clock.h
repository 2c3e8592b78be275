// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/program/progress_bar.h"

#include <chrono>
#include <string>

namespace mlab::app {

/// What of many items is going on, how much is done, and how long it will take at this rate, on
/// stderr.
class BatchClock {
public:
    /// @param total  items that take time
    explicit BatchClock(int total) : total_(total), begun_(std::chrono::steady_clock::now()) {}

    /// @param done  items, with the share of the one that is being made
    void show(const std::string& what, double done);
    /// A line that stays.
    void say(const std::string& line);
    void clear() { bar_.clear(); }

private:
    int total_;
    std::chrono::steady_clock::time_point begun_;
    ProgressBar bar_;
};

} // namespace mlab::app
