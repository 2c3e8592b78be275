// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/procedures/procedure_settings.h"

#include <algorithm>

namespace mlab {

std::optional<double> ProcedureSettings::numberAt(const char* key) const
{
    std::optional<double> out;
    for (const auto& object : objects) {
        if (const auto value = keyOf<double>(object, key)) {
            out = value;
        }
    }
    return out;
}

StopRule ProcedureSettings::stopRule() const
{
    StopRule out{.trials = 32};
    for (const auto& object : objects) {
        const auto stop = object.find("stop");
        if (stop == object.end()) {
            continue;
        }
        out = {};
        out.trials = keyOf<int>(*stop, "trials");
        out.intervalWidth = keyOf<double>(*stop, "interval_width_db");
        out.when = stopsWhenAllHold(*stop) ? StopRule::When::all : StopRule::When::any;
        out.maxTrials = keyOf<int>(*stop, "max_trials")
                            .value_or(std::max(out.maxTrials, out.trials.value_or(0)));
    }
    return out;
}

bool stopsWhenAllHold(const nlohmann::json& stop)
{
    return keyOf<std::string>(stop, "when") == "all";
}

} // namespace mlab
