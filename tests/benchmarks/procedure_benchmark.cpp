// SPDX-License-Identifier: GPL-3.0-or-later
//
// How many trials the procedures take for how small an error, on simulated two-alternative
// observers, beside the figures of tests/conformance/adaptive/efficiency_simulations.json.
#include "core/procedure.h"
#include "core/psychometric.h"
#include "core/random_stream.h"
#include "tests/conformance/adaptive/adaptive_json.h"

#include <chrono>
#include <cmath>
#include <cstdio>
#include <functional>
#include <map>
#include <string>
#include <vector>

namespace mlab {
namespace {

constexpr int kObservers = 2000;
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

/// The level at which the observer is right in `target` of the trials.
double levelAt(const Weibull& observer, double target)
{
    const double climbed = (target - observer.chance) / (1 - observer.chance - observer.lapse);
    return observer.threshold * std::pow(-std::log(1 - climbed), 1 / observer.slope);
}

struct Method {
    std::string name;
    ProcedureSpec spec;
    std::function<double(const Weibull&)> truth; ///< the level that the procedure looks for
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
    weighted.upStepRatio = kaernbachStepRatio(0.75);
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
                    .levelStep = 1,
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

void singleDimension()
{
    const auto reference = adaptiveJson("efficiency_simulations.json").at("results");
    for (const auto& population : kPopulations) {
        std::printf("\n%s, %d observers, errors in dB after 32 trials\n", population.name.c_str(),
                    kObservers);
        for (const auto& method : methods()) {
            const Procedure fresh(method.spec);
            Errors errors;
            for (int i = 0; i < kObservers; ++i) {
                RandomStream stream(1, "observer/" + population.name,
                                    static_cast<std::uint64_t>(i));
                const Weibull observer{.threshold = level(-30 + 20 * stream.uniform()),
                                       .slope = population.slope,
                                       .chance = 0.5,
                                       .lapse = population.lapse};
                auto procedure = fresh;
                while (procedure.trials() < 32) {
                    const double shown = procedure.nextLevel();
                    procedure.tell(shown, answers(observer, shown, stream));
                }
                errors.add(method.truth(observer), procedure.estimate());
            }
            const double known =
                reference.at(population.name).at(method.reference).at("32").at("rmse");
            std::printf("  %-28s %s  (reference rmse %.2f)\n", method.name.c_str(),
                        errors.text().c_str(), known);
            std::fflush(stdout);
        }
    }
}

/// Observers as the recommended prior has them: of these a 95 % interval holds 95 of 100.
void calibration()
{
    const auto grid = recommendedGrid(level(-40), level(0));
    const GridProcedure fresh(gridSpec(GridProcedureSpec::Method::psiMarginal, grid));
    const auto& prior = fresh.posterior().weights();
    Errors errors;
    for (int i = 0; i < kObservers; ++i) {
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
        auto procedure = fresh;
        while (procedure.trials() < 32) {
            const double shown = procedure.nextLevel();
            procedure.tell(shown, answers(observer, shown, stream));
        }
        errors.add(observer.threshold, procedure.estimate());
    }
    std::printf("\nObservers drawn from the recommended prior\n  %-28s %s\n", "Psi-marginal",
                errors.text().c_str());
}

/// 54 dimensions in three layers; within a layer thresholds spread normally, slopes vary.
struct Participant {
    std::vector<std::string> layers;
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
            out.observers.push_back({.threshold = level(middle + spread * stream.normal()),
                                     .slope = 3.5 * std::exp(0.2 * stream.normal()),
                                     .chance = 0.5,
                                     .lapse = lapse});
        }
    }
    return out;
}

void session()
{
    constexpr int kParticipants = 20;
    // MAME's: 2-down/1-up, 6 reversals, the mean of the last 4, over the same 40 dB.
    const Procedure mame(StaircaseSpec{.startLevel = level(0),
                                       .minLevel = level(-40),
                                       .maxLevel = level(0),
                                       .scale = LevelScale::logarithmic,
                                       .steps = {0.2, 0.1},
                                       .stopReversals = 6,
                                       .stopTrials = {},
                                       .thresholdReversals = 4});
    for (const double spread : {2.0, 4.0, 6.0}) {
        Errors staircases;
        int staircaseTrials = 0;
        for (int p = 0; p < kParticipants; ++p) {
            const auto person = participant(p, spread);
            RandomStream stream(3, "staircase", static_cast<std::uint64_t>(p));
            for (const auto& observer : person.observers) {
                auto procedure = mame;
                while (!procedure.finished()) {
                    const double shown = procedure.nextLevel();
                    procedure.tell(shown, answers(observer, shown, stream));
                }
                staircaseTrials += procedure.trials();
                staircases.add(levelAt(observer, std::sqrt(0.5)), procedure.estimate());
            }
        }
        std::printf("\n54 dimensions, thresholds spread %.0f dB within a layer, %d participants\n",
                    spread, kParticipants);
        std::printf("  2-down/1-up, 6 reversals: %5.1f trials a dimension, %s\n",
                    static_cast<double>(staircaseTrials) / kParticipants / 54,
                    staircases.text().c_str());
        // What no procedure can be expected to beat: one that is told slope and lapse rate.
        auto toldTheRest = recommendedGrid(level(-40), level(0));
        toldTheRest.slopes = {3.5};
        toldTheRest.lapses = {0.02};
        toldTheRest.lapsePrior = {};
        for (const auto& [name, grid] : {std::pair<const char*, PsychometricGrid>{
                                             "hierarchical", recommendedGrid(level(-40), level(0))},
                                         {"  slope and lapses known", toldTheRest}}) {
            std::map<int, Errors> together;
            for (int p = 0; p < kParticipants; ++p) {
                const auto person = participant(p, spread);
                RandomStream stream(3, "hierarchical", static_cast<std::uint64_t>(p));
                HierarchicalGroup group({.grid = grid, .stop = {}}, person.layers);
                for (int block = 1; block <= 24; ++block) {
                    for (std::size_t d = 0; d < group.size(); ++d) {
                        const double shown = group.nextLevel(d);
                        group.tell(d, shown, answers(person.observers[d], shown, stream));
                    }
                    group.learn();
                    for (std::size_t d = 0; d < group.size(); ++d) {
                        together[block].add(person.observers[d].threshold, group.estimate(d));
                    }
                }
            }
            for (const int block : {4, 6, 8, 10, 12, 16, 24}) {
                std::printf("  %-25s %5d trials a dimension, %s\n", name, block,
                            together.at(block).text().c_str());
            }
            std::fflush(stdout);
        }
    }
}

/// What pooling does to one dimension far from its layer.
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

int main()
{
    mlab::speed();
    mlab::outlier();
    mlab::session();
    mlab::singleDimension();
    mlab::calibration();
}
