// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace mlab::ui {

/// Between the widgets of a window, device-independent pixels; its margins are twice as wide.
constexpr int kSpace = 12;

} // namespace mlab::ui
