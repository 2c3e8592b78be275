// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/models/model.h"

#include <filesystem>
#include <memory>

namespace mlab::stimuli {

/// A network of somebody else's: a TorchScript archive with one method for each layer, which takes
/// images [N, 3, height, width] and runs only as far as it must, and a manifest in its extra file
/// `metamerlab.json`:
///
///     {"name": "cifar_resnet20", "modality": "image",
///      "input": {"channels": 3, "range": [0, 1], "native_size": 32, "any_size": true},
///      "normalisation": {"mean": [0.5, 0.5, 0.5], "std": [0.2, 0.2, 0.2]},
///      "layers": ["conv1", "layer1", "logits"],
///      "classes": ["airplane", "automobile"], "logits_layer": "logits", "source": "..."}
///
/// `normalisation` is applied here, before the method; a model that normalises inside says
/// `"normalised_inside": true` in its place. `classes` and `logits_layer` belong together and may
/// both be left out.
///
/// A model of sounds says `"modality": "audio"` and
///
///     "input": {"channels": 1, "range": [-1, 1], "sample_rate": 20000}
///
/// Its methods take waveforms [N, samples] at that rate, or with `"channel_dimension": true`
/// [N, 1, samples]; the sounds that are played are resampled to it here. `"duration_ms"` is the one
/// duration it takes, if it takes only one. It normalises inside, if at all.
///
/// @throws IoError naming the file and what in it cannot be used

/// The manifest alone; no weights are read.
ModelInfo scriptModelInfo(const std::filesystem::path& file);

/// @param format of the stimuli, of the modality in its manifest
/// @throws IoError also for a layer of the manifest that the archive has no method for;
///         NumericError for weights that are not finite
std::unique_ptr<Model> loadScriptModel(const std::filesystem::path& file,
                                       const StimulusFormat& format, const ComputeOptions& compute);

} // namespace mlab::stimuli
