// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/sound.h"
#include "core/stimulus/synthesis_spec.h"
#include "stimuli/models/model.h"

#include <memory>

namespace mlab::stimuli {

/// The built-in sound model; its layers are described at the top of cochlea_modulation.cpp.
/// @throws InvalidArgument for a spec that cannot be used or sounds that are too short; DeviceError
/// for half precision
std::unique_ptr<Model> makeCochleaModulation(const CochleaSpec& spec, const SoundFormat& format,
                                             const ComputeOptions& compute);

} // namespace mlab::stimuli
