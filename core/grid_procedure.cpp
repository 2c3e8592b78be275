// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/grid_procedure.h"

#include "core/error.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace mlab {
namespace {

constexpr std::size_t kThreshold = 0;
constexpr double kLow = 0.025;
constexpr double kHigh = 0.975;

void require(bool holds, const std::string& what)
{
    if (!holds) {
        throw InvalidArgument(what);
    }
}

bool isIncreasing(const std::vector<double>& values)
{
    return std::ranges::adjacent_find(values, std::ranges::greater_equal()) == values.end();
}

bool allOf(const std::vector<double>& values, auto holds)
{
    return !values.empty() &&
           std::ranges::all_of(values, [&](double x) { return std::isfinite(x) && holds(x); });
}

std::vector<double> weightsOr1(const std::vector<double>& weights, std::size_t size)
{
    return weights.empty() ? std::vector<double>(size, 1.0) : weights;
}

} // namespace

void PsychometricGrid::validate() const
{
    const auto positive = [](double x) { return x > 0; };
    require(allOf(levels, positive) && isIncreasing(levels),
            "the levels of a grid must be increasing numbers above 0, at least one");
    require(allOf(thresholds, positive) && isIncreasing(thresholds),
            "the thresholds of a grid must be increasing numbers above 0, at least one");
    require(allOf(slopes, positive), "the slopes of a grid must be above 0, at least one");
    require(chance >= 0 && chance < 1, "chance must be at least 0 and below 1");
    require(allOf(lapses, [&](double x) { return x >= 0 && x < 1 - chance; }),
            "the lapses of a grid must be at least 0 and below 1 - chance, at least one");
    const auto requireWeights = [](const std::vector<double>& weights, std::size_t size,
                                   const std::string& what) {
        require(weights.empty() || weights.size() == size,
                "the prior of the " + what + " needs one weight for each value, or none at all");
        require(weights.empty() || (allOf(weights, [](double w) { return w >= 0; }) &&
                                    std::ranges::any_of(weights, [](double w) { return w > 0; })),
                "the prior of the " + what +
                    " must have weights of 0 or more, not all 0 on the grid; it may lie outside");
    };
    requireWeights(thresholdPrior, thresholds.size(), "thresholds");
    requireWeights(slopePrior, slopes.size(), "slopes");
    requireWeights(lapsePrior, lapses.size(), "lapses");
}

std::vector<double> PsychometricGrid::prior() const
{
    return independentPrior({weightsOr1(thresholdPrior, thresholds.size()),
                             weightsOr1(slopePrior, slopes.size()),
                             weightsOr1(lapsePrior, lapses.size())});
}

std::vector<double> evenGrid(double first, double last, std::size_t count)
{
    require(count >= 1 && std::isfinite(first) && std::isfinite(last),
            "a grid needs at least one value and finite ends");
    std::vector<double> out(count, first);
    for (std::size_t i = 1; i < count; ++i) {
        const double share = static_cast<double>(i) / static_cast<double>(count - 1);
        out[i] = first + (last - first) * share;
    }
    return out;
}

std::vector<double> ratioGrid(double first, double last, std::size_t count)
{
    require(first > 0 && last > 0, "a grid in even ratios needs ends above 0");
    auto out = evenGrid(std::log(first), std::log(last), count);
    std::ranges::transform(out, out.begin(), [](double x) { return std::exp(x); });
    out.back() = count > 1 ? last : first;
    out.front() = first;
    return out;
}

std::vector<double> normalWeights(const std::vector<double>& values, double mean, double sd)
{
    require(sd > 0 && std::isfinite(sd) && std::isfinite(mean),
            "a normal prior needs a finite mean and a standard deviation above 0");
    std::vector<double> out(values.size());
    std::ranges::transform(values, out.begin(), [&](double x) {
        return std::exp(-0.5 * (x - mean) * (x - mean) / sd / sd);
    });
    return out;
}

