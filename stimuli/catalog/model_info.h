// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"

#include <string>
#include <vector>

namespace mlab::stimuli {

/// What a design check needs to know about a model. Does not run the model or read its weights.
/// @throws InvalidArgument for an unknown name or a file that is missing or superfluous,
///         IoError for a file that is not a TorchScript model or has no usable manifest
ModelInfo modelInfo(const ModelSpec& spec);

/// What a person writes on a command line: a built-in model's or architecture's name, with the file
/// of its weights where it needs one, or the path of a TorchScript model (it has a dot or a slash).
ModelSpec modelSpec(const std::string& nameOrFile, const std::string& weights);

/// @throws InvalidArgument that lists the model's layers and suggests the nearest
void requireLayer(const ModelInfo& model, const std::string& layer);

/// @throws InvalidArgument if the model cannot take square images of that side
void requireImageSize(const ModelInfo& model, int imageSizePx);

/// @throws InvalidArgument if the stimuli have another modality than the model, or a form that it
///         cannot take
void requireFormat(const ModelInfo& model, const StimulusFormat& format);

} // namespace mlab::stimuli
