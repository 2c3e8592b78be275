// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/comparison/error_consistency.h"

#include "core/base/error.h"
#include "core/base/number_text.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

namespace mlab {
namespace {

void requireTrials(std::span<const YokedTrial> trials)
{
    if (trials.empty()) {
        throw InvalidArgument("the consistency of two observers needs trials");
    }
}

void requireShare(double value, const char* what)
{
    if (!(value >= 0 && value <= 1)) {
        throw InvalidArgument(std::string(what) + " is " + roundedNumber(value) +
                              ", not within [0, 1]");
    }
}

double bothOrNone(std::array<double, 2> p)
{
    return p[0] * p[1] + (1 - p[0]) * (1 - p[1]);
}

double agreement(std::span<const YokedTrial> trials)
{
    const auto agreed = std::ranges::count_if(
        trials, [](const YokedTrial& trial) { return trial.correct[0] == trial.correct[1]; });
    return static_cast<double>(agreed) / static_cast<double>(trials.size());
}

std::optional<double> kappaOf(double observed, double expected)
{
    return expected < 1 ? std::optional((observed - expected) / (1 - expected)) : std::nullopt;
}

} // namespace

ErrorConsistency errorConsistency(std::array<double, 2> accuracy, double observed, int trials)
{
    requireShare(accuracy[0], "a share of right answers");
    requireShare(accuracy[1], "a share of right answers");
    requireShare(observed, "an agreement of two observers");
    if (trials < 1) {
        throw InvalidArgument("the consistency of two observers needs trials");
    }
    const auto [p, q] = accuracy;
    const double most = std::min(p, q) + std::min(1 - p, 1 - q);
    const double least = 1 - std::min(p, 1 - q) - std::min(1 - p, q);
    constexpr double kRounding = 1e-9;
    if (observed > most + kRounding || observed < least - kRounding) {
        throw InvalidArgument("observers who are right in " + roundedNumber(p) + " and " +
                              roundedNumber(q) + " of the trials cannot agree in " +
                              roundedNumber(observed) + " of them");
    }
    ErrorConsistency out;
    out.observed = observed;
    out.expected = bothOrNone(accuracy);
    out.kappa = kappaOf(observed, out.expected);
    if (!out.kappa) {
        return out;
    }
    const double n = trials;
    if (n - 1 + *out.kappa > 0) {
        out.unbiasedKappa = n * *out.kappa / (n - 1 + *out.kappa);
    }
    out.lowest = kappaOf(least, out.expected);
    out.highest = kappaOf(most, out.expected);
    const double better = std::max(p, q);
    if (better > 0 && better < 1) {
        out.copied = *out.kappa * (1 - out.expected) / (2 * better * (1 - better));
    }
    return out;
}

ErrorConsistency errorConsistency(std::span<const YokedTrial> trials)
{
    requireTrials(trials);
    std::array<double, 2> accuracy = {};
    for (std::size_t i = 0; i < 2; ++i) {
        accuracy[i] = static_cast<double>(std::ranges::count_if(
                          trials, [i](const YokedTrial& trial) { return trial.correct[i]; })) /
                      static_cast<double>(trials.size());
    }
    return errorConsistency(accuracy, agreement(trials), static_cast<int>(trials.size()));
}

std::optional<double> conditionalKappa(std::span<const YokedTrial> trials)
{
    requireTrials(trials);
    double expected = 0.0;
    for (const auto& trial : trials) {
        requireShare(trial.probability[0], "a probability of a right answer");
        requireShare(trial.probability[1], "a probability of a right answer");
        expected += bothOrNone(trial.probability);
    }
    return kappaOf(agreement(trials), expected / static_cast<double>(trials.size()));
}

ConsistencyIntervals bootstrapConsistency(std::span<const YokedTrial> trials,
                                          const BootstrapSettings& settings)
{
    requireTrials(trials);
    std::map<std::size_t, std::vector<YokedTrial>> byStimulus;
    for (const auto& trial : trials) {
        byStimulus[trial.stimulus].push_back(trial);
    }
    std::vector<std::vector<YokedTrial>> stimuli;
    stimuli.reserve(byStimulus.size());
    for (auto& [stimulus, own] : byStimulus) {
        stimuli.push_back(std::move(own));
    }
    const auto values =
        bootstrap(stimuli.size(), settings, [&](std::span<const std::size_t> drawn, RandomStream&) {
            std::vector<YokedTrial> sample;
            for (const auto stimulus : drawn) {
                sample.insert(sample.end(), stimuli[stimulus].begin(), stimuli[stimulus].end());
            }
            return std::vector{errorConsistency(sample).kappa, conditionalKappa(sample)};
        });
    return {.kappa = bootstrapInterval(values[0]),
            .conditionalKappa = bootstrapInterval(values[1])};
}

} // namespace mlab
