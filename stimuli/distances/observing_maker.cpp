// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/distances/observing_maker.h"

namespace mlab::stimuli {

Probe ObservingMaker::make(const ProbeRequest& request, const std::stop_token& stop)
{
    auto probe = maker_->make(request, stop);
    probe.networkDistance =
        network_
            .between(probe.referenceSha256, probe.probeSha256,
                     [&](const std::string& sha256) {
                         return sha256 == probe.probeSha256 ? probe.probe : probe.reference;
                     })
            .front();
    return probe;
}

} // namespace mlab::stimuli
