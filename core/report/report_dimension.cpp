// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/report_dimension.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/fits/group_statistics.h"

#include <boost/math/distributions/hypergeometric.hpp>

#include <algorithm>
#include <cmath>
#include <nlopt.hpp>
#include <numeric>
#include <utility>

namespace mlab {
namespace {

constexpr double kFewLevelsFactor = 4.0;
constexpr int kTrialsPerBin = 6;
constexpr int kMostBins = 8;
constexpr double kSameLevel = 0.02; ///< of natural logs: the solver's tolerance at 0.5 SD
constexpr double kNonMonotoneP = 0.05;
constexpr int kProbesAtThreshold = 5;
constexpr double kNearThreshold = 1.5;     ///< factor of the threshold
constexpr std::uint64_t kDevianceSeed = 1; ///< the same report every time

bool has(const TrialRecord& trial, const char* word)
{
    return std::ranges::find(trial.flags, word) != trial.flags.end();
}

std::string percent(double share)
{
    return std::to_string(std::lround(100 * share)) + " %";
}

std::string threeDigits(double value)
{
    // Three digits are more than any of these numbers deserves.
    const double unit = std::pow(10.0, std::floor(std::log10(std::abs(value))) - 2);
    return value == 0 ? "0" : shortNumber(std::round(value / unit) / std::round(1 / unit));
}

// A staircase turns in the trial after whose answer the level asked for moves the other way.
void markReversals(std::vector<TrackPoint>& track, std::size_t first)
{
    double direction = 0.0;
    for (std::size_t i = first + 1; i < track.size(); ++i) {
        const double step = track[i].levelRequested - track[i - 1].levelRequested;
        if (step == 0) {
            continue;
        }
        if (direction * step < 0) {
            track[i - 1].reversal = true;
        }
        direction = step;
    }
}

struct Bins {
    std::vector<LevelCounts> counts;
    std::vector<std::size_t> of; ///< of each trial
};

Bins binned(const std::vector<TrackPoint>& track)
{
    std::vector<std::size_t> byLevel(track.size());
    std::iota(byLevel.begin(), byLevel.end(), std::size_t{0});
    std::ranges::stable_sort(byLevel, {}, [&](std::size_t i) { return track[i].levelAchieved; });
    const auto n = static_cast<int>(track.size());
    const int perBin = std::max(kTrialsPerBin, (n + kMostBins - 1) / kMostBins);
    Bins out{.counts = {}, .of = std::vector<std::size_t>(track.size())};
    auto& bins = out.counts;
    std::vector<double> logs; // of the bin's levels, summed
    double last = 0.0;
    for (const std::size_t i : byLevel) {
        const auto& trial = track[i];
        const double logLevel = std::log(trial.levelAchieved);
        if (bins.empty() || (bins.back().total >= perBin && logLevel - last > kSameLevel)) {
            bins.emplace_back();
            logs.push_back(0.0);
        }
        bins.back().correct += trial.correct ? 1 : 0;
        bins.back().total += 1;
        logs.back() += logLevel;
        last = logLevel;
        out.of[i] = bins.size() - 1;
    }
    // What is left over at the top is too little for a bin of its own.
    if (bins.size() > 1 && bins.back().total < kTrialsPerBin / 2.0) {
        auto& into = bins[bins.size() - 2];
        into.correct += bins.back().correct;
        into.total += bins.back().total;
        logs[bins.size() - 2] += logs.back();
        bins.pop_back();
        for (auto& bin : out.of) {
            bin = std::min(bin, bins.size() - 1);
        }
    }
    for (std::size_t i = 0; i < bins.size(); ++i) {
        bins[i].level = std::exp(logs[i] / bins[i].total);
    }
    return out;
}

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

std::optional<std::string> nonMonotoneWarning(const std::vector<LevelCounts>& bins)
{
    const auto pairs = static_cast<double>(bins.size() * (bins.size() - 1)) / 2;
    double smallest = 1.0;
    std::pair<std::size_t, std::size_t> worst;
    for (std::size_t low = 0; low < bins.size(); ++low) {
        for (std::size_t high = low + 1; high < bins.size(); ++high) {
            if (const double p = decreaseP(bins[low], bins[high]); p < smallest) {
                smallest = p;
                worst = {low, high};
            }
        }
    }
    if (smallest * pairs >= kNonMonotoneP) {
        return std::nullopt;
    }
    const auto& low = bins[worst.first];
    const auto& high = bins[worst.second];
    return "non-monotone: " + percent(low.correct / low.total) + " right near " +
           threeDigits(low.level) + " SD but " + percent(high.correct / high.total) + " near " +
           threeDigits(high.level) + " SD; no rising function describes these answers";
}

ThresholdEstimate estimateOf(const PsychometricFit& fit, const Sigmoid& sigmoid,
                             DiscriminationTask task)
{
    auto parameters = fit.mean;
    parameters.threshold = fit.map.threshold;
    ThresholdEstimate out{.parameters = parameters,
                          .interval95 = fit.intervals[0],
                          .interval68 = fit.intervals[2],
                          .levelAtDPrimeOne = {},
                          .levelAtDPrimeOne95 = {}};
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

struct TimedAnswer {
    double level = 0.0;
    bool correct = false;
    double time = 0.0; ///< in its session, from -0.5 (first main trial) to 0.5 (last)
};

// Answers whose threshold changes as threshold * exp(change * time).
class DriftModel {
public:
    /// Logarithms of threshold and width, and the change.
    using Point = std::array<double, 3>;

    /// @param fitted its guess rate stays
    DriftModel(std::vector<TimedAnswer> answers, const Sigmoid& sigmoid,
               const PsychometricParameters& fitted)
        : answers_(std::move(answers)), sigmoid_(sigmoid), parameters_(fitted)
    {
        parameters_.lapse = kUsualLapse;
    }

    /// The log likelihood with the width's prior.
    double logPosterior(const Point& point) const
    {
        const double away = (point[1] - kUsualLogWidth) / kLogWidthSpread;
        double sum = -away * away / 2;
        for (const auto& answer : answers_) {
            const double p = probability(answer, point);
            sum += std::log(answer.correct ? p : 1 - p);
        }
        return sum;
    }

    /// The most probable point; the change stays 0 if it is not `free`.
    Point maximum(Point start, bool free) const
    {
        constexpr double kLargest = 4.0; // a factor of 55
        const Point low = {start[0] - kLargest, std::log(0.2), free ? -kLargest : 0.0};
        const Point high = {start[0] + kLargest, std::log(5.0), free ? kLargest : 0.0};
        const unsigned count = free ? 3 : 2;
        nlopt::opt search(nlopt::LN_BOBYQA, count);
        const nlopt::vfunc objective = [](const std::vector<double>& x, std::vector<double>&,
                                          void* model) {
            return static_cast<const DriftModel*>(model)->logPosterior(
                {x[0], x[1], x.size() > 2 ? x[2] : 0.0});
        };
        // NLopt hands the pointer back untouched.
        search.set_max_objective(objective, const_cast<DriftModel*>(this)); // NOLINT
        search.set_lower_bounds({low.begin(), low.begin() + count});
        search.set_upper_bounds({high.begin(), high.begin() + count});
        search.set_initial_step(0.2);
        search.set_xtol_abs(1e-5);
        search.set_maxeval(500);
        std::vector<double> x(start.begin(), start.begin() + count);
        x[1] = std::clamp(x[1], low[1], high[1]);
        double value = 0.0;
        try {
            search.optimize(x, value);
        } catch (const nlopt::roundoff_limited&) {
            return {x[0], x[1], free ? x[2] : 0.0}; // as far as doubles go
        }
        return {x[0], x[1], free ? x[2] : 0.0};
    }

    /// Score and information of the change there, less what threshold and width explain of them
    /// (Cox & Hinkley 1974, section 9.3). Absent where the three cannot be told apart.
    std::optional<DriftScore> efficientScore(const Point& point) const
    {
        std::array<double, 3> score = {}; // of threshold, width, change
        std::array<std::array<double, 3>, 3> information = {};
        for (const auto& answer : answers_) {
            constexpr double kStep = 1e-4;
            std::array<double, 3> gradient = {};
            for (std::size_t i = 0; i < 3; ++i) {
                auto up = point;
                auto down = point;
                up[i] += kStep;
                down[i] -= kStep;
                gradient[i] = (probability(answer, up) - probability(answer, down)) / (2 * kStep);
            }
            const double p = probability(answer, point);
            const double variance = p * (1 - p);
            for (std::size_t i = 0; i < 3; ++i) {
                score[i] += gradient[i] * ((answer.correct ? 1.0 : 0.0) - p) / variance;
                for (std::size_t j = 0; j < 3; ++j) {
                    information[i][j] += gradient[i] * gradient[j] / variance;
                }
            }
        }
        score[1] -= (point[1] - kUsualLogWidth) / (kLogWidthSpread * kLogWidthSpread);
        information[1][1] += 1 / (kLogWidthSpread * kLogWidthSpread);
        const auto& known = information;
        const double determinant = known[0][0] * known[1][1] - known[0][1] * known[0][1];
        if (!(determinant > 1e-9 * known[0][0] * known[1][1])) {
            return std::nullopt;
        }
        const double onThreshold =
            (known[2][0] * known[1][1] - known[2][1] * known[0][1]) / determinant;
        const double onWidth =
            (known[2][1] * known[0][0] - known[2][0] * known[0][1]) / determinant;
        const DriftScore out{.score = score[2] - onThreshold * score[0] - onWidth * score[1],
                             .information =
                                 known[2][2] - onThreshold * known[2][0] - onWidth * known[2][1]};
        return out.information > 1e-6 ? std::optional(out) : std::nullopt;
    }

private:
    // A Weibull function of slope 3.5, as contrast detection has it, give or take a factor of 1.6:
    // from few trials the likelihood alone would take any width, and steps above all, for which
    // every surprise is a drift.
    // Without lapses a single slip at a high level would weigh as much as all other answers.
    static constexpr double kUsualLapse = 0.02;
    static constexpr double kUsualLogWidth = 0.15;
    static constexpr double kLogWidthSpread = 0.5;

    double probability(const TimedAnswer& answer, const Point& point) const
    {
        auto now = parameters_;
        now.threshold = std::exp(point[0] + point[2] * answer.time);
        now.width = std::exp(point[1]);
        return std::clamp(probabilityCorrect(sigmoid_, now, answer.level), 1e-6, 1 - 1e-6);
    }

    std::vector<TimedAnswer> answers_;
    Sigmoid sigmoid_;
    PsychometricParameters parameters_;
};

void addDrift(DimensionReport& report, const DriftModel& model)
{
    const auto& parameters = report.estimate->parameters;
    const auto still =
        model.maximum({std::log(parameters.threshold), std::log(parameters.width), 0.0}, false);
    const auto changing = model.maximum(still, true);
    report.driftScore = model.efficientScore(still);
    if (!report.driftScore) {
        return;
    }
    const double ratio = 2 *
                         std::max(0.0, model.logPosterior(changing) - model.logPosterior(still)) /
                         kDriftRatioScale;
    // At the changed point the information promises too much: there its reciprocal is less than
    // half of the variance that simulated observers show.
    report.drift = Drift{.logChange = changing[2],
                         .standardError = 1 / std::sqrt(report.driftScore->information),
                         .p = 2 * normalCdf(-std::sqrt(ratio))};
}

void addProbes(DimensionReport& report, const std::vector<std::pair<double, std::string>>& shown,
               const MeasuresByProbe& measures)
{
    std::vector<std::pair<double, std::string>> near; // distance from the threshold in logs
    for (const auto& [level, probe] : shown) {
        const double distance = std::abs(std::log(level / report.estimate->parameters.threshold));
        if (distance <= std::log(kNearThreshold)) {
            near.emplace_back(distance, probe);
        }
    }
    std::ranges::stable_sort(near, {}, &std::pair<double, std::string>::first);
    near.resize(std::min<std::size_t>(near.size(), kProbesAtThreshold));
    report.probesWanted = static_cast<int>(near.size());
    std::vector<MeasureValues> found;
    for (const auto& [distance, probe] : near) {
        if (const auto known = measures.find(probe); known != measures.end()) {
            found.push_back(known->second);
        }
    }
    if (!found.empty()) {
        report.probes = ProbesAtThreshold{.probes = static_cast<int>(found.size()),
                                          .measures = meanMeasures(found)};
    }
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

DimensionReport reportDimension(const Dimension& dimension,
                                std::span<const std::vector<TrialRecord>> sessions,
                                DiscriminationTask task, const MeasuresByProbe& measures)
{
    DimensionReport report;
    report.dimension = dimension;
    std::vector<TimedAnswer> answers;
    std::vector<std::pair<double, std::string>> shown;
    for (std::size_t session = 0; session < sessions.size(); ++session) {
        const auto firstPoint = report.track.size();
        bool staircase = false;
        int firstIndex = 0;
        for (const auto& trial : sessions[session]) {
            const double level = std::abs(trial.levelAchieved);
            if (trial.practice) {
                ++report.practiceTrials;
            } else if (flag::presentedAgain(trial.flags)) {
                ++report.repeatedTrials;
            } else if (!std::isfinite(level) || level == 0 ||
                       !std::isfinite(trial.levelRequested)) {
                ++report.unusableTrials;
            } else {
                if (report.track.size() == firstPoint) {
                    firstIndex = trial.trialIndex;
                }
                ++report.trials;
                report.correct += trial.correct ? 1 : 0;
                report.atLimitTrials += has(trial, flag::kAtLimit) ? 1 : 0;
                staircase = staircase || trial.procedure.starts_with("staircase");
                report.track.push_back({.session = static_cast<int>(session),
                                        .levelRequested = trial.levelRequested,
                                        .levelAchieved = level,
                                        .correct = trial.correct,
                                        .reversal = false});
                answers.push_back({.level = level,
                                   .correct = trial.correct,
                                   .time = static_cast<double>(trial.trialIndex - firstIndex)});
                shown.emplace_back(level, trial.probeSha256);
            }
        }
        if (staircase) {
            markReversals(report.track, firstPoint);
        }
        const double duration = answers.size() > firstPoint ? answers.back().time : 0.0;
        for (std::size_t i = firstPoint; i < answers.size(); ++i) {
            answers[i].time = duration > 0 ? answers[i].time / duration - 0.5 : 0.0;
        }
    }
    auto& warnings = report.warnings;
    if (report.unusableTrials > 0) {
        warnings.push_back("unusable: " + std::to_string(report.unusableTrials) +
                           " trials have a level that is no number above 0 and are left out");
    }
    if (report.trials == 0) {
        warnings.emplace_back("no trials: nothing can be said");
        return report;
    }
    if (report.trials < kFewTrials) {
        warnings.push_back("too few trials: " + std::to_string(report.trials) + " (fewer than " +
                           std::to_string(kFewTrials) + ")");
    }
    if (report.atLimitTrials > kAtLimitShare * report.trials) {
        warnings.push_back("at limit: in " + ofTrials(report.atLimitTrials, report.trials) +
                           " no reference could make the move asked for");
    }
    auto bins = binned(report.track);
    report.bins = std::move(bins.counts);
    if (auto warning = nonMonotoneWarning(report.bins)) {
        warnings.push_back(std::move(*warning));
    }
    std::vector<LevelCounts> data;
    data.reserve(answers.size());
    for (const auto& answer : answers) {
        data.push_back({answer.level, answer.correct ? 1.0 : 0.0, 1.0});
    }
    const auto [lowest, highest] = std::ranges::minmax(data, {}, &LevelCounts::level);
    const auto model = reportModel(task, lowest.level, highest.level);
    try {
        const auto fit = fitPsychometric(data, model);
        report.estimate = estimateOf(fit, model.sigmoid, task);
        auto quality = goodnessOfFit(fit, data, model, bins.of, kDevianceSamples, kDevianceSeed);
        report.quality = FitQuality{.deviance = quality.deviance,
                                    .p = quality.p,
                                    .residuals = std::move(quality.residuals)};
        warnings.insert(warnings.end(), fit.warnings.begin(), fit.warnings.end());
    } catch (const Error& problem) {
        warnings.push_back(std::string("no fit: ") + problem.what());
        return report;
    }
    const auto& parameters = report.estimate->parameters;
    if (parameters.threshold < lowest.level) {
        report.outside = Outside::below;
    } else if (parameters.threshold > highest.level) {
        report.outside = Outside::above;
    }
    report.located = report.correct < report.trials &&
                     report.correct > report.trials * chanceOf(task) &&
                     report.outside == Outside::no;
    if (report.trials >= kFewTrials && report.located) {
        addDrift(report, DriftModel(answers, model.sigmoid, parameters));
        if (auto warning = driftWarning(report.drift, "the threshold")) {
            warnings.push_back(std::move(*warning));
        }
    }
    if (report.located) {
        addProbes(report, shown, measures);
    }
    return report;
}

MeasureValues meanMeasures(std::span<const MeasureValues> values)
{
    MeasureValues means;
    for (std::size_t i = 0; !values.empty() && i < values.front().size(); ++i) {
        std::vector<double> known;
        for (const auto& each : values) {
            if (each.at(i)) {
                known.push_back(*each[i]);
            }
        }
        const auto mean = meanOf(known);
        means.push_back(mean ? std::optional(mean->mean) : std::nullopt);
    }
    return means;
}

std::optional<Drift> pooledDrift(std::span<const DimensionReport> dimensions)
{
    DriftScore sum;
    for (const auto& dimension : dimensions) {
        if (dimension.driftScore) {
            sum.score += dimension.driftScore->score;
            sum.information += dimension.driftScore->information;
        }
    }
    if (!(sum.information > 0)) {
        return std::nullopt;
    }
    return Drift{.logChange = sum.score / sum.information,
                 .standardError = 1 / std::sqrt(sum.information),
                 .p = 2 * normalCdf(-std::abs(sum.score) / std::sqrt(sum.information))};
}

std::optional<std::string> driftWarning(const std::optional<Drift>& drift, const std::string& what)
{
    if (!drift || drift->p >= kDriftP) {
        return std::nullopt;
    }
    return "drift: " + what + " changed by a factor of " + threeDigits(std::exp(drift->logChange)) +
           " over the session (p = " + threeDigits(drift->p) + ")";
}

} // namespace mlab
