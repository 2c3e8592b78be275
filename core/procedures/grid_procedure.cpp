// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/procedures/grid_procedure.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/procedures/procedure_settings.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>

namespace mlab {
namespace {

constexpr std::size_t kThreshold = 0;
constexpr std::size_t kSlope = 1;
constexpr std::size_t kLapse = 2;
constexpr std::size_t kFalseAlarms = 3;
constexpr double kLow = 0.025;
/// How far beyond the levels a threshold may lie.
constexpr double kBeyondDb = 12.0;
constexpr double kLargestTable = 1e8; ///< numbers, of 16 bytes in all
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

/// P(right) when a share of the answers is the other one by a lapse.
double turnedOver(double right, double lapse)
{
    return (1 - lapse) * right + lapse * (1 - right);
}

ResponseModel responseModel(const PsychometricGrid& grid)
{
    const auto decision = decisionModelOf(grid.task);
    const auto threshold = [scale = grid.scale](std::span<const double> parameters) {
        return fromScale(scale, parameters[kThreshold]);
    };
    if (grid.curve == SigmoidShape::dPrime && !decision) {
        return [threshold](std::span<const double> stimulus, std::span<const double> parameters) {
            const double dPrime = std::pow(stimulus[0] / threshold(parameters), parameters[kSlope]);
            const double criterion =
                -std::numbers::sqrt2 * normalQuantile(parameters[kFalseAlarms] / 2);
            return turnedOver(sameDifferentRates(dPrime, criterion).hit, parameters[kLapse]);
        };
    }
    const Sigmoid sigmoid =
        grid.curve == SigmoidShape::dPrime ? Sigmoid::forTask(*decision) : Sigmoid(grid.curve);
    if (!decision) {
        return [sigmoid, threshold, scale = grid.scale](std::span<const double> stimulus,
                                                        std::span<const double> parameters) {
            const double different =
                probabilityCorrect(sigmoid, scale, stimulus[0], threshold(parameters),
                                   parameters[kSlope], parameters[kFalseAlarms], 0.0);
            return turnedOver(different, parameters[kLapse]);
        };
    }
    return [sigmoid, threshold, scale = grid.scale, chance = chanceOf(grid.task)](
               std::span<const double> stimulus, std::span<const double> parameters) {
        return probabilityCorrect(sigmoid, scale, stimulus[0], threshold(parameters),
                                  parameters[kSlope], chance, parameters[kLapse]);
    };
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
    require(curve == SigmoidShape::weibull || curve == SigmoidShape::norm ||
                curve == SigmoidShape::logistic || curve == SigmoidShape::dPrime,
            "the curve of a grid is weibull, norm, logistic or dprime");
    require(allOf(lapses, [&](double x) { return x >= 0 && x < 1 - chanceOf(task); }),
            "the lapses of a grid must be at least 0 and below 1 - chance, at least one");
    const bool judges = task == Task::sameDifferent;
    require(judges ? allOf(falseAlarms, [](double x) { return x > 0 && x < 1; })
                   : falseAlarms.empty(),
            "same-different needs false alarms between 0 and 1, at least one; another task none");
    const auto requireWeights = [](const std::vector<double>& weights, std::size_t size,
                                   const std::string& what) {
        require(weights.empty() || weights.size() == size,
                "the prior of the " + what + " needs one weight for each value, or none at all");
        require(weights.empty() || (allOf(weights, [](double w) { return w >= 0; }) &&
                                    std::ranges::any_of(weights, [](double w) { return w > 0; })),
                "the prior of the " + what +
                    " must have weights of 0 or more, not all 0 on the grid; it may lie outside "
                    "the grid");
    };
    requireWeights(thresholdPrior, thresholds.size(), "thresholds");
    requireWeights(slopePrior, slopes.size(), "slopes");
    requireWeights(lapsePrior, lapses.size(), "lapses");
}

std::vector<double> PsychometricGrid::prior() const
{
    return independentPrior({weightsOr1(thresholdPrior, thresholds.size()), nuisancePrior()});
}

std::vector<double> PsychometricGrid::nuisancePrior() const
{
    return independentPrior(
        {weightsOr1(slopePrior, slopes.size()), weightsOr1(lapsePrior, lapses.size()),
         std::vector<double>(std::max<std::size_t>(falseAlarms.size(), 1), 1.0)});
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

PsychometricGrid recommendedGrid(double minLevel, double maxLevel, double stepDb, Task task)
{
    require(minLevel > 0 && minLevel < maxLevel && std::isfinite(maxLevel),
            "the lowest level must be above 0 and below the highest");
    require(stepDb > 0, "the step between levels must be above 0");
    const double low = toScale(LevelScale::decibel, minLevel);
    const double high = toScale(LevelScale::decibel, maxLevel);
    const auto count = static_cast<std::size_t>(std::round((high - low) / stepDb)) + 1;
    PsychometricGrid grid;
    grid.task = task;
    if (task == Task::sameDifferent) {
        grid.falseAlarms = {0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 0.65};
    }
    grid.levels = ratioGrid(minLevel, maxLevel, std::max<std::size_t>(count, 2));
    const double step = (high - low) / static_cast<double>(grid.levels.size() - 1);
    const auto beyond = static_cast<std::size_t>(std::ceil(kBeyondDb / step));
    const double reach = static_cast<double>(beyond) * step;
    grid.thresholds =
        ratioGrid(fromScale(LevelScale::decibel, low - reach),
                  fromScale(LevelScale::decibel, high + reach), grid.levels.size() + 2 * beyond);
    grid.slopes = ratioGrid(1.2, 8, 8);
    grid.lapses = {0, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.15};
    grid.thresholdPrior = normalWeights(evenGrid(low - reach, high + reach, grid.thresholds.size()),
                                        (low + high) / 2, 8.0);
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
    std::vector<GridAxis> axes = {
        {"threshold", std::move(places)}, {"slope", grid.slopes}, {"lapse", grid.lapses}};
    std::vector<bool> interest = {true, method != Method::psiMarginal, method == Method::questPlus};
    if (grid.task == Task::sameDifferent) {
        axes.push_back({"false alarms", grid.falseAlarms});
        interest.push_back(method == Method::questPlus);
    }
    return std::make_shared<const ResponseTable>(std::vector<GridAxis>{{"level", grid.levels}},
                                                 std::move(axes), responseModel(grid),
                                                 std::move(interest));
}

std::vector<double> sameTrialProbabilities(const PsychometricGrid& grid, const ResponseTable& table)
{
    require(grid.task == Task::sameDifferent,
            "the answer is to a trial without a difference; only same-different has such trials");
    std::vector<double> out(table.parameters());
    for (std::size_t p = 0; p < out.size(); ++p) {
        const auto& point = table.parameter(p);
        out[p] = turnedOver(1 - point[kFalseAlarms], point[kLapse]);
    }
    return out;
}

GridProcedure::GridProcedure(const GridProcedureSpec& spec)
    : spec_(std::make_shared<const GridProcedureSpec>(spec)),
      posterior_(psychometricTable(spec.grid, spec.method), spec.grid.prior()),
      levels_(spec.grid.levels.size())
{
    spec.stop.validate();
    widthAtStart_ = posterior_.quantile(kThreshold, kHigh) - posterior_.quantile(kThreshold, kLow);
    update();
}

void GridProcedure::tell(double level, bool correct, bool sameTrial)
{
    require(level >= 0 && std::isfinite(level),
            "the level of an answer must be a finite number of at least 0");
    if (sameTrial) {
        posterior_.tellProbabilities(sameTrialProbabilities(spec_->grid, posterior_.table()),
                                     correct);
    } else {
        posterior_.tell(std::vector{level}, correct);
    }
    ++trials_;
    update();
}

void GridProcedure::limitTo(double highest)
{
    levels_ = spec_->grid.levelsUpTo(highest);
    update();
}

void GridProcedure::update()
{
    const auto choice = posterior_.table().mostInformative(posterior_.weights(), levels_);
    next_ = choice.stimulus;
    information_ = choice.information;
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

std::size_t PsychometricGrid::levelsUpTo(double highest) const
{
    constexpr double kRounding = 1 + 1e-9;
    const auto end = std::ranges::upper_bound(levels, highest * kRounding);
    return std::max<std::size_t>(static_cast<std::size_t>(end - levels.begin()), 1);
}

EstimatedPoint PsychometricGrid::estimatedPoint() const
{
    using Kind = EstimatedPoint::Kind;
    if (curve == SigmoidShape::weibull) {
        return {.kind = Kind::curveShare, .share = 1 - 1 / std::numbers::e};
    }
    if (curve != SigmoidShape::dPrime) {
        return {.kind = Kind::curveShare, .share = 0.5};
    }
    const auto model = decisionModelOf(task);
    if (!model) {
        return {.kind = Kind::dPrime1};
    }
    return {.kind = Kind::curveShare,
            .share = (proportionCorrect(*model, 1.0) - chanceOf(*model)) / (1 - chanceOf(*model))};
}

ProcedureSize PsychometricGrid::size() const
{
    constexpr double kTables = 2; // probabilities and entropies
    const auto count = [](const auto& values) { return static_cast<double>(values.size()); };
    const double parameters = count(thresholds) * count(slopes) * count(lapses) *
                              (falseAlarms.empty() ? 1.0 : count(falseAlarms));
    return {.shared = kTables * parameters * count(levels), .own = parameters};
}

std::vector<std::string_view> gridKeys()
{
    return {"level_step_db", "curve", "slopes", "lapses", "prior_level", "prior_sd_db"};
}

namespace {

/// About how many probabilities psychometricTable() would hold.
double tableSize(const ProcedureSettings& settings)
{
    const double step = settings.valueOf("level_step_db", 1.0);
    const double levels =
        toScale(LevelScale::decibel, settings.maxLevel / settings.minLevel) / step + 1;
    const auto count = [&](const char* key) { // the recommended grid has 8 of each
        const auto size = settings.valueOf(key, std::vector<double>()).size();
        return size == 0 ? 8.0 : static_cast<double>(size);
    };
    return levels * (levels + 2 * kBeyondDb / step) * count("slopes") * count("lapses") *
           (settings.task == Task::sameDifferent ? 7.0 : 1.0);
}

} // namespace

std::vector<SettingsProblem> gridProblems(const ProcedureSettings& settings)
{
    auto out = stopProblems(settings);
    if (!(settings.minLevel > 0)) {
        out.push_back(
            {{"min_level", "max_level"}, "levels are counted in dB, so min_level must be above 0"});
    } else if (settings.minLevel == settings.maxLevel) {
        out.push_back({{"min_level", "max_level"},
                       "min_level and max_level are both " + shortNumber(settings.minLevel) +
                           ", which leaves nothing to choose"});
    } else if (settings.minLevel < settings.maxLevel && tableSize(settings) > kLargestTable) {
        out.push_back(
            {{"level_step_db", "min_level", "slopes", "lapses"},
             "the grid of levels, thresholds, slopes and lapse rates is too large for the "
             "memory; give a larger level_step_db or min_level, or fewer slopes or "
             "lapses"});
    }
    const auto curve = settings.valueOf("curve", std::string("weibull"));
    if ((curve == "cumulative-normal" || curve == "logistic") &&
        settings.valueOf("slopes", std::vector<double>()).empty()) {
        out.push_back({{"curve"},
                       "slopes must be given for the curve " + curve +
                           "; only weibull and dprime have default slopes"});
    }
    const double mostLapses = 1 - chanceOf(settings.task);
    for (const double lapse : settings.valueOf("lapses", std::vector<double>())) {
        if (lapse >= mostLapses) {
            out.push_back({{"lapses"},
                           "a lapse rate of " + shortNumber(lapse) + " is not below " +
                               fixedNumber(mostLapses, 2) + ", 1 minus the task's chance"});
        }
    }
    if (const auto prior = settings.numberAt("prior_level");
        prior && (*prior < settings.minLevel || *prior > settings.maxLevel)) {
        out.push_back({.keys = {"prior_level", "min_level", "max_level"},
                       .message = "prior_level " + shortNumber(*prior) +
                                  " is not between min_level " + shortNumber(settings.minLevel) +
                                  " and max_level " + shortNumber(settings.maxLevel),
                       .futile = true});
    }
    return out;
}

PsychometricGrid gridOf(const ProcedureSettings& settings)
{
    auto grid = recommendedGrid(settings.minLevel, settings.maxLevel,
                                settings.valueOf("level_step_db", 1.0), settings.task);
    const auto curve = settings.valueOf("curve", std::string("weibull"));
    grid.curve = curve == "weibull"             ? SigmoidShape::weibull
                 : curve == "cumulative-normal" ? SigmoidShape::norm
                 : curve == "logistic"          ? SigmoidShape::logistic
                                                : SigmoidShape::dPrime;
    using Numbers = std::vector<double>;
    if (auto slopes = settings.valueOf("slopes", Numbers()); !slopes.empty()) {
        grid.slopes = std::move(slopes);
        grid.slopePrior.clear();
    } else if (grid.curve != SigmoidShape::weibull && grid.curve != SigmoidShape::dPrime) {
        throw InvalidArgument("slopes must be given for the curve " + curve);
    }
    if (auto lapses = settings.valueOf("lapses", Numbers()); !lapses.empty()) {
        grid.lapses = std::move(lapses);
        grid.lapsePrior.clear();
    }
    Numbers places(grid.thresholds.size());
    std::ranges::transform(grid.thresholds, places.begin(),
                           [](double level) { return toScale(LevelScale::decibel, level); });
    const auto priorLevel = settings.numberAt("prior_level");
    const double middle = priorLevel ? toScale(LevelScale::decibel, *priorLevel)
                                     : (places.front() + places.back()) / 2;
    grid.thresholdPrior = normalWeights(places, middle, settings.valueOf("prior_sd_db", 8.0));
    return grid;
}

const std::vector<ProcedureType>& GridProcedureSpec::types()
{
    static const std::vector<ProcedureType> kTypes = {
        {.name = "questplus", .keys = gridKeys(), .stopRule = "interval_width_db"},
        {.name = "psi", .keys = gridKeys(), .stopRule = "interval_width_db"},
        {.name = "psi-marginal", .keys = gridKeys(), .stopRule = "interval_width_db"}};
    return kTypes;
}

GridProcedureSpec GridProcedureSpec::read(const ProcedureSettings& settings)
{
    return {.method = settings.type == "questplus" ? Method::questPlus
                      : settings.type == "psi"     ? Method::psi
                                                   : Method::psiMarginal,
            .grid = gridOf(settings),
            .stop = settings.stopRule()};
}

std::string GridProcedureSpec::name() const
{
    switch (method) {
    case Method::questPlus:
        return "questplus";
    case Method::psi:
        return "psi";
    case Method::psiMarginal:
        return "psi-marginal";
    }
    throw InvalidArgument("unknown method of a grid procedure");
}

} // namespace mlab
