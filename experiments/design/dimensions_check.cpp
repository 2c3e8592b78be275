// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/design/semantic_checks.h"

#include <map>
#include <string>
#include <utility>

namespace mlab::experiments {
namespace {

void checkComponent(CheckedDesign& design, std::size_t i)
{
    const int component = design->dimensions[i].dimension.component;
    const auto& basis = design->synthesis.basis;
    if (design.usable({"/basis/components"}) && design.listUsable("/basis/select") &&
        component > basis.components) {
        design.add(design.origins()[i].component,
                   "component " + std::to_string(component) + " is not retained: " +
                       (basis.select.empty() ? "basis.components is "
                                             : "the number of components in basis.select is ") +
                       std::to_string(basis.components));
    }
}

/// One diagnostic for each pair of entries that overlap.
void checkRepetitions(CheckedDesign& design)
{
    const auto& origins = design.origins();
    std::map<std::string, std::string> entryOf;
    struct Overlap {
        std::size_t first = 0;
        int count = 0;
    };
    std::map<std::pair<std::string, std::string>, Overlap> overlaps;
    for (std::size_t i = 0; i < origins.size(); ++i) {
        const auto [earlier, isNew] =
            entryOf.emplace(design->dimensions[i].dimension.id(), origins[i].entry);
        if (!isNew) {
            auto& overlap = overlaps[{origins[i].entry, earlier->second}];
            overlap.first = overlap.count++ == 0 ? i : overlap.first;
        }
    }
    for (const auto& [entries, overlap] : overlaps) {
        std::string message = "dimension " + design->dimensions[overlap.first].dimension.id();
        message +=
            overlap.count == 1 ? " is" : " and " + std::to_string(overlap.count - 1) + " more are";
        message += " already listed by the entry on line " +
                   std::to_string(design.document().lineOf(entries.second));
        design.add(origins[overlap.first].component, message);
    }
}

void checkSchedule(CheckedDesign& design)
{
    if (design->schedule != Schedule::information || !design.usable({"/schedule"})) {
        return;
    }
    for (std::size_t i = 0; i < design.origins().size(); ++i) {
        const auto& origin = design.origins()[i];
        const std::string& type = origin.procedure.type;
        if (!procedureType(type).expectsInformation && !design.partlyRefused("/procedure") &&
            !design.partlyRefused(origin.entry + "/procedure")) {
            design.add("/schedule",
                       "the schedule \"information\" chooses the dimension whose next answer is "
                       "expected to be most informative, which a " +
                           type + " cannot say (dimension " + design->dimensions[i].dimension.id() +
                           "); use another procedure for every dimension, or the schedule "
                           "\"blocks\"");
            return;
        }
    }
}

} // namespace

void checkDimensions(CheckedDesign& design)
{
    if (design->dimensions.size() > kMostDimensions) {
        design.add("/dimensions", "all combinations of components or distortions, directions and "
                                  "eccentricities are more than " +
                                      std::to_string(kMostDimensions) +
                                      " dimensions, the most a design may have");
        return;
    }
    for (std::size_t i = 0; i < design.origins().size(); ++i) {
        checkComponent(design, i);
    }
    checkRepetitions(design);
    checkSchedule(design);
}

} // namespace mlab::experiments
