// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/checkpoints/float_array.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// How a network normalises its input: (x - mean) / std, one number for each channel.
struct InputNormaliser {
    std::vector<float> mean;
    std::vector<float> std; ///< finite and above 0
};

/// The weights of a network in float32.
struct Weights {
    std::map<std::string, FloatArray>
        arrays; ///< by the network's own names ("layer1.0.conv1.weight")
    std::optional<InputNormaliser> normaliser;
    std::string sha256; ///< of the file
};

/// Reads a safetensors file or a PyTorch checkpoint (torch.save of a state dict, of the zip format
/// or the legacy one), recognised by content. Code in a checkpoint is never run. float16, bfloat16
/// and float64 become float32; integer and boolean tensors are left out. The state dict may be the
/// file's object itself or be under `state_dict`, `model` or `net`.
///
/// `module.` (DataParallel) and `model.` are removed from the names if all names begin with them. A
/// checkpoint of `robustness` holds its network twice, as `model.*` and as `attacker.model.*`: the
/// first is taken; `normalizer.new_mean` and `new_std` (else those of `attacker.normalize`) become
/// the normaliser. The decoded arrays may have at most as many elements as the file has bytes, so
/// that a small file whose tensors share numbers cannot fill the memory.
/// @throws IoError naming the file, the problem or the accepted formats.
Weights loadWeights(const std::filesystem::path& file);

} // namespace mlab::stimuli
