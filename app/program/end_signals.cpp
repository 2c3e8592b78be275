// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/program/end_signals.h"

#include "app/program/exit_codes.h"
#include "core/base/error.h"

#include <array>
#include <atomic>
#include <cerrno>
#include <iostream>
#include <unistd.h>
#include <utility>

namespace mlab::app {
namespace {

constexpr std::array kSignals = {SIGINT, SIGTERM, SIGHUP};
constexpr char kSignalled = 's';
constexpr char kNoLonger = 'n';

std::atomic<int> writeEnd = -1; ///< of a pipe: a signal handler may do little but write

void tell(char what)
{
    const int before = errno;
    [[maybe_unused]] const auto written = ::write(writeEnd, &what, 1);
    errno = before;
}

} // namespace

EndSignals::EndSignals(std::function<void()> end)
{
    std::array<int, 2> ends{};
    if (::pipe(ends.data()) != 0) {
        throw Error("no pipe could be opened; close other programs and try again");
    }
    writeEnd = ends[1];
    waiting_ = std::jthread([readEnd = ends[0], end = std::move(end)] {
        char what = 0;
        while (::read(readEnd, &what, 1) < 0 && errno == EINTR) {
        }
        if (what == kSignalled) {
            end();
        }
        ::close(readEnd);
    });
    struct sigaction action = {};
    action.sa_handler = [](int) { tell(kSignalled); };
    action.sa_flags = SA_RESTART | static_cast<int>(SA_RESETHAND);
    for (const int signal : kSignals) {
        struct sigaction before = {};
        ::sigaction(signal, nullptr, &before);
        if (before.sa_handler != SIG_IGN) {
            ::sigaction(signal, &action, nullptr);
            before_.emplace(signal, before);
        }
    }
}

EndSignals::~EndSignals()
{
    for (const auto& [signal, before] : before_) {
        ::sigaction(signal, &before, nullptr);
    }
    tell(kNoLonger);
    waiting_.join();
    ::close(writeEnd.exchange(-1));
}

int runStoppable(const std::function<int(const std::stop_token&)>& work)
{
    std::stop_source stop;
    const EndSignals signals([&stop] { stop.request_stop(); });
    try {
        return work(stop.get_token());
    } catch (const Cancelled&) {
        std::cerr << "Stopped. What was finished is kept; to make the rest, run the same "
                     "command.\n";
        return kFailed;
    }
}

} // namespace mlab::app
