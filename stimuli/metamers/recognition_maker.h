// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/engine/recognition_engine.h"

#include <memory>

namespace mlab::stimuli {

/// Makes what a recognition session shows: its references as they are and their metamers, from the
/// cache where it has them. Owns the model, once for each metamer that is made at a time; to be
/// made and used on one thread.
///
/// Each metamer is made by itself, on one thread, by L-BFGS with true gradients, so that it is a
/// function of its own request: a model's rounding depends on the size of the batch and on the
/// number of threads, and neither what else a session needs nor how many cores a computer has must
/// change what a participant is shown.
class RecognitionMaker final : public RecognitionEngine {
public:
    /// @throws mlab::Error as makeModel() and loadReferences(); InvalidArgument for references
    /// within a percentile of a pool, for which there is no basis; Cancelled when `stop` is
    /// requested
    RecognitionMaker(const RecognitionMakerOptions& options, const Progress& progress,
                     const std::stop_token& stop);
    ~RecognitionMaker() override;

    EngineInfo info() const override;
    const std::vector<NamedStimulus>& references() const override;
    bool isThere(const RecognitionRequest& request) const override;
    RecognitionStimuli make(std::span<const RecognitionRequest> requests, const Progress& progress,
                            const std::stop_token& stop) override;
    void makeEach(std::span<const RecognitionRequest> requests, const Take& take,
                  const Progress& progress, const std::stop_token& stop) override;

private:
    struct State;
    std::unique_ptr<State> state_;
};

} // namespace mlab::stimuli
