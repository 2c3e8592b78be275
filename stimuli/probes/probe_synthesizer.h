// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/engine/probe_engine.h"

#include <memory>

namespace mlab::stimuli {

/// Loads the model, the references and the bases (fitted if they are not in the cache) and makes
/// probes. Owns every Torch object; create and use it on one thread.
class ProbeSynthesizer final : public ProbeEngine {
public:
    /// @throws mlab::Error; Cancelled when `stop` is requested
    ProbeSynthesizer(const ProbeSynthesizerOptions& options, const Progress& progress,
                     const std::stop_token& stop);
    ~ProbeSynthesizer() override;

    EngineInfo info() const override;
    Probe make(const ProbeRequest& request, const std::stop_token& stop) override;

    Single makeSingle(const NamedStimulus& reference, const std::string& layer, int component,
                      double signedLevel, const std::stop_token& stop) override;
    std::optional<Single> findSingle(const NamedStimulus& reference, const std::string& layer,
                                     int component, double signedLevel) const override;
    std::filesystem::path path(const Single& single) const override;
    const std::vector<NamedStimulus>& references() const override;
    const Basis& basis(const std::string& layer) const override;
    std::filesystem::path basisFile(const std::string& layer) const override;
    void startMeasuringCached() override;

private:
    ProbeKey keyOf(const NamedStimulus& reference, const std::string& layer, int component,
                   double signedLevel) const;

    struct State;
    std::unique_ptr<State> state_;
};

} // namespace mlab::stimuli
