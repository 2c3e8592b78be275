// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/image_metrics.h"

#include <nlohmann/json_fwd.hpp>

namespace mlab::stimuli {

/// The metrics as records hold them; what is absent is null.
nlohmann::ordered_json toJson(const ImageMetrics& metrics);
/// @throws nlohmann::json::exception if they are not all there
ImageMetrics imageMetricsFrom(const nlohmann::json& json);

} // namespace mlab::stimuli
