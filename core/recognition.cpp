// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/recognition.h"

#include "core/error.h"

#include <algorithm>
#include <fnmatch.h>

namespace mlab {

std::optional<std::size_t> categoryOfReference(const std::vector<Category>& categories,
                                               const std::string& referenceId)
{
    std::optional<std::size_t> found;
    for (std::size_t i = 0; i < categories.size(); ++i) {
        const bool belongs =
            std::ranges::any_of(categories[i].references, [&](const std::string& pattern) {
                return fnmatch(pattern.c_str(), referenceId.c_str(), 0) == 0;
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
