// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/distances/network_distances.h"
#include "stimuli/worker/probe_maker.h"

#include <memory>
#include <utility>

namespace mlab::stimuli {

/// Makes probes and says of each how far it is from its reference for a network, so that this is
/// known before the trial that shows it.
class ObservingMaker final : public ProbeMaker {
public:
    /// @param network with one wanted representation
    ObservingMaker(std::unique_ptr<ProbeMaker> maker, NetworkDistances network)
        : maker_(std::move(maker)), network_(std::move(network))
    {
    }

    EngineInfo info() const override { return maker_->info(); }
    Probe make(const ProbeRequest& request, const std::stop_token& stop) override;

private:
    std::unique_ptr<ProbeMaker> maker_;
    NetworkDistances network_;
};

} // namespace mlab::stimuli
