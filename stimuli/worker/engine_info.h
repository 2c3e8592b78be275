// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/sound.h"
#include "core/stimulus/synthesis_spec.h"
#include "stimuli/worker/compute_options.h"

#include <functional>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// What the engine has loaded, for the session's header.
struct EngineInfo {
    std::string modelSha256;
    std::string basisSha256; ///< over the basis files of all layers used, in the order given
    std::vector<ReferenceInfo> references;
    ComputeOptions compute;            ///< the values chosen for "auto" and 0 threads
    std::vector<SoundPtr> sounds = {}; ///< sounds already known to be played
};

/// Reports the progress of a long operation: its name and the share done in [0, 1].
using Progress = std::function<void(const std::string& what, double share)>;

/// Prints one line.
void warnOnStderr(const std::string& text);

} // namespace mlab::stimuli
