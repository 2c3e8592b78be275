// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/diagnostic.h"

#include <algorithm>
#include <numeric>
#include <utility>

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

// No name of the program is nearly as long.
constexpr std::size_t kLongestName = 200;

// As people mean a name, however they write it.
std::string spoken(std::string_view name)
{
    std::string out;
    for (const char c : name) {
        if (c == '+') {
            out += "plus";
        } else if (c == '_' || c == ' ') {
            out += '-';
        } else {
            out += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
        }
    }
    return out;
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

std::vector<Diagnostic> listed(std::vector<Diagnostic> all)
{
    std::ranges::stable_sort(all, {}, [](const Diagnostic& diagnostic) {
        return std::pair(diagnostic.line, diagnostic.column);
    });
    if (all.size() > kMostListed) {
        const auto more = all.size() - kMostListed;
        all.resize(kMostListed + 1);
        all.back() = {.file = all.back().file,
                      .line = all.back().line,
                      .column = all.back().column,
                      .pointer = "",
                      .message = std::to_string(more) + " more problems from here on",
                      .suggestion = ""};
    }
    return all;
}

std::optional<std::string> nearestName(std::string_view name,
                                       std::span<const std::string> candidates)
{
    std::optional<std::string> best;
    if (name.size() > kLongestName) {
        return best;
    }
    const auto meant = spoken(name);
    // Further away than this it is another word, not a slip.
    std::size_t bestDistance = std::max<std::size_t>(2, name.size() / 2) + 1;
    for (const auto& candidate : candidates) {
        const auto distance = editDistance(meant, spoken(candidate));
        if (distance < bestDistance) {
            bestDistance = distance;
            best = candidate;
        }
    }
    return best;
}

} // namespace mlab
