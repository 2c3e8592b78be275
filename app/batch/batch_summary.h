// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/engine/distortion_engine.h"
#include "stimuli/measures/activation_match.h"
#include "stimuli/measures/stimulus_metrics.h"
#include "stimuli/sources/named_stimulus.h"
#include "stimuli/store/metamer_cache.h"
#include "stimuli/store/probe_cache.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mlab::app {

/// A reference changed along one of its distortions.
struct ShownDistortion {
    stimuli::Distortion distortion;
    stimuli::DistortedStimulus shown;
    std::vector<double> predictedThresholds; ///< percent, of each network
    stimuli::StimulusMetrics metrics;        ///< against the reference
};

/// One item of a study, made or not.
struct SummaryRow {
    std::string kind; ///< "metamer", "probe" or "distortion"
    std::string layer;
    std::string referenceId;
    bool isOurs = true;         ///< of the shard being made
    std::string problem;        ///< why it is not as requested; empty: it is
    std::filesystem::path file; ///< in the cache; empty: it is not made

    std::uint64_t seed = 0; ///< metamers
    std::optional<stimuli::Metamer> metamer;
    stimuli::ActivationMatch match; ///< at the layer that was matched
    stimuli::NullDistribution null;
    std::optional<bool> accepted;

    int component = 0;     ///< probes
    std::string direction; ///< probes and distortions
    double level = 0.0;    ///< SD; of distortions percent
    std::optional<stimuli::CachedProbe> probe;

    std::string distortionKind; ///< distortions
    std::optional<ShownDistortion> distortion;

    bool isThere() const { return !file.empty(); }
    /// "conv1-astronaut-seed1", "texture-1-plus-0.5-astronaut": also the file's name, unless
    /// another file has it.
    std::string name() const;
};

/// The row of a reference that no item can be made of.
SummaryRow unusableReference(const std::string& problem);

/// Writes `summary.csv`, `index.html`, which shows all pictures or plays all sounds, and
/// `items/` with their files.
/// @throws IoError
void writeSummary(const std::filesystem::path& folder, const std::string& studyName,
                  const std::vector<SummaryRow>& rows,
                  const std::vector<stimuli::NamedStimulus>& references);

} // namespace mlab::app
