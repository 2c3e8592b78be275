// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/distortion_entry.h"
#include "experiments/design/semantic_checks.h"

#include <algorithm>
#include <string>

namespace mlab::experiments {

void checkDistortions(CheckedDesign& design)
{
    const auto isDistortion = [](const MeasuredDimension& measured) {
        return measured.dimension.distortion.has_value();
    };
    const auto& dimensions = design->dimensions;
    const auto first = std::ranges::find_if(dimensions, isDistortion);
    if (first == dimensions.end() || !design.usable({"/dimensions"})) {
        return;
    }
    if (!std::ranges::all_of(dimensions, isDistortion)) {
        const auto place = static_cast<std::size_t>(first - dimensions.begin());
        design.add(design.origins()[place].component,
                   "a design has either components or distortions, because the levels of "
                   "components are in SD and those of distortions in percent; make two designs");
    }
    const std::string notUsed = "distortions are not made by a solver or with a basis; remove this "
                                "key";
    design.refuse("/solver", notUsed);
    design.refuse("/references/within_percentile", notUsed);
    const JsonNode root(design.document().root(), "", design.unusable());
    for (const auto& problem :
         distortionProblems(readDistortionEntries(root, design->path), design->synthesis.model,
                            design->synthesis.format, design.context().modelInfo)) {
        design.add(problem.pointer, problem.reason, problem.suggestion);
    }
}

} // namespace mlab::experiments
