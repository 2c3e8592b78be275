// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trial/frame_clock.h"

#include "core/base/error.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <ctime>
#include <vector>

namespace mlab::ui {

namespace {

constexpr double kUsualHz = 60;

} // namespace

double nowMs()
{
    const auto now = std::chrono::steady_clock::now().time_since_epoch();
    return std::chrono::duration<double, std::milli>(now).count();
}

double suspendedMs()
{
    timespec sinceStart{};
    clock_gettime(CLOCK_BOOTTIME, &sinceStart);
    const auto running = nowMs();
    return static_cast<double>(sinceStart.tv_sec) * 1e3 +
           static_cast<double>(sinceStart.tv_nsec) / 1e6 - running;
}

Refresh judgeSwaps(std::span<const double> swapMs, double reportedHz)
{
    if (swapMs.size() < 3) {
        throw InternalError(
            "the screen's refresh rate cannot be determined from fewer than 3 swaps");
    }
    std::vector<double> lengths;
    for (std::size_t i = 1; i < swapMs.size(); ++i) {
        lengths.push_back(swapMs[i] - swapMs[i - 1]);
    }
    std::vector<double> sorted = lengths;
    std::sort(sorted.begin(), sorted.end());
    const double median = sorted[sorted.size() / 2];

    // A screen is steadier than software that happens to draw at about the same rate.
    const double jitterMs = std::max(0.5, 0.05 * median);
    double sum = 0;
    int alike = 0;
    for (const double length : lengths) {
        if (std::abs(length - median) <= jitterMs) {
            sum += length;
            ++alike;
        }
    }
    const double mean = alike > 0 ? sum / alike : median;

    Refresh refresh;
    refresh.nominalHz = std::isfinite(reportedHz) && reportedHz > 1 ? reportedHz : kUsualHz;
    const double nominalMs = 1000 / refresh.nominalHz;
    const bool steady = 4 * alike >= 3 * static_cast<int>(lengths.size());
    refresh.swapHz = mean > 0 ? 1000 / mean : 0;
    refresh.swapBlocks = steady && std::abs(mean - nominalMs) <= 0.05 * nominalMs;
    refresh.periodMs = refresh.swapBlocks ? mean : nominalMs;
    return refresh;
}

double nearestOnGrid(double originMs, double periodMs, double ms)
{
    return originMs + std::round((ms - originMs) / periodMs) * periodMs;
}

double KeyClock::pressedAtMs(double nowMs, std::uint64_t stampMs, double earliestMs)
{
    if (stampMs == 0) {
        return nowMs;
    }
    constexpr double kDrift = 100e-6;
    const auto stamp = static_cast<double>(stampMs);
    const double delayed = nowMs - stamp;
    const double offset =
        offset_ ? std::min(delayed, offset_->ms + kDrift * (nowMs - offset_->atMs)) : delayed;
    offset_ = {offset, nowMs};

    constexpr double kResolutionMs = 2; // two time stamps, each truncated to 1 ms
    const double pressed = stamp + offset;
    if (nowMs - pressed < kResolutionMs) {
        return nowMs;
    }
    return std::clamp(pressed, std::min(earliestMs, nowMs), nowMs);
}

} // namespace mlab::ui
