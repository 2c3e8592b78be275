// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"
#include "stimuli/graphs/networks/network_tensors.h"

namespace mlab::stimuli {

/// Internal to stimuli/. Each number of the input is 0 with probability `share`; the others are
/// divided by 1 - share, so that their mean stays (Srivastava et al. 2014).
/// @param share 0 to below 1
NodeRows withDropout(const NodeRows& input, double share, RandomStream& stream);

} // namespace mlab::stimuli
