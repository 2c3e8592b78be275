// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/comparison/error_consistency.h"

#include "core/base/error.h"
#include "core/base/number_text.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

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

// What kappa needs to know of trials.
struct Tally {
    int trials = 0;
    std::array<int, 2> right = {};
    int agreed = 0;
    double expected = 0.0; ///< agreements, if both answer independently given the probabilities

    void add(const YokedTrial& trial)
    {
        ++trials;
        for (std::size_t i = 0; i < 2; ++i) {
            requireShare(trial.probability[i], "a probability of a right answer");
            right[i] += trial.correct[i] ? 1 : 0;
        }
        agreed += trial.correct[0] == trial.correct[1] ? 1 : 0;
        expected += bothOrNone(trial.probability);
    }

    void add(const Tally& other)
    {
        trials += other.trials;
        right[0] += other.right[0];
        right[1] += other.right[1];
        agreed += other.agreed;
        expected += other.expected;
    }

    double share(double count) const { return count / trials; }
};

Tally tallyOf(std::span<const YokedTrial> trials)
{
    Tally out;
    for (const auto& trial : trials) {
        out.add(trial);
    }
    return out;
}

std::optional<double> kappaOf(double observed, double expected)
{
    return expected < 1 ? std::optional((observed - expected) / (1 - expected)) : std::nullopt;
}

ErrorConsistency consistencyOf(const Tally& tally)
{
    return errorConsistency({tally.share(tally.right[0]), tally.share(tally.right[1])},
                            tally.share(tally.agreed), tally.trials);
}

std::optional<double> conditionalKappaOf(const Tally& tally)
{
    return kappaOf(tally.share(tally.agreed), tally.share(tally.expected));
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
    return consistencyOf(tallyOf(trials));
}

std::optional<double> conditionalKappa(std::span<const YokedTrial> trials)
{
    requireTrials(trials);
    return conditionalKappaOf(tallyOf(trials));
}

ConsistencyIntervals bootstrapConsistency(std::span<const YokedTrial> trials,
                                          const BootstrapSettings& settings)
{
    requireTrials(trials);
    std::map<std::size_t, Tally> byStimulus;
    for (const auto& trial : trials) {
        byStimulus[trial.stimulus].add(trial);
    }
    std::vector<Tally> stimuli;
    stimuli.reserve(byStimulus.size());
    for (const auto& [stimulus, own] : byStimulus) {
        stimuli.push_back(own);
    }
    const auto values =
        bootstrap(stimuli.size(), settings, [&](std::span<const std::size_t> drawn, RandomStream&) {
            Tally sample;
            for (const auto stimulus : drawn) {
                sample.add(stimuli[stimulus]);
            }
            return std::vector{consistencyOf(sample).kappa, conditionalKappaOf(sample)};
        });
    return {.kappa = bootstrapInterval(values[0]),
            .conditionalKappa = bootstrapInterval(values[1])};
}

} // namespace mlab
