// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

namespace mlab {

/// Does work(0) ... work(count - 1) on so many threads; which does what is left to chance.
/// @param threads > 0
/// @param progress called on this thread now and then; may be empty; what it throws ends the work
/// @throws what the first failed one threw, or what progress threw, when all threads have ended
void inParallel(int count, unsigned threads, const std::function<void(int)>& work,
                const std::function<void(int done, int total)>& progress = {});

/// As many as this machine has cores.
unsigned allCores();

} // namespace mlab
