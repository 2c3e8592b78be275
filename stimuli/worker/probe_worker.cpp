// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/worker/probe_worker.h"

#include "core/base/error.h"
#include "stimuli/worker/engine_info.h"

#include <algorithm>
#include <sys/resource.h>
#include <unistd.h>
#include <utility>

namespace mlab::stimuli {
namespace {

// Frames and key presses are served first; threads that LibTorch starts from here inherit it.
void lowerThisThreadsPriority()
{
    constexpr int kNice = 10;
    ::setpriority(PRIO_PROCESS, static_cast<id_t>(::gettid()), kNice);
}

} // namespace

ProbeWorker::ProbeWorker(Factory factory, Post post, Ready ready)
    : post_(std::move(post)), ready_(std::move(ready)), self_(std::make_shared<ProbeWorker*>(this)),
      worker_([this, factory = std::move(factory)](const std::stop_token& stop) {
          work(stop, factory);
      })
{
}

ProbeWorker::~ProbeWorker()
{
    *self_ = nullptr;
    worker_.request_stop();
    {
        const std::scoped_lock lock(mutex_);
        jobStop_.request_stop();
    }
}

void ProbeWorker::want(std::vector<ProbeRequest> requests)
{
    const std::scoped_lock lock(mutex_);
    wanted_ = std::move(requests);
    forgetUnwanted();
    changed_.notify_one();
}

void ProbeWorker::fetch(const ProbeRequest& request, Done done)
{
    std::unique_lock lock(mutex_);
    if (const auto found = made_.find(request); found != made_.end()) {
        const ProbeReply ready = found->second;
        lock.unlock();
        done(ready);
        return;
    }
    urgent_ = request;
    openFetch_ = std::move(done);
    // A job for later must not delay one that is needed now.
    if (atWork_ && *atWork_ != request) {
        jobStop_.request_stop();
    }
    changed_.notify_one();
}

bool ProbeWorker::isWanted(const ProbeRequest& request) const
{
    return urgent_ == request || std::ranges::find(wanted_, request) != wanted_.end();
}

void ProbeWorker::forgetUnwanted()
{
    std::erase_if(made_, [this](const auto& entry) { return !isWanted(entry.first); });
    if (atWork_ && !isWanted(*atWork_)) {
        jobStop_.request_stop();
    }
}

std::optional<ProbeRequest> ProbeWorker::nextJob() const
{
    if (urgent_ && !made_.contains(*urgent_)) {
        return urgent_;
    }
    const auto open = std::ranges::find_if(
        wanted_, [this](const ProbeRequest& request) { return !made_.contains(request); });
    return open == wanted_.end() ? std::nullopt : std::optional(*open);
}

void ProbeWorker::deliver(const ProbeReply& reply)
{
    if (auto done = std::exchange(openFetch_, nullptr)) {
        done(reply);
    }
}

void ProbeWorker::work(const std::stop_token& stop, const Factory& factory)
{
    lowerThisThreadsPriority();
    std::unique_ptr<ProbeMaker> maker;
    std::exception_ptr problem;
    EngineInfo info;
    try {
        maker = factory(stop);
        info = maker->info();
    } catch (const Cancelled&) {
        return;
    } catch (...) {
        problem = std::current_exception();
    }
    const bool started = !problem;
    // Moved: an exception that two threads hold is freed by whichever lets go last.
    post_([self = self_, info, problem = std::move(problem)] {
        if (*self != nullptr) {
            (*self)->ready_(info, problem);
        }
    });
    if (started) {
        serve(stop, *maker);
    }
}

void ProbeWorker::serve(const std::stop_token& stop, ProbeMaker& maker)
{
    std::unique_lock lock(mutex_);
    while (changed_.wait(lock, stop, [this] { return nextJob().has_value(); })) {
        if (stop.stop_requested()) {
            return;
        }
        const ProbeRequest job = *nextJob();
        atWork_ = job;
        jobStop_ = std::stop_source();
        lock.unlock();
        ProbeReply reply;
        bool cancelled = false;
        try {
            reply.probe = std::make_shared<const Probe>(maker.make(job, jobStop_.get_token()));
        } catch (const Cancelled&) {
            cancelled = true;
        } catch (...) {
            reply.error = std::current_exception();
        }
        lock.lock();
        atWork_.reset();
        if (cancelled || !isWanted(job)) {
            continue;
        }
        made_[job] = reply;
        if (urgent_ == job) {
            urgent_.reset();
            post_([self = self_, reply] {
                if (*self != nullptr) {
                    (*self)->deliver(reply);
                }
            });
        }
    }
}

} // namespace mlab::stimuli
