// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/metamers/metamer_solvers.h"

namespace mlab::stimuli {

/// Internal to stimuli/. Rounds metamers to the 8 bits that are written and keeps their match:
/// pixels close to one of the 256 values are fixed there, then L-BFGS adjusts the others to restore
/// the match, and so on until all are fixed. Rounding alone undoes most of a close match.
/// If simply rounding an item to the nearest values matches better, that is returned.
/// @param loss with true gradients
/// @param images [N, 3, H, W] in [0, 1]
/// @return [N, 3, H, W], multiples of 1/255. Deterministic; items are independent.
/// @throws Cancelled when `stop` is requested
at::Tensor roundKeepingMatch(const BatchLoss& loss, const at::Tensor& images,
                             const std::stop_token& stop);

} // namespace mlab::stimuli
