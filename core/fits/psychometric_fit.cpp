// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fits/psychometric_fit.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/random_stream.h"
#include "core/fits/psychometric_grid.h"

#include <boost/random/beta_distribution.hpp>
#include <boost/random/binomial_distribution.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlopt.hpp>
#include <numeric>

namespace mlab {
namespace {

using Bounds = std::array<std::array<double, 2>, 5>;

// psignifit's numbers of grid values, except if both rates are free: 12 values each in place of 20
// are a third of the work, and thresholds and widths stay within 1e-2 of its own.
struct Steps {
    std::array<std::size_t, 5> coarse = {20, 1, 10, 30, 40};
    std::array<std::size_t, 5> fine = {20, 1, 20, 40, 40};
};
Steps stepsFor(const PsychometricPosterior& posterior)
{
    Steps steps;
    if (posterior.model().guessRate == GuessRate::free) {
        steps.coarse = {15, 10, 10, 25, 30};
    }
    if (posterior.isFree(kGuess) && posterior.isFree(kLapse)) {
        steps.fine = {20, 12, 12, 40, 40};
    } else {
        steps.fine[kGuess] = 20;
    }
    return steps;
}

Bounds boundsOf(const PsychometricPosterior& posterior)
{
    Bounds bounds;
    for (const auto axis : {kEta, kGuess, kLapse, kThreshold, kWidth}) {
        bounds[axis] = posterior.bounds(axis);
    }
    return bounds;
}

// One grid step beyond the support on either side.
Bounds aroundSupport(const PosteriorOnGrid& grid)
{
    Bounds bounds;
    for (std::size_t axis = 0; axis < 5; ++axis) {
        const auto& values = grid.values[axis];
        const auto [first, last] = grid.support[axis];
        bounds[axis] = {values[first == 0 ? 0 : first - 1],
                        values[std::min(last + 1, values.size() - 1)]};
    }
    return bounds;
}

// Data of very many trials leave only one or two values of a coarse grid with any mass: then it is
// the grid and not the posterior that has been measured, and the next grid must be finer.
bool isUnresolved(const PosteriorOnGrid& grid)
{
    for (std::size_t axis = 0; axis < 5; ++axis) {
        const auto [first, last] = grid.support[axis];
        const std::size_t end = grid.values[axis].size() - 1;
        const bool atEdge = first == 0 || last == end;
        if (end > 0 && last - first < (atEdge ? 1U : 2U)) {
            return true;
        }
    }
    return false;
}

struct Maximum {
    PsychometricPoint point = {};
    double logDensity = -std::numeric_limits<double>::infinity();
};

// Searches the free parameters in units of `scale`, which makes them alike.
class MaximumSearch {
public:
    MaximumSearch(const PsychometricPosterior& posterior, const Bounds& scale)
        : posterior_(posterior)
    {
        for (const auto axis : {kEta, kGuess, kLapse, kThreshold, kWidth}) {
            if (posterior.isFree(axis)) {
                free_.push_back(axis);
                units_.push_back(scale[axis][1] - scale[axis][0]);
            }
        }
    }

    /// Good to about 1e-3 of the log density, for data that are like those of the start.
    Maximum near(const PsychometricPoint& start) const
    {
        const Maximum best{start, posterior_.logDensity(start)};
        return free_.empty()
                   ? best
                   : alongEdges(search(nlopt::LN_BOBYQA, best, 0.02, {.x = 1e-4, .f = 1e-4}));
    }

    Maximum from(const PsychometricPoint& start, double relativeStep, int rounds) const
    {
        constexpr Tolerance kExact = {.x = 1e-9, .f = 1e-10};
        Maximum best{start, posterior_.logDensity(start)};
        if (free_.empty()) {
            return best;
        }
        for (int round = 0; round < rounds; ++round) {
            const double before = best.logDensity;
            best = search(nlopt::LN_NELDERMEAD, best, relativeStep, kExact);
            best = search(nlopt::LN_BOBYQA, best, relativeStep / 10, kExact);
            best = alongEdges(best);
            if (best.logDensity - before < 1e-9) {
                break;
            }
            relativeStep /= 4;
        }
        return best;
    }

private:
    struct Tolerance {
        double x; ///< of the parameters, in their units
        double f; ///< of the log density
    };

