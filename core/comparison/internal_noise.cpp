// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/comparison/internal_noise.h"

#include "core/base/error.h"
#include "core/base/log_product.h"
#include "core/base/number_text.h"
#include "core/base/root_between.h"
#include "core/comparison/likelihood_interval.h"

#include <boost/math/tools/minima.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <nlopt.hpp>
#include <string>
#include <utility>

namespace mlab {
namespace {

constexpr double kMostLapse = 0.1;
constexpr double kGroupSpread = 1.0; // SD of ln sigma
constexpr double kBeyond = 8.0; // ln of sigma over the largest distance, or the smallest over sigma
// A log likelihood that changes by less is flat.
constexpr double kFlat = 1e-4;

void requireValid(std::span<const NoiseTrial> trials, const NoiseModel& model)
{
    if (trials.empty()) {
        throw InvalidArgument("internal noise cannot be fitted without trials");
    }
    for (const auto& trial : trials) {
        if (!(trial.distance >= 0 && std::isfinite(trial.distance))) {
            throw InvalidArgument("the distance of two stimuli is " +
                                  roundedNumber(trial.distance) +
                                  ", but must be a number of at least 0");
        }
        if (trial.same && trial.task != Task::sameDifferent) {
            throw InvalidArgument("a trial of the task " + std::string(toString(trial.task)) +
                                  " cannot show the same stimulus in all intervals");
        }
    }
    if (model.lapse && !(*model.lapse >= 0 && *model.lapse <= kMostLapse)) {
        throw InvalidArgument("a lapse rate is " + roundedNumber(*model.lapse) +
                              ", not within [0, 0.1]");
    }
}

// The parameters that all groups share.
struct Shared {
    double exponent = 1.0;
    double lapse = 0.02;
    double falseAlarm = 0.3;
};

// The observer's curve in each task.
class Curves {
public:
    explicit Curves(const NoiseModel& model) : model_(model) {}

    // Only same-different depends on the rate of false alarms; other curves are kept.
    void prepare(std::span<const NoiseTrial> trials, double falseAlarm)
    {
        if (falseAlarm != falseAlarm_) {
            curves_[index(Task::sameDifferent)].reset();
            falseAlarm_ = falseAlarm;
        }
        for (const auto& trial : trials) {
            auto& curve = curves_[index(trial.task)];
            if (!curve) {
                curve.emplace(trial.task, model_.rule, model_.dimensions, falseAlarm);
            }
        }
    }

    double probability(const NoiseTrial& trial, double sigma, const Shared& shared) const
    {
        const double certain =
            trial.same
                ? 1 - shared.falseAlarm
                : (*curves_[index(trial.task)])(std::pow(trial.distance / sigma, shared.exponent));
        return (1 - shared.lapse) * certain + shared.lapse * chanceOf(trial.task);
    }

private:
    static std::size_t index(Task task) { return static_cast<std::size_t>(task); }

    NoiseModel model_;
    double falseAlarm_ = 0.0;
    std::array<std::optional<ResponseCurve>, kAllTasks.size()> curves_;
};

double logit(double p)
{
    return std::log(p / (1 - p));
}

struct Interval {
    double low, high;
};

// The posterior density, as a function of the logarithms of the groups' sigmas and of what they
// share.
class NoisePosterior {
public:
    NoisePosterior(std::span<const NoiseTrial> trials, const NoiseModel& model)
        : model_(model), curves_(model), all_(trials.begin(), trials.end())
    {
        double least = std::numeric_limits<double>::infinity();
        double most = 0.0;
        for (const auto& trial : trials) {
            if (trial.group >= groups_.size()) {
                groups_.resize(trial.group + 1);
            }
            groups_[trial.group].push_back(trial);
            hasCriterion_ = hasCriterion_ || trial.task == Task::sameDifferent;
            if (trial.distance > 0) {
                least = std::min(least, trial.distance);
                most = std::max(most, trial.distance);
            }
        }
        if (most == 0) {
            throw InvalidArgument("the distance is 0 in all " + std::to_string(trials.size()) +
                                  " trials, so internal noise cannot be fitted; choose a layer "
                                  "that represents the difference");
        }
        range_ = {std::log(least) - kBeyond, std::log(most) + kBeyond};
        if (model.fitExponent) {
            axes_.push_back(kExponent);
        }
        if (!model.lapse) {
            axes_.push_back(kLapse);
        }
        if (hasCriterion_) {
            axes_.push_back(kFalseAlarm);
        }
    }

