// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"
#include "core/trial/dimension.h"
#include "experiments/design/distortion_entry.h"
#include "stimuli/engine/metamer_engine.h"
#include "stimuli/store/metamer_settings.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace mlab::app {

/// Model metamers: references x layers x seeds.
struct MetamerStudy {
    std::vector<std::string> layers;
    std::vector<std::uint64_t> seeds = {1};
    stimuli::MetamerSettings settings;
    stimuli::NullSpec null;
    int batchSize = 8;
};

/// A study has at most so many items: each is a row of the summary, held in memory.
inline constexpr std::size_t kMostItems = 1'000'000;

/// One probe of each reference: what is moved, and how far.
struct ProbeMove {
    std::string layer;
    int component = 1;
    Direction direction = Direction::plus;
    double level = 0.0; ///< SD
};

/// Distortions of each reference.
struct DistortionStudy {
    std::vector<experiments::DistortionEntry> entries;
    double level = 5.0; ///< percent, of the stimuli that show them
};

/// A batch of stimuli as its JSON file describes it; one of `metamers`, `moves` and `distortions`
/// is set.
struct Study {
    std::string name;
    SynthesisSpec synthesis;
    std::optional<MetamerStudy> metamers;
    std::vector<ProbeMove> moves;
    std::optional<DistortionStudy> distortions;
};

/// Reads and checks a study file (experiments/schema/study-1.schema.json).
/// @throws BadInput with everything that is wrong, IoError if the file cannot be read
Study loadStudy(const std::filesystem::path& file);

} // namespace mlab::app
