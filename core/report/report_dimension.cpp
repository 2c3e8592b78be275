// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/report_dimension.h"

#include "core/base/error.h"
#include "core/fits/level_bins.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mlab {
namespace {

constexpr std::uint64_t kDevianceSeed = 1; ///< the same report every time

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
    if (report.trials < kFewTrials) {
        warnings.emplace_back(warning::FewTrials{report.trials});
    }
    if (report.atLimitTrials > kAtLimitShare * report.trials) {
        warnings.emplace_back(
            warning::AtLimit{.trials = report.atLimitTrials, .all = report.trials});
    }
    if (const auto decrease = significantDecrease(report.bins)) {
        warnings.emplace_back(warning::NotMonotonic{*decrease});
    }
}

// False, with a warning, if no function can be fitted.
bool fit(DimensionReport& report, const CountedTrials& counted,
         std::span<const std::size_t> binOfTrial, const PsychometricModel& model,
         DiscriminationTask task)
{
    try {
        const auto fitted = fitPsychometric(counted.counts, model);
        report.estimate = thresholdEstimate(fitted, task);
        report.quality = goodnessOfFit(fitted, counted.counts, model, binOfTrial, kDevianceSamples,
                                       kDevianceSeed);
        report.warnings.insert(report.warnings.end(), fitted.warnings.begin(),
                               fitted.warnings.end());
        return true;
    } catch (const Error& problem) {
        report.warnings.emplace_back(warning::NoFit{problem.what()});
        return false;
    }
}

Outside whereOutside(double threshold, double lowest, double highest)
{
    if (threshold < lowest) {
        return Outside::below;
    }
    return threshold > highest ? Outside::above : Outside::no;
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
    report.practiceTrials = counted.practice;
    report.repeatedTrials = counted.repeated;
    report.unusableTrials = counted.unusable;
    report.atLimitTrials = counted.atLimit;
    report.track = std::move(counted.track);
    auto bins = binByLevel(counted.counts);
    report.bins = std::move(bins.counts);
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
    const auto [lowest, highest] = std::ranges::minmax(counted.counts, {}, &LevelCounts::level);
    const auto model = reportModel(task, lowest.level, highest.level);
    if (!fit(report, counted, bins.binOf, model, task)) {
        return report;
    }
    const auto& parameters = report.estimate->parameters;
    report.outside = whereOutside(parameters.threshold, lowest.level, highest.level);
    report.located = report.correct < report.trials &&
                     report.correct > report.trials * chanceOf(task) &&
                     report.outside == Outside::no;
    if (!report.located) {
        return report;
    }
    if (report.trials >= kFewTrials) {
        if (const auto test = testDrift(std::move(counted.answers), model.sigmoid, parameters)) {
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
