// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/model.h"

namespace mlab::stimuli {

/// max(0, x). With LastRelu::identity the gradient is passed on as it is, also where x < 0
/// (Feather et al. 2023). Internal to stimuli/.
at::Tensor lastRelu(const at::Tensor& x, LastRelu kind);

} // namespace mlab::stimuli
