// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/engine/distortion_engine.h"

#include <memory>

namespace mlab::stimuli {

/// Loads the models and the references. Owns every Torch object; create and use it on one thread.
class DistortionMaker final : public DistortionEngine {
public:
    /// @throws as Engine::distortions()
    DistortionMaker(const DistortionOptions& options, const Progress& progress);
    ~DistortionMaker() override;

    EngineInfo info() const override;
    Probe make(const ProbeRequest& request, const std::stop_token& stop) override;

    const std::vector<NamedStimulus>& references() const override;
    Distortion distortion(const NamedStimulus& reference, const std::string& layer,
                          DistortionKind kind, const std::stop_token& stop) override;
    std::optional<Distortion> findDistortion(const NamedStimulus& reference,
                                             const std::string& layer,
                                             DistortionKind kind) const override;
    std::filesystem::path path(const NamedStimulus& reference, const std::string& layer,
                               DistortionKind kind) const override;
    double predictedThreshold(const NamedStimulus& reference, const Distortion& distortion,
                              std::size_t network) const override;
    DistortedStimulus distorted(const NamedStimulus& reference, const Distortion& distortion,
                                double signedLevel) const override;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace mlab::stimuli
