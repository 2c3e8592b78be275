// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"

#include <filesystem>
#include <vector>

namespace mlab::stimuli {

/// What a TorchScript model file says about itself, in its extra file `metamerlab.json`:
///
///     {"name": "cifar_resnet20", "modality": "image",
///      "input": {"channels": 3, "range": [0, 1], "native_size": 32, "any_size": true},
///      "normalisation": {"mean": [0.5, 0.5, 0.5], "std": [0.2, 0.2, 0.2]},
///      "layers": ["conv1", "layer1", "logits"],
///      "classes": ["airplane", "automobile"], "logits_layer": "logits", "source": "..."}
///
/// `normalisation` is applied before the model; a model that normalises inside says
/// `"normalised_inside": true` instead. `classes` and `logits_layer` belong together and may both
/// be left out.
///
/// A model of sounds says `"modality": "audio"` and
///
///     "input": {"channels": 1, "range": [-1, 1], "sample_rate": 20000}
///
/// It takes waveforms [N, samples] at that rate, or with `"channel_dimension": true`
/// [N, 1, samples]. `"duration_ms"` is the one duration it takes, if it takes only one. Any
/// normalisation must be inside the model.
struct ScriptManifest {
    ModelInfo info;
    std::vector<float> mean; ///< empty: the file does not ask for normalisation
    std::vector<float> sd;
    bool channelDimension = false; ///< sounds are [N, 1, samples], not [N, samples]
};

/// Reads the manifest only, not the weights.
/// @throws IoError naming the file and the problem
ScriptManifest readScriptManifest(const std::filesystem::path& file);

/// @throws IoError worded like all errors about a model file
[[noreturn]] void refuseModelFile(const std::filesystem::path& file, const std::string& why);

} // namespace mlab::stimuli
