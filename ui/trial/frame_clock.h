// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <span>

namespace mlab::ui {

/// Whether a run keeps the design's times or hurries through them (tests, trial runs).
enum class Pace { real, fast };

/// std::chrono::steady_clock in ms, the one clock of everything that is shown and pressed.
double nowMs();

/// How the display keeps time.
struct Refresh {
    double nominalHz = 60;   ///< what the screen says of itself; 60 where it says nothing usable
    double swapHz = 0;       ///< rate of swaps made one after another
    bool swapBlocks = false; ///< a swap waits for the screen, at the rate the screen says
    double periodMs = 0; ///< of the frames trials are made of: measured, or nominal if unblocked
};

/// Judges swaps that were made one straight after another. They are taken to wait for the screen if
/// three of four are equally long, to 5 % or 0.5 ms, and that length is the screen's own to 5 %;
/// dropped frames among them do not matter. Software rendering and virtual displays swap at once.
/// @param swapMs     when each returned, at least 3
/// @param reportedHz what the screen says, any number
/// @throws InvalidArgument if there are too few swaps.
Refresh judgeSwaps(std::span<const double> swapMs, double reportedHz);

/// The time nearest to `ms` that is a whole number of periods after `originMs`.
double nearestOnGrid(double originMs, double periodMs, double ms);

/// Finds out when a key really went down. A key that is pressed while a swap blocks is heard of
/// only afterwards; its event carries a time stamp, though of a clock with an unknown origin. The
/// shortest delay seen so far stands for no delay; it is let grow by 100 ppm, more than two clocks
/// drift apart.
class KeyClock {
public:
    /// @param nowMs     when the event was handled
    /// @param stampMs   the event's own time stamp, 0 if it has none
    /// @param earliestMs when the event loop last looked for keys: a key handled now was not
    /// pressed
    ///                  before that
    /// @returns nowMs if the stamp's resolution of 1 ms tells nothing better.
    double pressedAtMs(double nowMs, std::uint64_t stampMs, double earliestMs);

private:
    struct Offset {
        double ms;
        double atMs;
    };
    std::optional<Offset> offset_;
};

} // namespace mlab::ui