PsychometricGrid recommendedGrid(double minLevel, double maxLevel, double stepDb)
{
    require(minLevel > 0 && minLevel < maxLevel && std::isfinite(maxLevel),
            "the lowest level must be above 0 and below the highest");
    require(stepDb > 0, "the step between levels must be above 0");
    const double low = toScale(LevelScale::decibel, minLevel);
    const double high = toScale(LevelScale::decibel, maxLevel);
    const auto count = static_cast<std::size_t>(std::round((high - low) / stepDb)) + 1;
    PsychometricGrid grid;
    grid.levels = ratioGrid(minLevel, maxLevel, std::max<std::size_t>(count, 2));
    grid.thresholds = grid.levels;
    grid.slopes = ratioGrid(1.2, 8, 8);
    grid.lapses = {0, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15};
    grid.thresholdPrior =
        normalWeights(evenGrid(low, high, grid.thresholds.size()), (low + high) / 2, 8.0);
    std::vector<double> logSlopes;
    for (const double slope : grid.slopes) {
        logSlopes.push_back(std::log(slope));
    }
    grid.slopePrior = normalWeights(logSlopes, std::log(3.5), 0.7);
    for (const double lapse : grid.lapses) {
        grid.lapsePrior.push_back(std::exp(-lapse / 0.05));
    }
    return grid;
}

std::shared_ptr<const ResponseTable> psychometricTable(const PsychometricGrid& grid,
                                                       GridProcedureSpec::Method method)
{
    grid.validate();
    using Method = GridProcedureSpec::Method;
    std::vector<double> places(grid.thresholds.size());
    std::ranges::transform(grid.thresholds, places.begin(),
                           [&](double level) { return toScale(grid.scale, level); });
    auto model = [curve = grid.curve, scale = grid.scale, chance = grid.chance](
                     std::span<const double> stimulus, std::span<const double> parameters) {
        return probabilityCorrect(curve, scale, stimulus[0], fromScale(scale, parameters[0]),
                                  parameters[1], chance, parameters[2]);
    };
    return std::make_shared<const ResponseTable>(
        std::vector<GridAxis>{{"level", grid.levels}},
        std::vector<GridAxis>{
            {"threshold", std::move(places)}, {"slope", grid.slopes}, {"lapse", grid.lapses}},
        std::move(model),
        std::vector<bool>{true, method != Method::psiMarginal, method == Method::questPlus});
}

GridProcedure::GridProcedure(const GridProcedureSpec& spec)
    : spec_(std::make_shared<const GridProcedureSpec>(spec)),
      posterior_(psychometricTable(spec.grid, spec.method), spec.grid.prior())
{
    spec.stop.validate();
    widthAtStart_ = posterior_.quantile(kThreshold, kHigh) - posterior_.quantile(kThreshold, kLow);
    update();
}

void GridProcedure::tell(double level, bool correct)
{
    require(level >= 0 && std::isfinite(level),
            "an answer was told at a level that is not a finite number of at least 0");
    posterior_.tell(std::vector{level}, correct);
    ++trials_;
    update();
}

void GridProcedure::update()
{
    next_ = posterior_.table().mostInformative(posterior_.weights());
    width_ = posterior_.quantile(kThreshold, kHigh) - posterior_.quantile(kThreshold, kLow);
    progress_ = std::max(progress_, spec_->stop.progress(trials_, width_, widthAtStart_));
}

bool GridProcedure::operator==(const GridProcedure& other) const
{
    return trials_ == other.trials_ && progress_ == other.progress_ &&
           (spec_ == other.spec_ || *spec_ == *other.spec_) &&
           posterior_.weights() == other.posterior_.weights();
}

std::optional<ProcedureEstimate> GridProcedure::estimate() const
{
    if (trials_ == 0) {
        return std::nullopt;
    }
    const auto level = [&](double place) { return fromScale(spec_->grid.scale, place); };
    return ProcedureEstimate{.threshold = level(posterior_.mean(kThreshold)),
                             .interval =
                                 ThresholdInterval{level(posterior_.quantile(kThreshold, kLow)),
                                                   level(posterior_.quantile(kThreshold, kHigh))}};
}

} // namespace mlab
