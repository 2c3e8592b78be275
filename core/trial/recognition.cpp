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
    const auto rest = pattern.substr(star + 1);
    for (auto from = star; from <= id.size(); ++from) {
        if (matches(rest, id.substr(from))) {
            return true;
        }
    }
    return false;
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
