// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace mlab {

void inParallel(int count, unsigned threads, const std::function<void(int)>& work,
                const std::function<void(int done, int total)>& progress)
{
    std::atomic<int> next = 0;
    std::atomic<int> done = 0;
    std::mutex mutex;
    std::exception_ptr problem;
    {
        std::vector<std::jthread> workers;
        for (unsigned i = 0; i < threads; ++i) {
            workers.emplace_back([&] {
                for (int at = next++; at < count; at = next++) {
                    try {
                        work(at);
                    } catch (...) {
                        const std::scoped_lock lock(mutex);
                        problem = problem ? problem : std::current_exception();
                        next = count;
                    }
                    ++done;
                    done.notify_one();
                }
            });
        }
        try {
            for (int seen = 0; progress && seen < count && next < count;) {
                done.wait(seen);
                seen = done;
                progress(seen, count);
            }
        } catch (...) { // cancelled
            next = count;
            throw;
        }
    }
    if (problem) {
        std::rethrow_exception(problem);
    }
}

unsigned allCores()
{
    return std::max(1U, std::thread::hardware_concurrency());
}

} // namespace mlab
