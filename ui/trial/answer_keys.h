// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial/task.h"
#include "experiments/presentation/presenter.h"

#include <QString>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace mlab::ui {

/// How many categories have keys: 1 to 9, then A to W.
inline constexpr std::size_t kMostCategories = 32;

/// The answer of a key (Qt::Key) in a trial: arrow keys from left to right in the order of
/// answersOf(); in recognition, the key of a category. Absent for any other key.
/// If a recognition key has neither a digit nor a Latin letter on the current keyboard layout (the
/// digits of AZERTY, Cyrillic), it counts as the key of a US keyboard at the same position.
/// @param nativeScanCode from QKeyEvent under X11 and Wayland: evdev's code + 8; 0: unknown
std::optional<Answer> answerOf(const experiments::TrialView& view, int key,
                               std::uint32_t nativeScanCode = 0);
/// The key of an answer.
/// @throws InternalError for a category without a key
int keyOf(Task task, Answer answer);
/// The label on the key of a category.
/// @throws InternalError for a category without a key
QString capOfCategory(std::size_t index);
/// Whether a key continues from a screen between trials.
bool goesOn(int key);

} // namespace mlab::ui
