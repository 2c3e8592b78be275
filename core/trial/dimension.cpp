// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trial/dimension.h"

#include "core/base/number_text.h"

#include <algorithm>
#include <cmath>

namespace mlab {

std::string_view toString(Direction direction)
{
    return direction == Direction::plus ? "plus" : "minus";
}

std::string Dimension::id() const
{
    if (metamers) {
        return layer + "/" + metamers->id();
    }
    return layer + "/" + componentName(*this) + "/" + std::string(toString(direction)) + "/" +
           shortNumber(eccentricityDeg);
}

std::string componentName(const Dimension& dimension)
{
    if (dimension.rewiring) {
        return nameIn(kRewiringKinds, *dimension.rewiring);
    }
    return dimension.distortion ? nameIn(kDistortionKinds, *dimension.distortion)
                                : std::to_string(dimension.component);
}

std::string levelUnit(const Dimension& dimension)
{
    if (dimension.rewiring) {
        return "swaps";
    }
    return dimension.distortion ? "%" : "SD";
}

std::string layerNoun(const Dimension& dimension)
{
    return dimension.rewiring ? "graph" : "layer";
}

double shownLevel(const Dimension& dimension, double level)
{
    return dimension.rewiring ? std::max(1.0, std::round(level)) : level;
}

bool matchesDimension(std::string_view pattern, std::string_view id)
{
    while (true) {
        const auto patternEnd = pattern.find('/');
        const auto idEnd = id.find('/');
        const auto part = pattern.substr(0, patternEnd);
        if (part != "*" && part != id.substr(0, idEnd)) {
            return false;
        }
        if (patternEnd == std::string_view::npos || idEnd == std::string_view::npos) {
            return patternEnd == idEnd;
        }
        pattern.remove_prefix(patternEnd + 1);
        id.remove_prefix(idEnd + 1);
    }
}

} // namespace mlab
