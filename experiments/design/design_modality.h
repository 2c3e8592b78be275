// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"
#include "experiments/design/design.h"
#include "experiments/design/visual_angle.h"
#include "experiments/json/json_node.h"
#include "experiments/json/key_problem.h"

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlab::experiments {

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
    /// The key of a format in designs, studies and stored sessions.
    virtual const char* formatKey() const = 0;
    /// What designs and studies say of the format, with defaults for what they leave out. Absent if
    /// they say nothing and the model does not imply one.
    /// @param before what was read up to now
    virtual std::optional<StimulusFormat> readFormat(const JsonNode& root,
                                                     const SynthesisSpec& before) const = 0;
    /// A format under formatKey() in a stored session.
    virtual nlohmann::ordered_json toJson(const StimulusFormat& format) const = 0;
    /// @throws nlohmann::json::exception if something is missing
    virtual StimulusFormat fromJson(const nlohmann::ordered_json& stored) const = 0;
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
const DesignModality& designModality(const StimulusFormat& format);

/// Reads the keys of a format; leaves `out` unchanged if there are none.
void readFormat(const JsonNode& root, SynthesisSpec& out);
/// Adds a format to what is stored of a session.
void addFormat(nlohmann::ordered_json& json, const StimulusFormat& format);
/// What addFormat() added. @throws nlohmann::json::exception if something is missing
StimulusFormat formatIn(const nlohmann::ordered_json& json);

} // namespace mlab::experiments