    PsychometricPoint pointOf(const std::vector<double>& x, PsychometricPoint point) const
    {
        for (std::size_t i = 0; i < free_.size(); ++i) {
            const auto& [low, high] = posterior_.bounds(free_[i]);
            point[free_[i]] = std::clamp(x[i] * units_[i], low, high);
        }
        return point;
    }

    Maximum search(nlopt::algorithm algorithm, Maximum best, double step,
                   const Tolerance& tolerance) const
    {
        std::vector<double> x;
        std::vector<double> low;
        std::vector<double> high;
        for (std::size_t i = 0; i < free_.size(); ++i) {
            const auto& bounds = posterior_.bounds(free_[i]);
            low.push_back(bounds[0] / units_[i]);
            high.push_back(bounds[1] / units_[i]);
            x.push_back(std::clamp(best.point[free_[i]] / units_[i], low[i], high[i]));
        }
        nlopt::opt run(algorithm, static_cast<unsigned>(x.size()));
        struct Task {
            const MaximumSearch* search;
            Maximum* best;
        } shared{this, &best};
        const nlopt::vfunc objective = [](const std::vector<double>& at, std::vector<double>&,
                                          void* data) {
            const auto& task = *static_cast<Task*>(data);
            const auto point = task.search->pointOf(at, task.best->point);
            const double value = task.search->posterior_.logDensity(point);
            if (value > task.best->logDensity) {
                *task.best = {point, value};
            }
            // Finite, so that the searches can compare; lower than any density of real data.
            return std::isfinite(value) ? value : -1e30;
        };
        run.set_max_objective(objective, &shared);
        run.set_lower_bounds(low);
        run.set_upper_bounds(high);
        run.set_initial_step(step);
        run.set_xtol_abs(tolerance.x);
        run.set_ftol_abs(tolerance.f);
        run.set_maxeval(600);
        double value = 0.0;
        try {
            run.optimize(x, value);
        } catch (const nlopt::roundoff_limited&) {
            return best; // as far as doubles go
        }
        return best;
    }

    // Lapse, guess and eta rates often have their maximum at 0, which a search only comes close to.
    Maximum alongEdges(Maximum best) const
    {
        for (const auto axis : {kEta, kGuess, kLapse}) {
            if (!posterior_.isFree(axis)) {
                continue;
            }
            auto point = best.point;
            point[axis] = 0.0;
            const double value = posterior_.logDensity(point);
            if (value >= best.logDensity) {
                best = {point, value};
            }
        }
        return best;
    }

