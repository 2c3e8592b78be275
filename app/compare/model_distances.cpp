// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compare/model_distances.h"

namespace mlab::app {

std::vector<LayerDistances> modelDistances(const ListedModel& model, const SynthesisSpec& /*spec*/,
                                           std::span<const ShownPair> /*pairs*/,
                                           ShownStimuli& /*shown*/,
                                           const CompareOptions& /*options*/,
                                           const stimuli::Progress& /*progress*/,
                                           const std::stop_token& /*stop*/)
{
    return {{.layer = {}, .problem = model.name + ": not connected"}};
}

} // namespace mlab::app
