// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

namespace mlab::ui {

/// Space between the widgets of a window, in device-independent pixels. Its margins are twice that.
constexpr int kSpace = 12;

} // namespace mlab::ui