    const PsychometricPosterior& posterior_;
    std::vector<PsychometricAxis> free_;
    std::vector<double> units_;
};

double xLogX(double count, double expected)
{
    return count > 0 ? count * std::log(count / expected) : 0.0;
}

// Signed root of what a block adds to the deviance.
double residualOf(const LevelCounts& block, double p)
{
    const double added = xLogX(block.correct, block.total * p) +
                         xLogX(block.total - block.correct, block.total * (1 - p));
    return std::copysign(std::sqrt(2 * std::max(0.0, added)), block.correct - block.total * p);
}

double devianceOf(const PsychometricPosterior& posterior, const PsychometricPoint& point)
{
    double sum = 0.0;
    for (const auto& block : posterior.blocks()) {
        const double residual = residualOf(block, posterior.probabilityAt(block, point));
        sum += residual * residual;
    }
    return sum;
}

double logLikelihood(const LevelCounts& block, double p)
{
    const auto part = [](double count, double probability) {
        return count > 0 ? count * std::log(probability) : 0.0;
    };
    return part(block.correct, p) + part(block.total - block.correct, 1 - p);
}

std::optional<double> pseudoR2Of(const PsychometricPosterior& posterior,
                                 const PsychometricPoint& point)
{
    LevelCounts all;
    double fitted = 0.0;
    for (const auto& block : posterior.blocks()) {
        all.correct += block.correct;
        all.total += block.total;
        fitted += logLikelihood(block, posterior.probabilityAt(block, point));
    }
    const double null = logLikelihood(all, all.correct / all.total);
    return null < 0 ? std::optional(1 - fitted / null) : std::nullopt;
}

// Whether the marginal density has not come down to 1e-3 of its sum at the low and the high end.
std::array<bool, 2> cutEnds(const PosteriorOnGrid& grid, PsychometricAxis axis)
{
    constexpr double kLeft = 1e-3;
    const auto& mass = grid.marginals[axis];
    const double sum = 1 + mass.front() + mass.back(); // of densities: ends have half the weight
    return {2 * mass.front() > kLeft * sum, 2 * mass.back() > kLeft * sum};
}

// Of few trials no single point of a grid may hold enough mass to be drawn around, though all those
// of one threshold or width together do. True if there was something to widen.
bool widen(GridSpec& spec, const PosteriorOnGrid& grid, const PsychometricPosterior& posterior)
{
    bool widened = false;
    for (const auto axis : {kThreshold, kWidth}) {
        if (!posterior.isFree(axis)) {
            continue;
        }
        const auto [cutLow, cutHigh] = cutEnds(grid, axis);
        auto& [low, high] = spec.bounds[axis];
        const auto& [lowest, highest] = posterior.bounds(axis);
        const double more = (high - low) / 4;
        if (cutLow && low > lowest) {
            low = std::max(lowest, low - more);
            widened = true;
        }
        if (cutHigh && high < highest) {
            high = std::min(highest, high + more);
            widened = true;
        }
    }
    return widened;
}

// The narrow, oblique posterior of very many trials can fall between the values of a grid, or reach
// beyond a grid that was placed around too few of them.
bool escapes(const PosteriorOnGrid& grid, const PsychometricPosterior& posterior, double logMaximum)
{
    for (const auto axis : {kThreshold, kWidth}) {
        const auto [low, high] = cutEnds(grid, axis);
        if (posterior.isFree(axis) &&
            ((low && grid.values[axis].front() > posterior.bounds(axis)[0]) ||
             (high && grid.values[axis].back() < posterior.bounds(axis)[1]))) {
            return true;
        }
    }
    return logMaximum - grid.logMaximum > 1;
}

std::vector<FitWarning> warningsFor(const PsychometricPosterior& posterior,
                                    const PosteriorOnGrid& grid, const PsychometricParameters& map)
{
    std::vector<FitWarning> warnings;
    const auto& model = posterior.model();
    double correct = 0.0;
    double total = 0.0;
    double lowest = std::numeric_limits<double>::infinity();
    double highest = -lowest;
    for (const auto& block : posterior.blocks()) {
        correct += block.correct;
        total += block.total;
        lowest = std::min(lowest, block.level);
        highest = std::max(highest, block.level);
    }
    if (correct == total) {
        warnings.emplace_back(warning::AllCorrect{});
    } else if (correct == 0) {
        warnings.emplace_back(warning::NoneCorrect{});
    } else if (model.guessRate == GuessRate::fixed && correct <= total * model.guess) {
        warnings.emplace_back(
            warning::NotAboveChance{.proportionCorrect = correct / total, .guess = model.guess});
    }
    // psignifit's test: the marginal must have come down at the ends of what the prior allows.
    const auto checkEnds = [&](PsychometricAxis axis) {
        const auto [low, high] = cutEnds(grid, axis);
        if (low && grid.values[axis].front() == posterior.bounds(axis)[0]) {
            warnings.emplace_back(warning::LimitSetByPrior{.parameter = axis, .upper = false});
        }
        if (high && grid.values[axis].back() == posterior.bounds(axis)[1]) {
            warnings.emplace_back(warning::LimitSetByPrior{.parameter = axis, .upper = true});
        }
    };
    if (posterior.isFree(kThreshold)) {
        checkEnds(kThreshold);
        const auto [low, high] =
            percentileInterval(grid.values[kThreshold], grid.marginals[kThreshold], 0.95);
        if (high - low >= highest - lowest) {
            warnings.emplace_back(warning::IntervalAsWideAsLevels{});
        }
    }
    if (posterior.isFree(kWidth)) {
        checkEnds(kWidth);
    }
    const double position = model.sigmoid.axis(map.threshold);
    if (posterior.isFree(kThreshold) && (position < lowest || position > highest)) {
        const bool above = position > highest;
        warnings.emplace_back(warning::ThresholdOutsideLevels{
            .threshold = map.threshold,
            .nearestLevel = model.sigmoid.levelOfAxis(above ? highest : lowest),
            .above = above});
    }
    return warnings;
}

double percentile(std::span<const double> values, std::span<const double> mass, double share)
{
    double below = 0.0;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const double here = below + mass[i];
        if (here >= share) {
            return i == 0 ? values[0]
                          : values[i - 1] + (values[i] - values[i - 1]) * (share - below) / mass[i];
        }
        below = here;
    }
    return values.back();
}

// Of the density at equal steps: where the parabola through the logs of the three highest values
// has its top.
double modeOf(std::span<const double> values, std::span<const double> mass)
{
    const auto top = static_cast<std::size_t>(std::ranges::max_element(mass) - mass.begin());
    if (top == 0 || top + 1 == values.size() || mass[top - 1] <= 0 || mass[top + 1] <= 0) {
        return values[top];
    }
    const double before = std::log(mass[top - 1] / mass[top]);
    const double after = std::log(mass[top + 1] / mass[top]);
    const double bend = before + after; // <= 0
    return bend < 0 ? values[top] + (values[top + 1] - values[top]) * (before - after) / (2 * bend)
                    : values[top];
}

ThresholdPosterior thresholdPosterior(const PosteriorOnGrid& grid, const Sigmoid& sigmoid)
{
    const auto& values = grid.values[kThreshold];
    const auto& mass = grid.marginals[kThreshold];
    const double mode = modeOf(values, mass);
    const auto levels = [&](double probability) {
        const auto [low, high] = shortestInterval(values, mass, probability);
        return std::array<double, 2>{sigmoid.levelOfAxis(std::min(low, mode)),
                                     sigmoid.levelOfAxis(std::max(high, mode))};
    };
    return {
        .mode = sigmoid.levelOfAxis(mode), .interval95 = levels(0.95), .interval68 = levels(0.68)};
}

void requireBetweenAsymptotes(const PsychometricParameters& parameters, double proportion)
{
    if (!(proportion > parameters.guess && proportion < 1 - parameters.lapse)) {
        throw InvalidArgument("a proportion correct of " + roundedNumber(proportion) +
                              " is not between the asymptotes " + roundedNumber(parameters.guess) +
                              " and " + roundedNumber(1 - parameters.lapse));
    }
}

} // namespace

