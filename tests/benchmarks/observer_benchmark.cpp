// SPDX-License-Identifier: GPL-3.0-or-later
//
// Networks as observers with simulated participants, who answer as a network does:
//
//     observer_benchmark [PARTICIPANTS] [noise] [networks] [statistics]
//
// noise: how well internal noise is recovered, by task and decision rule. networks: whether a
// participant is attributed to the network that answered and not to another, and what the measures
// of single trials say. statistics: the time of all numbers of "compare" but the
// distances, for 20 participants x 54 dimensions x 32 trials and 11 layers. All parts by default,
// the first two with 200 participants in each row.
#include "core/base/parallel.h"
#include "core/base/random_stream.h"
#include "core/comparison/decision_correlation.h"
#include "core/comparison/error_consistency.h"
#include "core/comparison/explained_likelihood.h"
#include "core/comparison/item_effect.h"
#include "tests/core/comparison/simulated_answers.h"
#include "tests/core/network_report/simulated_networks.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

namespace mlab {
namespace {

int participants = 200;

double meanOver(const std::vector<double>& values)
{
    double sum = 0.0;
    for (const double value : values) {
        sum += value;
    }
    return sum / static_cast<double>(values.size());
}

double deviationOver(const std::vector<double>& values)
{
    const double mean = meanOver(values);
    double squares = 0.0;
    for (const double value : values) {
        squares += (value - mean) * (value - mean);
    }
    return std::sqrt(squares / static_cast<double>(values.size() - 1));
}

double percentWhere(const std::vector<double>& values)
{
    return 100 * meanOver(values);
}

/// Calls work(i) for each participant and returns the milliseconds that one takes on one core.
template <typename Work> double forEach(Work work)
{
    const auto start = std::chrono::steady_clock::now();
    inParallel(participants, allCores(), work);
    const std::chrono::duration<double, std::milli> spent =
        std::chrono::steady_clock::now() - start;
    return spent.count() * allCores() / participants;
}

void noiseRow(Task task, DecisionRule rule, int trialCount, bool exponent)
{
    const NoiseModel model{.rule = rule, .dimensions = 100, .fitExponent = exponent, .lapse = {}};
    constexpr double kSigma = 0.5;
    // The d' for the same share of right answers.
    const double middle =
        kSigma * (rule == DecisionRule::linear ? 1.0 : std::pow(model.dimensions, 0.25));
    const NoiseParameters truth{.sigma = {kSigma},
                                .commonSigma = kSigma,
                                .exponent = 1.0,
                                .lapse = 0.02,
                                .falseAlarm = 0.25};
    const auto count = static_cast<std::size_t>(participants);
    std::vector<double> error(count);
    std::vector<double> covered(count);
    const double ms = forEach([&](int i) {
        const auto at = static_cast<std::size_t>(i);
        RandomStream random(static_cast<std::uint64_t>(trialCount), "observer benchmark", at);
        const auto trials = simulatedAnswers(task, trialCount, model, truth, middle, random);
        const auto fit = fitNoise(trials, model);
        const auto interval = sigmaInterval(trials, model, fit, 0);
        error[at] = std::log(fit.best.sigma.front() / kSigma);
        covered[at] =
            interval.lower.value_or(0.0) <= kSigma && kSigma <= interval.upper.value_or(HUGE_VAL);
    });
    std::printf("| %s | %s | %s | %d | %.1f %% | %+.3f | %.3f | %.1f |\n",
                std::string(toString(task)).c_str(),
                rule == DecisionRule::linear ? "linear" : "distance", exponent ? "fitted" : "1",
                trialCount, percentWhere(covered), meanOver(error), deviationOver(error), ms);
}

void noisePart()
{
    std::puts(
        "\n| task | rule | exponent | trials | 95 % interval covers | bias of ln sigma | SD | ms "
        "each |\n|---|---|---|---|---|---|---|---|");
    for (const auto task : {Task::abx, Task::twoIfc, Task::oddity, Task::sameDifferent}) {
        noiseRow(task, DecisionRule::linear, 500, false);
    }
    for (const auto task : {Task::abx, Task::oddity, Task::sameDifferent}) {
        noiseRow(task, DecisionRule::distance, 500, false);
    }
    noiseRow(Task::twoIfc, DecisionRule::linear, 100, false);
    noiseRow(Task::twoIfc, DecisionRule::linear, 2000, false);
    noiseRow(Task::twoIfc, DecisionRule::linear, 2000, true);
}

/// Distances of one network: gains of dimensions and of references.
struct Network {
    std::vector<std::vector<double>> gains; ///< [dimensions][references]

