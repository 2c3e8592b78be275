// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/sources/named_stimulus.h"
#include "stimuli/store/basis.h"
#include "stimuli/store/probe_cache.h"
#include "stimuli/worker/compute_options.h"
#include "stimuli/worker/engine_info.h"
#include "stimuli/worker/probe_maker.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace mlab::stimuli {

struct ProbeSynthesizerOptions {
    SynthesisSpec spec;
    std::vector<std::string> layers;   ///< those that will be asked for
    std::filesystem::path cacheFolder; ///< bases and probes are kept below it
    ComputeOptions compute;
    /// Called when the cache cannot be used, which only costs time: once for all probes
    /// and once for the bases; and for each layer whose ICA did not converge. Called on the
    /// synthesizer's thread.
    std::function<void(const std::string&)> warn = warnOnStderr;
    /// Called for each reference file that cannot be used and is left out. Absent: an error.
    std::function<void(const std::string&)> unusableReference = {};
};

/// Loads the model, the references and the bases (fitted when the cache has none) and makes
/// probes. Owns every Torch object; to be made and used on one thread.
class ProbeSynthesizer final : public ProbeMaker {
public:
    /// @throws mlab::Error; Cancelled when `stop` is requested
    ProbeSynthesizer(const ProbeSynthesizerOptions& options, const Progress& progress,
                     const std::stop_token& stop);
    ~ProbeSynthesizer() override;

    EngineInfo info() const override;
    Probe make(const ProbeRequest& request, const std::stop_token& stop) override;

    struct Single {
        ProbeKey key;
        CachedProbe probe;
        bool cacheHit = false;
    };
    /// One probe from one reference, which need not be among the design's.
    Single makeSingle(const NamedStimulus& reference, const std::string& layer, int component,
                      double signedLevel, const std::stop_token& stop);
    /// The same if the cache has it; nothing is made.
    std::optional<Single> findSingle(const NamedStimulus& reference, const std::string& layer,
                                     int component, double signedLevel) const;
    /// Where the cache keeps a probe.
    std::filesystem::path path(const Single& single) const;
    /// Those of the design, within its percentile of the pool where it names one.
    const std::vector<NamedStimulus>& references() const;
    const Basis& basis(const std::string& layer) const;
    /// Where the cache keeps a layer's basis.
    std::filesystem::path basisFile(const std::string& layer) const;

private:
    ProbeKey keyOf(const NamedStimulus& reference, const std::string& layer, int component,
                   double signedLevel) const;

    struct State;
    std::unique_ptr<State> state_;
};

} // namespace mlab::stimuli
