// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fits/level_bins.h"

#include <boost/math/distributions/hypergeometric.hpp>

#include <algorithm>
#include <cmath>
#include <numeric>

namespace mlab {
namespace {

constexpr int kTrialsPerBin = 6;
constexpr int kMostBins = 8;
constexpr double kSameLevel = 0.02; ///< of natural logs: the solver's tolerance at 0.5 SD
constexpr double kDecreaseP = 0.05;

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

LevelBins binByLevel(std::span<const LevelCounts> trials)
{
    std::vector<std::size_t> byLevel(trials.size());
    std::iota(byLevel.begin(), byLevel.end(), std::size_t{0});
    std::ranges::stable_sort(byLevel, {}, [&](std::size_t i) { return trials[i].level; });
    const auto n = static_cast<int>(trials.size());
    const int perBin = std::max(kTrialsPerBin, (n + kMostBins - 1) / kMostBins);
    LevelBins out{.counts = {}, .binOf = std::vector<std::size_t>(trials.size())};
    auto& bins = out.counts;
    std::vector<double> logs; // of the bin's levels, summed
    double last = 0.0;
    for (const std::size_t i : byLevel) {
        const auto& trial = trials[i];
        const double logLevel = std::log(trial.level);
        if (bins.empty() || (bins.back().total >= perBin && logLevel - last > kSameLevel)) {
            bins.emplace_back();
            logs.push_back(0.0);
        }
        bins.back().correct += trial.correct;
        bins.back().total += trial.total;
        logs.back() += logLevel;
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

} // namespace mlab
