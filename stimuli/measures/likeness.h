// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/measures/stimulus_metrics.h"

#include <optional>
#include <string>

namespace mlab::stimuli {

/// The one measure that says best, in a caption, how much a probe is like its reference.
struct Likeness {
    std::string name;            ///< "SSIM"
    std::optional<double> value; ///< absent if it is infinite
    std::string unit;            ///< may be empty
};

Likeness likeness(const StimulusMetrics& metrics);

} // namespace mlab::stimuli