    Network(std::size_t dimensions, std::size_t references, RandomStream& random)
    {
        for (std::size_t k = 0; k < dimensions; ++k) {
            const double gain = std::exp(0.5 * random.normal());
            auto& row = gains.emplace_back();
            for (std::size_t i = 0; i < references; ++i) {
                row.push_back(gain * std::exp(0.3 * random.normal()));
            }
        }
    }
};

void networkRows(std::size_t dimensions, std::size_t trialsEach)
{
    constexpr std::size_t kReferences = 16;
    constexpr std::size_t kLevels = 6;
    const auto count = static_cast<std::size_t>(participants);
    std::vector<double> attributed(count);
    std::vector<double> ownLikelihoods(count);
    std::vector<double> otherLikelihoods(count);
    std::vector<LikelihoodBounds> bounds(count);
    std::vector<double> covered(count);
    std::vector<double> rawKappa(count);
    std::vector<double> kappa(count);
    std::vector<double> rho(count);
    std::vector<double> rhoCovers(count);
    std::vector<double> ownGain(count);
    std::vector<double> ownFound(count);
    std::vector<double> otherFound(count);
    const double ms = forEach([&](int participant) {
        const auto at = static_cast<std::size_t>(participant);
        RandomStream random(dimensions, "observer benchmark, networks", at);
        const Network own(dimensions, kReferences, random);
        const Network other(dimensions, kReferences, random);
        std::vector<NoiseTrial> levels;
        std::vector<NoiseTrial> byOwn;
        std::vector<NoiseTrial> byOther;
        std::vector<std::size_t> layers;
        std::vector<std::size_t> dimension;
        std::vector<std::size_t> cells;
        std::vector<std::size_t> stimuli;
        for (std::size_t i = 0; i < dimensions * trialsEach; ++i) {
            const std::size_t k = i % dimensions;
            const std::size_t level = random.below(kLevels);
            const std::size_t reference = random.below(kReferences);
            NoiseTrial trial{.task = Task::twoIfc,
                             .distance = std::exp2(static_cast<double>(level) - 2),
                             .correct = false};
            levels.push_back(trial);
            const double size = trial.distance;
            trial.distance = size * own.gains[k][reference];
            byOwn.push_back(trial);
            trial.distance = size * other.gains[k][reference];
            byOther.push_back(trial);
            layers.push_back(k % 3);
            dimension.push_back(k);
            cells.push_back(k * kLevels + level);
            stimuli.push_back(cells.back() * kReferences + reference);
        }
        const NoiseParameters truth{
            .sigma = {1.0}, .commonSigma = 1.0, .exponent = 1.0, .lapse = 0.02, .falseAlarm = 0.5};
        const auto right = probabilitiesCorrect(byOwn, {}, truth);
        std::vector<YokedTrial> yoked;
        for (std::size_t i = 0; i < right.size(); ++i) {
            const bool correct = random.uniform() < right[i];
            levels[i].correct = byOwn[i].correct = byOther[i].correct = correct;
            yoked.push_back({.correct = {correct, random.uniform() < right[i]},
                             .probability = {right[i], right[i]},
                             .stimulus = stimuli[i]});
        }
        const auto folds = balancedFolds(dimension, 5, at);
        bounds[at] = likelihoodBounds(levels, layers, dimension, folds);
        ownLikelihoods[at] = crossValidatedLogLikelihood(byOwn, {}, folds);
        otherLikelihoods[at] = crossValidatedLogLikelihood(byOther, {}, folds);
        attributed[at] = ownLikelihoods[at] > otherLikelihoods[at];
        const auto fit = fitNoise(byOwn, {});
        const auto interval = sigmaInterval(byOwn, {}, fit, 0);
        covered[at] = interval.lower.value_or(0.0) <= 1 && 1 <= interval.upper.value_or(HUGE_VAL);
        rawKappa[at] = errorConsistency(yoked).kappa.value_or(0.0);
        kappa[at] = conditionalKappa(yoked).value_or(0.0);
        const auto correlation = decisionCorrelation(yoked);
        rho[at] = correlation ? correlation->rho : 0.0;
        rhoCovers[at] =
            correlation && correlation->interval95[0] <= 0 && 0 <= correlation->interval95[1];

        auto people = levels;
        for (std::size_t i = 0; i < people.size(); ++i) {
            people[i].group = dimension[i];
        }
        NoiseModel functions;
        functions.fitExponent = true;
        const auto fitted =
            probabilitiesCorrect(people, functions, fitNoise(people, functions).best);
        const auto gainOf = [&](const std::vector<NoiseTrial>& network) {
            std::vector<ItemTrial> items;
            for (std::size_t i = 0; i < network.size(); ++i) {
                items.push_back({.correct = network[i].correct,
                                 .probability = fitted[i],
                                 .distance = network[i].distance,
                                 .cell = cells[i]});
            }
            return itemEffect(items);
        };
        const auto ownItems = gainOf(byOwn);
        const auto otherItems = gainOf(byOther);
        ownGain[at] = ownItems->gain;
        ownFound[at] = ownItems->pValue < 0.05 && ownItems->gain > 0;
        otherFound[at] = otherItems->pValue < 0.05;
    });
    std::printf("\n%zu dimensions x %zu trials, %.0f ms each\n", dimensions, trialsEach, ms);
    std::printf("| attributed to the network that answered | %.1f %% |\n",
                percentWhere(attributed));
    LikelihoodBounds all;
    for (const auto& each : bounds) {
        all += each;
    }
    const auto share = [&](const std::vector<double>& likelihoods) {
        return explainedLikelihood(meanOver(likelihoods) * participants, all).share.value_or(0.0);
    };
    std::printf("| share of explainable likelihood of all, that network | %.2f |\n",
                share(ownLikelihoods));
    std::printf("| the same, another network | %.2f |\n", share(otherLikelihoods));
    std::printf("| sigma's 95 %% interval covers | %.1f %% |\n", percentWhere(covered));
    std::printf("| kappa, raw (yoked, independent noise) | %.3f |\n", meanOver(rawKappa));
    std::printf("| kappa, conditional | %.3f (SD %.3f) |\n", meanOver(kappa), deviationOver(kappa));
    std::printf("| decision-variable correlation | %.3f (SD %.3f) |\n", meanOver(rho),
                deviationOver(rho));
    std::printf("| its 95 %% interval covers 0 | %.1f %% |\n", percentWhere(rhoCovers));
    std::printf("| item effect, gain of that network | %.2f |\n", meanOver(ownGain));
    std::printf("| item effect found, that network | %.1f %% |\n", percentWhere(ownFound));
    std::printf("| item effect found, another network (5 %% is chance) | %.1f %% |\n",
                percentWhere(otherFound));
}

void networksPart()
{
    networkRows(9, 48);
    networkRows(54, 32);
}

void statisticsPart()
{
    constexpr int kPeople = 20;
    constexpr int kOthers = 9; // and the own network, and the levels
    const Simulated study(kPeople, 32, 54, kOthers);
    const auto secondsOf = [](const auto& work) {
        const auto start = std::chrono::steady_clock::now();
        work();
        return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    };
    ThresholdReport people;
    const double thresholds = secondsOf([&] { people = computeThresholdReport(study.people, {}); });
    NetworkReport report;
    const double networks =
        secondsOf([&] { report = computeNetworkReport(study.networks, &people, allCores(), {}); });
    std::printf("\n%d participants x 54 dimensions x 32 trials, %zu layers\n", kPeople,
                report.layers.size());
    std::printf("| people's thresholds | %.1f s |\n| all statistics of the layers | %.1f s |\n",
                thresholds, networks);
}

} // namespace
} // namespace mlab

int main(int count, char** arguments)
{
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ); // rows appear as they are measured
    std::vector<std::string> wanted(arguments + 1, arguments + count);
    if (!wanted.empty() &&
        std::ranges::all_of(wanted.front(), [](unsigned char c) { return std::isdigit(c) != 0; })) {
        mlab::participants = std::max(2, std::stoi(wanted.front()));
        wanted.erase(wanted.begin());
    }
    const std::vector<std::pair<std::string, void (*)()>> parts = {
        {"noise", mlab::noisePart},
        {"networks", mlab::networksPart},
        {"statistics", mlab::statisticsPart}};
    for (const auto& name : wanted) {
        if (std::ranges::find(parts, name, &std::pair<std::string, void (*)()>::first) ==
            parts.end()) {
            std::fprintf(stderr, "unknown part \"%s\"\n", name.c_str());
            return 2;
        }
    }
    std::printf("%d participants in each row\n", mlab::participants);
    for (const auto& [name, run] : parts) {
        if (wanted.empty() || std::ranges::count(wanted, name) > 0) {
            run();
        }
    }
}
