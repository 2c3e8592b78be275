// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/models/model.h"

#include <filesystem>
#include <memory>

namespace mlab::stimuli {

/// A network that somebody else trained: a TorchScript archive with one method for each layer,
/// which takes images [N, 3, height, width] or waveforms and runs only as far as needed, and a
/// manifest (stimuli/catalog/script_manifest.h). Images are normalised as the manifest says, and
/// sounds are resampled to the model's rate, before the method.
/// @param format of the stimuli, of the modality in its manifest
/// @throws IoError naming the file and the problem, such as a layer of the manifest without a
///         method in the archive, or what loadCheckedScript() refuses; NumericError for weights
///         that are not finite
std::unique_ptr<Model> loadScriptModel(const std::filesystem::path& file,
                                       const StimulusFormat& format, const ComputeOptions& compute);

} // namespace mlab::stimuli
