// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/stimulus.h"

#include <functional>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// A reference as it is shown or played.
struct NamedStimulus {
    std::string id; ///< see ReferenceInfo
    Stimulus stimulus;
    std::string sha256; ///< of the pixels or samples
    std::string remark; ///< what the experimenter should know about how it was made; often empty
};

/// Gives each remark to `tell`.
inline void tellRemarks(const std::vector<NamedStimulus>& references,
                        const std::function<void(const std::string&)>& tell)
{
    for (const auto& reference : references) {
        if (!reference.remark.empty()) {
            tell(reference.remark);
        }
    }
}

} // namespace mlab::stimuli
