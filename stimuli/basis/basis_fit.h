// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"
#include "stimuli/models/model.h"
#include "stimuli/store/basis.h"

#include <functional>
#include <stop_token>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// Called with the number of pool stimuli done and their total.
using FitProgress = std::function<void(int done, int total)>;

/// Fits one basis for each layer in a single pass over the pool. The retained components come in
/// the order of their explained variance, or in that of `spec.select`; a component's sign is such
/// that its largest entry is positive. Keeps the pool of every layer as GramPool does, then works
/// on one layer at a time.
///
/// `spec.method` ica: FastICA on the whitened scores of the first `spec.candidates` principal
/// components, as MAME does. If it ends without converging, the basis has `converged` false.
/// @throws Cancelled when `stop` is requested; InvalidArgument when the settings contradict each
/// other, the pool is too small or a layer does not vary over it.
std::vector<Basis> fitBases(const Model& model, const std::vector<std::string>& layers,
                            const BasisSpec& spec, const StimulusFormat& format,
                            const FitProgress& progress, const std::stop_token& stop);

} // namespace mlab::stimuli
