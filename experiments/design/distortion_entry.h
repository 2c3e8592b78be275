// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/distortion_spec.h"
#include "core/stimulus/stimulus.h"
#include "core/stimulus/synthesis_spec.h"
#include "experiments/design/design_modality.h"
#include "experiments/json/json_node.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace mlab::experiments {

/// An entry of "dimensions", of a design or a study, that names distortions.
struct DistortionEntry {
    DistortionLayer layer;
    std::vector<DistortionKind> kinds;
    std::string pointer; ///< to the entry
};

/// The entries of `parent`'s list "dimensions" that name distortions.
/// @param file  paths are relative to its folder
std::vector<DistortionEntry> readDistortionEntries(const JsonNode& parent,
                                                   const std::filesystem::path& file);

/// Their layers, each once, with the models that one of the entries compares it with.
std::vector<DistortionLayer> layersOf(const std::vector<DistortionEntry>& entries);

/// What the schema cannot know of them: a layer compared twice or with itself, principal
/// distortions without other models, the smallest distortion of sounds, and other models that do
/// not exist, lack the layer or do not take such stimuli. The design's own model is checked
/// elsewhere.
/// @param own  the design's model
/// @param modelInfo  as CheckContext::modelInfo; if it is empty, models are not checked
std::vector<KeyProblem>
distortionProblems(const std::vector<DistortionEntry>& entries, const ModelSpec& own,
                   const StimulusFormat& format,
                   const std::function<ModelInfo(const ModelSpec&)>& modelInfo);

} // namespace mlab::experiments
