// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"

#include <string>

namespace mlab::stimuli {

inline constexpr const char* kBuiltInImageModel = "gabor-scattering";
inline constexpr const char* kCompressiveImageModel = "gabor-compressive";
inline constexpr const char* kBuiltInSoundModel = "cochlea-modulation";

/// The built-in image models (stimuli/models/gabor_scattering.h).
ModelInfo gaborScatteringInfo();
ModelInfo gaborCompressiveInfo();

/// The built-in sound model (stimuli/models/cochlea_modulation.h).
/// @throws InvalidArgument for a spec that cannot be used
ModelInfo cochleaModulationInfo(const CochleaSpec& spec);
/// Everything of a spec that the activations depend on, as text for hashes.
std::string cochleaIdentity(const CochleaSpec& spec);

} // namespace mlab::stimuli
