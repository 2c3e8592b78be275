// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"
#include "core/trial/recognition.h"
#include "stimuli/sources/named_stimulus.h"
#include "stimuli/worker/compute_options.h"
#include "stimuli/worker/engine_info.h"

#include <filesystem>
#include <functional>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace mlab::stimuli {

struct RecognitionMakerOptions {
    SynthesisSpec spec; ///< its model, format and references; it needs no basis
    MetamerSpec metamers;
    std::filesystem::path cacheFolder; ///< metamers are kept below it, like those of a study
    /// Its `threads` is the number of metamers made at the same time, each by one thread; a GPU
    /// makes one at a time.
    ComputeOptions compute;
    /// Called once when the cache cannot be written, which only costs time, and for each of its
    /// files that is damaged. Called on any thread, but never by two at once.
    std::function<void(const std::string&)> warn = warnOnStderr;
    /// Measure every metamer from the cache with the model, and make it again if its record says
    /// otherwise. If false, only those whose records hold no hash.
    bool measureCached = false;
};

/// Makes what a recognition session shows: its references, unchanged, and their metamers, which are
/// taken from the cache if possible. Created by Engine::recognition(). Use it only on the thread
/// that created it.
class RecognitionEngine {
public:
    /// Receives a stimulus, or null and the reason why it could not be made. Called on any thread,
    /// but never by two at once; an exception ends the work.
    using Take = std::function<void(const RecognitionRequest&, const RecognitionStimulus*,
                                    const std::string& problem)>;

    RecognitionEngine() = default;
    RecognitionEngine(const RecognitionEngine&) = delete;
    RecognitionEngine& operator=(const RecognitionEngine&) = delete;
    virtual ~RecognitionEngine() = default;

    /// Without a basis: its hash is empty.
    virtual EngineInfo info() const = 0;
    virtual const std::vector<NamedStimulus>& references() const = 0;

    /// Whether a stimulus needs no synthesis: natural ones, and metamers in the cache, without
    /// measuring them.
    /// @throws InvalidArgument as make()
    virtual bool isThere(const RecognitionRequest& request) const = 0;

    /// The stimuli of all requests, each a function of its own request. A metamer that has not
    /// converged after its last evaluation is returned all the same: the caller judges how well it
    /// matches.
    /// @param progress how many of the missing metamers are made, and the share of the work; called
    ///        on any thread, but never by two at once
    /// @throws InvalidArgument, before anything is made, for an unknown reference or layer;
    ///         NumericError for a metamer that cannot be made; Cancelled when `stop` is requested:
    ///         the metamers made until then are in the cache
    virtual RecognitionStimuli make(std::span<const RecognitionRequest> requests,
                                    const Progress& progress, const std::stop_token& stop) = 0;
    /// The same, one after another as they are made, each request once; one that cannot be made
    /// does not end the work.
    /// @throws as make(), except NumericError
    virtual void makeEach(std::span<const RecognitionRequest> requests, const Take& take,
                          const Progress& progress, const std::stop_token& stop) = 0;
};

} // namespace mlab::stimuli
