// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"
#include "experiments/design/design.h"
#include "experiments/design/visual_angle.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlab::experiments {

/// What is wrong with a key of a design file.
struct KeyProblem {
    std::string pointer;
    std::string reason;
};

/// What a design and its session ask of a modality. Everything in experiments/ that depends on
/// whether images are shown or sounds are played asks here.
class DesignModality {
public:
    DesignModality() = default;
    DesignModality(const DesignModality&) = delete;
    DesignModality& operator=(const DesignModality&) = delete;
    virtual ~DesignModality() = default;

    /// The word used in messages: "images".
    virtual std::string_view stimuli() const = 0;
    /// Whether stimuli have a size and a position on the screen, and can be icons.
    virtual bool onScreen() const = 0;
    /// Of designs that give none.
    virtual StimulusFormat defaultFormat() const = 0;
    /// Keys of a design file that mean nothing for this modality, and why.
    virtual std::vector<KeyProblem> unusedKeys() const = 0;
    /// How long an interval lasts, in ms, given what the design says of its timing and stimuli.
    virtual double intervalMs(const Timing& timing, const StimulusFormat& format) const = 0;
    /// Why the model cannot take stimuli of this format; absent if it can, or if the format is that
    /// of another modality.
    virtual std::optional<KeyProblem> formatProblem(const StimulusFormat& format,
                                                    const ModelInfo& model) const = 0;
    /// How the stimuli of a checked design will be presented, in lines of plain text.
    virtual std::string describeStation(const Design& design,
                                        const ScreenGeometry& screen) const = 0;
};

const DesignModality& modalityOf(const Design& design);

} // namespace mlab::experiments