std::vector<double> trapezoidWeights(std::span<const double> values)
{
    if (values.size() < 2) {
        return {1.0};
    }
    std::vector<double> weights = {(values[1] - values[0]) / 2};
    for (std::size_t i = 1; i + 1 < values.size(); ++i) {
        weights.push_back((values[i + 1] - values[i - 1]) / 2);
    }
    weights.push_back((values.back() - values[values.size() - 2]) / 2);
    return weights;
}

std::array<double, 2> percentileInterval(std::span<const double> values,
                                         std::span<const double> mass, double probability)
{
    return {percentile(values, mass, (1 - probability) / 2),
            percentile(values, mass, (1 + probability) / 2)};
}

std::array<double, 2> shortestInterval(std::span<const double> values, std::span<const double> mass,
                                       double probability)
{
    constexpr int kSteps = 200;
    std::array<double, 2> shortest = {values.front(), values.back()};
    for (int i = 0; i <= kSteps; ++i) {
        const double below = (1 - probability) * i / kSteps;
        const std::array<double, 2> some = {percentile(values, mass, below),
                                            percentile(values, mass, below + probability)};
        if (some[1] - some[0] < shortest[1] - shortest[0]) {
            shortest = some;
        }
    }
    return shortest;
}

PsychometricFit fitPsychometric(std::span<const LevelCounts> data, const PsychometricModel& model)
{
    return fitPsychometric(data, PsychometricPosterior(data, model));
}

