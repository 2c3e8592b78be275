// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trial/frame_pacer.h"

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <utility>

namespace mlab::ui {

namespace {

constexpr std::size_t kWarmUpSwaps = 6;
constexpr std::size_t kMeasuredSwaps = 46;

} // namespace

FramePacer::FramePacer(Pace pace, std::function<void()> frame) : pace_(pace)
{
    timer_.setSingleShot(true);
    timer_.setTimerType(Qt::PreciseTimer);
    QObject::connect(&timer_, &QTimer::timeout, &timer_, [this, frame = std::move(frame)] {
        frameBeganMs_ = nowMs();
        frame();
    });
}

void FramePacer::measureSwap(double reportedHz)
{
    swaps_.push_back(nowMs());
    if (swaps_.size() == kWarmUpSwaps + kMeasuredSwaps) {
        refresh_ = judgeSwaps(std::span(swaps_).subspan(kWarmUpSwaps), reportedHz);
        swaps_.clear();
    }
}

void FramePacer::frameDrawn()
{
    const double tookMs = nowMs() - frameBeganMs_;
    drawMs_ = drawMs_ > 0 ? std::min(tookMs, 1.1 * drawMs_) : tookMs;
}

double FramePacer::nextFrameMs(double shownMs, int frames, double soundMs) const
{
    if (!ownSchedule()) {
        return shownMs + refresh_->periodMs;
    }
    if (std::isfinite(soundMs)) {
        return std::max(shownMs, soundMs);
    }
    return nearestOnGrid(scheduleOriginMs_, refresh_->periodMs, shownMs) +
           frames * refresh_->periodMs;
}

void FramePacer::frameAt(double dueMs)
{
    // Drawing begins early by the least time it takes, so a frame never becomes visible too soon.
    const double waitMs = ownSchedule() ? std::max(0.0, dueMs - drawMs_ - nowMs()) : 0.0;
    timer_.start(static_cast<int>(std::lround(waitMs)));
}

} // namespace mlab::ui
