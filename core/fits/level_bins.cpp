// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fits/level_bins.h"

#include <boost/math/distributions/hypergeometric.hpp>
#include <boost/math/distributions/normal.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mlab {
namespace {

constexpr int kTrialsPerBin = 6;
constexpr int kMostBins = 8;
constexpr double kSameLevel = 0.02; ///< of natural logs: the solver's tolerance at 0.5 SD
constexpr double kDecreaseP = 0.005;

// Fisher's exact test, one-sided, that a lower level has the higher share of right answers.
double decreaseP(const LevelCounts& low, const LevelCounts& high)
{
    const auto count = [](double value) { return static_cast<unsigned>(value); };
    const unsigned correct = count(low.correct + high.correct);
    const unsigned all = count(low.total + high.total);
    if (correct == 0 || correct == all || low.correct == 0) {
        return 1.0;
    }
    const boost::math::hypergeometric_distribution<> right(correct, count(low.total), all);
    const unsigned least = count(low.correct);
    const auto range = boost::math::range(right);
    return least <= static_cast<unsigned>(range.first)
               ? 1.0
               : boost::math::cdf(boost::math::complement(right, least - 1));
}

} // namespace

std::vector<LevelCounts> pooledByLevel(std::vector<LevelCounts> rows)
{
    std::ranges::sort(rows, {}, &LevelCounts::level);
    std::vector<LevelCounts> pooled;
    for (const auto& row : rows) {
        if (pooled.empty() || pooled.back().level != row.level) {
            pooled.push_back({.level = row.level});
        }
        pooled.back().correct += row.correct;
        pooled.back().total += row.total;
    }
    return pooled;
}

LevelBins binByLevel(std::span<const LevelCounts> rows)
{
    std::vector<std::size_t> byLevel(rows.size());
    std::iota(byLevel.begin(), byLevel.end(), std::size_t{0});
    std::ranges::stable_sort(byLevel, {}, [&](std::size_t i) { return rows[i].level; });
    double trials = 0.0;
    for (const auto& row : rows) {
        trials += row.total;
    }
    const double perBin = std::max<double>(kTrialsPerBin, std::ceil(trials / kMostBins));
    LevelBins out{.counts = {}, .binOf = std::vector<std::size_t>(rows.size())};
    auto& bins = out.counts;
    std::vector<double> logs; // of the bin's levels, summed
    double last = 0.0;
    for (const std::size_t i : byLevel) {
        const auto& row = rows[i];
        const double logLevel = std::log(row.level);
        if (bins.empty() || (bins.back().total >= perBin && logLevel - last > kSameLevel)) {
            bins.emplace_back();
            logs.push_back(0.0);
        }
        bins.back().correct += row.correct;
        bins.back().total += row.total;
        logs.back() += row.total * logLevel;
        last = logLevel;
        out.binOf[i] = bins.size() - 1;
    }
    // What is left over at the top is too little for a bin of its own.
    if (bins.size() > 1 && bins.back().total < kTrialsPerBin / 2.0) {
        auto& into = bins[bins.size() - 2];
        into.correct += bins.back().correct;
        into.total += bins.back().total;
        logs[bins.size() - 2] += logs.back();
        bins.pop_back();
        for (auto& bin : out.binOf) {
            bin = std::min(bin, bins.size() - 1);
        }
    }
    for (std::size_t i = 0; i < bins.size(); ++i) {
        bins[i].level = std::exp(logs[i] / bins[i].total);
    }
    return out;
}

std::optional<DecreaseWithLevel> significantDecrease(std::span<const LevelCounts> bins)
{
    double smallest = 1.0;
    int pairs = 0;
    std::optional<DecreaseWithLevel> worst;
    for (std::size_t low = 0; low < bins.size(); ++low) {
        for (std::size_t high = low + 1; high < bins.size(); ++high) {
            ++pairs;
            if (const double p = decreaseP(bins[low], bins[high]); p < smallest) {
                smallest = p;
                worst = {.low = bins[low], .high = bins[high]};
            }
        }
    }
    return smallest * pairs < kDecreaseP ? worst : std::nullopt;
}

std::optional<double> decreasingTrendP(std::span<const LevelCounts> rows)
{
    double correct = 0.0;
    double total = 0.0;
    double logs = 0.0;
    for (const auto& row : rows) {
        correct += row.correct;
        total += row.total;
        logs += row.total * std::log(row.level);
    }
    const double share = correct / total;
    double trend = 0.0;
    double spread = 0.0;
    for (const auto& row : rows) {
        const double distance = std::log(row.level) - logs / total;
        trend += distance * (row.correct - row.total * share);
        spread += row.total * distance * distance;
    }
    const double variance = share * (1 - share) * spread;
    return variance > 0
               ? std::optional(boost::math::cdf(boost::math::normal(), trend / std::sqrt(variance)))
               : std::nullopt;
}

} // namespace mlab