    std::size_t groups() const { return groups_.size(); }
    const Interval& range() const { return range_; }

    /// Sigmas, which they share, and the log density there.
    struct Maximum {
        std::vector<double> logSigma;
        std::vector<double> shared; ///< coordinates
        double logDensity = -std::numeric_limits<double>::infinity();
    };

    /// All trials as one group.
    Maximum commonMaximum()
    {
        auto groups = std::exchange(groups_, {all_});
        auto best = maximum(
            {.logSigma = {range_.low}, .shared = coordinatesOf({}), .logDensity = 0.0}, true, {});
        groups_ = std::move(groups);
        return best;
    }

    /// @param common  what commonMaximum() found
    Maximum groupMaximum(const Maximum& common)
    {
        center_ = common.logSigma.front();
        if (groups_.size() == 1) {
            return common;
        }
        return maximum({.logSigma = std::vector<double>(groups_.size(), center_),
                        .shared = common.shared,
                        .logDensity = 0.0},
                       true, {});
    }

    /// The highest log density with one group's sigma fixed.
    double profile(const Maximum& best, std::size_t group, double logSigma)
    {
        auto start = best;
        start.logSigma[group] = logSigma;
        return maximum(std::move(start), false, group).logDensity;
    }

    Shared sharedAt(const std::vector<double>& coordinates) const
    {
        Shared out;
        out.lapse = model_.lapse.value_or(out.lapse);
        for (std::size_t i = 0; i < axes_.size(); ++i) {
            const double x = coordinates[i] * unitOf(axes_[i]);
            switch (axes_[i]) {
            case kExponent:
                out.exponent = std::exp(x);
                break;
            case kLapse:
                out.lapse = x;
                break;
            case kFalseAlarm:
                out.falseAlarm = 1 / (1 + std::exp(-x));
                break;
            }
        }
        return out;
    }

    std::vector<double> coordinatesOf(const Shared& shared) const
    {
        std::vector<double> out;
        for (const auto axis : axes_) {
            const double x = axis == kExponent ? std::log(shared.exponent)
                             : axis == kLapse  ? shared.lapse
                                               : logit(shared.falseAlarm);
            out.push_back(x / unitOf(axis));
        }
        return out;
    }

    /// The maximum that a fit found before.
    Maximum maximumOf(const NoiseParameters& found)
    {
        center_ = std::log(found.commonSigma);
        Maximum out{
            .logSigma = {},
            .shared = coordinatesOf(
                {.exponent = found.exponent, .lapse = found.lapse, .falseAlarm = found.falseAlarm}),
            .logDensity = 0.0};
        for (std::size_t group = 0; group < groups_.size(); ++group) {
            out.logSigma.push_back(std::log(found.sigmaOf(group)));
        }
        out.logDensity = logDensity(out.logSigma, out.shared);
        return out;
    }

    /// Whether the group's answers are less probable with a much smaller and with a much larger
    /// sigma.
    bool determines(std::size_t group, const Maximum& best)
    {
        const auto shared = sharedAt(best.shared);
        curves_.prepare(all_, shared.falseAlarm);
        const double reached = groupLogLikelihood(group, best.logSigma[group], shared);
        return std::max(groupLogLikelihood(group, range_.low, shared),
                        groupLogLikelihood(group, range_.high, shared)) < reached - kFlat;
    }

private:
    enum Axis { kExponent, kLapse, kFalseAlarm };

    // Steps that change the likelihood about alike.
    static double unitOf(Axis axis) { return axis == kLapse ? 0.02 : 0.4; }
    static Interval boundsOf(Axis axis)
    {
        switch (axis) {
        case kExponent:
            return {std::log(0.1) / unitOf(axis), std::log(10.0) / unitOf(axis)};
        case kLapse: // the prior excludes 0
            return {1e-6 / unitOf(axis), kMostLapse / unitOf(axis)};
        case kFalseAlarm:
            return {logit(0.001) / unitOf(axis), logit(0.999) / unitOf(axis)};
        }
        throw InternalError("unknown axis");
    }
    double groupLogLikelihood(std::size_t group, double logSigma, const Shared& shared) const
    {
        const double sigma = std::exp(logSigma);
        LogProduct likelihood;
        for (const auto& trial : groups_[group]) {
            const double p = curves_.probability(trial, sigma, shared);
            likelihood.multiply(trial.correct ? p : 1 - p);
        }
        return likelihood.value();
    }

