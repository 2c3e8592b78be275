// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <functional>

namespace mlab {

/// Calls work(0) ... work(count - 1) on this many threads, in no fixed order.
/// @param threads > 0
/// @param progress called on this thread from time to time; may be empty; an exception ends the
/// work
/// @throws the first exception of work or progress, after all threads have ended
void inParallel(int count, unsigned threads, const std::function<void(int)>& work,
                const std::function<void(int done, int total)>& progress = {});

/// The number of cores of this machine.
unsigned allCores();

} // namespace mlab
