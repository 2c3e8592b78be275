// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/distortion_spec.h"
#include "core/stimulus/rewiring_kind.h"
#include "core/trial/metamer_condition.h"

#include <optional>
#include <string>
#include <string_view>

namespace mlab {

/// Which way a probe is moved along its component.
enum class Direction { plus, minus };

/// One thing to measure: layer x component or distortion x direction x eccentricity, graph x
/// rewiring x eccentricity, or layer x condition of whole metamers.
struct Dimension {
    std::string layer; ///< or, with a rewiring, the graph's name
    /// 1 is the component that explains most variance; 0 where it has no meaning
    int component = 1;
    Direction direction = Direction::plus;
    double eccentricityDeg = 0.0; ///< degrees of visual angle from fixation to the image's centre

    std::optional<MetamerCondition> metamers = std::nullopt; ///< where whole ones are compared
    std::optional<DistortionKind> distortion = std::nullopt; ///< in place of a component
    std::optional<RewiringKind> rewiring = std::nullopt;     ///< likewise; plus alone

    /// "layer/component/direction/eccentricity", for example "texture/1/plus/8", or with a
    /// distortion "texture/largest/plus/8", with a rewiring "karate/degrees/plus/0"; of whole
    /// metamers the layer and MetamerCondition::id(), "texture/original-synthesised/noise/20dB".
    std::string id() const;
    bool operator==(const Dimension&) const = default;
};

std::string_view toString(Direction direction);

/// The component's number, or the name of the distortion or the rewiring.
std::string componentName(const Dimension& dimension);

/// The unit of the levels of a component, a distortion or a rewiring: "SD", "%" or "swaps".
std::string levelUnit(const Dimension& dimension);

/// What Dimension::layer names: "layer", or with a rewiring "graph".
std::string layerNoun(const Dimension& dimension);

/// The level nearest to `level` that can be shown: of a rewiring a whole number of swaps, at least
/// one.
double shownLevel(const Dimension& dimension, double level);

/// Whether a dimension id fits a pattern in which a part may be `*` ("texture/*/plus/*").
bool matchesDimension(std::string_view pattern, std::string_view id);

} // namespace mlab
