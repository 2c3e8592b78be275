// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/stimulus.h"

#include <string>

namespace mlab::stimuli {

/// A reference as it is shown or played.
struct NamedStimulus {
    std::string id; ///< see ReferenceInfo
    Stimulus stimulus;
    std::string sha256; ///< of the pixels or samples
};

} // namespace mlab::stimuli
