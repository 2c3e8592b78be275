// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/procedures/procedure.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <mutex>
#include <type_traits>
#include <utility>

namespace mlab {
namespace {

template <class... Functions> struct Overloaded : Functions... {
    using Functions::operator()...;
};
template <class... Functions> Overloaded(Functions...) -> Overloaded<Functions...>;

} // namespace

Procedure::State Procedure::start(const ProcedureSpec& spec)
{
    return std::visit(
        Overloaded{[](const StaircaseSpec& s) -> State { return Staircase(s); },
                   [](const QuestSpec& s) -> State { return Quest(s); },
                   [](const GridProcedureSpec& s) -> State { return GridProcedure(s); },
                   [](const HierarchicalSpec& s) -> State {
                       return HierarchicalDimension(std::make_shared<const HierarchicalModel>(s));
                   }},
        spec);
}

Procedure::Procedure(const ProcedureSpec& spec) : state_(start(spec)) {}

double Procedure::nextLevel() const
{
    return std::visit([](const auto& state) { return state.nextLevel(); }, state_);
}

void Procedure::tell(double levelShown, bool correct, bool atLimit, bool sameTrial)
{
    if (!std::isfinite(levelShown)) {
        throw InvalidArgument("an answer was told at a level that is not a finite number");
    }
    std::visit(
        [&](auto& state) {
            using Kind = std::decay_t<decltype(state)>;
            if constexpr (std::is_same_v<Kind, Staircase>) {
                state.tell(correct, atLimit);
            } else if constexpr (std::is_same_v<Kind, Quest>) {
                if (sameTrial) {
                    throw InvalidArgument("QUEST knows no trials without a difference");
                }
                state.tell(std::abs(levelShown), correct);
            } else {
                state.tell(std::abs(levelShown), correct, sameTrial);
            }
        },
        state_);
}

std::optional<double> Procedure::expectedInformation() const
{
    return std::visit(Overloaded{[](const Staircase&) { return std::optional<double>(); },
                                 [](const auto& bayesian) {
                                     return std::optional(bayesian.expectedInformation());
                                 }},
                      state_);
}

std::optional<StopReason> Procedure::stopReason() const
{
    return std::visit([](const auto& state) { return state.stopReason(); }, state_);
}

std::optional<ProcedureEstimate> Procedure::estimate() const
{
    return std::visit([](const auto& state) { return state.estimate(); }, state_);
}

double Procedure::progress() const
{
    return std::visit([](const auto& state) { return state.progress(); }, state_);
}

int Procedure::trials() const
{
    return std::visit([](const auto& state) { return state.trials(); }, state_);
}

int Procedure::reversals() const
{
    const auto* staircase = std::get_if<Staircase>(&state_);
    return staircase == nullptr ? 0 : static_cast<int>(staircase->reversalLevels().size());
}

std::vector<Procedure> makeProcedures(std::span<const ProcedureSpec> specs)
{
    std::vector<Procedure> out;
    for (std::size_t i = 0; i < specs.size(); ++i) {
        const auto alike = std::ranges::find(specs.first(i), specs[i]);
        const auto first = static_cast<std::size_t>(alike - specs.begin());
        out.push_back(first < i ? out[first] : Procedure(specs[i]));
    }
    return out;
}

struct LearntPriors::Moment {
    struct Given {
        HierarchicalDimension before;
        HierarchicalDimension after;
    };

    std::vector<Procedure> procedures;
    std::vector<std::string> layers;
    std::mutex mutex; ///< of what follows
    bool learnt = false;
    std::vector<std::shared_ptr<const std::vector<double>>> priors; ///< null: not hierarchical
    std::vector<std::optional<Given>> given;                        ///< first one of each index

    HierarchicalDimension* member(std::size_t i)
    {
        return std::get_if<HierarchicalDimension>(&procedures[i].state_);
    }

    void learn()
    {
        priors.resize(procedures.size());
        given.resize(procedures.size());
        std::vector<std::size_t> left;
        for (std::size_t i = 0; i < procedures.size(); ++i) {
            if (member(i) != nullptr) {
                left.push_back(i);
            }
        }
        while (!left.empty()) {
            const auto& spec = member(left.front())->model().spec;
            const auto others = std::stable_partition(left.begin(), left.end(), [&](std::size_t i) {
                return member(i)->model().spec == spec;
            });
            std::vector<const HierarchicalDimension*> dimensions;
            std::vector<std::string> theirLayers;
            const std::vector<std::size_t> together(left.begin(), others);
            for (const std::size_t i : together) {
                dimensions.push_back(member(i));
                theirLayers.push_back(layers[i]);
            }
            auto learntPriors = learnPriors(dimensions, theirLayers);
            for (std::size_t k = 0; k < together.size(); ++k) {
                priors[together[k]] = std::move(learntPriors[k]);
            }
            left.erase(left.begin(), others);
        }
        learnt = true;
    }
};

LearntPriors::LearntPriors(const std::vector<Procedure>& procedures,
                           const std::vector<std::string>& layers)
{
    if (std::ranges::any_of(procedures, [](const Procedure& procedure) {
            return std::holds_alternative<HierarchicalDimension>(procedure.state_);
        })) {
        moment_ = std::make_shared<Moment>();
        moment_->procedures = procedures;
        moment_->layers = layers;
    }
}

void LearntPriors::giveTo(Procedure& procedure, std::size_t index) const
{
    auto* const dimension = std::get_if<HierarchicalDimension>(&procedure.state_);
    if (dimension == nullptr || empty()) {
        return;
    }
    const std::scoped_lock lock(moment_->mutex);
    if (!moment_->learnt) {
        moment_->learn();
    }
    auto& given = moment_->given[index];
    if (given && given->before.isCopyOf(*dimension)) {
        *dimension = given->after;
        return;
    }
    auto before = *dimension;
    dimension->setPrior(*moment_->priors[index]);
    if (!given) {
        given = Moment::Given{.before = std::move(before), .after = *dimension};
    }
}

std::string procedureName(const ProcedureSpec& spec)
{
    return std::visit(
        Overloaded{[](const StaircaseSpec& s) { return procedureName(s); },
                   [](const QuestSpec&) -> std::string { return "quest"; },
                   [](const GridProcedureSpec& s) -> std::string {
                       using Method = GridProcedureSpec::Method;
                       return s.method == Method::questPlus ? "questplus"
                              : s.method == Method::psi     ? "psi"
                                                            : "psi-marginal";
                   },
                   [](const HierarchicalSpec&) -> std::string { return "hierarchical"; }},
        spec);
}

double usualTrials(const ProcedureSpec& spec)
{
    return std::visit(
        Overloaded{[](const StaircaseSpec& s) {
                       // An adaptive track near its threshold turns about every third trial.
                       const double byReversals = 3.0 * s.stopReversals.value_or(0);
                       const double byTrials = s.stopTrials.value_or(0);
                       const bool both = s.stopReversals && s.stopTrials;
                       return both && s.stopWhen == StaircaseSpec::StopWhen::any
                                  ? std::min(byReversals, byTrials)
                                  : std::max(byReversals, byTrials);
                   },
                   [](const auto& s) { return static_cast<double>(s.stop.usualTrials()); }},
        spec);
}

} // namespace mlab
