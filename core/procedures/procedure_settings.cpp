// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/procedures/procedure_settings.h"

#include <algorithm>
#include <string>

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

std::vector<SettingsProblem> stopProblems(const ProcedureSettings& settings)
{
    std::vector<SettingsProblem> out;
    for (const auto& object : settings.objects) {
        if (const auto stop = object.find("stop"); stop != object.end()) { // the last one holds
            const auto trials = keyOf<int>(*stop, "trials");
            const auto most = keyOf<int>(*stop, "max_trials");
            out.clear();
            if (trials && most && *trials > *most) {
                out.push_back({{"stop/max_trials", "stop"},
                               "max_trials " + std::to_string(*most) + " is below trials " +
                                   std::to_string(*trials) + ", which cannot be reached"});
            }
        }
    }
    return out;
}

bool stopsWhenAllHold(const nlohmann::json& stop)
{
    return keyOf<std::string>(stop, "when") == "all";
}

} // namespace mlab
