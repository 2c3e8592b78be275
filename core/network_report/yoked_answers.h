// SPDX-License-Identifier: GPL-3.0-or-later
//
// A network in the very trials that a participant saw. Internal to the report.
#pragma once

#include "core/comparison/distance_growth.h"
#include "core/comparison/error_consistency.h"
#include "core/comparison/internal_noise.h"
#include "core/comparison/item_effect.h"
#include "core/network_report/network_data.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace mlab {

/// How the distances of one layer grow, by dimension; absent where they do not determine it. Of
/// whole metamers the distances of all pairs of a condition, at level 1.
using LayerGrowth = std::vector<std::optional<DistanceGrowth>>;

/// From the pairs that any participant was shown, each once.
LayerGrowth growthOf(const NetworkData& data, const ComparedLayer& layer);

/// The participant's trials with a layer's distances; the group is the eccentricity.
/// @param eccentricities  of each dimension, counted from 0
std::vector<NoiseTrial> layerTrials(const NetworkData& data, const ComparedLayer& layer,
                                    const ComparedParticipant& participant,
                                    std::span<const std::size_t> eccentricities);

/// The curve of a layer's observer.
ResponseCurve curveOf(Task task, const ComparedLayer& layer, const NoiseParameters& noise);
NoiseModel noiseModelOf(const ComparedLayer& layer);

/// One draw of the network's answers to the participant's trials, with noise of its own, beside the
/// participant's.
/// @param trials  layerTrials() @param people  P(right answer) of the participant by the level
/// @param noise  fitted to the participant
std::vector<YokedTrial> yokedAnswers(const NetworkData& data, const ComparedLayer& layer,
                                     const ComparedParticipant& participant,
                                     std::span<const NoiseTrial> trials,
                                     std::span<const double> people, const LayerGrowth& growth,
                                     const NoiseParameters& noise);

/// The participant's answers with the layer's distances less what the level predicts of them, so
/// that trials of one dimension can be compared whatever their levels. Trials of dimensions without
/// a growth, and those that show one stimulus only, are left out.
std::vector<ItemTrial> itemTrials(const ComparedLayer& layer,
                                  const ComparedParticipant& participant,
                                  std::span<const double> people, const LayerGrowth& growth);

} // namespace mlab
