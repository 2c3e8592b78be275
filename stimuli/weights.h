// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/safetensors.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// What is taken from and divided out of each channel before a network sees it.
struct Normaliser {
    std::vector<float> mean;
    std::vector<float> sd;
};

/// The weights of a network as a file holds them.
struct Weights {
    std::string name;   ///< how errors call the file
    std::string sha256; ///< of the file
    std::map<std::string, FloatArray> arrays;
    std::optional<Normaliser> normaliser; ///< where the file has one (`robustness` checkpoints)
};

Weights loadWeights(const std::filesystem::path& file);

} // namespace mlab::stimuli
