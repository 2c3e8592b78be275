// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"
#include "core/trial/dimension.h"
#include "experiments/json/json_node.h"

#include <filesystem>
#include <vector>

namespace mlab::experiments {

/// Reads how stimuli are made, from the keys that design and study files share: model,
/// image_size_px, sound, references, basis, solver. Values of missing keys are left unchanged.
/// @param file  paths are relative to its folder
void readSynthesis(const JsonNode& root, const std::filesystem::path& file, SynthesisSpec& out);

/// Reads the member "model" of `parent`. @param file  paths are relative to its folder
void readModel(const JsonNode& parent, const std::filesystem::path& file, ModelSpec& out);

/// Reads the member "pool" of `parent`: stimuli, or random crops of images.
void readPool(const JsonNode& parent, const std::filesystem::path& file, StimulusSource& out);

/// The member "directions" of an entry of dimensions; both if it is missing.
std::vector<Direction> readDirections(const JsonNode& entry);

} // namespace mlab::experiments
