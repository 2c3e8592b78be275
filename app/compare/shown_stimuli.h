// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/stimulus.h"
#include "core/stimulus/synthesis_spec.h"
#include "core/trial/trial.h"
#include "stimuli/measures/stimulus_metrics.h"
#include "stimuli/sources/named_stimulus.h"

#include <filesystem>
#include <map>
#include <string>
#include <utility>
#include <vector>

namespace mlab::app {

/// A reference and a probe that some trial showed together, by their hashes.
struct ShownPair {
    std::string referenceSha256, probeSha256;

    auto operator<=>(const ShownPair&) const = default; // NOLINT(modernize-use-nullptr)
};

/// The very pixels or samples that the counted trials of a design showed, found by their hashes.
class ShownStimuli {
public:
    ShownStimuli(const ShownStimuli&) = delete;
    ShownStimuli& operator=(const ShownStimuli&) = delete;
    virtual ~ShownStimuli() = default;

    virtual bool has(const std::string& sha256) const = 0;
    /// @throws IoError for a stimulus that is not there, or no longer
    virtual Stimulus stimulus(const std::string& sha256) = 0;
    /// How far two stimuli are apart in simple measures. Precondition: both are there.
    virtual stimuli::StimulusMetrics metrics(const ShownPair& pair) = 0;

    /// Whether a trial's reference and probe are both there.
    bool has(const ShownPair& pair) const
    {
        return has(pair.referenceSha256) && has(pair.probeSha256);
    }
    const StimulusFormat& format() const { return format_; }
    /// What could not be found or made again, and why.
    const std::vector<std::string>& problems() const { return problems_; }

protected:
    ShownStimuli() = default;

    /// Adds the references as a session's design names them.
    void loadReferences(const SynthesisSpec& spec);
    /// Adds references that have been made.
    void addReferences(const StimulusFormat& format,
                       std::vector<stimuli::NamedStimulus> references);

    std::map<std::string, stimuli::NamedStimulus> references_; ///< by hash
    StimulusFormat format_;
    std::vector<std::string> problems_;
};

/// A session's settings of the synthesis. @param references replaces its folder when not empty
SynthesisSpec synthesisOf(const SessionHeader& header, const std::filesystem::path& references);

} // namespace mlab::app
