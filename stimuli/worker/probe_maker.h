// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial/probe.h"
#include "stimuli/worker/engine_info.h"

#include <stop_token>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// Makes one probe at a time. Lives on the worker's thread; plain data in and out.
class ProbeMaker {
public:
    ProbeMaker() = default;
    ProbeMaker(const ProbeMaker&) = delete;
    ProbeMaker& operator=(const ProbeMaker&) = delete;
    virtual ~ProbeMaker() = default;

    virtual EngineInfo info() const = 0;
    /// Tries the request's references in order; the first that can make the move is used, and when
    /// none can, the one that comes nearest. A pure function of the request, except for the times.
    /// @throws Cancelled soon after `stop` is requested; mlab::Error when it cannot be made at all
    virtual Probe make(const ProbeRequest& request, const std::stop_token& stop) = 0;
    /// From now on, every probe from the cache is measured. Nothing to do where probes are made
    /// again in any case.
    virtual void startMeasuringCached() {}
};

} // namespace mlab::stimuli
