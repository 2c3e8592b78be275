// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace mlab::stimuli {

/// How alike the activations of a natural stimulus and of its model metamer are, over all units of
/// a layer (Feather et al. 2019; Feather et al. 2023, "Metamer optimization success criteria").
/// Sums in float64.
struct ActivationMatch {
    double spearman = 0.0; ///< Pearson correlation of the ranks; ties have their average rank
    double pearson = 0.0;
    double snrDb = 0.0; ///< 20 log10(||original|| / ||original - metamer||); equal: infinity
    double l2 = 0.0;    ///< ||original - metamer||
};

/// The SNR as the programs of Feather et al. print it: 10 log10 of the ratio of the norms, which is
/// half of the conventional value.
double publishedSnrDb(const ActivationMatch& match);

/// The activations of one stimulus with what every comparison needs of them, for comparing each
/// with many others. 12 bytes a unit.
class RankedActivations {
public:
    /// @throws InvalidArgument for no units, NumericError for a value that is not finite
    explicit RankedActivations(std::vector<float> values);

    const std::vector<float>& values() const { return values_; }
    const std::vector<double>& ranks() const { return ranks_; }

private:
    std::vector<float> values_;
    std::vector<double> ranks_; ///< from 1; ties have their average
};

/// Both vectors [units], the original first: it is the signal. Where one of them is all zeros,
/// correlations and SNR are 0, as published; where one is constant, the correlations are 0.
/// @throws InvalidArgument for no units or unequal sizes, NumericError for a value that is not
/// finite
ActivationMatch compareActivations(std::span<const float> original, std::span<const float> metamer);
ActivationMatch compareActivations(std::span<const double> original,
                                   std::span<const double> metamer);
ActivationMatch compareActivations(const RankedActivations& original,
                                   const RankedActivations& metamer);

/// One measure over random pairs of natural stimuli: its chance distribution.
class NullSample {
public:
    NullSample() = default;
    /// @throws NumericError for a value that is NaN
    explicit NullSample(std::vector<double> values);

    const std::vector<double>& sorted() const { return sorted_; }
    /// @throws InvalidArgument where there are no pairs
    double maximum() const;
    bool exceededBy(double value) const { return value > maximum(); }
    /// An upper bound of the probability that a random pair does as well as `value`:
    /// (1 + pairs at or above it) / (1 + pairs), Phipson & Smyth 2010. Above all n pairs it is
    /// 1 / (n + 1).
    double pValue(double value) const;

private:
    std::vector<double> sorted_; // ascending
};

/// The null distribution of one layer.
struct NullDistribution {
    NullSample spearman;
    NullSample pearson;
    NullSample snrDb;

    NullDistribution() = default;
    explicit NullDistribution(std::span<const ActivationMatch> pairs);
    std::size_t pairs() const { return spearman.sorted().size(); }
};

/// Pairs of different members of a pool, no two members paired twice, in random order; the first of
/// a pair is the signal. A function of its arguments alone.
/// @throws InvalidArgument when the pool has fewer than `count` pairs
std::vector<std::pair<std::size_t, std::size_t>> randomPairs(std::size_t poolSize,
                                                             std::size_t count, std::uint64_t seed);

/// A metamer is accepted when each of the three measures is above every null pair's, and the model
/// puts it in the original's class; `sameClass` is empty where the model does not classify.
bool accepted(const ActivationMatch& match, const NullDistribution& null,
              std::optional<bool> sameClass);

} // namespace mlab::stimuli
