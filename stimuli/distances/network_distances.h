// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/stimulus.h"
#include "stimuli/engine/representation_engine.h"
#include "stimuli/store/distance_cache.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// Distances of stimuli in the representations of one network. Those in the cache need no model:
/// it is loaded for the first distance that is not there. Use it on one thread.
class NetworkDistances {
public:
    /// Loads the model, as Engine::representations() does.
    using Open = std::function<std::unique_ptr<RepresentationEngine>(const RepresentationOptions&)>;
    /// The stimulus with that hash of its pixels or samples.
    using Load = std::function<Stimulus(const std::string& sha256)>;

    /// @throws InvalidArgument for an unknown model, stimuli that it cannot take, an unknown layer,
    ///         and logits of a model without classes; IoError for a file that cannot be read
    NetworkDistances(RepresentationOptions options, Open open);

    /// What the model sees, as RepresentationEngine::seen().
    const StimulusFormat& seen() const { return seen_; }
    /// Identifies the network and all that its representations depend on, except the stimuli.
    const std::string& fingerprint() const { return fingerprint_; }
    /// In each wanted representation, in their order.
    /// @param load called only if one of them is not in the cache; an error of it is passed on
    /// @throws as RepresentationEngine::distances(), Open and Load
    std::vector<RepresentationDistance> between(const std::string& sha256A,
                                                const std::string& sha256B, const Load& load);

private:
    RepresentationOptions options_;
    Open open_;
    StimulusFormat seen_;
    std::string fingerprint_;
    DistanceCache cache_;
    std::unique_ptr<RepresentationEngine> engine_; ///< once it was needed
};

} // namespace mlab::stimuli
