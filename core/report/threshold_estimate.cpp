// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/threshold_estimate.h"

#include <algorithm>
#include <cmath>
#include <variant>

namespace mlab {
namespace {

constexpr double kFewLevelsFactor = 4.0;

ThresholdEstimate estimateFrom(const PsychometricFit& fit, DiscriminationTask task)
{
    const auto sigmoid = reportSigmoid();
    auto parameters = fit.median;
    parameters.threshold = fit.threshold.mode;
    ThresholdEstimate out{.parameters = parameters,
                          .interval95 = fit.intervals[0],
                          .interval68 = fit.intervals[2],
                          .levelAtDPrimeOne = {},
                          .levelAtDPrimeOne95 = {}};
    const auto& [mode, all, most] = fit.threshold;
    out.interval95.lower.threshold = all[0];
    out.interval95.upper.threshold = all[1];
    out.interval68.lower.threshold = most[0];
    out.interval68.upper.threshold = most[1];
    const double proportion = proportionCorrect(task, 1.0);
    const auto reaches = [&](const PsychometricParameters& some) {
        return proportion > some.guess && proportion < 1 - some.lapse;
    };
    if (reaches(parameters)) {
        out.levelAtDPrimeOne = levelAtProportion(sigmoid, parameters, proportion);
        if (reaches(out.interval95.lower) && reaches(out.interval95.upper)) {
            out.levelAtDPrimeOne95 =
                levelIntervalAtProportion(sigmoid, parameters, out.interval95, proportion);
        }
    }
    return out;
}

Outside whereOutside(double threshold, double lowest, double highest)
{
    if (threshold * kOutsideFactor < lowest) {
        return Outside::below;
    }
    return threshold > kOutsideFactor * highest ? Outside::above : Outside::no;
}

bool isOfThreshold(const FitWarning& it)
{
    const auto* limit = std::get_if<warning::LimitSetByPrior>(&it);
    return limit != nullptr && limit->parameter == kThreshold;
}

// The first reason why the data do not determine the threshold.
std::optional<ReportWarning> whyUndetermined(const PsychometricFit& fit, const ThresholdFit& found,
                                             double lowest, double highest)
{
    for (const auto& it : fit.warnings) {
        if (std::holds_alternative<warning::AllCorrect>(it) ||
            std::holds_alternative<warning::NoneCorrect>(it) ||
            std::holds_alternative<warning::NotAboveChance>(it)) {
            return it;
        }
    }
    const auto& interval = found.estimate.interval95;
    if (found.outside != Outside::no) {
        const bool above = found.outside == Outside::above;
        return FitWarning(
            warning::ThresholdOutsideLevels{.threshold = found.estimate.parameters.threshold,
                                            .nearestLevel = above ? highest : lowest,
                                            .above = above});
    }
    if (const auto limit = std::ranges::find_if(fit.warnings, isOfThreshold);
        limit != fit.warnings.end()) {
        return *limit;
    }
    const double factor = interval.upper.threshold / interval.lower.threshold;
    if (factor > kWidestInterval) {
        return warning::WideInterval{factor};
    }
    return std::nullopt;
}

} // namespace

Sigmoid reportSigmoid()
{
    return Sigmoid(SigmoidShape::weibull);
}

PsychometricModel reportModel(DiscriminationTask task, double lowest, double highest)
{
    const double missing = kFewLevelsFactor / (highest / lowest);
    const double wider = missing > 1 ? std::sqrt(missing) : 1.0;
    return {.sigmoid = reportSigmoid(),
            .guessRate = GuessRate::fixed,
            .guess = chanceOf(task),
            .fixedEta = 0.0,
            .levelRange = std::array<double, 2>{lowest / wider, highest * wider}};
}

ThresholdFit fitThreshold(std::span<const LevelCounts> answers, const LevelBins& bins,
                          DiscriminationTask task, std::uint64_t seed)
{
    const auto [lowest, highest] = std::ranges::minmax(answers, {}, &LevelCounts::level);
    const auto model = reportModel(task, lowest.level, highest.level);
    const PsychometricPosterior posterior(answers, model);
    const auto fit = fitPsychometric(answers, posterior);
    ThresholdFit out{.estimate = estimateFrom(fit, task),
                     .quality =
                         goodnessOfFit(fit, answers, posterior, bins.binOf, kDevianceSamples, seed),
                     .outside = Outside::no,
                     .located = false,
                     .warnings = {}};
    out.outside = whereOutside(out.estimate.parameters.threshold, lowest.level, highest.level);
    if (const auto reason = whyUndetermined(fit, out, lowest.level, highest.level)) {
        out.warnings.push_back(*reason);
    } else {
        out.located = true;
    }
    for (const auto& it : fit.warnings) {
        if (std::holds_alternative<warning::PosteriorTooNarrow>(it)) {
            out.warnings.emplace_back(it);
        }
    }
    return out;
}

} // namespace mlab
