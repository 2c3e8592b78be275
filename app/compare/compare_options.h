// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/worker/compute_options.h"

#include <filesystem>

namespace mlab::app {

struct CompareOptions {
    std::filesystem::path cacheFolder;     ///< that of the sessions; distances are kept there too
    std::filesystem::path references = {}; ///< replaces the sessions' folders when not empty
    stimuli::ComputeOptions compute = {};
    bool simulated = false; ///< sessions of simulated participants too, even beside those of people
};

} // namespace mlab::app
