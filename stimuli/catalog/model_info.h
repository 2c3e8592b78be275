// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/representation.h"
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

/// The layer whose activations a representation is made of.
/// @throws InvalidArgument as requireLayer(); for logits if the model has no classes, or the layer
///         is another than that of the logits
std::string representedLayer(const ModelInfo& model, const Representation& representation);

/// @throws InvalidArgument if the model cannot take square images of that side
void requireImageSize(const ModelInfo& model, int imageSizePx);

/// The form nearest to `format` that the model can take: `format` itself, or pictures of another
/// size. @throws InvalidArgument as requireFormat(), except for the size of pictures
StimulusFormat nearestFormat(const ModelInfo& model, const StimulusFormat& format);

/// @throws InvalidArgument if the stimuli have another modality than the model, or a form that it
///         cannot take
void requireFormat(const ModelInfo& model, const StimulusFormat& format);

} // namespace mlab::stimuli
