// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/stimulus.h"
#include "core/trial/metamer_condition.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mlab {

/// N-way recognition: which category does a natural stimulus, or its model metamer, belong to?
/// (Feather et al. 2019, 2023.)

/// The condition of a natural stimulus; the others are named after the layer of a metamer.
inline constexpr std::string_view kNaturalCondition = "natural";

/// One of the categories that the participant chooses from.
struct Category {
    std::string name;  ///< as tables give it
    std::string label; ///< as the participant reads it
    /// Ids of the references that belong to it; `*` stands for any characters.
    std::vector<std::string> references;

    bool operator==(const Category&) const = default;
};

/// The index of the one category a reference belongs to; nothing if it belongs to none.
/// @throws InvalidArgument naming both if it belongs to two
std::optional<std::size_t> categoryOfReference(const std::vector<Category>& categories,
                                               const std::string& referenceId);

/// How one metamer differs from the others of a design that has several of a reference and layer.
struct MetamerVariant {
    std::uint64_t seed = 0; ///< added to the design's seed of the noise
    std::string start;      ///< the reference that its synthesis starts from; empty: noise
    std::optional<MetamerMatch> match = std::nullopt; ///< absent: as close as the design says

    bool operator==(const MetamerVariant&) const = default;
    auto operator<=>(const MetamerVariant&) const = default; // NOLINT(modernize-use-nullptr)
};

/// An unchanged reference, or its metamer at a layer: what sessions of recognition, and those that
/// compare whole metamers, show.
struct RecognitionRequest {
    std::string reference;
    std::string layer;           ///< empty: the natural stimulus
    MetamerVariant variant = {}; ///< of the metamer

    bool operator==(const RecognitionRequest&) const = default;
    auto operator<=>(const RecognitionRequest&) const = default; // NOLINT(modernize-use-nullptr)
};

/// What is shown or played, and how well a metamer matches its reference at its layer.
struct RecognitionStimulus {
    Stimulus stimulus;
    std::string sha256;
    std::string referenceSha256;
    std::optional<double> matchSpearman; ///< absent for a natural stimulus
    /// 20 log10 of the norms' ratio; absent if natural, or if nothing differs (it is infinite then)
    std::optional<double> matchSnrDb;
    bool accepted = true; ///< natural, or the metamer is as close as was asked for
    /// How it was made, and its match at every layer, as JSON; empty if natural.
    std::string metamerJson = {};
};

using RecognitionStimuli = std::map<RecognitionRequest, RecognitionStimulus>;

/// One trial as planned.
struct RecognitionPlan {
    int trialIndex = 0; ///< 0, 1, ... over the whole session, practice included
    int blockIndex = 0; ///< -1 during practice, then 0, 1, ...
    bool practice = false;
    /// The category's example, which practice has shown: an attentive participant knows it.
    bool catchTrial = false;
    std::string condition; ///< "natural", or the metamer's layer
    RecognitionRequest request;
    std::size_t category = 0; ///< the right one
    bool breakBefore = false;
    double progress = 0.0; ///< share of the session that is done, in [0, 1]

    bool operator==(const RecognitionPlan&) const = default;
};

/// One completed trial.
struct RecognitionRecord {
    int trialIndex = 0;
    int blockIndex = 0;
    bool practice = false;
    bool catchTrial = false;
    std::string condition;
    std::string referenceId;
    std::string referenceSha256;
    std::string stimulusSha256;
    std::optional<double> matchSpearman; ///< of a metamer, at its layer
    std::optional<double> matchSnrDb;
    std::string category; ///< the right one's name
    std::string response; ///< the chosen one's name
    bool correct = false;
    double rtMs = 0.0;    ///< from the first frame that asks for the answer
    double onsetMs = 0.0; ///< of the stimulus, after fixation onset
    int droppedFrames = 0;
    std::vector<std::string> flags; ///< words of mlab::flag
    std::string startedAt;          ///< UTC, ISO 8601, of fixation onset
};

} // namespace mlab
