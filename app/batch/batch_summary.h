// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/measures/activation_match.h"
#include "stimuli/sources/named_stimulus.h"
#include "stimuli/store/metamer_cache.h"
#include "stimuli/store/probe_cache.h"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mlab::app {

/// One item of a study, made or not.
struct SummaryRow {
    std::string kind; ///< "metamer" or "probe"
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

    int component = 0; ///< probes
    std::string direction;
    double level = 0.0;
    std::optional<stimuli::CachedProbe> probe;

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
