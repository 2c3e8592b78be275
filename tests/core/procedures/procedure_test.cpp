// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "core/procedures/procedure.h"
#include "core/psychometrics/weibull.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <numeric>
#include <string>
#include <vector>

namespace mlab {
namespace {

using Method = GridProcedureSpec::Method;

PsychometricGrid smallGrid()
{
    PsychometricGrid grid;
    grid.levels = ratioGrid(0.05, 3, 12);
    grid.thresholds = ratioGrid(0.05, 3, 15);
    grid.slopes = {1.5, 3, 6};
    grid.lapses = {0, 0.03, 0.1};
    return grid;
}

/// One of each kind, with short grids.
std::vector<ProcedureSpec> allSpecs()
{
    std::vector<ProcedureSpec> out = {
        StaircaseSpec{}, QuestSpec{.placeStep = 0.05, .stop = {.trials = 20}},
        HierarchicalSpec{.grid = smallGrid(), .stop = {.intervalWidth = 12, .maxTrials = 25}},
        ConstantSpec{.level = 0.5, .trials = 8}};
    for (const auto method : {Method::questPlus, Method::psi, Method::psiMarginal}) {
        out.emplace_back(GridProcedureSpec{
            .method = method,
            .grid = smallGrid(),
            .stop = {
                .trials = 10, .intervalWidth = 9, .when = StopRule::When::all, .maxTrials = 30}});
    }
    return out;
}

struct Told {
    double shownShare; ///< level shown over level asked for
    bool correct;
    bool atLimit;
};

std::vector<Told> anyHistory()
{
    std::vector<Told> out;
    const int length = *rc::gen::inRange(0, 35);
    for (int i = 0; i < length; ++i) {
        out.push_back({*rc::gen::inRange(90, 111) / 100.0, *rc::gen::arbitrary<bool>(),
                       *rc::gen::inRange(0, 10) == 0});
    }
    return out;
}

RC_GTEST_PROP(Procedure, ReplayingGivesTheSameStateAndLevel, ())
{
    const auto spec = *rc::gen::elementOf(allSpecs());
    const auto history = anyHistory();
    Procedure lived(spec);
    Procedure replayed(spec);
    for (const auto& told : history) {
        const Procedure before = lived;
        Procedure ahead = lived;
        ahead.tell(lived.nextLevel(), !told.correct);
        RC_ASSERT(lived == before); // answers to a copy change nothing here
        const double shown = lived.nextLevel() * told.shownShare;
        lived.tell(shown, told.correct, told.atLimit);
        replayed.tell(shown, told.correct, told.atLimit);
        RC_ASSERT(lived.nextLevel() == replayed.nextLevel());
        RC_ASSERT(lived == replayed);
        RC_ASSERT(lived.estimate() == replayed.estimate());
    }
}

RC_GTEST_PROP(Procedure, StaysWithinLimitsAndItsProgressNeverFalls, ())
{
    const auto spec = *rc::gen::elementOf(allSpecs());
    Procedure procedure(spec);
    double before = procedure.progress();
    RC_ASSERT(before >= 0.0);
    RC_ASSERT(!procedure.estimate().has_value());
    for (const auto& told : anyHistory()) {
        RC_ASSERT((procedure.progress() == 1.0) == procedure.finished());
        if (procedure.finished()) {
            break;
        }
        RC_ASSERT(procedure.nextLevel() >= 0.05 && procedure.nextLevel() <= 3.0);
        procedure.tell(procedure.nextLevel() * told.shownShare, told.correct, told.atLimit);
        RC_ASSERT(procedure.progress() >= before);
        before = procedure.progress();
        if (const auto estimate = procedure.estimate(); estimate && estimate->interval) {
            RC_ASSERT(estimate->interval->low <= estimate->interval->high);
        }
    }
}

RC_GTEST_PROP(Procedure, UnderALimitAsksForNothingHigherAndKnowsTheSame, ())
{
    const auto spec = *rc::gen::elementOf(allSpecs());
    const double highest = *rc::gen::inRange(5, 350) / 100.0;
    Procedure free(spec);
    Procedure limited(spec);
    limited.limitTo(highest);
    for (const auto& told : anyHistory()) {
        if (limited.finished() || free.finished()) {
            break;
        }
        RC_ASSERT(limited.nextLevel() <= std::max(highest, levelRange(spec).lowest) * (1 + 1e-9));
        RC_ASSERT(limited.nextLevel() >= levelRange(spec).lowest);
        const double shown = limited.nextLevel() * told.shownShare;
        limited.tell(shown, told.correct);
        free.tell(shown, told.correct);
        if (!std::holds_alternative<StaircaseSpec>(spec)) { // a staircase goes by what it asked for
            RC_ASSERT(limited.estimate() == free.estimate());
        }
    }
}

TEST(Procedure, AStaircaseHeldAtItsLimitEndsAsStuck)
{
    Procedure staircase(StaircaseSpec{.stopStuckSteps = 3});
    staircase.limitTo(0.7);
    while (!staircase.finished()) {
        ASSERT_LE(staircase.nextLevel(), 0.7);
        ASSERT_LT(staircase.trials(), 200);
        staircase.tell(staircase.nextLevel(), false);
    }
    EXPECT_EQ(staircase.stopReason(), StopReason::stuckAtLimit);
}

TEST(Procedure, EndsWhateverIsAnswered)
{
    for (const auto& spec : allSpecs()) {
        for (const bool answer : {true, false}) {
            Procedure procedure(spec);
            while (!procedure.finished() && procedure.trials() <= 1000) {
                procedure.tell(procedure.nextLevel(), answer);
            }
            EXPECT_TRUE(procedure.finished()) << procedureName(spec);
        }
    }
}

TEST(Procedure, AskedForLevelsAreOnAFiniteGrid)
{
    for (const auto& spec : allSpecs()) {
        if (std::holds_alternative<StaircaseSpec>(spec)) {
            continue;
        }
        std::vector<double> levels;
        for (std::uint64_t run = 0; run < 20; ++run) {
            RandomStream stream(5, "grid", run);
            Procedure procedure(spec);
            for (int trial = 0; trial < 25; ++trial) {
                levels.push_back(procedure.nextLevel());
                procedure.tell(procedure.nextLevel() * (0.95 + 0.1 * stream.uniform()),
                               stream.uniform() < 0.8);
            }
        }
        std::ranges::sort(levels);
        const auto repeated = std::ranges::unique(levels);
        EXPECT_LE(static_cast<std::size_t>(repeated.begin() - levels.begin()), 40U)
            << procedureName(spec);
    }
}

TEST(Procedure, NamesWhatChoseTheLevel)
{
    std::vector<std::string> names;
    for (const auto& spec : allSpecs()) {
        names.push_back(procedureName(spec));
    }
    EXPECT_EQ(names, (std::vector<std::string>{"staircase-2down-1up", "quest", "hierarchical",
                                               "constant", "questplus", "psi", "psi-marginal"}));
}

TEST(Procedure, RefusesLevelsThatAreNoNumbers)
{
    for (const auto& spec : allSpecs()) {
        Procedure procedure(spec);
        EXPECT_THROW(procedure.tell(NAN, true), InvalidArgument);
        EXPECT_THROW(procedure.tell(INFINITY, true), InvalidArgument);
        EXPECT_EQ(procedure, Procedure(spec)) << "nothing was told";
        procedure.tell(-procedure.nextLevel(), true);
        EXPECT_EQ(procedure.trials(), 1) << "the sign of a level does not matter";
    }
}

TEST(Procedure, BayesianOnesGoByTheLevelShown)
{
    for (const auto& spec : allSpecs()) {
        Procedure asked(spec);
        Procedure reached(spec);
        asked.tell(asked.nextLevel(), false);
        reached.tell(asked.nextLevel() / 3, false);
        EXPECT_EQ(asked == reached, std::holds_alternative<StaircaseSpec>(spec) ||
                                        std::holds_alternative<ConstantSpec>(spec))
            << procedureName(spec);
    }
}

TEST(Procedure, ThoseSetUpAlikeShareTheirTables)
{
    const auto specs = allSpecs();
    std::vector<ProcedureSpec> twice = specs;
    twice.insert(twice.end(), specs.begin(), specs.end());
    auto procedures = makeProcedures(twice);
    ASSERT_EQ(procedures.size(), twice.size());
    procedures.front().tell(1.0, true);
    for (std::size_t i = 0; i < specs.size(); ++i) {
        EXPECT_EQ(procedures[specs.size() + i], Procedure(specs[i]));
    }
}

TEST(StopRule, SaysWhichRuleEndedIt)
{
    const StopRule any{.trials = 5, .intervalWidth = 2.0, .maxTrials = 8};
    EXPECT_EQ(any.met(4, 2.1), std::nullopt);
    EXPECT_EQ(any.met(4, 2.0), StopReason::intervalWidth);
    EXPECT_EQ(any.met(5, 2.1), StopReason::trials);
    const StopRule all{
        .trials = 5, .intervalWidth = 2.0, .when = StopRule::When::all, .maxTrials = 8};
    EXPECT_EQ(all.met(4, 1.0), std::nullopt);
    EXPECT_EQ(all.met(7, 3.0), std::nullopt);
    EXPECT_EQ(all.met(7, 1.0), StopReason::intervalWidth);
    EXPECT_EQ(all.met(8, 3.0), StopReason::maximumTrials);
    EXPECT_EQ((StopRule{.maxTrials = 3}).met(3, 9.0), StopReason::maximumTrials);
}

TEST(StopRule, RefusesRulesThatContradictEachOther)
{
    EXPECT_NO_THROW(StopRule{}.validate());
    EXPECT_THROW((StopRule{.trials = 65}).validate(), InvalidArgument);
    EXPECT_THROW((StopRule{.trials = 0}).validate(), InvalidArgument);
    EXPECT_THROW((StopRule{.maxTrials = 0}).validate(), InvalidArgument);
    EXPECT_THROW((StopRule{.intervalWidth = 0.0}).validate(), InvalidArgument);
    EXPECT_THROW((StopRule{.intervalWidth = NAN}).validate(), InvalidArgument);
}

RC_GTEST_PROP(GridPosterior, SumsToOneAfterAnyAnswers, ())
{
    const auto table = psychometricTable(smallGrid(), Method::questPlus);
    GridPosterior posterior(table, smallGrid().prior());
    const int length = *rc::gen::inRange(0, 400);
    // The same impossible-looking answers again and again.
    const bool correct = *rc::gen::arbitrary<bool>();
    for (int i = 0; i < length; ++i) {
        posterior.tell(std::vector{correct ? 0.01 : 3.0}, correct);
    }
    const auto& weights = posterior.weights();
    RC_ASSERT(std::abs(std::accumulate(weights.begin(), weights.end(), 0.0) - 1) < 1e-12);
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const auto marginal = posterior.marginal(axis);
        RC_ASSERT(std::abs(std::accumulate(marginal.begin(), marginal.end(), 0.0) - 1) < 1e-12);
        RC_ASSERT(posterior.quantile(axis, 0.025) <= posterior.quantile(axis, 0.975));
    }
}

TEST(ResponseTable, ChoosesTheLeastExpectedEntropyByDefinition)
{
    const auto grid = smallGrid();
    for (const auto method : {Method::questPlus, Method::psi, Method::psiMarginal}) {
        const auto table = psychometricTable(grid, method);
        GridPosterior posterior(table, grid.prior());
        posterior.tell(std::vector{0.5}, true);
        posterior.tell(std::vector{0.3}, false);
        // Straight from the definition: entropy of what is of interest, for either answer.
        const auto entropyAfter = [&](const GridPosterior& after) {
            std::vector<double> wanted(grid.thresholds.size() * grid.slopes.size() *
                                       grid.lapses.size());
            std::size_t p = 0;
            for (std::size_t t = 0; t < grid.thresholds.size(); ++t) {
                for (std::size_t s = 0; s < grid.slopes.size(); ++s) {
                    for (std::size_t l = 0; l < grid.lapses.size(); ++l) {
                        const std::size_t group = method == Method::questPlus ? p
                                                  : method == Method::psi
                                                      ? t * grid.slopes.size() + s
                                                      : t;
                        wanted[group] += after.weights()[p++];
                    }
                }
            }
            double entropy = 0.0;
            for (const double w : wanted) {
                entropy -= w > 0 ? w * std::log(w) : 0.0;
            }
            return entropy;
        };
        std::vector<double> expected;
        for (std::size_t s = 0; s < table->stimuli(); ++s) {
            const auto right = table->probabilities(table->stimulus(s));
            const double p =
                std::inner_product(right.begin(), right.end(), posterior.weights().begin(), 0.0);
            auto afterRight = posterior;
            auto afterWrong = posterior;
            afterRight.tell(table->stimulus(s), true);
            afterWrong.tell(table->stimulus(s), false);
            expected.push_back(p * entropyAfter(afterRight) + (1 - p) * entropyAfter(afterWrong));
        }
        const auto best = std::ranges::min_element(expected) - expected.begin();
        EXPECT_EQ(table->mostInformative(posterior.weights()).stimulus,
                  static_cast<std::size_t>(best));
    }
}

TEST(ResponseTable, TakesSeveralStimulusDimensions)
{
    // Contrast sensitivity that falls with frequency: two stimulus axes, two parameters.
    const auto table = std::make_shared<const ResponseTable>(
        std::vector<GridAxis>{{"frequency", {1, 4}}, {"contrast", evenGrid(-3, 0, 13)}},
        std::vector<GridAxis>{{"gain", evenGrid(-3, -1, 9)}, {"fall", {0.0, 0.2, 0.4}}},
        [](std::span<const double> x, std::span<const double> p) {
            return probabilityCorrect(Sigmoid(SigmoidShape::logistic), LevelScale::linear, x[1],
                                      p[0] + p[1] * x[0], 5.0, 0.5, 0.02);
        },
        std::vector<bool>{true, true});
    EXPECT_EQ(table->stimuli(), 26U);
    GridPosterior posterior(table, std::vector<double>(table->parameters(), 1.0));
    RandomStream stream(8, "two axes");
    for (int trial = 0; trial < 300; ++trial) {
        const auto& shown = table->stimulus(table->mostInformative(posterior.weights()).stimulus);
        const double right = probabilityCorrect(Sigmoid(SigmoidShape::logistic), LevelScale::linear,
                                                shown[1], -2.5 + 0.2 * shown[0], 5.0, 0.5, 0.02);
        posterior.tell(shown, stream.uniform() < right);
    }
    EXPECT_NEAR(posterior.mean(0), -2.5, 0.25);
    EXPECT_NEAR(posterior.mean(1), 0.2, 0.1);
}

TEST(ResponseTable, RefusesGridsAndPriorsThatAreNone)
{
    const ResponseModel half = [](std::span<const double>, std::span<const double>) { return 0.5; };
    const ResponseModel none = [](std::span<const double>, std::span<const double>) { return NAN; };
    const std::vector<GridAxis> good = {{"x", {1, 2}}};
    EXPECT_THROW(ResponseTable({}, good, half, {true}), InvalidArgument);
    EXPECT_THROW(ResponseTable({{"x", {}}}, good, half, {true}), InvalidArgument);
    EXPECT_THROW(ResponseTable(good, {{"t", {}}}, half, {true}), InvalidArgument);
    EXPECT_THROW(ResponseTable(good, {{"t", {NAN}}}, half, {true}), InvalidArgument);
    EXPECT_THROW(ResponseTable(good, {{"t", {1, 1}}}, half, {true}), InvalidArgument);
    EXPECT_THROW(ResponseTable(good, good, none, {true}), InvalidArgument);
    EXPECT_THROW(ResponseTable(good, good, half, {false}), InvalidArgument);
    EXPECT_THROW(ResponseTable(good, good, half, {}), InvalidArgument);
    const auto table = std::make_shared<const ResponseTable>(good, good, half, std::vector{true});
    EXPECT_THROW(GridPosterior(table, {1}), InvalidArgument);
    EXPECT_THROW(GridPosterior(table, {0, 0}), InvalidArgument);
    EXPECT_THROW(GridPosterior(table, {1, -1}), InvalidArgument);
    EXPECT_THROW(GridPosterior(table, {1, NAN}), InvalidArgument);
}

TEST(PsychometricGrid, RefusesWhatContradictsItself)
{
    const std::vector<std::function<void(PsychometricGrid&)>> slips = {
        [](auto& g) { g.levels = {}; },
        [](auto& g) {
            g.levels = {1, 0.5};
        },
        [](auto& g) {
            g.levels = {0, 1};
        },
        [](auto& g) {
            g.levels = {1, INFINITY};
        },
        [](auto& g) { g.thresholds = {}; },
        [](auto& g) {
            g.thresholds = {-1, 1};
        },
        [](auto& g) {
            g.thresholds = {1, NAN};
        },
        [](auto& g) { g.slopes = {}; },
        [](auto& g) { g.slopes = {0}; },
        [](auto& g) { g.lapses = {}; },
        [](auto& g) { g.lapses = {0.5}; },
        [](auto& g) { g.lapses = {-0.1}; },
        [](auto& g) { g.curve = SigmoidShape::gumbel; },
        [](auto& g) { g.falseAlarms = {0.1}; },
        [](auto& g) { g.task = Task::sameDifferent; },
        [](auto& g) {
            g.thresholdPrior = {1, 2};
        },
        [](auto& g) { g.thresholdPrior = normalWeights(g.thresholds, 1e6, 0.1); },
        [](auto& g) {
            g.slopePrior = {1, -1, 1};
        },
        [](auto& g) {
            g.lapsePrior = {NAN, 1, 1};
        }};
    EXPECT_NO_THROW(smallGrid().validate());
    for (std::size_t i = 0; i < slips.size(); ++i) {
        auto grid = smallGrid();
        slips[i](grid);
        EXPECT_THROW(Procedure(GridProcedureSpec{.grid = grid, .stop = {}}), InvalidArgument)
            << "slip " << i;
        EXPECT_THROW(Procedure(HierarchicalSpec{.grid = grid, .stop = {}}), InvalidArgument)
            << "slip " << i;
    }
    EXPECT_THROW(normalWeights({1, 2}, 1, 0), InvalidArgument);
    EXPECT_THROW(recommendedGrid(0, 1), InvalidArgument);
    EXPECT_THROW(recommendedGrid(1, 1), InvalidArgument);
}

TEST(Quest, RefusesWhatContradictsItself)
{
    const std::vector<std::function<void(QuestSpec&)>> slips = {
        [](auto& s) { s.guess = 5; },     [](auto& s) { s.guess = NAN; },
        [](auto& s) { s.guessSd = 0; },   [](auto& s) { s.minLevel = 0; },
        [](auto& s) { s.slope = -1; },    [](auto& s) { s.chance = 1; },
        [](auto& s) { s.lapse = 1; },     [](auto& s) { s.grain = 0; },
        [](auto& s) { s.range = 0.01; },  [](auto& s) { s.range = 1e9; },
        [](auto& s) { s.target = 0.5; },  [](auto& s) { s.target = 0.999; },
        [](auto& s) { s.placeStep = 0; }, [](auto& s) { s.stop.maxTrials = 0; }};
    EXPECT_NO_THROW(Quest{QuestSpec{}});
    for (std::size_t i = 0; i < slips.size(); ++i) {
        QuestSpec spec;
        slips[i](spec);
        EXPECT_THROW(Quest{spec}, InvalidArgument) << "slip " << i;
    }
}

/// Mean error in dB after 40 trials of 60 observers.
double meanError(const ProcedureSpec& spec)
{
    double sum = 0.0;
    for (std::uint64_t i = 0; i < 60; ++i) {
        RandomStream stream(9, "mean error", i);
        const Weibull observer{
            .threshold = 0.1 * std::pow(10.0, stream.uniform()), .slope = 3.5, .lapse = 0.02};
        Procedure procedure(spec);
        for (int trial = 0; trial < 40; ++trial) {
            const double shown = procedure.nextLevel();
            procedure.tell(shown, stream.uniform() < observer.probabilityCorrect(shown));
        }
        sum += std::abs(
            toScale(LevelScale::decibel, procedure.estimate()->threshold / observer.threshold));
    }
    return sum / 60;
}

TEST(Procedure, AThresholdThatCannotBeShownIsNotSaidToLieBelowTheLimit)
{
    const Procedure fresh(GridProcedureSpec{.grid = recommendedGrid(0.05, 3), .stop = {}});
    int covered = 0;
    constexpr int kObservers = 60;
    for (std::uint64_t i = 0; i < kObservers; ++i) {
        RandomStream stream(11, "beyond the limit", i);
        const Weibull observer{.threshold = 6, .slope = 3.5, .lapse = 0.02}; // 6 dB above it
        auto procedure = fresh;
        for (int trial = 0; trial < 32; ++trial) {
            const double shown = procedure.nextLevel();
            procedure.tell(shown, stream.uniform() < observer.probabilityCorrect(shown));
        }
        const auto interval = procedure.estimate()->interval.value();
        covered += interval.low <= 6 && 6 <= interval.high ? 1 : 0;
    }
    EXPECT_GE(covered, kObservers * 3 / 4);
}

TEST(Procedure, BayesianOnesFindTheThreshold)
{
    auto grid = recommendedGrid(0.05, 3);
    for (const auto method : {Method::questPlus, Method::psi, Method::psiMarginal}) {
        EXPECT_LT(meanError(GridProcedureSpec{.method = method, .grid = grid, .stop = {}}), 1.5);
    }
    EXPECT_LT(meanError(QuestSpec{.guess = 0.4, .target = 0.8, .lapse = 0.02, .stop = {}}), 1.5);
}

} // namespace
} // namespace mlab
