// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/engine/engine.h"
#include "stimuli/models/model.h"

#include <vector>

namespace mlab::stimuli {

/// All layers for stimuli of that form, counted while each runs once on a grey image or on silence.
/// @throws InvalidArgument if the model cannot take them, NumericError
std::vector<LayerSummary> summarise(const Model& model, const StimulusFormat& format);

} // namespace mlab::stimuli
