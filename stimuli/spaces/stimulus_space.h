// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/stimulus.h"
#include "core/stimulus/synthesis_spec.h"
#include "stimuli/spaces/metamer_space.h"
#include "stimuli/spaces/probe_space.h"

#include <memory>

namespace mlab::stimuli {

/// What synthesis needs from images or sounds: one implementation for each modality, without state.
/// Formats and stimuli given to it must be of its own modality. What needs no tensors is in
/// StimulusKind.
class StimulusSpace {
public:
    StimulusSpace() = default;
    StimulusSpace(const StimulusSpace&) = delete;
    StimulusSpace& operator=(const StimulusSpace&) = delete;
    virtual ~StimulusSpace() = default;

    /// @param values of the reference, on the model's device
    /// @param compressive Model::isCompressive()
    /// @throws InvalidArgument for a solver that this modality does not have
    virtual std::unique_ptr<ProbeSpace> probes(const Stimulus& reference, const at::Tensor& values,
                                               ProbeSolver solver, bool compressive) const = 0;
    /// @param modelRateHz of the waveform inside a model of sounds
    /// @param like on whose device the stimuli are
    virtual std::unique_ptr<MetamerSpace> metamers(const StimulusFormat& format, int modelRateHz,
                                                   const at::Tensor& like) const = 0;
    /// A picture of the stimulus for a contact sheet.
    virtual RgbImage preview(const Stimulus& stimulus) const = 0;
};

const StimulusSpace& spaceOf(const StimulusFormat& format);
const StimulusSpace& spaceOf(const Stimulus& stimulus);

} // namespace mlab::stimuli
