// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trial/answer_keys.h"

#include "core/base/error.h"

#include <QtCore/qnamespace.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mlab::ui {

namespace {

std::vector<int> keysOf(Task task)
{
    return answersOf(task).size() == 2
               ? std::vector<int>{Qt::Key_Left, Qt::Key_Right}
               : std::vector<int>{Qt::Key_Left, Qt::Key_Down, Qt::Key_Right};
}

/// Qt's key codes of digits and letters are their characters.
int keyOfCategory(std::size_t index)
{
    constexpr std::size_t kDigits = 9;
    if (index >= kMostCategories) {
        throw InternalError("category " + std::to_string(index + 1) +
                            " has no key; the number of keys is " +
                            std::to_string(kMostCategories));
    }
    return index < kDigits ? Qt::Key_1 + static_cast<int>(index)
                           : Qt::Key_A + static_cast<int>(index - kDigits);
}

std::optional<Answer> categoryOf(int key, std::size_t categories)
{
    for (std::size_t i = 0; i < std::min(categories, kMostCategories); ++i) {
        if (keyOfCategory(i) == key) {
            return categoryAnswer(i);
        }
    }
    return std::nullopt;
}

bool isDigitOrLetter(int key)
{
    return (key >= Qt::Key_0 && key <= Qt::Key_9) || (key >= Qt::Key_A && key <= Qt::Key_Z);
}

// The rows of a US keyboard, each with its first scan code.
std::optional<int> keyInPlace(std::uint32_t nativeScanCode)
{
    constexpr std::array<std::pair<std::uint32_t, std::string_view>, 4> kRows = {
        {{10, "1234567890"}, {24, "QWERTYUIOP"}, {38, "ASDFGHJKL"}, {52, "ZXCVBNM"}}};
    for (const auto& [first, keys] : kRows) {
        if (nativeScanCode >= first && nativeScanCode < first + keys.size()) {
            return keys[nativeScanCode - first];
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<Answer> answerOf(const experiments::TrialView& view, int key,
                               std::uint32_t nativeScanCode)
{
    if (view.task == Task::recognition) {
        const auto inPlace = isDigitOrLetter(key) ? std::nullopt : keyInPlace(nativeScanCode);
        return categoryOf(inPlace.value_or(key), view.choices ? view.choices->size() : 0);
    }
    const auto keys = keysOf(view.task);
    const auto found = std::ranges::find(keys, key) - keys.begin();
    const auto index = static_cast<std::size_t>(found);
    return index < keys.size() ? std::optional(answersOf(view.task).at(index)) : std::nullopt;
}

int keyOf(Task task, Answer answer)
{
    if (task == Task::recognition) {
        return keyOfCategory(categoryIndex(answer));
    }
    const auto& answers = answersOf(task);
    const auto found = std::ranges::find(answers, answer) - answers.begin();
    return keysOf(task).at(static_cast<std::size_t>(found));
}

QString capOfCategory(std::size_t index)
{
    return {QChar(keyOfCategory(index))};
}

bool goesOn(int key)
{
    return key == Qt::Key_Space || key == Qt::Key_Return || key == Qt::Key_Enter;
}

} // namespace mlab::ui
