// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"
#include "stimuli/models/model.h"
#include "stimuli/store/basis.h"
#include "stimuli/worker/engine_info.h"

#include <filesystem>
#include <functional>
#include <map>
#include <stop_token>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// Bases of one model, and where the cache keeps them.
struct BasisRequest {
    const Model& model;
    BasisSpec spec;
    StimulusFormat format;
    std::string poolSha256; ///< see poolHash()
    std::filesystem::path cacheFolder;
    /// Called when the cache cannot be used or a file of it is damaged, and for each layer whose
    /// ICA did not converge.
    std::function<void(const std::string&)> warn;
};

/// Where the cache keeps the basis of a layer.
std::filesystem::path basisFile(const BasisRequest& request, const std::string& layer);

/// The bases of these layers by layer, from the cache if possible, else fitted and kept there.
/// @throws as fitBases()
std::map<std::string, Basis> loadOrFitBases(const BasisRequest& request,
                                            const std::vector<std::string>& layers,
                                            const Progress& progress, const std::stop_token& stop);

} // namespace mlab::stimuli
