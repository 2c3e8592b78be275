// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trial/held_keys.h"

namespace mlab::ui {

bool HeldKeys::pressed(std::uint32_t key, std::uint64_t stampMs)
{
    State& state = keys_[key];
    const bool justReleased = state.releasedMs && stampMs < *state.releasedMs + kReleasedMs;
    const bool isNew = !state.down && !justReleased;
    state.down = true;
    return isNew;
}

void HeldKeys::released(std::uint32_t key, std::uint64_t stampMs)
{
    State& state = keys_[key];
    state.down = false;
    state.releasedMs = stampMs == 0 ? std::nullopt : std::optional(stampMs);
}

void HeldKeys::forgetHeld()
{
    for (auto& [key, state] : keys_) {
        state.down = false;
    }
}

} // namespace mlab::ui
