// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/engine/metamer_engine.h"
#include "stimuli/models/model.h"
#include "stimuli/spaces/metamer_space.h"

#include <memory>

namespace mlab::stimuli {

/// Makes model metamers from noise (Feather et al. 2019, 2023) and measures them on the 8-bit
/// pixels or the 16- or 24-bit samples that are written. Owns the model; create and use it on one
/// thread.
class MetamerMaker final : public MetamerEngine {
public:
    /// @throws mlab::Error as makeModel()
    MetamerMaker(const ModelSpec& model, const StimulusFormat& format,
                 const ComputeOptions& compute);
    ~MetamerMaker() override;

    const ModelInfo& info() const { return model_->info(); }
    std::string modelSha256() const { return model_->sha256(); }
    /// The device and the number of threads chosen for "auto" and 0.
    const ComputeOptions& compute() const { return model_->compute(); }
    MetamerKey key(const MetamerItem& item, const std::string& layer,
                   const MetamerSettings& settings) const override;
    std::optional<Metamer> find(MetamerCache& cache, const MetamerItem& item,
                                const std::string& layer, const MetamerSettings& settings,
                                bool measured) const override;
    std::vector<MetamerResult> make(std::span<const MetamerItem> items, const std::string& layer,
                                    const MetamerSettings& settings, const Progress& progress,
                                    const std::stop_token& stop) const override;
    NullDistribution nullDistribution(const std::string& layer, const NullSpec& spec,
                                      const std::stop_token& stop) const override;

private:
    void makeTogether(std::span<const MetamerItem> items, std::span<MetamerResult> results,
                      const std::string& layer, const MetamerSettings& settings,
                      const Progress& progress, const std::stop_token& stop) const;
    /// The values after matching the coarser versions of a layer, one after the other.
    at::Tensor onCoarseVersions(const at::Tensor& begin, const at::Tensor& references,
                                const std::string& layer, const MetamerSettings& settings,
                                const Progress& progress, const std::stop_token& stop) const;
    void measure(Metamer& metamer, const MetamerItem& item) const;

    std::unique_ptr<Model> model_;
    StimulusFormat format_;
    std::unique_ptr<MetamerSpace> space_;
};

} // namespace mlab::stimuli
