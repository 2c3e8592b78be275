// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <string>

namespace mlab::app {

/// One line on stderr that is overwritten. Silent where stderr is not a terminal.
class ProgressBar {
public:
    ProgressBar() = default;
    ~ProgressBar() { clear(); }
    ProgressBar(const ProgressBar&) = delete;
    ProgressBar& operator=(const ProgressBar&) = delete;
    void show(const std::string& what, double share);
    void clear();

private:
    std::string shown_;
};

} // namespace mlab::app
