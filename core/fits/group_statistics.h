// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace mlab {

/// The mean of a sample with Student's t interval.
struct MeanEstimate {
    double mean = 0.0;
    int count = 0; ///< values, > 0
    /// Absent for a single value.
    std::optional<std::array<double, 2>> interval95, interval68;
};

/// Absent for no values.
std::optional<MeanEstimate> meanOf(std::span<const double> values);

/// Pearson's r with its 95 % interval by Fisher's z.
struct Correlation {
    double r = 0.0;
    int count = 0; ///< pairs
    std::optional<std::array<double, 2>>
        interval95; ///< absent for fewer than 4 pairs or if |r| is 1
};

/// Absent for fewer than 3 pairs or if one of the two does not vary.
/// @param x, y of the same length
std::optional<Correlation> correlate(std::span<const double> x, std::span<const double> y);

/// Spearman's rho: the correlation of the ranks; equal values share their mean rank. Absent as in
/// correlate(). @param x, y of the same length
std::optional<double> rankCorrelation(std::span<const double> x, std::span<const double> y);

/// The result of a permutation test.
struct PermutationTest {
    double statistic = 0.0;
    double p = 1.0;
    bool exact = false; ///< all permutations were counted, not a random sample
    /// The smallest p that is possible with this number of participants.
    double smallestP = 1.0;
};

/// Is the mean of paired differences 0? Two-sided; p is the proportion of sign changes (Fisher
/// 1935) with a mean at least as far from 0: of all for up to 20 differences, else of 100 000
/// random ones.
/// @param differences at least one
/// @throws InvalidArgument for none
PermutationTest signFlipTest(std::span<const double> differences, std::uint64_t seed);

/// Do the conditions differ? Friedman's chi-squared over ranks within participants (ties share
/// their mean rank); p is the proportion of permutations of the ranks within participants with at
/// least this statistic: of all if there are at most 200 000, else of 100 000 random ones.
/// @param rows [participants][conditions], at least 1 x 2, all of the same length
/// @throws InvalidArgument
PermutationTest friedmanTest(const std::vector<std::vector<double>>& rows, std::uint64_t seed);

/// Do x and y correlate within groups? r is Pearson's after the mean of each group is subtracted
/// from both. Two-sided; p is the proportion of permutations of y within groups with an |r| at
/// least as large: of all if there are at most 200 000, else of 10 000 random ones. Absent as in
/// correlate().
/// @param x, y, groups of the same length @throws InvalidArgument if they are not
std::optional<PermutationTest> correlationWithinTest(std::span<const double> x,
                                                     std::span<const double> y,
                                                     std::span<const std::size_t> groups,
                                                     std::uint64_t seed);

/// Values without the mean of their group. @param groups of the same length
std::vector<double> centredWithin(std::span<const double> values,
                                  std::span<const std::size_t> groups);

/// p values corrected for their number (Holm 1979), in the order given, at most 1.
std::vector<double> holmAdjusted(std::span<const double> p);

/// Two conditions compared within participants.
struct ConditionPair {
    std::size_t first = 0, second = 0;
    MeanEstimate difference; ///< of the second minus the first
    PermutationTest test;    ///< sign changes of the differences
    double adjustedP = 1.0;  ///< Holm's, over the pairs
};

/// Conditions compared within participants: all of them, and every pair.
struct WithinComparison {
    PermutationTest omnibus;          ///< Friedman's
    std::vector<ConditionPair> pairs; ///< 0 and 1, 0 and 2, ..., 1 and 2, ...
    double smallestPairP =
        1.0; ///< possible after Holm's correction with this number of participants
};

/// Absent for fewer than two participants.
/// @param rows [participants][conditions], two conditions or more, all of the same length
/// @throws InvalidArgument
std::optional<WithinComparison> compareWithin(const std::vector<std::vector<double>>& rows);

} // namespace mlab