    double groupLogDensity(std::size_t group, double logSigma, const Shared& shared) const
    {
        const double away = groups_.size() > 1 ? (logSigma - center_) / kGroupSpread : 0.0;
        return groupLogLikelihood(group, logSigma, shared) - away * away / 2;
    }

    double logPrior(const Shared& shared) const // Beta(1.5, 20), without its constant
    {
        return model_.lapse ? 0.0 : 0.5 * std::log(shared.lapse) + 19 * std::log1p(-shared.lapse);
    }

    double logDensity(const std::vector<double>& logSigma, const std::vector<double>& coordinates)
    {
        const auto shared = sharedAt(coordinates);
        curves_.prepare(all_, shared.falseAlarm);
        double sum = logPrior(shared);
        for (std::size_t group = 0; group < groups_.size(); ++group) {
            sum += groupLogDensity(group, logSigma[group], shared);
        }
        return sum;
    }

    // The most probable sigma: near `start`, or anywhere.
    std::pair<double, double> bestSigma(std::size_t group, double start, const Shared& shared,
                                        bool anywhere) const
    {
        const auto loss = [&](double x) { return -groupLogDensity(group, x, shared); };
        double step = 0.75;
        if (anywhere) {
            double least = loss(start);
            constexpr int kPlaces = 48;
            for (int i = 0; i <= kPlaces; ++i) {
                const double x = range_.low + (range_.high - range_.low) * i / kPlaces;
                const double value = loss(x);
                if (value < least) {
                    least = value;
                    start = x;
                }
            }
            step = (range_.high - range_.low) / kPlaces;
        }
        constexpr int kBits = 20;
        for (;;) {
            const double low = std::max(range_.low, start - step);
            const double high = std::min(range_.high, start + step);
            const auto [x, value] = boost::math::tools::brent_find_minima(loss, low, high, kBits);
            const bool atEdge = (x - low < step / 50 && low > range_.low) ||
                                (high - x < step / 50 && high < range_.high);
            if (!atEdge || std::abs(x - start) < step / 2 || value >= loss(start) - kFlat / 10) {
                return {x, -value};
            }
            start = x;
        }
    }

    // The maximum over what the groups share, and over their sigmas except one that is fixed.
    Maximum maximum(Maximum from, bool anywhere, std::optional<std::size_t> fixed)
    {
        auto best = from;
        best.logDensity = -std::numeric_limits<double>::infinity();
        const auto evaluate = [&](const std::vector<double>& coordinates) {
            const auto shared = sharedAt(coordinates);
            curves_.prepare(all_, shared.falseAlarm);
            Maximum here{
                .logSigma = from.logSigma, .shared = coordinates, .logDensity = logPrior(shared)};
            for (std::size_t group = 0; group < groups_.size(); ++group) {
                if (fixed && group == *fixed) {
                    here.logDensity += groupLogDensity(group, from.logSigma[group], shared);
                    continue;
                }
                const auto [x, value] = bestSigma(group, from.logSigma[group], shared, anywhere);
                here.logSigma[group] = x;
                here.logDensity += value;
            }
            if (here.logDensity > best.logDensity) {
                best = here;
                from.logSigma = here.logSigma; // the next is near
            }
            anywhere = false;
            return here.logDensity;
        };
        search(evaluate, from.shared);
        return best;
    }

