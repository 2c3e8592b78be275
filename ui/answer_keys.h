// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/task.h"

#include <optional>

namespace mlab::ui {

/// The answer that a key (Qt::Key) gives in a task: arrows, from left to right in the order of
/// answersOf(). Absent for a key that means nothing there.
std::optional<Answer> answerOf(Task task, int key);
/// The key of an answer of that task.
int keyOf(Task task, Answer answer);
/// Whether a key goes on from a screen between trials.
bool goesOn(int key);

} // namespace mlab::ui
