// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/probes_at_threshold.h"

#include "core/fits/group_statistics.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mlab {

std::vector<std::string> probesNear(double threshold, std::span<const ShownProbe> shown)
{
    std::vector<std::pair<double, const ShownProbe*>> near; // distance in natural logs
    for (const auto& probe : shown) {
        const double distance = std::abs(std::log(probe.level / threshold));
        if (distance <= std::log(kNearThreshold)) {
            near.emplace_back(distance, &probe);
        }
    }
    std::ranges::stable_sort(near, {}, &std::pair<double, const ShownProbe*>::first);
    near.resize(std::min<std::size_t>(near.size(), kProbesAtThreshold));
    std::vector<std::string> out;
    out.reserve(near.size());
    for (const auto& [distance, probe] : near) {
        out.push_back(probe->sha256);
    }
    return out;
}

std::optional<ProbesAtThreshold> measuresOf(std::span<const std::string> probes,
                                            const MeasuresByProbe& measures)
{
    std::vector<MeasureValues> found;
    for (const auto& probe : probes) {
        if (const auto known = measures.find(probe); known != measures.end()) {
            found.push_back(known->second);
        }
    }
    if (found.empty()) {
        return std::nullopt;
    }
    return ProbesAtThreshold{.probes = static_cast<int>(found.size()),
                             .measures = meanMeasures(found)};
}

MeasureValues meanMeasures(std::span<const MeasureValues> values)
{
    MeasureValues means;
    for (std::size_t i = 0; !values.empty() && i < values.front().size(); ++i) {
        std::vector<double> known;
        for (const auto& each : values) {
            if (each.at(i)) {
                known.push_back(*each[i]);
            }
        }
        const auto mean = meanOf(known);
        means.push_back(mean ? std::optional(mean->mean) : std::nullopt);
    }
    return means;
}

} // namespace mlab
