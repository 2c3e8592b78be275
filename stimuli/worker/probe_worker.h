// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial/probe.h"
#include "stimuli/worker/engine_info.h"
#include "stimuli/worker/probe_maker.h"

#include <condition_variable>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

namespace mlab::stimuli {

/// The thread that makes probes ahead of the session, the most urgent first.
///
/// The constructor, the calls and the callbacks are the session thread's; only the factory and the
/// ProbeMaker it makes run on the worker's own thread, which has a lower priority so that frames
/// come first. Results cross as plain data through `post`. The destructor stops the current job,
/// drops the rest and joins.
class ProbeWorker final : public ProbeSource {
public:
    /// Runs a task on the session's thread, later; safe to call from any thread.
    using Post = std::function<void(std::function<void()>)>;
    using Factory = std::function<std::unique_ptr<ProbeMaker>(const std::stop_token&)>;
    /// Either the engine's info or why it could not be started.
    using Ready = std::function<void(const EngineInfo&, std::exception_ptr)>;

    ProbeWorker(Factory factory, Post post, Ready ready);
    ~ProbeWorker() override;

    void want(std::vector<ProbeRequest> requests) override;
    void fetch(const ProbeRequest& request, Done done) override;

private:
    void work(const std::stop_token& stop, const Factory& factory);
    void serve(const std::stop_token& stop, ProbeMaker& maker);
    std::optional<ProbeRequest> nextJob() const; // call with mutex_ held
    bool isWanted(const ProbeRequest& request) const;
    void forgetUnwanted();
    void deliver(const ProbeReply& reply);

    Post post_;
    Ready ready_;
    Done openFetch_; ///< session thread only
    /// Tells tasks that were posted but have not run yet that the worker no longer exists.
    std::shared_ptr<ProbeWorker*> self_;

    std::mutex mutex_;
    std::condition_variable_any changed_;
    std::vector<ProbeRequest> wanted_;
    std::optional<ProbeRequest> urgent_;
    std::map<ProbeRequest, ProbeReply> made_;
    std::optional<ProbeRequest> atWork_;
    std::stop_source jobStop_;

    std::jthread worker_; ///< last: stops before anything it uses is gone
};

} // namespace mlab::stimuli
