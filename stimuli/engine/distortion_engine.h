// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/distortion_spec.h"
#include "stimuli/sources/named_stimulus.h"
#include "stimuli/store/distortion_cache.h"
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

struct DistortionOptions {
    ModelSpec model;
    StimulusFormat format = ImageFormat(); ///< that all models must take as it is
    StimulusSource references;
    std::vector<DistortionLayer> layers; ///< those that will be requested, each once
    std::filesystem::path cacheFolder;   ///< distortions and probes are kept below it
    ComputeOptions compute;
    /// Called when the cache cannot be used, which only costs time, and for each of its files that
    /// is damaged. Called on the engine's thread.
    std::function<void(const std::string&)> warn = warnOnStderr;
    /// Called for each reference file that cannot be used and is left out. If absent, such a file
    /// is an error.
    std::function<void(const std::string&)> unusableReference = {};
};

/// A reference changed along a distortion, as whole numbers that are shown or played.
struct DistortedStimulus {
    Stimulus stimulus;
    /// The length of the change along the distortion, in percent: see DistortionEngine.
    double levelAchieved = 0.0;
    /// RMS of the rest of the change, in percent: rounding, and values at the ends of their range.
    double rest = 0.0;
    /// The level was reached, within 1 %, by a change whose cosine with the distortion is at least
    /// 0.9 before rounding.
    bool converged = false;
};

/// Makes the distortions of references, and probes that are references moved along them.
///
/// A level is the RMS of the change in percent: of images, over all pixels and colour channels, in
/// percent of the range of pixel values (1 % is 2.55 of 255 grey levels); of sounds, in percent of
/// the sound's RMS (level L has a signal-to-noise ratio of -20 log10(L / 100) dB).
///
/// Its numbers do not depend on the number of threads. Created by Engine::distortions(). Use it
/// only on the thread that created it.
class DistortionEngine : public ProbeMaker {
public:
    virtual const std::vector<NamedStimulus>& references() const = 0;
    /// From the cache, or made and kept there.
    /// @throws Cancelled; InvalidArgument for principal distortions of a layer that was not
    /// announced
    ///         or has no others to be compared with; NumericError, also for a reference to whose
    ///         small changes the layer does not respond
    virtual Distortion distortion(const NamedStimulus& reference, const std::string& layer,
                                  DistortionKind kind, const std::stop_token& stop) = 0;
    /// The same, but only if it is in the cache.
    virtual std::optional<Distortion> findDistortion(const NamedStimulus& reference,
                                                     const std::string& layer,
                                                     DistortionKind kind) const = 0;
    /// Where the cache keeps it.
    virtual std::filesystem::path path(const NamedStimulus& reference, const std::string& layer,
                                       DistortionKind kind) const = 0;
    /// The level at which d' is 1 for network number `network` under noise of SD 1 on each
    /// activation, in percent. It is proportional to that SD.
    virtual double predictedThreshold(const NamedStimulus& reference, const Distortion& distortion,
                                      std::size_t network) const = 0;
    /// @param signedLevel percent
    virtual DistortedStimulus distorted(const NamedStimulus& reference,
                                        const Distortion& distortion, double signedLevel) const = 0;
};

} // namespace mlab::stimuli
