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
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace mlab::stimuli {

struct ProbeSynthesizerOptions {
    SynthesisSpec spec;
    std::vector<std::string> layers;   ///< those that will be requested
    std::filesystem::path cacheFolder; ///< bases and probes are kept below it
    ComputeOptions compute;
    /// Called when the cache cannot be used, which only costs time (once for all probes and once
    /// for the bases), for each of its files that is damaged, and for each layer whose ICA did not
    /// converge. Called on the engine's thread.
    std::function<void(const std::string&)> warn = warnOnStderr;
    /// Called for each reference file that cannot be used and is left out. If absent, such a file
    /// is an error.
    std::function<void(const std::string&)> unusableReference = {};
    /// Measure every probe from the cache with the model, which takes a forward pass, and make it
    /// again if its record says otherwise. If false, only those whose records hold no hash.
    bool measureCached = false;
};

/// A ProbeMaker that also gives programs information about its probes, references and bases.
/// Created by Engine::probes(). Use it only on the thread that created it.
class ProbeEngine : public ProbeMaker {
public:
    struct Single {
        ProbeKey key;
        CachedProbe probe;
        bool cacheHit = false;
    };
    /// One probe of one reference, which need not be one of the design's.
    virtual Single makeSingle(const NamedStimulus& reference, const std::string& layer,
                              int component, double signedLevel, const std::stop_token& stop) = 0;
    /// The same, but only if it is in the cache.
    virtual std::optional<Single> findSingle(const NamedStimulus& reference,
                                             const std::string& layer, int component,
                                             double signedLevel) const = 0;
    /// Where the cache keeps a probe.
    virtual std::filesystem::path path(const Single& single) const = 0;
    /// The design's references; only those within its percentile of the pool, if it specifies one.
    virtual const std::vector<NamedStimulus>& references() const = 0;
    virtual const Basis& basis(const std::string& layer) const = 0;
    /// Where the cache keeps a layer's basis.
    virtual std::filesystem::path basisFile(const std::string& layer) const = 0;
};

} // namespace mlab::stimuli
