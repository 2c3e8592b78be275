// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/comparison/item_effect.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/comparison/likelihood_interval.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <vector>

namespace mlab {

std::optional<ItemEffect> itemEffect(std::span<const ItemTrial> trials)
{
    if (trials.empty()) {
        throw InvalidArgument("the effect of items needs trials");
    }
    std::map<std::size_t, std::vector<double>> distances;
    ItemEffect out;
    for (const auto& trial : trials) {
        if (!(trial.distance >= 0 && std::isfinite(trial.distance))) {
            throw InvalidArgument("the distance of two stimuli is " +
                                  roundedNumber(trial.distance) +
                                  ", but must be a number of at least 0");
        }
        if (!(trial.probability > 0 && trial.probability < 1)) {
            throw InvalidArgument("the probability of a right answer is " +
                                  roundedNumber(trial.probability) +
                                  ", but the effect of items needs one between 0 and 1");
        }
        if (trial.distance > 0) {
            distances[trial.cell].push_back(trial.distance);
        } else {
            ++out.withoutDistance;
        }
    }
    // Of each cell: ln of its mean distance; absent where all are equal.
    std::map<std::size_t, std::optional<double>> logMeans;
    for (const auto& [cell, own] : distances) {
        const auto [least, most] = std::ranges::minmax(own);
        const double sum = std::accumulate(own.begin(), own.end(), 0.0);
        logMeans[cell] = least < most
                             ? std::optional(std::log(sum / static_cast<double>(own.size())))
                             : std::nullopt;
    }
    // Answers as Phi(offset + gain x slope).
    struct Term {
        double offset, slope;
    };
    std::vector<Term> terms;
    bool varies = false;
    for (const auto& trial : trials) {
        if (!(trial.distance > 0)) {
            continue;
        }
        const auto& logMean = logMeans.at(trial.cell);
        const double x = logMean ? std::log(trial.distance) - *logMean : 0.0;
        varies = varies || logMean.has_value();
        const int sign = trial.correct ? 1 : -1;
        terms.push_back({.offset = sign * normalQuantile(trial.probability), .slope = sign * x});
    }
    if (!varies) {
        return std::nullopt;
    }
    const auto logLikelihood = [&](double gain) {
        double total = 0.0;
        for (const auto& term : terms) {
            total += std::log(std::max(std::numeric_limits<double>::min(),
                                       normalCdf(term.offset + gain * term.slope)));
        }
        return total;
    };
    constexpr double kLargest = 50.0;
    const auto found = maximumLikelihood(logLikelihood, -kLargest, kLargest);
    out.gain = found.value;
    out.lower = found.lower;
    out.upper = found.upper;
    out.pValue = likelihoodRatioP(found.logLikelihood, logLikelihood(0.0));
    out.trials = static_cast<int>(terms.size());
    return out;
}

} // namespace mlab
