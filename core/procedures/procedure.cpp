// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/procedures/procedure.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/procedures/procedure_settings.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <mutex>
#include <utility>

namespace mlab {
namespace {

/// Calls `function` with each alternative of ProcedureSpec, as a pointer that is null.
template <class Function, class... Specs>
void forEachSpec(std::variant<Specs...>* /*list*/, Function function)
{
    (function(static_cast<Specs*>(nullptr)), ...);
}
template <class Function> void forEachSpec(Function function)
{
    forEachSpec(static_cast<ProcedureSpec*>(nullptr), std::move(function));
}

bool hasType(const std::vector<ProcedureType>& types, std::string_view name)
{
    return std::ranges::count(types, name, &ProcedureType::name) > 0;
}

} // namespace

Procedure::State Procedure::start(const ProcedureSpec& spec)
{
    return std::visit(
        []<class Spec>(const Spec& s) -> State { return typename Spec::Procedure(s); }, spec);
}

Procedure::Procedure(const ProcedureSpec& spec) : state_(start(spec)) {}

double Procedure::nextLevel() const
{
    return std::visit([](const auto& state) { return state.nextLevel(); }, state_);
}

void Procedure::tell(double levelShown, bool correct, bool atLimit, bool sameTrial)
{
    if (!std::isfinite(levelShown)) {
        throw InvalidArgument("the level of an answer must be a finite number");
    }
    const TrialOutcome outcome{.level = std::abs(levelShown),
                               .correct = correct,
                               .atLimit = atLimit,
                               .sameTrial = sameTrial};
    std::visit([&](auto& state) { state.apply(outcome); }, state_);
}

void Procedure::limitTo(double highest)
{
    std::visit([&](auto& state) { state.limitTo(highest); }, state_);
}

std::optional<double> Procedure::expectedInformation() const
{
    return std::visit(
        [](const auto& state) -> std::optional<double> { return state.expectedInformation(); },
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
    return std::visit([](const auto& state) { return state.reversals(); }, state_);
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
    return std::visit([](const auto& s) { return s.name(); }, spec);
}

LevelRange levelRange(const ProcedureSpec& spec)
{
    return std::visit([](const auto& s) { return s.levelRange(); }, spec);
}

std::optional<double> startingLevel(const ProcedureSpec& spec)
{
    return std::visit([](const auto& s) { return s.startingLevel(); }, spec);
}

double usualTrials(const ProcedureSpec& spec)
{
    return std::visit([](const auto& s) { return s.usualTrials(); }, spec);
}

EstimatedPoint estimatedPoint(const ProcedureSpec& spec)
{
    return std::visit([](const auto& s) { return s.estimatedPoint(); }, spec);
}

StopRule* sharedStopRule(ProcedureSpec& spec)
{
    return std::visit([](auto& s) { return s.sharedStopRule(); }, spec);
}

ProcedureSize procedureSize(const ProcedureSpec& spec)
{
    return std::visit([](const auto& s) { return s.size(); }, spec);
}

const std::vector<ProcedureType>& procedureTypes()
{
    static const auto kTypes = [] {
        std::vector<ProcedureType> out;
        forEachSpec([&]<class Spec>(Spec* /*which*/) {
            out.insert(out.end(), Spec::types().begin(), Spec::types().end());
        });
        return out;
    }();
    return kTypes;
}

const ProcedureType& procedureType(std::string_view name)
{
    const auto& types = procedureTypes();
    const auto found = std::ranges::find(types, name, &ProcedureType::name);
    if (found == types.end()) {
        throw InvalidArgument("unknown procedure \"" + std::string(name) + "\"");
    }
    return *found;
}

ProcedureSpec procedureSpec(const ProcedureSettings& settings)
{
    std::optional<ProcedureSpec> out;
    forEachSpec([&]<class Spec>(Spec* /*which*/) {
        if (hasType(Spec::types(), settings.type)) {
            out = Spec::read(settings);
        }
    });
    if (!out) {
        throw InvalidArgument("unknown procedure \"" + settings.type + "\"");
    }
    return *std::move(out);
}

std::vector<SettingsProblem> settingsProblems(const ProcedureSettings& settings)
{
    std::vector<SettingsProblem> out;
    const std::string low = shortNumber(settings.minLevel);
    const std::string high = shortNumber(settings.maxLevel);
    if (settings.minLevel > settings.maxLevel) {
        out.push_back(
            {{"min_level", "max_level"}, "min_level " + low + " is above max_level " + high});
    } else if (std::ranges::count(procedureType(settings.type).keys, "start_level") > 0 &&
               (settings.startLevel < settings.minLevel ||
                settings.startLevel > settings.maxLevel)) {
        out.push_back({{"start_level", "min_level", "max_level"},
                       "start_level " + shortNumber(settings.startLevel) +
                           " is not between min_level " + low + " and max_level " + high});
    }
    forEachSpec([&]<class Spec>(Spec* /*which*/) {
        if (hasType(Spec::types(), settings.type)) {
            std::ranges::move(Spec::problems(settings), std::back_inserter(out));
        }
    });
    return out;
}

std::optional<SettingsProblem> startProblem(const ProcedureSettings& settings,
                                            const ProcedureSpec& spec)
{
    try {
        if (Procedure(spec).finished()) {
            return SettingsProblem{
                .keys = {"stop/interval_width_db", "stop"},
                .message = "the interval of the threshold is as narrow as that before the first "
                           "trial, so there would be none; give a narrower interval_width_db",
                .futile = true};
        }
    } catch (const InvalidArgument& error) {
        return SettingsProblem{{procedureType(settings.type).mainKey}, error.what()};
    }
    return std::nullopt;
}

} // namespace mlab
