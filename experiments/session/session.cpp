// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/session/session.h"

#include "core/base/error.h"
#include "core/base/number_text.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <set>
#include <string_view>
#include <utility>

namespace mlab::experiments {
namespace {

/// Of trials whose level is fixed by the design.
constexpr const char* kPracticeProcedure = "practice";

/// With the schedule `information`: no dimension is shown more often in a block.
constexpr int kMostTrialsInBlock = 2;

/// Moves the number of trials out of the dimension's own stop rule; 0 if it has none.
int takeBudgetShare(ProcedureSpec& spec)
{
    StopRule* const stop = sharedStopRule(spec);
    if (stop == nullptr || (stop->when == StopRule::When::all && stop->intervalWidth)) {
        return 0;
    }
    return std::exchange(stop->trials, std::nullopt).value_or(0);
}

std::string join(const std::vector<std::string>& names)
{
    std::string out;
    for (const auto& name : names) {
        out += (out.empty() ? "" : ", ") + name;
    }
    return out;
}

} // namespace

Session::Session(std::shared_ptr<const Design> design, std::uint64_t seed,
                 std::vector<std::string> referenceIds)
    : randomization_(std::make_shared<const SessionRandomization>(std::move(design), seed,
                                                                  std::move(referenceIds)))
{
    std::vector<ProcedureSpec> specs;
    for (const auto& measured : randomization_->design().dimensions) {
        specs.push_back(measured.procedure);
        layers_.push_back(measured.dimension.layer);
    }
    budgetShares_.resize(specs.size());
    for (std::size_t d = 0; byInformation() && d < specs.size(); ++d) {
        budgetShares_[d] = takeBudgetShare(specs[d]);
    }
    budgetLeft_ = std::accumulate(budgetShares_.begin(), budgetShares_.end(), 0);
    procedures_ = makeProcedures(specs);
    const auto& highest = randomization_->design().highestLevels;
    for (std::size_t d = 0; d < highest.size(); ++d) {
        procedures_.at(d).limitTo(highest[d]);
    }
    atLimitTrials_.resize(procedures_.size());
    order_.resize(procedures_.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    beginBlock();
}

Session Session::withSeed(std::uint64_t seed) const
{
    Session out = *this;
    out.randomization_ =
        std::make_shared<const SessionRandomization>(randomization_->withSeed(seed));
    out.beginBlock();
    return out;
}

bool Session::finished(std::size_t dimension) const
{
    return procedures_[dimension].finished() || (budgetShares_[dimension] > 0 && budgetLeft_ == 0);
}

bool Session::isSameTrial(std::size_t dimension, int count) const
{
    return correctAnswer(design().task, randomization_->intervals(dimension, count)) ==
           Answer::same;
}

std::optional<std::size_t> Session::chosen() const
{
    if (byInformation()) {
        return mostInformative();
    }
    return cursor_ < order_.size() ? std::optional(order_[cursor_]) : std::nullopt;
}

std::optional<std::size_t> Session::mostInformative() const
{
    if (cursor_ == order_.size()) {
        return std::nullopt;
    }
    std::vector<std::size_t> allowed;
    std::ranges::copy_if(order_, std::back_inserter(allowed), [&](std::size_t d) {
        return !finished(d) && inBlock_[d] < kMostTrialsInBlock;
    });
    if (allowed.size() > 1) {
        std::erase(allowed, last_);
    }
    if (allowed.empty()) {
        return std::nullopt;
    }
    return *std::ranges::max_element(
        allowed, {}, [&](std::size_t d) { return procedures_[d].expectedInformation().value(); });
}

void Session::beginBlock()
{
    std::erase_if(order_, [&](std::size_t d) { return finished(d); });
    order_ = randomization_->blockOrder(block_, std::move(order_));
    cursor_ = 0;
    inBlock_.assign(procedures_.size(), 0);
    open_ = chosen().value_or(0);
}

std::optional<TrialPlan> Session::next() const
{
    if (order_.empty()) {
        return std::nullopt;
    }
    TrialPlan plan = inPractice() ? practicePlan() : openIsCatch() ? catchPlan() : mainPlan();
    plan.trialIndex = trialIndex_;
    plan.correctAnswer = correctAnswer(design().task, plan.intervals);
    plan.progress = progress();
    return plan;
}

TrialPlan Session::practicePlan() const
{
    TrialPlan plan;
    plan.blockIndex = -1;
    plan.practice = true;
    plan.dimension =
        design().wholeMetamers
            ? catchDimension(*design().wholeMetamers)
            : randomization_->measured(randomization_->practiceDimension(trialIndex_)).dimension;
    plan.procedure = kPracticeProcedure;
    plan.request = randomization_->practiceRequest(trialIndex_);
    plan.intervals = randomization_->practiceIntervals(trialIndex_);
    return plan;
}

TrialPlan Session::catchPlan() const
{
    TrialPlan plan;
    plan.blockIndex = block_;
    plan.dimension = catchDimension(*design().wholeMetamers);
    plan.procedure = kCatchProcedure;
    // Practice and catch trials go on in one deck of references and of interval orders.
    plan.request = randomization_->catchRequest(catchTrials_ + design().practice.trials);
    plan.intervals = randomization_->practiceIntervals(catchTrials_ + design().practice.trials);
    plan.breakBefore = breakIsDue();
    return plan;
}

bool Session::breakIsDue() const
{
    const int mainTrial = trialIndex_ - design().practice.trials;
    const int every = design().breakEveryTrials;
    return every > 0 && mainTrial > 0 && mainTrial % every == 0;
}

TrialPlan Session::mainPlan() const
{
    const auto& measured = randomization_->measured(openDimension());
    const auto& procedure = procedures_[openDimension()];
    TrialPlan plan;
    plan.blockIndex = block_;
    plan.dimension = measured.dimension;
    plan.procedure = procedureName(measured.procedure);
    plan.request =
        randomization_->request(openDimension(), procedure.trials(), procedure.nextLevel());
    plan.intervals = randomization_->intervals(openDimension(), procedure.trials());
    plan.breakBefore = breakIsDue();
    return plan;
}

std::vector<ProbeRequest> Session::requestsToCome() const
{
    std::set<ProbeRequest> all;
    const auto& spec = *design().wholeMetamers;
    const int practice = design().practice.trials;
    int main = 0;
    for (std::size_t d = 0; d < procedures_.size(); ++d) {
        for (int count = procedures_[d].trials(); count < spec.trialsPerCondition; ++count) {
            ++main;
            if (randomization_->measured(d).dimension.metamers->match) {
                all.insert(randomization_->request(d, count, procedures_[d].nextLevel()));
                continue;
            }
            for (const auto& match : spec.matches) {
                all.insert(randomization_->request(d, count, levelOf(match)));
            }
        }
    }
    // All there can be: one comes with every catch_every - 1 others, or begins them.
    const int catchTrials = spec.catchEvery > 1 ? main / (spec.catchEvery - 1) + 2 : 0;
    const int first = std::min(trialIndex_, practice) + catchTrials_;
    for (int trial = first; trial < practice + catchTrials_ + catchTrials; ++trial) {
        all.insert(randomization_->catchRequest(trial));
    }
    return {all.begin(), all.end()};
}

void Session::apply(const TrialRecord& record)
{
    const auto plan = next();
    const auto problem = plan ? firstDifference(*plan, record)
                              : std::optional<std::string>("the session had finished before it");
    if (problem) {
        throw InvalidArgument("trial " + std::to_string(record.trialIndex) + " (" +
                              record.dimension.id() + ") does not match this session: " + *problem +
                              ". It was recorded with another design, seed, set of references or "
                              "version of the program, or was changed afterwards");
    }
    applyAnswer(record.levelAchieved, record.correct,
                std::ranges::count(record.flags, flag::kAtLimit) > 0);
}

void Session::applyAnswer(bool correct, bool atLimit)
{
    const bool informs = !inPractice() && !openIsCatch();
    const auto& dimension = randomization_->measured(openDimension()).dimension;
    applyAnswer(informs ? shownLevel(dimension, procedures_[openDimension()].nextLevel()) : 0.0,
                correct, atLimit);
}

void Session::applyAnswer(double levelShown, bool correct, bool atLimit)
{
    if (inPractice() || openIsCatch()) {
        catchTrials_ += inPractice() ? 0 : 1;
        ++trialIndex_;
        return;
    }
    auto& procedure = procedures_[open_];
    procedure.tell(levelShown, correct, atLimit, isSameTrial(open_, procedure.trials()));
    atLimitTrials_[open_] += atLimit ? 1 : 0;
    budgetLeft_ -= budgetShares_[open_] > 0 ? 1 : 0;
    ++inBlock_[open_];
    last_ = open_;
    ++trialIndex_;
    ++cursor_;
    if (const auto next = chosen()) {
        open_ = *next;
    } else {
        const auto learnt = std::exchange(pendingPriors_, LearntPriors(procedures_, layers_));
        for (std::size_t d = 0; d < procedures_.size(); ++d) {
            learnt.giveTo(procedures_[d], d);
        }
        ++block_;
        beginBlock();
    }
}

double Session::progress() const
{
    if (order_.empty()) {
        return 1.0;
    }
    double done = std::min(trialIndex_, design().practice.trials);
    double all = design().practice.trials;
    for (std::size_t d = 0; d < procedures_.size(); ++d) {
        const double weight = usualTrials(randomization_->measured(d).procedure);
        done += budgetShares_[d] > 0 ? 0.0 : weight * procedures_[d].progress();
        all += weight;
    }
    // A common budget is spent by whichever dimension needs it.
    const int budget = std::accumulate(budgetShares_.begin(), budgetShares_.end(), 0);
    done += budget - budgetLeft_;
    return std::min(done / all, 1.0);
}

std::vector<DimensionStatus> Session::dimensions() const
{
    std::vector<DimensionStatus> out;
    for (std::size_t d = 0; d < procedures_.size(); ++d) {
        const auto& procedure = procedures_[d];
        const auto estimate = procedure.estimate();
        out.push_back({.dimension = randomization_->measured(d).dimension,
                       .trials = procedure.trials(),
                       .reversals = procedure.reversals(),
                       .atLimitTrials = atLimitTrials_[d],
                       .finished = finished(d),
                       .nextLevel = procedure.nextLevel(),
                       .threshold = estimate ? std::optional(estimate->threshold) : std::nullopt,
                       .interval = estimate ? estimate->interval : std::nullopt,
                       .stopReason = finished(d) && !procedure.finished()
                                         ? StopReason::trials
                                         : procedure.stopReason()});
    }
    return out;
}

std::optional<std::string> firstDifference(const TrialPlan& plan, const TrialRecord& record)
{
    std::optional<std::string> first;
    const auto compare = [&](const char* column, std::string_view planned,
                             std::string_view recorded) {
        if (!first && planned != recorded) {
            first = std::string(column) + " is " + std::string(recorded) + ", but planned was " +
                    std::string(planned);
        }
    };
    const auto yesNo = [](bool value) { return value ? "yes" : "no"; };
    compare("trial_index", std::to_string(plan.trialIndex), std::to_string(record.trialIndex));
    compare("block_index", std::to_string(plan.blockIndex), std::to_string(record.blockIndex));
    compare("practice", yesNo(plan.practice), yesNo(record.practice));
    compare("dimension_id", plan.dimension.id(), record.dimension.id());
    compare("procedure", plan.procedure, record.procedure);
    compare("level_requested", shortNumber(plan.request.level), shortNumber(record.levelRequested));
    if (plan.dimension.metamers) {
        compare("reference_id", plan.request.references.front(), record.referenceId);
    } else if (!first && std::ranges::count(plan.request.references, record.referenceId) == 0) {
        compare("reference_id", "one of " + join(plan.request.references), record.referenceId);
    }
    compare("interval_order", plan.intervalOrder(), record.intervalOrder);
    compare("correct_answer", toString(plan.correctAnswer), toString(record.correctAnswer));
    compare("correct", yesNo(record.response == record.correctAnswer), yesNo(record.correct));
    return first;
}

} // namespace mlab::experiments
