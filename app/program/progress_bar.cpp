// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/program/progress_bar.h"

#include <algorithm>
#include <iostream>
#include <unistd.h>

namespace mlab::app {

void ProgressBar::show(const std::string& what, double share)
{
    constexpr int kWidth = 30;
    if (::isatty(STDERR_FILENO) == 0) {
        return;
    }
    const auto full = static_cast<std::size_t>(std::clamp(share, 0.0, 1.0) * kWidth);
    std::string line = "[" + std::string(full, '#') + std::string(kWidth - full, ' ') + "] " + what;
    if (line == shown_) {
        return;
    }
    const std::size_t covered = std::max(line.size(), shown_.size());
    shown_ = line;
    line.resize(covered, ' ');
    std::cerr << "\r" << line << std::flush;
}

void ProgressBar::clear()
{
    if (!shown_.empty()) {
        std::cerr << "\r" << std::string(shown_.size(), ' ') << "\r" << std::flush;
        shown_.clear();
    }
}

} // namespace mlab::app
