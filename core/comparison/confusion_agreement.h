// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace mlab {

/// Number of trials, or the number expected: [category shown][category answered].
using Confusions = std::vector<std::vector<double>>;

/// Whether two observers confuse the same categories: Pearson's r of the log-odds of each wrong
/// answer, ln((n + 1/2) / (N - n + 1/2)), where N is the number of trials of the category shown
/// (Haldane 1956). Categories that either was never shown are left out. Absent for fewer than 3
/// such answers, or if one observer's do not vary.
/// @throws InvalidArgument for confusions of different size
std::optional<double> confusionCorrelation(const Confusions& first, const Confusions& second);

/// Krippendorff's alpha of answers without an order (Krippendorff 2019): 1 where all observers give
/// each stimulus one answer, 0 where they agree as often as by chance. Absent if no stimulus has
/// two answers, or if all answers are the same.
/// @param answers  to each stimulus, by category; those to a stimulus with a single one are left
///        out
std::optional<double> krippendorffAlpha(std::span<const std::vector<std::size_t>> answers);

} // namespace mlab
