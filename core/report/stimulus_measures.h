// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlab {

/// A simple measure of a probe against its reference, which knows nothing of any network.
struct StimulusMeasure {
    std::string name;        ///< of its column in tables
    std::string label;       ///< as people read it
    std::string unit;        ///< may be empty
    std::string description; ///< what its column holds
    /// Its value where probe and reference are equal; absent if it has no bound there.
    std::optional<double> unchanged;
};

/// The measures that the report compares with thresholds: of images, the change of RMS contrast
/// without its sign and SSIM; of sounds, signal-to-noise ratio and log-spectral distance.
/// @param modality "image" or "audio" @throws InvalidArgument for another
const std::vector<StimulusMeasure>& stimulusMeasures(std::string_view modality);

/// The values of stimulusMeasures(), in their order; absent where a value has no bound.
using MeasureValues = std::vector<std::optional<double>>;

} // namespace mlab
