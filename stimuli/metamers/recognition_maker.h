// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"
#include "core/trial/recognition.h"
#include "stimuli/probes/probe_synthesizer.h"
#include "stimuli/sources/named_stimulus.h"
#include "stimuli/worker/compute_options.h"
#include "stimuli/worker/engine_info.h"
#include "stimuli/worker/probe_maker.h"

#include <filesystem>
#include <functional>
#include <memory>
#include <span>
#include <stop_token>
#include <string>
#include <vector>

namespace mlab::stimuli {

struct RecognitionMakerOptions {
    SynthesisSpec spec; ///< its model, format and references; it needs no basis
    MetamerSpec metamers;
    std::filesystem::path cacheFolder; ///< metamers are kept below it, as those of a study are
    /// Its threads are metamers made at a time, each by one thread; a GPU makes one at a time.
    ComputeOptions compute;
    /// Called once when the cache cannot be written, which only costs time. Called on
    /// any thread, by one at a time.
    std::function<void(const std::string&)> warn = warnOnStderr;
};

/// Makes what a recognition session shows: its references as they are and their metamers, from the
/// cache where it has them. Owns the model, once for each metamer that is made at a time; to be
/// made and used on one thread.
///
/// Each metamer is made by itself, on one thread, by L-BFGS with true gradients, so that it is a
/// function of its own request: a model's rounding depends on the size of the batch and on the
/// number of threads, and neither what else a session needs nor how many cores a computer has must
/// change what a participant is shown.
class RecognitionMaker {
public:
    /// Takes a stimulus, or null and why there is none. Called on any thread, by one at a time;
    /// what it throws ends the work.
    using Take = std::function<void(const RecognitionRequest&, const RecognitionStimulus*,
                                    const std::string& problem)>;

    /// @throws mlab::Error as makeModel() and loadReferences(); InvalidArgument for references
    /// within a percentile of a pool, for which there is no basis; Cancelled when `stop` is
    /// requested
    RecognitionMaker(const RecognitionMakerOptions& options, const Progress& progress,
                     const std::stop_token& stop);
    ~RecognitionMaker();
    RecognitionMaker(const RecognitionMaker&) = delete;
    RecognitionMaker& operator=(const RecognitionMaker&) = delete;

    /// Without a basis: its hash is empty.
    EngineInfo info() const;
    const std::vector<NamedStimulus>& references() const;

    /// Whether a stimulus needs no synthesis: natural ones, and metamers in the cache.
    /// @throws InvalidArgument as make()
    bool isThere(const RecognitionRequest& request) const;

    /// The stimuli of all requests, each a function of its own request. A metamer that exceeds its
    /// evaluations is given as it is then: how well it matches is for the caller to judge.
    /// @param progress told how many of the missing metamers are made, and the share of the work;
    ///        called on any thread, by one at a time
    /// @throws InvalidArgument, before anything is made, for an unknown reference or
    /// layer; NumericError for a metamer that cannot be made; Cancelled when `stop` is requested:
    /// the metamers made until then are in the cache
    RecognitionStimuli make(std::span<const RecognitionRequest> requests, const Progress& progress,
                            const std::stop_token& stop);
    /// The same, one after another as they are made, each request once; one that cannot be made
    /// does not end the work.
    /// @throws as make(), except NumericError
    void makeEach(std::span<const RecognitionRequest> requests, const Take& take,
                  const Progress& progress, const std::stop_token& stop);

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace mlab::stimuli