    template <typename Function> void search(Function evaluate, std::vector<double> start) const
    {
        evaluate(start);
        if (start.size() == 1) {
            const auto bounds = boundsOf(axes_.front());
            constexpr int kBits = 16;
            boost::math::tools::brent_find_minima([&](double x) { return -evaluate({x}); },
                                                  bounds.low, bounds.high, kBits);
        }
        if (start.size() < 2) {
            return;
        }
        std::vector<double> low;
        std::vector<double> high;
        for (const auto axis : axes_) {
            low.push_back(boundsOf(axis).low);
            high.push_back(boundsOf(axis).high);
        }
        nlopt::opt search(nlopt::LN_BOBYQA, static_cast<unsigned>(start.size()));
        const nlopt::vfunc objective = [](const std::vector<double>& x, std::vector<double>&,
                                          void* function) {
            return (*static_cast<Function*>(function))(x);
        };
        search.set_max_objective(objective, &evaluate);
        search.set_lower_bounds(low);
        search.set_upper_bounds(high);
        search.set_initial_step(0.5);
        search.set_xtol_abs(1e-3);
        search.set_ftol_abs(1e-7);
        search.set_maxeval(400);
        double value = 0.0;
        try {
            search.optimize(start, value);
        } catch (const nlopt::roundoff_limited&) {
            return; // as far as doubles go
        }
    }

    NoiseModel model_;
    Curves curves_;
    std::vector<NoiseTrial> all_;
    std::vector<std::vector<NoiseTrial>> groups_;
    bool hasCriterion_ = false;
    Interval range_ = {};
    std::vector<Axis> axes_;
    double center_ = 0.0; // of the groups' ln sigma
};

} // namespace

NoiseFit fitNoise(std::span<const NoiseTrial> trials, const NoiseModel& model)
{
    requireValid(trials, model);
    NoisePosterior posterior(trials, model);
    const auto common = posterior.commonMaximum();
    const auto best = posterior.groupMaximum(common);
    const auto shared = posterior.sharedAt(best.shared);
    NoiseFit out{.best = {.sigma = {},
                          .commonSigma = std::exp(common.logSigma.front()),
                          .exponent = shared.exponent,
                          .lapse = shared.lapse,
                          .falseAlarm = shared.falseAlarm},
                 .sigma = {},
                 .logLikelihood = 0.0,
                 .trials = static_cast<int>(trials.size())};
    for (std::size_t group = 0; group < best.logSigma.size(); ++group) {
        const double sigma = std::exp(best.logSigma[group]);
        out.best.sigma.push_back(sigma);
        out.sigma.push_back(posterior.determines(group, best) ? std::optional(sigma)
                                                              : std::nullopt);
    }
    out.logLikelihood = noiseLogLikelihood(trials, model, out.best);
    return out;
}

SigmaInterval sigmaInterval(std::span<const NoiseTrial> trials, const NoiseModel& model,
                            const NoiseFit& fit, std::size_t group)
{
    requireValid(trials, model);
    NoisePosterior posterior(trials, model);
    if (group >= posterior.groups()) {
        throw InvalidArgument("group " + std::to_string(group) + " has no trials");
    }
    const auto best = posterior.maximumOf(fit.best);
    const auto above = [&](double logSigma) {
        return posterior.profile(best, group, logSigma) - (best.logDensity - kLikelihoodDrop);
    };
    SigmaInterval out;
    const auto [low, high] = posterior.range();
    if (above(low) < 0) {
        out.lower = std::exp(rootBetween(above, low, best.logSigma[group]));
    }
    if (above(high) < 0) {
        out.upper = std::exp(rootBetween(above, best.logSigma[group], high));
    }
    return out;
}

std::vector<double> probabilitiesCorrect(std::span<const NoiseTrial> trials,
                                         const NoiseModel& model, const NoiseParameters& parameters)
{
    requireValid(trials, model);
    Curves curves(model);
    curves.prepare(trials, parameters.falseAlarm);
    std::vector<double> out;
    for (const auto& trial : trials) {
        out.push_back(curves.probability(trial, parameters.sigmaOf(trial.group),
                                         {.exponent = parameters.exponent,
                                          .lapse = parameters.lapse,
                                          .falseAlarm = parameters.falseAlarm}));
    }
    return out;
}

double noiseLogLikelihood(std::span<const NoiseTrial> trials, const NoiseModel& model,
                          const NoiseParameters& parameters)
{
    const auto right = probabilitiesCorrect(trials, model, parameters);
    double sum = 0.0;
    for (std::size_t i = 0; i < trials.size(); ++i) {
        sum += std::log(trials[i].correct ? right[i] : 1 - right[i]);
    }
    return sum;
}

} // namespace mlab
