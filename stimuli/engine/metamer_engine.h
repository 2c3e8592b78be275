// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"
#include "stimuli/sources/named_stimulus.h"
#include "stimuli/store/metamer_cache.h"
#include "stimuli/store/metamer_settings.h"
#include "stimuli/worker/compute_options.h"

#include <functional>
#include <optional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// One metamer of a batch.
struct MetamerItem {
    const NamedStimulus* reference = nullptr;
    std::uint64_t seed = 1; ///< of the noise; references have different noise for one seed
    const NamedStimulus* start = nullptr; ///< what the synthesis starts from; null: noise
};

/// A metamer, or why it could not be made.
struct MetamerResult {
    std::optional<Metamer> metamer;
    std::string problem; ///< names the item
};

/// Which natural pairs a metamer's match is compared with.
struct NullSpec {
    StimulusSource pool{.folder = {}, .count = 50, .seed = 1};
    int pairs = 1000;
    std::uint64_t seed = 1;

    bool operator==(const NullSpec&) const = default;
};

/// Makes the model metamers of a study. Created by Engine::metamers(). Use it only on the thread
/// that created it.
class MetamerEngine {
public:
    /// Loss evaluations done, and their maximum number.
    using Progress = std::function<void(int done, int total)>;

    MetamerEngine() = default;
    MetamerEngine(const MetamerEngine&) = delete;
    MetamerEngine& operator=(const MetamerEngine&) = delete;
    virtual ~MetamerEngine() = default;

    virtual MetamerKey key(const MetamerItem& item, const std::string& layer,
                           const MetamerSettings& settings) const = 0;

    /// The metamer from the cache, if it is there as it was stored. One whose record holds no hash,
    /// or any if `measured`, is measured with the model, and counts as missing if its record says
    /// otherwise.
    virtual std::optional<Metamer> find(MetamerCache& cache, const MetamerItem& item,
                                        const std::string& layer, const MetamerSettings& settings,
                                        bool measured) const = 0;

    /// Makes the metamers of `layer` for all items together. If one cannot be made, the others are
    /// still made. If the GPU runs out of memory, the batch is halved.
    /// @throws Cancelled; InvalidArgument for an unknown layer; DeviceError if the memory is too
    ///         small for a single item
    virtual std::vector<MetamerResult> make(std::span<const MetamerItem> items,
                                            const std::string& layer,
                                            const MetamerSettings& settings,
                                            const Progress& progress,
                                            const std::stop_token& stop) const = 0;

    /// How alike random pairs of natural images are at a layer.
    /// @throws InvalidArgument if the pool has fewer pairs than requested
    virtual NullDistribution nullDistribution(const std::string& layer, const NullSpec& spec,
                                              const std::stop_token& stop) const = 0;
};

} // namespace mlab::stimuli
