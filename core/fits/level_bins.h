// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fits/psychometric_posterior.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace mlab {

/// Trials of neighbouring levels taken together.
struct LevelBins {
    std::vector<LevelCounts> counts; ///< by rising level, which is the bin's geometric mean
    std::vector<std::size_t> binOf;  ///< of each row, into `counts`
};

/// One row for each level, by rising level, so that neither a fit nor its bootstrap depends on the
/// order of the rows.
std::vector<LevelCounts> pooledByLevel(std::vector<LevelCounts> rows);

/// At most 8 bins of at least 6 trials each (fewer in a single bin), with equal levels in one bin.
/// @param rows of one or more answers each, at levels > 0
LevelBins binByLevel(std::span<const LevelCounts> rows);

/// Two bins of which the lower has the higher share of correct answers.
struct DecreaseWithLevel {
    LevelCounts low, high;
};

/// The most significant decrease between two bins, if any is significant at 0.005 after
/// Bonferroni's correction for the number of pairs (Fisher's exact test, one-sided).
std::optional<DecreaseWithLevel> significantDecrease(std::span<const LevelCounts> bins);

/// p, one-sided, that answers get worse as the log level rises: the test for a linear trend of
/// proportions (Cochran 1954; Armitage 1955). Absent if levels or answers do not vary.
/// @param rows of one or more answers each, at levels > 0
std::optional<double> decreasingTrendP(std::span<const LevelCounts> rows);

} // namespace mlab
