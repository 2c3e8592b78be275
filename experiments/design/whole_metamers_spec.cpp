// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/whole_metamers_spec.h"

#include <algorithm>
#include <cmath>
#include <optional>

namespace mlab::experiments {

std::vector<Dimension> conditionsOf(const WholeMetamersSpec& spec)
{
    std::vector<std::optional<MetamerMatch>> matches(spec.matches.begin(), spec.matches.end());
    if (spec.adaptive) {
        matches = {std::nullopt};
    }
    std::vector<Dimension> out;
    for (const auto& layer : spec.layers) {
        for (const auto comparison : spec.comparisons) {
            for (const auto start : spec.starts) {
                for (const auto& match : matches) {
                    out.push_back({.layer = layer,
                                   .component = 0,
                                   .metamers = MetamerCondition{
                                       .comparison = comparison, .start = start, .match = match}});
                }
            }
        }
    }
    return out;
}

Dimension catchDimension(const WholeMetamersSpec& spec)
{
    return {.layer = spec.layers.front(),
            .component = 0,
            .metamers = MetamerCondition{.comparison = Comparison::originalOriginal}};
}

double levelOf(const MetamerMatch& match)
{
    return match.unit == MetamerMatch::Unit::snrDb ? mismatchOfSnrDb(match.value) : match.value;
}

double nearestLevel(const WholeMetamersSpec& spec, double level)
{
    return levelOf(*std::ranges::min_element(spec.matches, {}, [&](const MetamerMatch& match) {
        return std::abs(std::log(levelOf(match) / level));
    }));
}

int referencesOf(const MetamerCondition& condition)
{
    if (condition.comparison == Comparison::originalOriginal) {
        return 2;
    }
    const int metamers = condition.comparison == Comparison::synthesisedSynthesised ? 2 : 1;
    return condition.start == SynthesisStart::natural ? 1 + metamers : 1;
}

int referencesNeeded(const WholeMetamersSpec& spec)
{
    int most = std::max(spec.trialsPerCondition, referencesOf(*catchDimension(spec).metamers));
    for (const auto& condition : conditionsOf(spec)) {
        most = std::max(most, referencesOf(*condition.metamers));
    }
    return most;
}

} // namespace mlab::experiments
