// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <chrono>
#include <functional>
#include <future>
#include <stop_token>

namespace mlab::app {

/// Runs work on another thread and returns what it returns. `meanwhile` is called on this thread
/// several times a second; if it throws, the work is asked to stop by the token.
/// @throws what either throws, after the work has ended
template <typename Work> auto onWorker(const Work& work, const std::function<void()>& meanwhile)
{
    constexpr std::chrono::milliseconds kNowAndThen{50};
    std::stop_source stop;
    auto result = std::async(std::launch::async, [&] { return work(stop.get_token()); });
    try {
        while (result.wait_for(kNowAndThen) != std::future_status::ready) {
            meanwhile();
        }
    } catch (...) {
        stop.request_stop();
        throw; // after the work has ended: the future's destructor waits for it
    }
    return result.get();
}

} // namespace mlab::app
