// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/report_dimension.h"

#include "core/base/error.h"
#include "core/fits/level_bins.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mlab {
namespace {

void warnOfTrials(DimensionReport& report)
{
    auto& warnings = report.warnings;
    if (report.unusableTrials > 0) {
        warnings.emplace_back(warning::UnusableLevels{report.unusableTrials});
    }
    if (report.trials == 0) {
        warnings.emplace_back(warning::NoTrials{});
        return;
    }
    if (report.atLimitTrials > kAtLimitShare * report.trials) {
        warnings.emplace_back(
            warning::AtLimit{.trials = report.atLimitTrials, .all = report.trials});
    }
}

// Of answers that no increasing function describes. @return whether they get worse with the level
bool warnOfDecrease(DimensionReport& report, std::span<const LevelCounts> answers)
{
    if (const auto p = decreasingTrendP(answers); p && *p < kWorseP) {
        report.warnings.emplace_back(warning::WorseWithLevel{*p});
        return true;
    }
    if (const auto decrease = significantDecrease(report.bins)) {
        report.warnings.emplace_back(warning::NotMonotonic{*decrease});
    }
    return false;
}

// False, with a warning, if no function can be fitted.
bool fit(DimensionReport& report, std::span<const LevelCounts> answers, const LevelBins& bins,
         DiscriminationTask task)
{
    try {
        auto fitted = fitThreshold(answers, bins, task);
        report.estimate = fitted.estimate;
        report.quality = std::move(fitted.quality);
        report.outside = fitted.outside;
        report.located = fitted.located;
        report.warnings.insert(report.warnings.end(), fitted.warnings.begin(),
                               fitted.warnings.end());
        return true;
    } catch (const Error& problem) {
        report.warnings.emplace_back(warning::NoFit{problem.what()});
        return false;
    }
}

} // namespace

DimensionReport reportDimension(const Dimension& dimension,
                                std::span<const std::vector<TrialRecord>> sessions,
                                DiscriminationTask task, const MeasuresByProbe& measures)
{
    auto counted = countTrials(sessions);
    DimensionReport report;
    report.dimension = dimension;
    report.trials = static_cast<int>(counted.track.size());
    report.correct = counted.correct;
    const auto leftOut = [&](LeftOut reason) {
        return static_cast<int>(std::ranges::count(counted.leftOut, reason, &TrialLeftOut::reason));
    };
    report.practiceTrials = leftOut(LeftOut::practice);
    report.repeatedTrials = leftOut(LeftOut::repeated);
    report.unusableTrials = leftOut(LeftOut::unusable);
    report.atLimitTrials = counted.atLimit;
    report.track = std::move(counted.track);
    report.leftOut = std::move(counted.leftOut);
    const auto answers = pooledByLevel(std::move(counted.counts));
    const auto bins = binByLevel(answers);
    for (auto& point : report.track) {
        const auto row =
            std::ranges::lower_bound(answers, point.levelAchieved, {}, &LevelCounts::level);
        point.bin = bins.binOf[static_cast<std::size_t>(row - answers.begin())];
    }
    report.bins = bins.counts;
    for (const auto& bin : report.bins) {
        report.dPrimes.push_back(testDifference(task, static_cast<int>(bin.correct),
                                                static_cast<int>(bin.total),
                                                IntervalStatistic::exact)
                                     .dPrime);
    }
    warnOfTrials(report);
    if (report.trials == 0) {
        return report;
    }
    const bool worse = warnOfDecrease(report, answers);
    if (!fit(report, answers, bins, task)) {
        return report;
    }
    report.located = report.located && !worse;
    if (!report.located) {
        return report;
    }
    const auto& parameters = report.estimate->parameters;
    if (report.trials >= kDriftTrials) {
        if (const auto test = testDrift(std::move(counted.answers), reportSigmoid(), parameters)) {
            report.drift = test->drift;
            report.driftScore = test->score;
        }
        if (const auto warning = driftWarning(report.drift, false)) {
            report.warnings.push_back(*warning);
        }
    }
    const auto near = probesNear(parameters.threshold, counted.probes);
    report.probesWanted = static_cast<int>(near.size());
    report.probes = measuresOf(near, measures);
    return report;
}

std::optional<ReportWarning> driftWarning(const std::optional<Drift>& drift, bool overDimensions)
{
    if (!drift || drift->p >= kDriftP) {
        return std::nullopt;
    }
    return warning::ThresholdChanged{
        .ratio = std::exp(drift->logChange), .p = drift->p, .overDimensions = overDimensions};
}

} // namespace mlab
