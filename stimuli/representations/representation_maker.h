// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/engine/representation_engine.h"

#include <memory>
#include <stop_token>

namespace mlab::stimuli {

/// Loads the model, and the bases and SDs that are wanted. Owns every Torch object; create and use
/// it on one thread.
class RepresentationMaker final : public RepresentationEngine {
public:
    /// @throws as Engine::representations()
    RepresentationMaker(const RepresentationOptions& options, const Progress& progress,
                        const std::stop_token& stop);
    ~RepresentationMaker() override;

    const ModelInfo& model() const override;
    const StimulusFormat& seen() const override;
    std::vector<std::vector<float>> represent(const Stimulus& stimulus) override;
    std::vector<RepresentationDistance> distances(const Stimulus& a, const Stimulus& b) override;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace mlab::stimuli
