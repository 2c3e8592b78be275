// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/basis/kept_bases.h"

#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// The SD of each number of a layer's activations over the stimuli of a pool (division by their
/// count), by layer, each as many as the activations of one stimulus have; from the cache if
/// possible, else measured in one pass over the pool and kept there.
/// @param request its spec's pool is used, and nothing else of the spec
/// @throws Cancelled when `stop` is requested; as forEachPoolStimulus()
std::map<std::string, std::vector<float>>
loadOrMeasureDeviations(const BasisRequest& request, const std::vector<std::string>& layers,
                        const Progress& progress, const std::stop_token& stop);

} // namespace mlab::stimuli
