// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace mlab::ui {

/// Whether a run keeps the design's times or skips the waiting (tests, trial runs).
enum class Pace { real, fast };

/// std::chrono::steady_clock in ms, the clock of all frames, sounds and key presses.
double nowMs();

/// How long the computer has been suspended since it was started, ms. nowMs() stands still then.
double suspendedMs();

/// How the display keeps time.
struct Refresh {
    double nominalHz = 60;   ///< reported by the screen; 60 if it reports nothing usable
    double swapHz = 0;       ///< rate of swaps made one after another
    bool swapBlocks = false; ///< a swap waits for the screen, at the rate the screen reports
    double periodMs = 0;     ///< of a trial's frames: measured if swaps block, otherwise nominal
};

/// Judges swaps that were made directly one after another. They are assumed to wait for the screen
/// if three of four take equally long (within 5 % or 0.5 ms) and this is the screen's own period
/// within 5 %; a few dropped frames do not matter. Software rendering and virtual displays swap at
/// once.
/// @param swapMs     when each swap returned, at least 3
/// @param reportedHz the refresh rate that the screen reports, any number
/// @throws InternalError if there are too few swaps
Refresh judgeSwaps(std::span<const double> swapMs, double reportedHz);

/// The time nearest to `ms` that is a whole number of periods after `originMs`.
double nearestOnGrid(double originMs, double periodMs, double ms);

/// Finds out when a key really went down. If it is pressed while a swap blocks, its event arrives
/// only afterwards. The event carries a time stamp, but of a clock with an unknown origin. The
/// shortest delay seen so far is taken as no delay; it may grow by 100 ppm, which is more than two
/// clocks drift apart.
class KeyClock {
public:
    /// @param nowMs     when the event was handled
    /// @param stampMs   the event's own time stamp, 0 if it has none
    /// @param earliestMs when the event loop last looked for keys: a key handled now was pressed
    ///                   after that
    /// @returns nowMs if the time stamp, with its resolution of 1 ms, gives no better answer
    double pressedAtMs(double nowMs, std::uint64_t stampMs, double earliestMs);

private:
    struct Offset {
        double ms;
        double atMs;
    };
    std::optional<Offset> offset_;
};

} // namespace mlab::ui
