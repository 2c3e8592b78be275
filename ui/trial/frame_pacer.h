// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/trial/frame_clock.h"

#include <QTimer>

#include <functional>
#include <optional>
#include <vector>

namespace mlab::ui {

/// Decides when the next frame is drawn. First it measures the screen's refresh from a series of
/// swaps. Where swaps wait for the screen, frames follow each other directly, and the swaps set the
/// pace. Where they do not, the pacer keeps a schedule of its own at the screen's nominal rate, and
/// frames exist only where something changes. At fast pace nothing is waited for. GUI thread only.
class FramePacer {
public:
    /// @param frame draws a frame; called from the event loop
    FramePacer(Pace pace, std::function<void()> frame);

    /// To be called after each swap until isMeasured().
    /// @param reportedHz the screen's own information
    void measureSwap(double reportedHz);
    bool isMeasured() const { return refresh_.has_value(); }
    /// Only once measured.
    const Refresh& refresh() const { return *refresh_; }

    /// Whether the pacer's own schedule says when frames are due, not the swaps.
    bool ownSchedule() const { return !refresh_->swapBlocks && pace_ == Pace::real; }

    /// When the current frame began, by nowMs().
    double frameBeganMs() const { return frameBeganMs_; }
    /// The current frame was drawn and swapped.
    void frameDrawn();
    /// A trial's first frame became visible: its schedule counts from here.
    void startSchedule(double shownMs) { scheduleOriginMs_ = shownMs; }
    /// When the frame after the one shown at `shownMs` is due.
    /// @param frames  how long the phase lasts that is on screen
    /// @param soundMs when the sound ends that phase; infinity if it does not
    double nextFrameMs(double shownMs, int frames, double soundMs) const;

    void frameSoon() { timer_.start(0); }
    void frameInMs(int ms) { timer_.start(ms); }
    /// Draws early enough for the frame to be visible at `dueMs` and not before; at once where the
    /// swaps set the pace.
    void frameAt(double dueMs);
    void stop() { timer_.stop(); }

private:
    Pace pace_;
    QTimer timer_;
    std::vector<double> swaps_; ///< while measuring
    std::optional<Refresh> refresh_;
    double scheduleOriginMs_ = 0.0;
    double frameBeganMs_ = 0.0;
    double drawMs_ = 0.0; ///< the least that drawing and swapping took recently
};

} // namespace mlab::ui
