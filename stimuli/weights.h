// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/safetensors.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// What a network does to its input first: (x - mean) / std, one number for each channel.
struct InputNormaliser {
    std::vector<float> mean;
    std::vector<float> std;
};

/// The weights of a network in float32.
struct Weights {
    std::map<std::string, FloatArray> arrays;
    std::optional<InputNormaliser> normaliser;
    std::string sha256; ///< of the file
};

Weights loadWeights(const std::filesystem::path& file);

} // namespace mlab::stimuli
