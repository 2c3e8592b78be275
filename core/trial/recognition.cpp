// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trial/recognition.h"

#include "core/base/error.h"

#include <algorithm>

namespace mlab {
namespace {

// `*` stands for any characters and all else for itself: file names hold brackets and such.
bool matches(std::string_view pattern, std::string_view id)
{
    const auto star = pattern.find('*');
    if (star == std::string_view::npos) {
        return pattern == id;
    }
    if (!id.starts_with(pattern.substr(0, star))) {
        return false;
    }
    id.remove_prefix(star);
    pattern.remove_prefix(star + 1);
    // What lies between two stars may as well be taken where it first occurs.
    for (auto next = pattern.find('*'); next != std::string_view::npos; next = pattern.find('*')) {
        const auto found = id.find(pattern.substr(0, next));
        if (found == std::string_view::npos) {
            return false;
        }
        id.remove_prefix(found + next);
        pattern.remove_prefix(next + 1);
    }
    return id.ends_with(pattern);
}

} // namespace

std::optional<std::size_t> categoryOfReference(const std::vector<Category>& categories,
                                               const std::string& referenceId)
{
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < categories.size(); ++i) {
        const bool belongs =
            std::ranges::any_of(categories[i].references, [&](const std::string& pattern) {
                return matches(pattern, referenceId);
            });
        if (belongs && found) {
            throw InvalidArgument("reference " + referenceId + " belongs to two categories, " +
                                  categories[*found].name + " and " + categories[i].name +
                                  ": each must belong to one at most");
        }
        if (belongs) {
            found = i;
        }
    }
    return found;
}

} // namespace mlab
