// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/answer_keys.h"

#include <QtCore/qnamespace.h>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace mlab::ui {

namespace {

std::vector<int> keysOf(Task task)
{
    return answersOf(task).size() == 2
               ? std::vector<int>{Qt::Key_Left, Qt::Key_Right}
               : std::vector<int>{Qt::Key_Left, Qt::Key_Down, Qt::Key_Right};
}

} // namespace

std::optional<Answer> answerOf(Task task, int key)
{
    const auto keys = keysOf(task);
    const auto found = std::ranges::find(keys, key) - keys.begin();
    const auto index = static_cast<std::size_t>(found);
    return index < keys.size() ? std::optional(answersOf(task).at(index)) : std::nullopt;
}

int keyOf(Task task, Answer answer)
{
    const auto& answers = answersOf(task);
    const auto found = std::ranges::find(answers, answer) - answers.begin();
    return keysOf(task).at(static_cast<std::size_t>(found));
}

bool goesOn(int key)
{
    return key == Qt::Key_Space || key == Qt::Key_Return || key == Qt::Key_Enter;
}

} // namespace mlab::ui
