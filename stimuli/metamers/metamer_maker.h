// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"
#include "stimuli/models/model.h"
#include "stimuli/sources/named_stimulus.h"
#include "stimuli/spaces/metamer_space.h"
#include "stimuli/store/metamer_cache.h"
#include "stimuli/store/metamer_settings.h"
#include "stimuli/worker/compute_options.h"

#include <functional>
#include <memory>
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
};

/// A metamer, or why there is none.
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

/// Makes model metamers from noise (Feather et al. 2019, 2023) and measures them on the 8-bit
/// pixels or the 16- or 24-bit samples that are written. Owns the model; to be made and used on one
/// thread.
class MetamerMaker {
public:
    /// Loss evaluations done and their number at most.
    using Progress = std::function<void(int done, int total)>;

    /// @throws mlab::Error as makeModel()
    MetamerMaker(const ModelSpec& model, const StimulusFormat& format,
                 const ComputeOptions& compute);
    ~MetamerMaker();
    MetamerMaker(const MetamerMaker&) = delete;
    MetamerMaker& operator=(const MetamerMaker&) = delete;

    const ModelInfo& info() const { return model_->info(); }
    std::string modelSha256() const { return model_->sha256(); }
    /// What was made of "auto" and of 0 threads.
    const ComputeOptions& compute() const { return model_->compute(); }
    MetamerKey key(const MetamerItem& item, const std::string& layer,
                   const MetamerSettings& settings) const;

    /// Makes the metamers of `layer` for all items together. One that cannot be made does not
    /// disturb the others. Where the GPU's memory is not enough, the batch is halved.
    /// @throws Cancelled; InvalidArgument for an unknown layer; OutOfMemory for a single item
    std::vector<MetamerResult> make(std::span<const MetamerItem> items, const std::string& layer,
                                    const MetamerSettings& settings, const Progress& progress,
                                    const std::stop_token& stop) const;

    /// How alike random pairs of natural images are at a layer.
    /// @throws InvalidArgument when the pool has fewer pairs than asked for
    NullDistribution nullDistribution(const std::string& layer, const NullSpec& spec,
                                      const std::stop_token& stop) const;

private:
    void makeTogether(std::span<const MetamerItem> items, std::span<MetamerResult> results,
                      const std::string& layer, const MetamerSettings& settings,
                      const Progress& progress, const std::stop_token& stop) const;
    /// The values brought near a match by the coarser versions of a layer, in turn.
    at::Tensor onCoarseVersions(const at::Tensor& begin, const at::Tensor& references,
                                const std::string& layer, const MetamerSettings& settings,
                                const Progress& progress, const std::stop_token& stop) const;
    void measure(Metamer& metamer, const MetamerItem& item) const;

    std::unique_ptr<Model> model_;
    StimulusFormat format_;
    std::unique_ptr<MetamerSpace> space_;
};

} // namespace mlab::stimuli