PsychometricFit fitPsychometric(std::span<const LevelCounts> data,
                                const PsychometricPosterior& posterior)
{
    const auto& model = posterior.model();
    const auto steps = stepsFor(posterior);
    GridSpec spec{.bounds = boundsOf(posterior), .steps = steps.coarse};
    auto grid = integrateOnGrid(posterior, spec);
    spec.bounds = aroundSupport(grid);
    // Each round divides the step of what is unresolved by 4 or more.
    for (int round = 0; round < 16 && isUnresolved(grid); ++round) {
        grid = integrateOnGrid(posterior, spec);
        spec.bounds = aroundSupport(grid);
    }

    const MaximumSearch search(posterior, spec.bounds);
    auto best = search.from(grid.maximum, 0.1, 6);
    if (auto other = search.from(grid.mean, 0.2, 6); other.logDensity > best.logDensity) {
        best = other;
    }

    spec.steps = steps.fine;
    spec.logReached = grid.logMaximum;
    grid = integrateOnGrid(posterior, spec);
    for (int round = 0; round < 4 && widen(spec, grid, posterior); ++round) {
        grid = integrateOnGrid(posterior, spec);
    }

    PsychometricFit fit;
    fit.map = posterior.parametersOf(best.point);
    fit.logPosterior = best.logDensity;
    fit.mean = posterior.parametersOf(grid.mean);
    PsychometricPoint median = {};
    for (const auto axis : {kEta, kGuess, kLapse, kThreshold, kWidth}) {
        median[axis] = percentileInterval(grid.values[axis], grid.marginals[axis], 0.0)[0];
    }
    fit.median = posterior.parametersOf(median);
    fit.threshold = thresholdPosterior(grid, model.sigmoid);
    constexpr std::array<double, 3> kProbabilities = {0.95, 0.90, 0.68};
    for (std::size_t i = 0; i < 3; ++i) {
        PsychometricPoint lower = {};
        PsychometricPoint upper = {};
        for (const auto axis : {kEta, kGuess, kLapse, kThreshold, kWidth}) {
            const auto limits =
                percentileInterval(grid.values[axis], grid.marginals[axis], kProbabilities[i]);
            lower[axis] = limits[0];
            upper[axis] = limits[1];
        }
        fit.intervals[i] = {.probability = kProbabilities[i],
                            .lower = posterior.parametersOf(lower),
                            .upper = posterior.parametersOf(upper)};
    }
    fit.deviance = devianceOf(posterior, best.point);
    for (const auto& block : data) {
        fit.devianceResiduals.push_back(
            block.total > 0
                ? residualOf(block, probabilityCorrect(model.sigmoid, fit.map, block.level))
                : 0.0);
    }
    fit.warnings = warningsFor(posterior, grid, fit.map);
    const auto interval = fit.interval95();
    if (fit.map.threshold < interval.lower.threshold ||
        fit.map.threshold > interval.upper.threshold) {
        fit.warnings.emplace_back(warning::MaximumOutsideInterval{});
    }
    if (escapes(grid, posterior, best.logDensity)) {
        fit.warnings.emplace_back(warning::PosteriorTooNarrow{});
    }
    return fit;
}

