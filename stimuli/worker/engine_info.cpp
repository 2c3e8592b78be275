// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/worker/engine_info.h"

#include <cstdio>
#include <iostream>

namespace mlab::stimuli {

void warnOnStderr(const std::string& text)
{
    std::cerr << "warning: " << text << "\n" << std::flush;
}

} // namespace mlab::stimuli
