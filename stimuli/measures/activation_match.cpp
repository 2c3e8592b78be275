// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/measures/activation_match.h"

#include "core/base/error.h"
#include "core/base/random_stream.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <string>
#include <unordered_set>

namespace mlab::stimuli {
namespace {

template <typename T> bool allZero(std::span<const T> values)
{
    return std::all_of(values.begin(), values.end(), [](T v) { return v == T{0}; });
}

// 0 where a side does not vary.
template <typename T> double correlation(std::span<const T> a, std::span<const T> b)
{
    const auto n = static_cast<double>(a.size());
    const auto mean = [n](std::span<const T> values) {
        return std::accumulate(values.begin(), values.end(), 0.0) / n;
    };
    const double meanA = mean(a);
    const double meanB = mean(b);
    double aa = 0;
    double bb = 0;
    double ab = 0;
    for (std::size_t i = 0; i < a.size(); ++i) {
        const double da = static_cast<double>(a[i]) - meanA;
        const double db = static_cast<double>(b[i]) - meanB;
        aa += da * da;
        bb += db * db;
        ab += da * db;
    }
    return aa > 0 && bb > 0 ? std::clamp(ab / std::sqrt(aa) / std::sqrt(bb), -1.0, 1.0) : 0.0;
}

template <typename T> std::vector<double> averageRanks(std::span<const T> values)
{
    std::vector<std::size_t> order(values.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::sort(order.begin(), order.end(),
              [values](std::size_t i, std::size_t j) { return values[i] < values[j]; });
    std::vector<double> ranks(values.size());
    for (std::size_t first = 0; first < order.size();) {
        std::size_t last = first + 1;
        while (last < order.size() && values[order[last]] == values[order[first]]) {
            ++last;
        }
        const double rank = 0.5 * static_cast<double>(first + last + 1);
        for (; first < last; ++first) {
            ranks[order[first]] = rank;
        }
    }
    return ranks;
}

template <typename T> void requireFinite(std::span<const T> values)
{
    if (values.empty()) {
        throw InvalidArgument("a layer without units cannot be compared");
    }
    const auto bad = std::find_if(values.begin(), values.end(),
                                  [](T v) { return !std::isfinite(static_cast<double>(v)); });
    if (bad != values.end()) {
        throw NumericError("the activation of unit " + std::to_string(bad - values.begin()) +
                           " is not a finite number");
    }
}

template <typename T>
ActivationMatch compare(std::span<const T> original, std::span<const double> originalRanks,
                        std::span<const T> metamer, std::span<const double> metamerRanks)
{
    if (original.size() != metamer.size()) {
        throw InvalidArgument("activations of " + std::to_string(original.size()) + " and " +
                              std::to_string(metamer.size()) +
                              " units cannot be compared; take both from the same layer");
    }
    double signal = 0;
    double noise = 0;
    for (std::size_t i = 0; i < original.size(); ++i) {
        const auto o = static_cast<double>(original[i]);
        const auto m = static_cast<double>(metamer[i]);
        signal += o * o;
        noise += (o - m) * (o - m);
    }
    ActivationMatch match{.l2 = std::sqrt(noise)};
    if (allZero(original) || allZero(metamer)) {
        return match;
    }
    match.snrDb =
        noise > 0 ? 10 * std::log10(signal / noise) : std::numeric_limits<double>::infinity();
    match.pearson = correlation(original, metamer);
    match.spearman = correlation(originalRanks, metamerRanks);
    return match;
}

template <typename T>
ActivationMatch ranksAndCompare(std::span<const T> original, std::span<const T> metamer)
{
    requireFinite(original);
    requireFinite(metamer);
    return compare<T>(original, averageRanks(original), metamer, averageRanks(metamer));
}

NullSample sampleOf(std::span<const ActivationMatch> pairs, double ActivationMatch::*measure)
{
    std::vector<double> values(pairs.size());
    std::transform(pairs.begin(), pairs.end(), values.begin(),
                   [measure](const ActivationMatch& pair) { return pair.*measure; });
    return NullSample(std::move(values));
}

} // namespace

double publishedSnrDb(const ActivationMatch& match)
{
    return match.snrDb / 2;
}

ActivationMatch compareActivations(std::span<const float> original, std::span<const float> metamer)
{
    return ranksAndCompare(original, metamer);
}

ActivationMatch compareActivations(std::span<const double> original,
                                   std::span<const double> metamer)
{
    return ranksAndCompare(original, metamer);
}

RankedActivations::RankedActivations(std::vector<float> values) : values_(std::move(values))
{
    requireFinite<float>(values_);
    ranks_ = averageRanks<float>(values_);
}

ActivationMatch compareActivations(const RankedActivations& original,
                                   const RankedActivations& metamer)
{
    return compare<float>(original.values(), original.ranks(), metamer.values(), metamer.ranks());
}

NullSample::NullSample(std::vector<double> values) : sorted_(std::move(values))
{
    if (std::any_of(sorted_.begin(), sorted_.end(), [](double v) { return std::isnan(v); })) {
        throw NumericError("a null distribution has a value that is not a number");
    }
    std::sort(sorted_.begin(), sorted_.end());
}

double NullSample::maximum() const
{
    if (sorted_.empty()) {
        throw InvalidArgument("a null distribution needs at least one pair");
    }
    return sorted_.back();
}

double NullSample::pValue(double value) const
{
    const auto atOrAbove = sorted_.end() - std::lower_bound(sorted_.begin(), sorted_.end(), value);
    return (1.0 + static_cast<double>(atOrAbove)) / (1.0 + static_cast<double>(sorted_.size()));
}

NullDistribution::NullDistribution(std::span<const ActivationMatch> pairs)
    : spearman(sampleOf(pairs, &ActivationMatch::spearman)),
      pearson(sampleOf(pairs, &ActivationMatch::pearson)),
      snrDb(sampleOf(pairs, &ActivationMatch::snrDb))
{
}

std::vector<std::pair<std::size_t, std::size_t>> randomPairs(std::size_t poolSize,
                                                             std::size_t count, std::uint64_t seed)
{
    const std::uint64_t possible = poolSize < 2 ? 0 : poolSize * (poolSize - 1) / 2;
    if (count > possible) {
        throw InvalidArgument("a pool of " + std::to_string(poolSize) + " has " +
                              std::to_string(possible) + " pairs, not " + std::to_string(count) +
                              "; use fewer pairs or a larger pool");
    }
    // Floyd's sample without replacement (Bentley & Floyd 1987) of the numbers of the pairs
    // (0, 1), (0, 2), (1, 2), (0, 3) ..., then a shuffle, since the sample's order is not random.
    RandomStream stream(seed, "null-pairs");
    std::unordered_set<std::uint64_t> seen;
    std::vector<std::uint64_t> chosen;
    for (std::uint64_t top = possible - count; top < possible; ++top) {
        const std::uint64_t drawn = stream.below(top + 1);
        const std::uint64_t taken = seen.insert(drawn).second ? drawn : top;
        seen.insert(taken);
        chosen.push_back(taken);
    }
    std::vector<std::pair<std::size_t, std::size_t>> pairs;
    for (const std::size_t at : stream.permutation(count)) {
        const std::uint64_t number = chosen[at];
        auto second =
            static_cast<std::uint64_t>((1 + std::sqrt(1 + 8 * static_cast<double>(number))) / 2);
        while (second * (second - 1) / 2 > number) { // the root may be rounded either way
            --second;
        }
        while (second * (second + 1) / 2 <= number) {
            ++second;
        }
        const std::uint64_t first = number - second * (second - 1) / 2;
        pairs.emplace_back(first, second);
        if (stream.below(2) == 1) {
            std::swap(pairs.back().first, pairs.back().second);
        }
    }
    return pairs;
}

bool accepted(const ActivationMatch& match, const NullDistribution& null,
              std::optional<bool> sameClass)
{
    return null.spearman.exceededBy(match.spearman) && null.pearson.exceededBy(match.pearson) &&
           null.snrDb.exceededBy(match.snrDb) && sameClass.value_or(true);
}

} // namespace mlab::stimuli
