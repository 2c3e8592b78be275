// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/models/model.h"

#include <cstdint>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// What one layer of a model gives and costs.
struct LayerSummary {
    std::string name;
    std::vector<std::int64_t> shape; ///< for one image: [channels] or [channels, height, width]
    std::int64_t multiplyAdds = 0;   ///< of the convolutions and matrix products up to this layer
    std::int64_t parameters = 0;     ///< learnt numbers up to this layer
};

/// All layers for stimuli of that form, counted while each runs once on a grey image or on silence.
/// @throws InvalidArgument if the model cannot take them, NumericError
std::vector<LayerSummary> summarise(const Model& model, const StimulusFormat& format);

} // namespace mlab::stimuli
