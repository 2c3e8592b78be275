// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/enum_names.h"
#include "core/stimulus/synthesis_spec.h"

#include <string>
#include <vector>

namespace mlab {

/// Changes of a stimulus's pixels or samples to which networks are most or least sensitive.
enum class DistortionKind {
    largest,    ///< the change that moves the activations of a layer most (Berardino et al. 2017)
    smallest,   ///< the one that moves them least
    principal1, ///< the two changes whose thresholds' ratio differs most between several networks
    principal2, ///< (Feather, Lipshutz et al. 2025)
};
inline constexpr EnumNames<DistortionKind, 4> kDistortionKinds{
    {{DistortionKind::largest, "largest"},
     {DistortionKind::smallest, "smallest"},
     {DistortionKind::principal1, "principal-1"},
     {DistortionKind::principal2, "principal-2"}}};

/// Whether a distortion compares several networks.
inline bool isPrincipal(DistortionKind kind)
{
    return kind == DistortionKind::principal1 || kind == DistortionKind::principal2;
}

/// A layer of a network.
struct ModelLayer {
    ModelSpec model;
    std::string layer;

    bool operator==(const ModelLayer&) const = default;
};

/// A layer whose distortions are made, and the networks that principal distortions compare with it.
struct DistortionLayer {
    std::string layer;
    std::vector<ModelLayer> others = {}; ///< needed by principal distortions only

    bool operator==(const DistortionLayer&) const = default;
};

} // namespace mlab
