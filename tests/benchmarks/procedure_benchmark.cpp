// SPDX-License-Identifier: GPL-3.0-or-later
//
// The error of the procedures by number of trials, for simulated observers in a two-alternative
// task, next to the numbers of tests/conformance/adaptive/efficiency_simulations.json.
//
//     procedure_benchmark [OBSERVERS] [speed] [outlier] [session] [single] [calibration] [slopes]
//
// runs the parts named, or all, with 2000 observers in each row by default.
#include "core/base/random_stream.h"
#include "core/fits/psychometric_fit.h"
#include "core/procedures/procedure.h"
#include "core/psychometrics/weibull.h"
#include "tests/conformance/adaptive/adaptive_json.h"
#include "tests/core/procedures/hierarchical_group.h"

#include <algorithm>
#include <cctype>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <map>
#include <numbers>
#include <string>
#include <vector>

namespace mlab {
namespace {

int observersOfEach = 2000;
constexpr auto kDecibel = LevelScale::decibel;

double level(double decibel)
{
    return fromScale(kDecibel, decibel);
}

struct Population {
    std::string name;
    double slope;
    double lapse;
};

const std::vector<Population> kPopulations = {{"matched: slope 3.5, lapse 0.02", 3.5, 0.02},
                                              {"shallow: slope 1.5, lapse 0.02", 1.5, 0.02},
                                              {"lapsing: slope 3.5, lapse 0.08", 3.5, 0.08}};

/// Errors in dB, and how often the interval held the true threshold.
class Errors {
public:
    void add(double truth, const std::optional<ProcedureEstimate>& estimate)
    {
        ++asked_;
        if (!estimate) {
            return;
        }
        const double error = toScale(kDecibel, estimate->threshold / truth);
        ++count_;
        sum_ += error;
        squares_ += error * error;
        if (estimate->interval) {
            ++intervals_;
            covered_ += estimate->interval->low <= truth && truth <= estimate->interval->high;
        }
    }
    Errors& operator+=(const Errors& other)
    {
        asked_ += other.asked_;
        count_ += other.count_;
        intervals_ += other.intervals_;
        covered_ += other.covered_;
        sum_ += other.sum_;
        squares_ += other.squares_;
        return *this;
    }
    double rmse() const { return std::sqrt(squares_ / count_); }
    std::string text() const
    {
        char out[120];
        std::snprintf(out, sizeof out,
                      "rmse %5.2f  bias %+5.2f  coverage %5.1f %%  estimates %5.1f %%", rmse(),
                      sum_ / count_, intervals_ > 0 ? 100.0 * covered_ / intervals_ : NAN,
                      100.0 * count_ / asked_);
        return out;
    }

private:
    int asked_ = 0;
    int count_ = 0;
    int intervals_ = 0;
    int covered_ = 0;
    double sum_ = 0.0;
    double squares_ = 0.0;
};

/// The level at which the observer's proportion correct is `target`.
double levelAt(const Weibull& observer, double target)
{
    const double climbed = (target - observer.chance) / (1 - observer.chance - observer.lapse);
    return observer.threshold * std::pow(-std::log(1 - climbed), 1 / observer.slope);
}

struct Method {
    std::string name;
    ProcedureSpec spec;
    std::function<double(const Weibull&)> truth; ///< the level that the procedure estimates
    std::string reference;
};

PsychometricGrid uniformGrid(std::vector<double> slopes, std::vector<double> lapses)
{
    PsychometricGrid grid;
    grid.levels = ratioGrid(level(-40), level(0), 41);
    grid.thresholds = grid.levels;
    grid.slopes = std::move(slopes);
    grid.lapses = std::move(lapses);
    return grid;
}

GridProcedureSpec gridSpec(GridProcedureSpec::Method method, PsychometricGrid grid)
{
    return {.method = method, .grid = std::move(grid), .stop = {.trials = 32}};
}

std::vector<Method> methods()
{
    using Kind = GridProcedureSpec::Method;
    const auto scaleParameter = [](const Weibull& observer) { return observer.threshold; };
    StaircaseSpec staircase{.startLevel = level(0),
                            .minLevel = level(-40),
                            .maxLevel = level(0),
                            .scale = kDecibel,
                            .steps = {4, 2, 1},
                            .stopReversals = {},
                            .stopTrials = 32,
                            .thresholdReversals = 4};
    auto weighted = staircase;
    weighted.nDown = 1;
    weighted.steps = {4, 2, 1, 1, 0.5};
    weighted.upStepRatio = 3; // settles at 75 % (Kaernbach 1991)
    QuestSpec quest{.scale = kDecibel,
                    .guess = level(-20),
                    .guessSd = 10,
                    .target = 0.82,
                    .slope = 3.5,
                    .lapse = 0.02,
                    .grain = 0.1,
                    .range = 60,
                    .rule = QuestSpec::Rule::mean,
                    .minLevel = level(-40),
                    .maxLevel = level(0),
                    .placeStep = 1,
                    .stop = {.trials = 32}};
    const auto slopes = ratioGrid(1.2, 8, 8);
    const std::vector<double> lapses = {0, 0.02, 0.04, 0.06, 0.08, 0.1};
    const auto at = [](double target) {
        return [target](const Weibull& observer) { return levelAt(observer, target); };
    };
    return {{"staircase 2-down/1-up", staircase, at(std::sqrt(0.5)),
             "2-down/1-up, mean of last reversals"},
            {"staircase weighted 75 %", weighted, at(0.75),
             "weighted up-down 75%, mean of last reversals"},
            {"QUEST, mean rule", quest, at(0.82),
             "QUEST (mean rule, prior sd 10 dB, slope 3.5 assumed)"},
            {"QUEST+ threshold", gridSpec(Kind::questPlus, uniformGrid({3.5}, {0.02})),
             scaleParameter, "QUEST+ threshold only (slope 3.5, lapse 0.02 assumed)"},
            {"Psi", gridSpec(Kind::psi, uniformGrid(slopes, {0.02})), scaleParameter,
             "QUEST+/Psi threshold+slope (lapse 0.02 assumed)"},
            {"QUEST+ three parameters", gridSpec(Kind::questPlus, uniformGrid(slopes, lapses)),
             scaleParameter, "QUEST+ threshold+slope+lapse"},
            {"Psi-marginal, uniform prior",
             gridSpec(Kind::psiMarginal, uniformGrid(slopes, lapses)), scaleParameter,
             "marginal (threshold of interest; slope, lapse nuisance)"},
            {"Psi-marginal, recommended",
             gridSpec(Kind::psiMarginal, recommendedGrid(level(-40), level(0))), scaleParameter,
             "marginal (threshold of interest; slope, lapse nuisance)"}};
}

bool answers(const Weibull& observer, double shown, RandomStream& stream)
{
    return stream.uniform() < observer.probabilityCorrect(shown);
}

/// Shows the observer 32 trials.
template <typename AnyProcedure>
AnyProcedure measured(AnyProcedure procedure, const Weibull& observer, RandomStream& stream)
{
    while (procedure.trials() < 32) {
        const double shown = procedure.nextLevel();
        procedure.tell(shown, answers(observer, shown, stream));
    }
    return procedure;
}

Errors errorsIn(const Population& population, const Procedure& fresh,
                const std::function<double(const Weibull&)>& truth)
{
    Errors errors;
    for (int i = 0; i < observersOfEach; ++i) {
        RandomStream stream(1, "observer/" + population.name, static_cast<std::uint64_t>(i));
        const Weibull observer{.threshold = level(-30 + 20 * stream.uniform()),
                               .slope = population.slope,
                               .chance = 0.5,
                               .lapse = population.lapse};
        errors.add(truth(observer), measured(fresh, observer, stream).estimate());
    }
    return errors;
}

void singleDimension()
{
    const auto reference = adaptiveJson("efficiency_simulations.json").at("results");
    std::map<std::string, Errors> together; // of all populations, by method
    for (const auto& population : kPopulations) {
        std::printf("\n%s, %d observers, errors in dB after 32 trials\n", population.name.c_str(),
                    observersOfEach);
        for (const auto& method : methods()) {
            const auto errors = errorsIn(population, Procedure(method.spec), method.truth);
            const double known =
                reference.at(population.name).at(method.reference).at("32").at("rmse");
            std::printf("  %-28s %s  (reference rmse %.2f)\n", method.name.c_str(),
                        errors.text().c_str(), known);
            std::fflush(stdout);
            together[method.name] += errors;
        }
    }
    std::printf("\nAll three populations together\n");
    for (const auto& [name, errors] : together) {
        std::printf("  %-28s %s\n", name.c_str(), errors.text().c_str());
    }
}

/// Observers drawn from a prior: 95 % intervals cover 95 of 100 of them overall, but not of those
/// with each slope.
void calibration()
{
    const GridProcedure fresh(
        gridSpec(GridProcedureSpec::Method::psiMarginal, recommendedGrid(level(-40), level(0))));
    const auto& prior = fresh.posterior().weights();
    Errors all;
    std::map<double, Errors> bySlope;
    for (int i = 0; i < 2 * observersOfEach; ++i) {
        RandomStream stream(5, "calibration", static_cast<std::uint64_t>(i));
        double left = stream.uniform();
        std::size_t point = 0;
        while (point + 1 < prior.size() && left > prior[point]) {
            left -= prior[point++];
        }
        const auto& drawn = fresh.posterior().table().parameter(point);
        // Within the cell that the grid's value stands for.
        const Weibull observer{.threshold = level(drawn[0] + stream.uniform() - 0.5),
                               .slope = drawn[1],
                               .chance = 0.5,
                               .lapse = drawn[2]};
        const auto estimate = measured(fresh, observer, stream).estimate();
        all.add(observer.threshold, estimate);
        bySlope[observer.slope].add(observer.threshold, estimate);
    }
    std::printf("\nObservers drawn from the recommended prior, psi-marginal, 32 trials\n"
                "  all        %s\n",
                all.text().c_str());
    for (const auto& [slope, errors] : bySlope) {
        std::printf("  slope %4.1f %s\n", slope, errors.text().c_str());
    }
}

/// The effect of other priors of the slope on the intervals of each population.
void slopePriors()
{
    std::printf("\nPsi-marginal, 32 trials, other priors of the slope\n");
    struct Prior {
        std::string name;
        std::function<double(double slope)> weight;
    };
    const auto near = [](double middle, double spread) {
        return [=](double slope) {
            const double away = std::log(slope / middle) / spread;
            return std::exp(-away * away / 2);
        };
    };
    const std::vector<Prior> priors = {
        {"even in log slope (recommended)", [](double) { return 1.0; }},
        {"as the slope", [](double slope) { return slope; }},
        {"near 3, factor 1.6", near(3.0, 0.5)},
        {"near 3.5, factor 1.35", near(3.5, 0.3)},
        {"near 1.5, factor 1.35", near(1.5, 0.3)}};
    for (const auto& prior : priors) {
        auto grid = recommendedGrid(level(-40), level(0));
        for (const double slope : grid.slopes) {
            grid.slopePrior.push_back(prior.weight(slope));
        }
        const Procedure fresh(gridSpec(GridProcedureSpec::Method::psiMarginal, grid));
        std::printf("  %s\n", prior.name.c_str());
        for (const auto& population : kPopulations) {
            const auto errors =
                errorsIn(population, fresh, [](const Weibull& o) { return o.threshold; });
            std::printf("    %-32s %s\n", population.name.c_str(), errors.text().c_str());
            std::fflush(stdout);
        }
    }
}

/// 54 dimensions in three layers; within a layer thresholds spread normally, slopes vary.
struct Participant {
    std::vector<std::string> layers;
    std::vector<double> middles; ///< of each dimension's layer, dB
    std::vector<Weibull> observers;
};

Participant participant(int index, double spread)
{
    RandomStream stream(2, "participant", static_cast<std::uint64_t>(index));
    Participant out;
    const double lapse = 0.04 * stream.uniform();
    for (int layer = 0; layer < 3; ++layer) {
        const double middle = -20 + 10 * (stream.uniform() - 0.5);
        for (int i = 0; i < 18; ++i) {
            out.layers.push_back("layer" + std::to_string(layer));
            out.middles.push_back(middle);
            out.observers.push_back({.threshold = level(middle + spread * stream.normal()),
                                     .slope = 3.5 * std::exp(0.2 * stream.normal()),
                                     .chance = 0.5,
                                     .lapse = lapse});
        }
    }
    return out;
}

constexpr int kParticipants = 20;

/// MAME's staircases, analysed by psignifit's fit of each one's trials and by MAME's own means.
void staircaseSession(double spread)
{
    // 2-down/1-up, 6 reversals, the mean of the last 4, over the same 40 dB.
    const Procedure mame(StaircaseSpec{.startLevel = level(0),
                                       .minLevel = level(-40),
                                       .maxLevel = level(0),
                                       .scale = LevelScale::logarithmic,
                                       .steps = {0.2, 0.1},
                                       .stopReversals = 6,
                                       .stopTrials = {},
                                       .thresholdReversals = 4});
    const PsychometricModel model{.sigmoid = Sigmoid(SigmoidShape::weibull)};
    Errors maxima;
    Errors means;
    Errors reversals;
    int trials = 0;
    for (int p = 0; p < kParticipants; ++p) {
        const auto person = participant(p, spread);
        RandomStream stream(3, "staircase", static_cast<std::uint64_t>(p));
        for (const auto& observer : person.observers) {
            auto procedure = mame;
            std::map<long, LevelCounts> counts; // levels recur apart from rounding
            while (!procedure.finished()) {
                const double shown = procedure.nextLevel();
                const bool correct = answers(observer, shown, stream);
                procedure.tell(shown, correct);
                auto& at = counts[std::lround(1000 * toScale(kDecibel, shown))];
                at.level = shown;
                at.correct += correct ? 1 : 0;
                at.total += 1;
            }
            trials += procedure.trials();
            reversals.add(levelAt(observer, std::sqrt(0.5)), procedure.estimate());
            std::vector<LevelCounts> data;
            for (const auto& [place, count] : counts) {
                data.push_back(count);
            }
            const auto fit = fitPsychometric(data, model);
            const auto interval = fit.interval95();
            const ThresholdInterval limits{interval.lower.threshold, interval.upper.threshold};
            // psignifit's threshold lies halfway between the asymptotes.
            const double halfway =
                observer.threshold * std::pow(std::numbers::ln2, 1 / observer.slope);
            maxima.add(halfway, ProcedureEstimate{fit.map.threshold, limits});
            means.add(halfway, ProcedureEstimate{fit.mean.threshold, limits});
        }
    }
    const double perDimension = static_cast<double>(trials) / kParticipants / 54;
    std::printf("  2-down/1-up, 6 reversals: %.1f trials per dimension, a third is %.1f\n",
                perDimension, perDimension / 3);
    std::printf("    psignifit, maximum      %s\n    psignifit, mean         %s\n"
                "    mean of last reversals  %s\n",
                maxima.text().c_str(), means.text().c_str(), reversals.text().c_str());
    std::fflush(stdout);
}

void hierarchicalSession(double spread)
{
    std::map<int, Errors> learnt;
    std::map<int, Errors> told;
    const auto grid = recommendedGrid(level(-40), level(0));
    for (int p = 0; p < kParticipants; ++p) {
        const auto person = participant(p, spread);
        RandomStream stream(3, "hierarchical", static_cast<std::uint64_t>(p));
        HierarchicalGroup group({.grid = grid, .stop = {}}, person.layers);
        // A bound: a procedure that knows the layer's middle and spread and the typical slope and
        // lapse rate, everything except the threshold.
        std::vector<GridProcedure> knowing;
        for (const double middle : person.middles) {
            auto narrow = grid;
            narrow.slopes = {3.5};
            narrow.lapses = {0.02};
            narrow.lapsePrior = {};
            std::vector<double> places;
            for (const double threshold : grid.thresholds) {
                places.push_back(toScale(kDecibel, threshold));
            }
            narrow.thresholdPrior = normalWeights(places, middle, spread);
            knowing.emplace_back(
                gridSpec(GridProcedureSpec::Method::psiMarginal, std::move(narrow)));
        }
        for (int block = 1; block <= 24; ++block) {
            for (std::size_t d = 0; d < group.size(); ++d) {
                const auto& observer = person.observers[d];
                const double shown = group.nextLevel(d);
                group.tell(d, shown, answers(observer, shown, stream));
                const double knownLevel = knowing[d].nextLevel();
                knowing[d].tell(knownLevel, answers(observer, knownLevel, stream));
                told[block].add(observer.threshold, knowing[d].estimate());
            }
            group.learn();
            for (std::size_t d = 0; d < group.size(); ++d) {
                learnt[block].add(person.observers[d].threshold, group.estimate(d));
            }
        }
    }
    for (const auto& [name, errors] :
         {std::pair{"hierarchical", &learnt}, std::pair{"all but threshold known", &told}}) {
        for (const int block : {4, 6, 8, 9, 10, 11, 12, 14, 16, 18, 24}) {
            std::printf("  %-27s %3d trials per dimension, %s\n", name, block,
                        errors->at(block).text().c_str());
        }
    }
    std::fflush(stdout);
}

void session()
{
    for (const double spread : {2.0, 4.0, 6.0}) {
        std::printf("\n54 dimensions, thresholds spread %.0f dB within a layer, %d participants\n",
                    spread, kParticipants);
        staircaseSession(spread);
        hierarchicalSession(spread);
    }
}

/// The effect of pooling on one dimension far from its layer.
void outlier()
{
    constexpr int kSessions = 100;
    std::printf("\nOne of 18 dimensions %d dB from its layer's middle (spread 2 dB)\n", 15);
    std::map<int, Errors> pooled;
    std::map<int, Errors> alone;
    for (int s = 0; s < kSessions; ++s) {
        RandomStream stream(4, "outlier", static_cast<std::uint64_t>(s));
        std::vector<Weibull> observers;
        for (int i = 0; i < 18; ++i) {
            observers.push_back({.threshold = level(i == 0 ? -10 : -25 + 2 * stream.normal()),
                                 .slope = 3.5,
                                 .chance = 0.5,
                                 .lapse = 0.02});
        }
        const HierarchicalSpec spec{.grid = recommendedGrid(level(-40), level(0)), .stop = {}};
        HierarchicalGroup group(spec, std::vector<std::string>(observers.size(), "layer"));
        HierarchicalGroup single(spec, {"layer"});
        for (int block = 1; block <= 32; ++block) {
            for (std::size_t d = 0; d < group.size(); ++d) {
                const double shown = group.nextLevel(d);
                group.tell(d, shown, answers(observers[d], shown, stream));
            }
            group.learn();
            const double shown = single.nextLevel(0);
            single.tell(0, shown, answers(observers[0], shown, stream));
            pooled[block].add(observers[0].threshold, group.estimate(0));
            alone[block].add(observers[0].threshold, single.estimate(0));
        }
    }
    for (const int block : {4, 8, 12, 16, 24, 32}) {
        std::printf("  %2d trials: with its layer %s\n             alone          %s\n", block,
                    pooled.at(block).text().c_str(), alone.at(block).text().c_str());
    }
}

void speed()
{
    PsychometricGrid grid;
    grid.levels = ratioGrid(level(-40), level(0), 50);
    grid.thresholds = ratioGrid(level(-40), level(0), 40);
    grid.slopes = ratioGrid(1, 10, 20);
    grid.lapses = evenGrid(0, 0.09, 10);
    std::printf("\nChoosing one of 50 levels on a grid of 40 x 20 x 10 parameters\n");
    using Kind = GridProcedureSpec::Method;
    for (const auto method : {Kind::questPlus, Kind::psiMarginal}) {
        const auto table = psychometricTable(grid, method);
        const std::vector<double> weights(table->parameters(),
                                          1.0 / static_cast<double>(table->parameters()));
        double best = INFINITY;
        std::size_t chosen = 0;
        for (int repeat = 0; repeat < 20; ++repeat) {
            const auto begin = std::chrono::steady_clock::now();
            chosen += table->mostInformative(weights).stimulus;
            const std::chrono::duration<double, std::milli> took =
                std::chrono::steady_clock::now() - begin;
            best = std::min(best, took.count());
        }
        GridProcedure procedure({.method = method, .grid = grid, .stop = {}});
        double told = INFINITY;
        for (int repeat = 0; repeat < 20; ++repeat) {
            const auto begin = std::chrono::steady_clock::now();
            procedure.tell(level(-17.3), true);
            const std::chrono::duration<double, std::milli> took =
                std::chrono::steady_clock::now() - begin;
            told = std::min(told, took.count());
        }
        std::printf("  %-12s choosing %.2f ms (level %zu), an answer off the grid and the next "
                    "level %.2f ms\n",
                    method == Kind::questPlus ? "QUEST+" : "Psi-marginal", best, chosen / 20, told);
    }
}

} // namespace
} // namespace mlab

int main(int count, char** arguments)
{
    std::vector<std::string> wanted(arguments + 1, arguments + count);
    if (!wanted.empty() &&
        std::ranges::all_of(wanted.front(), [](unsigned char c) { return std::isdigit(c) != 0; })) {
        mlab::observersOfEach = std::stoi(wanted.front());
        wanted.erase(wanted.begin());
    }
    const std::vector<std::pair<std::string, void (*)()>> parts = {
        {"speed", mlab::speed},
        {"outlier", mlab::outlier},
        {"session", mlab::session},
        {"single", mlab::singleDimension},
        {"calibration", mlab::calibration},
        {"slopes", mlab::slopePriors}};
    for (const auto& name : wanted) {
        if (std::ranges::find(parts, name, &std::pair<std::string, void (*)()>::first) ==
            parts.end()) {
            std::fprintf(stderr, "unknown part \"%s\"\n", name.c_str());
            return 2;
        }
    }
    for (const auto& [name, run] : parts) {
        if (wanted.empty() || std::ranges::count(wanted, name) > 0) {
            run();
        }
    }
}
