// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/stimulus.h"
#include "stimuli/measures/image_metrics.h"
#include "stimuli/measures/sound_metrics.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <variant>
#include <vector>

namespace mlab::stimuli {

/// How far a probe is from its reference, in the measures of its modality.
using StimulusMetrics = std::variant<ImageMetrics, SoundMetrics>;

/// @throws InvalidArgument as both do, or if the modalities differ
StimulusMetrics compare(const Stimulus& reference, const Stimulus& probe);

/// What a report averages over probes, in the order of stimulusMeasures() of that modality.
std::vector<std::optional<double>> reportedMeasures(const StimulusMetrics& metrics);
Modality modalityOf(const StimulusMetrics& metrics);

/// The metrics as stored in records; absent values are null.
nlohmann::ordered_json toJson(const StimulusMetrics& metrics);
nlohmann::ordered_json toJson(const ImageMetrics& metrics);
nlohmann::ordered_json toJson(const SoundMetrics& metrics);
/// @throws nlohmann::json::exception if one is missing
StimulusMetrics stimulusMetricsFrom(const nlohmann::json& json);
ImageMetrics imageMetricsFrom(const nlohmann::json& json);

} // namespace mlab::stimuli
