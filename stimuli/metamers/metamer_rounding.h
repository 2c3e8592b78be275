// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/metamers/metamer_solvers.h"

namespace mlab::stimuli {

/// Internal to stimuli/. Metamers on the 256 levels that are written, kept as good a match as they
/// were: the pixels nearest to a level are fixed there, the others make up for what that costs by
/// L-BFGS, in turns, until all are fixed. Rounding to the nearest level alone undoes most of a
/// close match. An item is returned as rounded to the nearest levels where that is the better one.
/// @param loss with true gradients
/// @param images [N, 3, H, W] in [0, 1]
/// @return [N, 3, H, W], multiples of 1/255. Deterministic; items are independent.
/// @throws Cancelled when `stop` is requested
at::Tensor roundKeepingMatch(const BatchLoss& loss, const at::Tensor& images,
                             const std::stop_token& stop);

} // namespace mlab::stimuli
