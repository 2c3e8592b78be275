// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/utc_time.h"

#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>

namespace mlab {

std::string utcNow()
{
    using namespace std::chrono;
    const auto now = floor<milliseconds>(system_clock::now());
    const auto seconds = system_clock::to_time_t(floor<std::chrono::seconds>(now));
    std::tm parts{};
    ::gmtime_r(&seconds, &parts);
    std::array<char, 32> date{};
    const auto length = std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    std::array<char, 8> fraction{};
    std::snprintf(fraction.data(), fraction.size(), ".%03dZ",
                  static_cast<int>(now.time_since_epoch().count() % 1000));
    return std::string(date.data(), length) + fraction.data();
}

} // namespace mlab
