// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/synthesis_spec.h"

#include <string>

namespace mlab::stimuli {

/// What a design check needs to know of a model; runs nothing.
/// @throws InvalidArgument for a name that is no built-in model.
ModelInfo modelInfo(const std::string& name);

} // namespace mlab::stimuli
