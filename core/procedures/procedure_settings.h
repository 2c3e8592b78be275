// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/procedures/procedure_description.h"
#include "core/procedures/stop_rule.h"
#include "core/trial/task.h"

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <vector>

namespace mlab {

/// A procedure as a design gives it: its type, and the keys that say more. Levels are in SD, grids
/// and widths of Bayesian procedures in dB of level.
struct ProcedureSettings {
    std::string type = "psi-marginal"; ///< the recommended one: see tests/benchmarks/README.md
    Task task = Task::abx;             ///< gives chance, and the meaning of "dprime"
    double startLevel = 1.0;
    double minLevel = 0.05;
    double maxLevel = 3.0;
    /// The "procedure" objects that this type takes its keys from; later ones go before earlier
    /// ones. Their values are of the types that the schema asks for.
    std::vector<nlohmann::json> objects = {};

    /// The value of a key, or `usual` if it is not given.
    template <class T> T valueOf(const char* key, T usual) const
    {
        for (const auto& object : objects) {
            if (const auto member = object.find(key); member != object.end()) {
                usual = member->get<T>();
            }
        }
        return usual;
    }
    /// Absent if it is not given.
    std::optional<double> numberAt(const char* key) const;
    /// The "stop" of a Bayesian procedure. Rules that are not named do not hold: {"trials": 40}
    /// means 40 trials and nothing else.
    StopRule stopRule() const;
};

/// The value of a key of an object, absent if it is not given.
template <class T> std::optional<T> keyOf(const nlohmann::json& object, const char* key)
{
    const auto member = object.find(key);
    return member == object.end() ? std::nullopt : std::optional(member->get<T>());
}

/// Contradictions within the "stop" of any procedure.
std::vector<SettingsProblem> stopProblems(const ProcedureSettings& settings);

/// Whether the "stop" of an object asks for all rules at once.
bool stopsWhenAllHold(const nlohmann::json& stop);

} // namespace mlab
