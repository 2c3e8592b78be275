// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/procedures/constant.h"
#include "core/procedures/grid_procedure.h"
#include "core/procedures/hierarchical_procedure.h"
#include "core/procedures/procedure_description.h"
#include "core/procedures/procedure_estimate.h"
#include "core/procedures/quest.h"
#include "core/procedures/staircase.h"
#include "core/procedures/stop_rule.h"

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mlab {

/// How one dimension is measured: the list of all procedures, each of which describes itself.
using ProcedureSpec =
    std::variant<StaircaseSpec, QuestSpec, GridProcedureSpec, HierarchicalSpec, ConstantSpec>;

namespace detail {
template <class> struct Running;
template <DescribedProcedure... Specs> struct Running<std::variant<Specs...>> {
    static_assert((RunningProcedure<typename Specs::Procedure> && ...));
    using Any = std::variant<typename Specs::Procedure...>;
};
} // namespace detail

/// An adaptive procedure of one dimension: which level next, and what the threshold is.
///
/// A value: copies are independent and share what never changes. The whole state is a function of
/// the calls of tell(), in order, so that a resumed session continues as it would have.
class Procedure {
public:
    /// @throws InvalidArgument if the specification contradicts itself.
    explicit Procedure(const ProcedureSpec& spec);

    /// SD. Bayesian procedures ask for levels of their grid only.
    double nextLevel() const;
    /// Takes an answer.
    /// @param levelShown  SD, the level achieved, which may be off the grid; its sign does not
    ///        matter. A staircase uses the level that it requested.
    /// @param atLimit  the stimulus could not go as far as asked
    /// @param sameTrial  a trial of same-different whose intervals were the same. Bayesian
    ///        procedures learn the false alarms from it; a staircase goes by it as by any other.
    /// @throws InvalidArgument if the level is not a finite number, or for a trial that the
    ///         procedure's task does not have.
    void tell(double levelShown, bool correct, bool atLimit = false, bool sameTrial = false);
    /// From now on asks for no level above `highest`, because no stimulus can go further; what is
    /// known of the threshold stays as it is. Its lowest level may always be asked for.
    /// @param highest  SD
    void limitTo(double highest);
    /// How much the answer at nextLevel() is expected to tell about the threshold, nats: the mutual
    /// information of both. Absent for a staircase, which does not know.
    std::optional<double> expectedInformation() const;
    bool finished() const { return stopReason().has_value(); }
    /// Why it is finished; absent while it is not.
    std::optional<StopReason> stopReason() const;
    /// Absent before there is one.
    std::optional<ProcedureEstimate> estimate() const;
    /// In [0, 1], never falling; 1 exactly when finished.
    double progress() const;
    int trials() const;
    /// Turns of the track; 0 for procedures that have none.
    int reversals() const;

    /// Same specification, same answers.
    bool operator==(const Procedure&) const = default;

private:
    using State = detail::Running<ProcedureSpec>::Any;
    static State start(const ProcedureSpec& spec);
    friend class LearntPriors;

    State state_;
};

/// One procedure for each specification; equal ones share their tables.
/// @throws InvalidArgument as Procedure's constructor.
std::vector<Procedure> makeProcedures(std::span<const ProcedureSpec> specs);

/// What the hierarchical ones among the procedures of a session have learnt from each other at one
/// moment, those of one specification together: see learnPriors().
///
/// A value. The priors are computed when one is first given to a procedure. The updated procedure
/// is kept for its copies, because looking ahead asks for the same again and again. Copies share
/// both, and may be used on different threads.
class LearntPriors {
public:
    /// Nothing was learnt.
    LearntPriors() = default;
    /// @param layers  of each procedure's dimension
    LearntPriors(const std::vector<Procedure>& procedures, const std::vector<std::string>& layers);

    /// None of the procedures was hierarchical.
    bool empty() const { return !moment_; }
    /// Gives the procedure of that index its current prior; does nothing if it is not hierarchical.
    void giveTo(Procedure& procedure, std::size_t index) const;

private:
    struct Moment;
    std::shared_ptr<Moment> moment_;
};

/// The name of the procedure as the trial table gives it: "staircase-2down-1up", "quest",
/// "questplus", "psi", "psi-marginal", "hierarchical", "constant".
std::string procedureName(const ProcedureSpec& spec);
LevelRange levelRange(const ProcedureSpec& spec);
/// The level of the first trial, where the design gives it.
std::optional<double> startingLevel(const ProcedureSpec& spec);
/// Trials a dimension may take, to weigh it against others and against practice.
double usualTrials(const ProcedureSpec& spec);
/// What its estimates are estimates of.
EstimatedPoint estimatedPoint(const ProcedureSpec& spec);
/// The rule whose trials may go into a budget that dimensions share; null without one.
StopRule* sharedStopRule(ProcedureSpec& spec);

/// About how much memory it takes.
ProcedureSize procedureSize(const ProcedureSpec& spec);

/// Every type that a design may name, in the order of ProcedureSpec.
const std::vector<ProcedureType>& procedureTypes();
/// @throws InvalidArgument if there is none of that name.
const ProcedureType& procedureType(std::string_view name);
/// @throws InvalidArgument if the settings contradict each other, or their type does not exist.
ProcedureSpec procedureSpec(const ProcedureSettings& settings);
/// Contradictions that single keys are to blame for; procedureSpec() and startProblem() find the
/// others.
std::vector<SettingsProblem> settingsProblems(const ProcedureSettings& settings);
/// Why the procedure of such settings cannot begin. Takes a moment, because it is made.
std::optional<SettingsProblem> startProblem(const ProcedureSettings& settings,
                                            const ProcedureSpec& spec);

} // namespace mlab
