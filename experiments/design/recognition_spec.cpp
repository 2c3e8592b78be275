// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/recognition_spec.h"

#include "core/base/error.h"

#include <set>
#include <string>

namespace mlab::experiments {

std::vector<std::string> conditionsOf(const RecognitionSpec& spec)
{
    std::vector<std::string> conditions = {std::string(kNaturalCondition)};
    conditions.insert(conditions.end(), spec.layers.begin(), spec.layers.end());
    return conditions;
}

int referencesNeeded(const RecognitionSpec& spec)
{
    return 1 + spec.trialsPerCategory * (1 + static_cast<int>(spec.layers.size()));
}

int mainTrials(const RecognitionSpec& spec)
{
    const auto conditions = 1 + static_cast<int>(spec.layers.size());
    return spec.trialsPerCategory *
           (conditions * static_cast<int>(spec.categories.size()) + spec.catchPerBlock);
}

std::vector<std::vector<std::string>>
referencesByCategory(const RecognitionSpec& spec, const std::vector<std::string>& referenceIds)
{
    std::vector<std::vector<std::string>> out(spec.categories.size());
    std::set<std::string> seen;
    for (const auto& id : referenceIds) {
        if (!seen.insert(id).second) {
            throw InvalidArgument("the reference \"" + id +
                                  "\" is listed twice; list each only once");
        }
        if (const auto category = categoryOfReference(spec.categories, id)) {
            out[*category].push_back(id);
        }
    }
    const auto needed = static_cast<std::size_t>(referencesNeeded(spec));
    for (std::size_t i = 0; i < out.size(); ++i) {
        if (out[i].size() < needed) {
            throw InvalidArgument(
                "category \"" + spec.categories[i].name + "\" has " +
                std::to_string(out[i].size()) + " references, but needs " + std::to_string(needed) +
                ": its example, and one for each of its " + std::to_string(needed - 1) +
                " trials (trials_per_category times natural and each layer), because no "
                "participant "
                "may see or hear a reference in two conditions. Add references, or reduce "
                "trials_per_category");
        }
    }
    return out;
}

} // namespace mlab::experiments
