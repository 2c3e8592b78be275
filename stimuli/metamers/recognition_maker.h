// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/engine/recognition_engine.h"

#include <memory>

namespace mlab::stimuli {

/// Makes what a recognition session shows: its references, unchanged, and their metamers, which are
/// taken from the cache if possible. Owns one copy of the model for each metamer that is made at
/// the same time. Create and use it on one thread.
///
/// Each metamer is made by itself, on one thread, by L-BFGS with true gradients, so that it depends
/// on its own request only. A model's rounding errors depend on the batch size and on the number of
/// threads, but what a participant sees must not depend on the session's other stimuli or on the
/// number of cores.
class RecognitionMaker final : public RecognitionEngine {
public:
    /// @throws mlab::Error as makeModel() and loadReferences(); InvalidArgument if references are
    /// chosen by a percentile of a pool, which needs a basis; Cancelled when `stop` is requested
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
