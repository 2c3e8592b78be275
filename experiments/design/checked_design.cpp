// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/checked_design.h"

#include <algorithm>

namespace mlab::experiments {

bool CheckedDesign::usable(std::initializer_list<std::string> pointers) const
{
    return std::ranges::all_of(pointers, [&](std::string pointer) {
        while (!pointer.empty() && !unusable_.contains(pointer)) {
            pointer = parentPointer(pointer);
        }
        return pointer.empty() && !unusable_.contains("");
    });
}

bool CheckedDesign::listUsable(const std::string& pointer) const
{
    bool all = usable({pointer});
    for (std::size_t i = 0; all && has(childPointer(pointer, i)); ++i) {
        all = usable({childPointer(pointer, i)});
    }
    return all;
}

bool CheckedDesign::partlyRefused(const std::string& pointer) const
{
    const auto next = unusable_.lower_bound(pointer);
    return next != unusable_.end() && next->starts_with(pointer);
}

void CheckedDesign::add(const std::string& pointer, const std::string& message,
                        std::string suggestion)
{
    if (reported_.emplace(pointer, message).second) {
        diagnostics_.push_back(document_.atValue(pointer, message, std::move(suggestion)));
    }
}

void CheckedDesign::add(const Diagnostic& diagnostic)
{
    if (reported_.emplace(diagnostic.pointer, diagnostic.message).second) {
        diagnostics_.push_back(diagnostic);
    }
}

void CheckedDesign::refuse(const std::string& pointer, const std::string& why)
{
    if (has(pointer) && usable({pointer})) {
        add(pointer, why);
    }
}

} // namespace mlab::experiments
