// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/enum_names.h"

#include <string>

namespace mlab {

/// What of a layer's activations represents a stimulus.
enum class RepresentationSpace {
    features,     ///< the activations themselves
    standardised, ///< each over its SD over the basis's pool; those with SD 0 are left out
    gram,         ///< the coordinates in the layer's basis, SD
    pooled,       ///< the mean over space or time of each channel
    angular,      ///< the activations, compared by their angle: arccos(cosine) / pi, in [0, 1]
    logits,       ///< of the model's classes
};
inline constexpr EnumNames<RepresentationSpace, 6> kRepresentationSpaces{
    {{RepresentationSpace::features, "features"},
     {RepresentationSpace::standardised, "standardised"},
     {RepresentationSpace::gram, "gram"},
     {RepresentationSpace::pooled, "pooled"},
     {RepresentationSpace::angular, "angular"},
     {RepresentationSpace::logits, "logits"}}};

/// Where in a model stimuli are represented.
struct Representation {
    std::string layer; ///< may be empty for logits, which belong to one layer
    RepresentationSpace space = RepresentationSpace::standardised;

    bool operator==(const Representation&) const = default;
    auto operator<=>(const Representation&) const = default; // NOLINT(modernize-use-nullptr)
};

/// How far apart two stimuli are represented.
struct RepresentationDistance {
    /// The Euclidean distance divided by the square root of the number of units, so that layers are
    /// comparable; for angular, the angle itself.
    double delta = 0.0;
    int units = 0; ///< numbers that represent one stimulus

    bool operator==(const RepresentationDistance&) const = default;
};

} // namespace mlab
