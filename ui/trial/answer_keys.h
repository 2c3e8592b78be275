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

/// The answer that a key (Qt::Key) gives in a trial: arrows, from left to right in the order of
/// answersOf(); in recognition the key of a category. Absent for a key that means nothing there.
/// Where the layout of the keyboard has neither a digit nor a Latin letter on a key of recognition
/// (AZERTY's digits, Cyrillic), it counts as what a US keyboard has in its place.
/// @param nativeScanCode as QKeyEvent gives it under X11 and Wayland: evdev's code + 8; 0: unknown
std::optional<Answer> answerOf(const experiments::TrialView& view, int key,
                               std::uint32_t nativeScanCode = 0);
/// The key of an answer of that task.
/// @throws InvalidArgument for a category that has none
int keyOf(Task task, Answer answer);
/// What is written on the key of a category.
/// @throws InvalidArgument for a category that has none
QString capOfCategory(std::size_t index);
/// Whether a key goes on from a screen between trials.
bool goesOn(int key);

} // namespace mlab::ui
