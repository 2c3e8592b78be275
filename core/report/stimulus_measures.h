// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlab {

/// A simple measure of a probe against its reference, independent of any network.
struct StimulusMeasure {
    std::string name;        ///< of its column in tables
    std::string label;       ///< as people read it
    std::string unit;        ///< may be empty
    std::string description; ///< of its column
    /// Its value if probe and reference are equal; absent if it is infinite then.
    std::optional<double> unchanged;
};

/// What a report says of the stimuli of one modality.
struct ReportedModality {
    std::string name;     ///< as designs and the store have it
    std::string stimuli;  ///< "pictures"
    std::string question; ///< the heading of what compares measures with thresholds
    std::string noticed;  ///< what a participant did with a change: "seen"
    /// Those that the report compares with thresholds.
    std::vector<StimulusMeasure> measures;
};

/// All of them, in the order of their columns.
std::span<const ReportedModality> reportedModalities();
/// @throws InvalidArgument for an unknown name
const ReportedModality& reportedModality(std::string_view name);

/// The measures that the report compares with thresholds: absolute change of RMS
/// contrast and SSIM for images; signal-to-noise ratio and log-spectral distance for sounds.
/// @throws InvalidArgument as reportedModality()
const std::vector<StimulusMeasure>& stimulusMeasures(std::string_view modality);

/// The values of stimulusMeasures(), in their order; absent if a value is infinite.
using MeasureValues = std::vector<std::optional<double>>;

} // namespace mlab
