// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/store/metamer_settings.h"

#include <nlohmann/json.hpp>

namespace mlab::stimuli {
namespace {

using Json = nlohmann::ordered_json;

Json settings(const NormalisedGradientSpec& spec)
{
    return {{"first_step", spec.firstStep},
            {"repetitions", spec.repetitions},
            {"steps_per_repetition", spec.stepsPerRepetition}};
}

Json settings(const AdamSpec& spec)
{
    return {{"steps", spec.steps}, {"learning_rate", spec.learningRate}};
}

Json settings(const LbfgsSpec& spec)
{
    return {{"evaluations", spec.evaluations},
            {"memory", spec.memory},
            {"square_loss", spec.squareLoss}};
}

// The first alternative, from the `index`-th on, that has the name.
template <std::size_t index = 0> std::optional<MetamerSolverSpec> named(std::string_view name)
{
    if constexpr (index == std::variant_size_v<MetamerSolverSpec>) {
        return std::nullopt;
    } else {
        using Spec = std::variant_alternative_t<index, MetamerSolverSpec>;
        return name == Spec::kName ? std::optional<MetamerSolverSpec>(Spec())
                                   : named<index + 1>(name);
    }
}

} // namespace

std::optional<MetamerSolverSpec> metamerSolverNamed(std::string_view name)
{
    return named(name);
}

int& budgetOf(MetamerSolverSpec& solver)
{
    return std::visit([](auto& spec) -> int& { return spec.budget(); }, solver);
}

bool needsTrueGradient(const MetamerSolverSpec& solver)
{
    return std::visit([](const auto& spec) { return spec.kNeedsTrueGradient; }, solver);
}

Json toJson(const MetamerSolverSpec& solver)
{
    return std::visit(
        [](const auto& spec) {
            Json json = {{"type", spec.kName}};
            json.update(settings(spec));
            return json;
        },
        solver);
}

} // namespace mlab::stimuli
