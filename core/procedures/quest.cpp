// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/procedures/quest.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/procedures/procedure_settings.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <string>
#include <utility>

namespace mlab {
namespace {

constexpr double kLargestGrid = 100'000;
constexpr double kUsualTarget = 0.8;
constexpr double kUsualLapse = 0.02;

void requireQuest(bool holds, const char* what)
{
    if (!holds) {
        throw InvalidArgument("QUEST: " + std::string(what));
    }
}

void validate(const QuestSpec& spec)
{
    const auto positive = [](double x) { return x > 0 && std::isfinite(x); };
    requireQuest(
        spec.scale == LevelScale::linear ? spec.minLevel >= 0 : spec.minLevel > 0,
        "levels are magnitudes; their minimum must be above 0, on a linear scale at least 0");
    requireQuest(spec.minLevel <= spec.guess && spec.guess <= spec.maxLevel &&
                     std::isfinite(spec.maxLevel),
                 "the first guess must lie between the minimum and the maximum level");
    requireQuest(positive(spec.guessSd), "the prior's standard deviation must be above 0");
    requireQuest(positive(spec.slope), "the slope must be above 0");
    requireQuest(spec.chance >= 0 && spec.chance < 1, "chance must be at least 0 and below 1");
    requireQuest(spec.lapse >= 0 && spec.lapse < 1,
                 "the share of lapses must be at least 0, below 1");
    requireQuest(positive(spec.grain) && positive(spec.range) && spec.range >= 2 * spec.grain,
                 "the range must hold at least two grains");
    requireQuest(spec.range / spec.grain <= kLargestGrid,
                 "the grid must not have above 100000 grains");
    requireQuest(positive(spec.placeStep.value_or(1)), "the step between levels must be above 0");
    spec.stop.validate();
}

/// y at x of the line through known points with increasing xs; the ends' values beyond them.
double interpolate(double x, const std::vector<double>& xs, const std::vector<double>& ys)
{
    const auto above = std::ranges::lower_bound(xs, x);
    if (above == xs.begin()) {
        return ys.front();
    }
    if (above == xs.end()) {
        return ys.back();
    }
    const auto i = static_cast<std::size_t>(above - xs.begin());
    return ys[i - 1] + (ys[i] - ys[i - 1]) * (x - xs[i - 1]) / (xs[i] - xs[i - 1]);
}

} // namespace

std::shared_ptr<const Quest::Curve> Quest::makeCurve(const QuestSpec& spec, int reach)
{
    const double perDecade = spec.scale == LevelScale::decibel ? 20.0 : 1.0;
    const auto probability = [&](double distance) {
        return spec.lapse * spec.chance +
               (1 - spec.lapse) *
                   (1 - (1 - spec.chance) *
                            std::exp(-std::pow(10.0, spec.slope * distance / perDecade)));
    };
    std::vector<double> places;
    std::vector<double> climbing;
    double before = -1.0;
    for (int i = -reach; i <= reach; ++i) {
        const double p = probability(i * spec.grain);
        if (p != before) {
            places.push_back(i * spec.grain);
            climbing.push_back(p);
        }
        before = p;
    }
    requireQuest(climbing.front() < spec.target && spec.target < climbing.back(),
                 "the target share of right answers is not reached within the range; it must lie "
                 "between chance and 1 minus the lapses");

    auto out = std::make_shared<Curve>();
    out->epsilon = interpolate(spec.target, climbing, places);
    for (int i = -reach; i <= reach; ++i) {
        out->right.push_back(probability(i * spec.grain + out->epsilon));
    }
    const double low = out->right.front();
    const double high = out->right.back();
    const auto safeLog = [](double x) { return std::log(x + 1e-14); };
    const double entropies = high * safeLog(high) - low * safeLog(low) +
                             (1 - high) * safeLog(1 - high) - (1 - low) * safeLog(1 - low);
    const double best = 1 / (1 + std::exp(entropies / (low - high)));
    out->bestQuantile = (best - low) / (high - low);
    return out;
}

Quest::Quest(const QuestSpec& spec)
    : spec_((validate(spec), spec)), guessPlace_(toScale(spec_.scale, spec_.guess)),
      reach_(2 * static_cast<int>(std::ceil(spec_.range / spec_.grain / 2 - 1e-9))),
      curve_(makeCurve(spec_, reach_)), next_(spec_.guess)
{
    posterior_.resize(static_cast<std::size_t>(reach_) + 1);
    for (std::size_t i = 0; i < posterior_.size(); ++i) {
        posterior_[i] = std::exp(-0.5 * std::pow(place(i) / spec_.guessSd, 2));
    }
    const double sum = std::accumulate(posterior_.begin(), posterior_.end(), 0.0);
    std::ranges::transform(posterior_, posterior_.begin(), [&](double w) { return w / sum; });
    widthAtStart_ = width();
    progress_ = spec_.stop.progress(0, widthAtStart_, widthAtStart_);
}

double Quest::place(std::size_t index) const
{
    return (static_cast<int>(index) - halfReach()) * spec_.grain;
}

void Quest::tell(double level, bool correct)
{
    requireQuest(level >= 0 && std::isfinite(level),
                 "the level of an answer must be a finite number of at least 0");
    const auto right = rightAt(level);
    for (std::size_t i = 0; i < right.size(); ++i) {
        posterior_[i] *= correct ? right[i] : 1 - right[i];
    }
    const double sum = std::accumulate(posterior_.begin(), posterior_.end(), 0.0);
    if (!(sum > 0)) {
        throw NumericError("QUEST: the answers contradict the assumed psychometric function; "
                           "use a lapse rate above 0");
    }
    std::ranges::transform(posterior_, posterior_.begin(), [&](double w) { return w / sum; });
    ++trials_;
    update();
}

void Quest::apply(const TrialOutcome& outcome)
{
    requireQuest(!outcome.sameTrial, "trials without a difference are not possible");
    tell(outcome.level, outcome.correct);
}

void Quest::limitTo(double highest)
{
    spec_.maxLevel = std::clamp(highest, spec_.minLevel, spec_.maxLevel);
    if (next_ > spec_.maxLevel) {
        update();
    }
}

std::vector<double> Quest::rightAt(double level) const
{
    // Far outside the grid every level means the same; bounded so that it fits an integer.
    const double shown = std::clamp(
        std::nearbyint((toScale(spec_.scale, level) - guessPlace_) / spec_.grain), -2e6, 2e6);
    std::vector<double> out(posterior_.size());
    for (int i = 0; i <= reach_; ++i) {
        const int cell =
            reach_ + std::clamp(static_cast<int>(shown) - (i - reach_ / 2), -reach_, reach_);
        out[static_cast<std::size_t>(i)] = curve_->right[static_cast<std::size_t>(cell)];
    }
    return out;
}

double Quest::expectedInformation() const
{
    const auto entropy = [](double p) {
        return p > 0 && p < 1 ? -p * std::log(p) - (1 - p) * std::log1p(-p) : 0.0;
    };
    const auto right = rightAt(next_);
    double mean = 0.0;
    double conditional = 0.0;
    for (std::size_t i = 0; i < right.size(); ++i) {
        mean += posterior_[i] * right[i];
        conditional += posterior_[i] * entropy(right[i]);
    }
    return entropy(mean) - conditional;
}

void Quest::update()
{
    double wanted = 0.0;
    switch (spec_.rule) {
    case QuestSpec::Rule::quantile:
        wanted = quantile(bestQuantile());
        break;
    case QuestSpec::Rule::mean:
        wanted = mean();
        break;
    case QuestSpec::Rule::mode:
        wanted = mode();
        break;
    }
    const double low = toScale(spec_.scale, spec_.minLevel);
    const double high = toScale(spec_.scale, spec_.maxLevel);
    wanted = std::clamp(wanted, low, high);
    if (spec_.placeStep) {
        const double step = *spec_.placeStep;
        const double least = std::ceil((low - guessPlace_) / step - 1e-9);
        const double most = std::max(std::floor((high - guessPlace_) / step + 1e-9), least);
        wanted = guessPlace_ +
                 std::clamp(std::nearbyint((wanted - guessPlace_) / step), least, most) * step;
    }
    next_ = std::clamp(fromScale(spec_.scale, wanted), spec_.minLevel, spec_.maxLevel);
    progress_ = std::max(progress_, spec_.stop.progress(trials_, width(), widthAtStart_));
}

std::optional<StopReason> Quest::stopReason() const
{
    return spec_.stop.met(trials_, width());
}

std::optional<ProcedureEstimate> Quest::estimate() const
{
    if (trials_ == 0) {
        return std::nullopt;
    }
    return ProcedureEstimate{.threshold = fromScale(spec_.scale, mean()),
                             .interval =
                                 ThresholdInterval{fromScale(spec_.scale, quantile(0.025)),
                                                   fromScale(spec_.scale, quantile(0.975))}};
}

double Quest::mean() const
{
    double sum = 0.0;
    for (std::size_t i = 0; i < posterior_.size(); ++i) {
        sum += posterior_[i] * place(i);
    }
    return guessPlace_ + sum;
}

double Quest::mode() const
{
    const auto best = std::ranges::max_element(posterior_) - posterior_.begin();
    return guessPlace_ + place(static_cast<std::size_t>(best));
}

double Quest::sd() const
{
    const double centre = mean() - guessPlace_;
    double variance = 0.0;
    for (std::size_t i = 0; i < posterior_.size(); ++i) {
        variance += posterior_[i] * std::pow(place(i) - centre, 2);
    }
    return std::sqrt(variance);
}

double Quest::quantile(double share) const
{
    std::vector<double> places;
    std::vector<double> below;
    double sum = 0.0;
    for (std::size_t i = 0; i < posterior_.size(); ++i) {
        const double before = std::exchange(sum, sum + posterior_[i]);
        if (i == 0 || sum > before) {
            places.push_back(place(i));
            below.push_back(sum);
        }
    }
    return guessPlace_ + interpolate(share * sum, below, places);
}

const std::vector<ProcedureType>& QuestSpec::types()
{
    static const std::vector<ProcedureType> kTypes = {
        {.name = "quest",
         .keys = {"start_level", "guess_sd_db", "target", "slope", "lapse", "rule",
                  "level_step_db"},
         .stopRule = "interval_width_db"}};
    return kTypes;
}

std::vector<SettingsProblem> QuestSpec::problems(const ProcedureSettings& settings)
{
    auto out = stopProblems(settings);
    if (!(settings.minLevel > 0)) {
        out.push_back(
            {{"min_level", "max_level"}, "levels are counted in dB, so min_level must be above 0"});
    }
    if (settings.task == Task::sameDifferent) {
        return out; // read() says why not
    }
    const double target = settings.valueOf("target", kUsualTarget);
    const double lapse = settings.valueOf("lapse", kUsualLapse);
    const double chance = chanceOf(settings.task);
    const double highest = 1 - lapse * (1 - chance);
    if (!(target > chance && target < highest)) {
        out.push_back({{"target", "lapse"},
                       "a share of " + shortNumber(target) +
                           " right answers is never reached: it must lie between chance, " +
                           fixedNumber(chance, 2) + ", and what lapses leave, " +
                           fixedNumber(highest, 3)});
    }
    return out;
}

QuestSpec QuestSpec::read(const ProcedureSettings& settings)
{
    if (!(settings.minLevel > 0)) {
        throw InvalidArgument("QUEST counts in dB, min_level must be above 0");
    }
    if (settings.task == Task::sameDifferent) {
        throw InvalidArgument(
            "quest assumes that all but the threshold is known, but the share of "
            "\"different\" answers to equal intervals is not: use psi-marginal for "
            "the task same-different");
    }
    const double rangeDb = toScale(LevelScale::decibel, settings.maxLevel / settings.minLevel);
    const auto rule = settings.valueOf("rule", std::string("quantile"));
    return {.scale = LevelScale::decibel,
            .guess = settings.startLevel,
            .guessSd = settings.valueOf("guess_sd_db", 10.0),
            .target = settings.valueOf("target", kUsualTarget),
            .slope = settings.valueOf("slope", 3.5),
            .chance = chanceOf(settings.task),
            .lapse = settings.valueOf("lapse", kUsualLapse),
            .grain = 0.1,
            // The grid is centred at the guess and must hold every level; 20 dB more leave room for
            // the curve.
            .range = 2 * rangeDb + 20,
            .rule = rule == "mean"   ? Rule::mean
                    : rule == "mode" ? Rule::mode
                                     : Rule::quantile,
            .minLevel = settings.minLevel,
            .maxLevel = settings.maxLevel,
            .placeStep = settings.valueOf("level_step_db", 1.0),
            .stop = settings.stopRule()};
}

} // namespace mlab