GoodnessOfFit goodnessOfFit(const PsychometricFit& fit, std::span<const LevelCounts> data,
                            const PsychometricPosterior& posterior,
                            std::span<const std::size_t> group, int samples, std::uint64_t seed)
{
    if (samples <= 0) {
        throw InvalidArgument("the bootstrap needs at least 1 sample, not " +
                              std::to_string(samples));
    }
    if (group.size() != data.size()) {
        throw InvalidArgument("expected one group for each row of data, not " +
                              std::to_string(group.size()) + " for " + std::to_string(data.size()) +
                              " rows");
    }
    std::vector<std::size_t> groupOf; // of the rows with trials, which are the posterior's blocks
    for (std::size_t row = 0; row < data.size(); ++row) {
        if (data[row].total > 0) {
            groupOf.push_back(group[row]);
        }
    }
    const std::size_t groups = std::ranges::max(group) + 1;
    struct Group {
        LevelCounts sum;
        double expected = 0.0; ///< correct answers
    };
    const auto groupsOf = [&](const PsychometricPosterior& some, const PsychometricPoint& point) {
        std::vector<Group> out(groups);
        const auto& blocks = some.blocks();
        for (std::size_t i = 0; i < blocks.size(); ++i) {
            auto& [sum, expected] = out[groupOf[i]];
            sum.correct += blocks[i].correct;
            sum.total += blocks[i].total;
            expected += blocks[i].total * some.probabilityAt(blocks[i], point);
        }
        return out;
    };
    const auto residualsOf = [](const std::vector<Group>& some) {
        std::vector<double> residuals;
        residuals.reserve(some.size());
        for (const auto& [sum, expected] : some) {
            residuals.push_back(sum.total > 0 ? residualOf(sum, expected / sum.total) : 0.0);
        }
        return residuals;
    };
    const auto squares = [](const std::vector<double>& residuals) {
        return std::inner_product(residuals.begin(), residuals.end(), residuals.begin(), 0.0);
    };

    const auto fitted = posterior.pointOf(fit.map);
    GoodnessOfFit out;
    const auto observed = groupsOf(posterior, fitted);
    out.residuals = residualsOf(observed);
    out.deviance = squares(out.residuals);
    out.pseudoR2 = pseudoR2Of(posterior, fitted);
    double trials = 0.0;
    for (const auto& [sum, expected] : observed) {
        out.meanAbsoluteError += std::abs(sum.correct - expected); // weighted by its trials
        trials += sum.total;
    }
    out.meanAbsoluteError /= trials;
    const double nu = betaPrecision(fit.map.eta);
    int asDeviant = 0;
    for (int sample = 0; sample < samples; ++sample) {
        RandomStream random(seed, "deviance", static_cast<std::uint64_t>(sample));
        std::vector<double> correct;
        for (const auto& block : posterior.blocks()) {
            double p = posterior.probabilityAt(block, fitted);
            if (std::isfinite(nu) && p > 0 && p < 1) {
                const double rate =
                    boost::random::beta_distribution<>(p * nu, (1 - p) * nu)(random);
                // Not a number where nu is so small that all mass is at 0 and 1.
                p = rate >= 0 && rate <= 1 ? rate : random.uniform() < p ? 1.0 : 0.0;
            }
            correct.push_back(
                static_cast<double>(boost::random::binomial_distribution<std::int64_t>(
                    static_cast<std::int64_t>(block.total), p)(random)));
        }
        const auto drawn = posterior.withAnswers(correct);
        const auto refitted = MaximumSearch(drawn, boundsOf(drawn)).near(fitted);
        asDeviant += squares(residualsOf(groupsOf(drawn, refitted.point))) >= out.deviance ? 1 : 0;
    }
    out.p = (asDeviant + 1.0) / (samples + 1.0);
    return out;
}

GoodnessOfFit goodnessOfFit(const PsychometricFit& fit, std::span<const LevelCounts> data,
                            const PsychometricModel& model, int samples, std::uint64_t seed)
{
    std::vector<std::size_t> own(data.size());
    std::iota(own.begin(), own.end(), std::size_t{0});
    return goodnessOfFit(fit, data, PsychometricPosterior(data, model), own, samples, seed);
}

double levelAtProportion(const Sigmoid& sigmoid, const PsychometricParameters& parameters,
                         double proportion)
{
    requireBetweenAsymptotes(parameters, proportion);
    return sigmoid.levelAt((proportion - parameters.guess) /
                               (1 - parameters.guess - parameters.lapse),
                           parameters.threshold, parameters.width);
}

std::array<double, 2> levelIntervalAtProportion(const Sigmoid& sigmoid,
                                                const PsychometricParameters& estimate,
                                                const CredibleInterval& interval, double proportion)
{
    const double climbed = (proportion - estimate.guess) / (1 - estimate.guess - estimate.lapse);
    auto lower = interval.lower;
    auto upper = interval.upper;
    // Above the threshold a narrower function is to the left, below it a wider one.
    if (!(climbed > sigmoid.thresholdAt())) {
        std::swap(lower.width, upper.width);
    }
    return {levelAtProportion(sigmoid, lower, proportion),
            levelAtProportion(sigmoid, upper, proportion)};
}

} // namespace mlab
