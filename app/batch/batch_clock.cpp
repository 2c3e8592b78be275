// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/batch/batch_clock.h"

#include <cmath>
#include <iostream>

namespace mlab::app {

void BatchClock::show(const std::string& what, double done)
{
    const double share = total_ > 0 ? done / total_ : 1.0;
    std::string text = what;
    const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begun_;
    if (share > 0.01) {
        const double left = passed.count() * (1 - share) / share;
        text += left < 90 ? ", " + std::to_string(std::lround(left)) + " s left"
                          : ", " + std::to_string(std::lround(left / 60)) + " min left";
    }
    bar_.show(text, share);
}

void BatchClock::say(const std::string& line)
{
    bar_.clear();
    std::cerr << "metamersynth: " << line << "\n";
}

} // namespace mlab::app
