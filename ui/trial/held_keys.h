// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <map>
#include <optional>

namespace mlab::ui {

/// Tells a new press of a key from the repeats of one that is held. X11 sends a held key as
/// releases and presses with the same time stamp, and Qt marks only some of these as repeats. So a
/// press counts only if the key has been up for kReleasedMs: nobody presses a key again within that
/// time, and a worn contact bounces for less.
class HeldKeys {
public:
    static constexpr std::uint64_t kReleasedMs = 25;

    /// @param key     any number that identifies a key or button
    /// @param stampMs the event's time stamp; 0 if it has none, then only held keys are told
    /// @returns whether this is a new press
    bool pressed(std::uint32_t key, std::uint64_t stampMs);
    void released(std::uint32_t key, std::uint64_t stampMs);
    /// The releases that follow go to another window.
    void forgetHeld();

private:
    struct State {
        bool down = false;
        std::optional<std::uint64_t> releasedMs;
    };
    std::map<std::uint32_t, State> keys_;
};

} // namespace mlab::ui
