// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/representation.h"
#include "core/stimulus/stimulus.h"
#include "core/stimulus/synthesis_spec.h"
#include "stimuli/worker/compute_options.h"
#include "stimuli/worker/engine_info.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace mlab::stimuli {

struct RepresentationOptions {
    ModelSpec model;
    StimulusFormat format = ImageFormat(); ///< of the stimuli
    BasisSpec basis;                       ///< for gram; its pool gives the SDs for standardised
    std::vector<Representation> wanted;
    std::filesystem::path cacheFolder; ///< bases, SDs and distances are kept below it
    ComputeOptions compute;
    /// Called when the cache cannot be used, which only costs time. Called on the engine's thread.
    std::function<void(const std::string&)> warn = warnOnStderr;
};

/// A network that looks at stimuli. Created by Engine::representations(). Use it only on the thread
/// that created it. Its numbers do not depend on the number of threads.
class RepresentationEngine {
public:
    RepresentationEngine() = default;
    RepresentationEngine(const RepresentationEngine&) = delete;
    RepresentationEngine& operator=(const RepresentationEngine&) = delete;
    virtual ~RepresentationEngine() = default;

    virtual const ModelInfo& model() const = 0;
    /// What the model sees: the stimuli themselves where it can take them. Otherwise pictures are
    /// resampled to this size.
    virtual const StimulusFormat& seen() const = 0;
    /// The numbers that represent a stimulus in each wanted representation, in their order.
    /// @throws InvalidArgument if the stimulus has another form than the options say; NumericError
    ///         if a number is not finite
    virtual std::vector<std::vector<float>> represent(const Stimulus& stimulus) = 0;
    /// In each wanted representation, in their order. The last stimuli are remembered: compare all
    /// probes of a reference one after another. @throws as represent()
    virtual std::vector<RepresentationDistance> distances(const Stimulus& a, const Stimulus& b) = 0;
};

} // namespace mlab::stimuli
