// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/design_reach.h"

#include "app/session/design_probes.h"
#include "core/base/error.h"
#include "stimuli/worker/engine_info.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <iterator>
#include <string>

namespace mlab::app {

DesignReach measuredReach(const experiments::Design& design, stimuli::ProbeMaker& maker,
                          const stimuli::Progress& progress, const std::stop_token& stop)
{
    std::vector<std::string> ids;
    std::ranges::transform(maker.info().references, std::back_inserter(ids), &ReferenceInfo::id);
    const auto begin = std::chrono::steady_clock::now();
    const auto tell = [&](int done, int total) {
        const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
        const double left = std::ceil(passed.count() / done * (total - done));
        progress("Measuring how far references can be moved" +
                     (left >= 1 ? ", about " + std::to_string(std::lround(left)) + " s left"
                                : std::string()),
                 static_cast<double>(done) / total);
    };
    DesignReach reach{.moves = experiments::measureReach(
                          design, ids,
                          [&](const ProbeRequest& request) { return maker.make(request, stop); },
                          tell, stop),
                      .references = ids.size(),
                      .highestLevels = {}};
    reach.highestLevels = experiments::highestLevels(design, reach.moves, reach.references);
    for (std::size_t d = 0; d < design.dimensions.size(); ++d) {
        const auto& dimension = design.dimensions[d].dimension;
        for (const auto& move : reach.moves) {
            auto there = move.moved;
            there.eccentricityDeg = dimension.eccentricityDeg;
            if (reach.highestLevels[d] == 0 && there == dimension && !move.problem.empty()) {
                stimuli::warnOnStderr("dimension " + dimension.id() + ": " + move.problem);
            }
        }
    }
    return reach;
}

DesignReach measuredReach(const experiments::Design& design,
                          const std::filesystem::path& cacheFolder,
                          const stimuli::ComputeOptions& compute, const stimuli::Progress& progress)
{
    const auto maker = designProbes(design, cacheFolder, compute, progress, {});
    return measuredReach(design, *maker, progress, {});
}

void requireMeasurable(const experiments::Design& design, const std::vector<double>& highestLevels)
{
    const auto sentences = experiments::unmeasurable(design, highestLevels);
    if (sentences.empty()) {
        return;
    }
    std::string text = design.path.string() + ":";
    for (const auto& sentence : sentences) {
        text += "\n  " + sentence;
    }
    throw InvalidArgument(text);
}

} // namespace mlab::app
