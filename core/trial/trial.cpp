// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trial/trial.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace mlab {

std::string TrialPlan::intervalOrder() const
{
    std::string order;
    for (const auto interval : intervals) {
        order += static_cast<char>(interval);
    }
    return order;
}

bool flag::presentedAgain(const std::vector<std::string>& flags)
{
    constexpr std::array<std::string_view, 5> kAgain{kPaused, kLostFocus, kBadTiming,
                                                     kAudioUnderrun, kAudioDeviceLost};
    return std::ranges::find_first_of(flags, kAgain) != flags.end();
}

} // namespace mlab
