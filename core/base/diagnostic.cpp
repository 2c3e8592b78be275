// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/diagnostic.h"

#include <algorithm>
#include <numeric>

namespace mlab {
namespace {

// Levenshtein distance.
std::size_t editDistance(std::string_view a, std::string_view b)
{
    std::vector<std::size_t> row(b.size() + 1);
    std::iota(row.begin(), row.end(), std::size_t{0});
    for (std::size_t i = 1; i <= a.size(); ++i) {
        std::size_t diagonal = row[0];
        row[0] = i;
        for (std::size_t j = 1; j <= b.size(); ++j) {
            const std::size_t substituted = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
            diagonal = row[j];
            row[j] = std::min({substituted, row[j] + 1, row[j - 1] + 1});
        }
    }
    return row.back();
}

} // namespace

std::string Diagnostic::text() const
{
    std::string out = file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " +
                      (pointer.empty() ? "/" : pointer) + ": " + message;
    if (!suggestion.empty()) {
        out += " (did you mean \"" + suggestion + "\"?)";
    }
    return out;
}

std::optional<std::string> nearestName(std::string_view name,
                                       std::span<const std::string> candidates)
{
    std::optional<std::string> best;
    // Further away than this it is another word, not a slip.
    std::size_t bestDistance = std::max<std::size_t>(2, name.size() / 2) + 1;
    for (const auto& candidate : candidates) {
        const auto distance = editDistance(name, candidate);
        if (distance < bestDistance) {
            bestDistance = distance;
            best = candidate;
        }
    }
    return best;
}

} // namespace mlab
