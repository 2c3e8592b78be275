// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/fits/group_statistics.h"
#include "core/report/report_dimension.h"
#include "core/report/report_sessions.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mlab {

using ThresholdSessionData = SessionData<TrialRecord>;
using ThresholdParticipantData = ParticipantData<TrialRecord>;

/// The sessions whose levels are comparable: one design text, one model, one basis; of people or of
/// simulated participants, which are never pooled.
struct ThresholdData {
    std::string designName;
    std::string designSha256;
    bool simulated = false; ///< simulated participants
    std::string modality;   ///< its name
    std::string taskName;
    DiscriminationTask task = DiscriminationTask::abxDifferencing;
    std::vector<Dimension> dimensions; ///< in the design's order
    std::vector<ThresholdParticipantData> participants;
    MeasuresByProbe measures;
};

/// The thresholds of one participant.
struct ParticipantReport {
    std::string id;
    std::vector<SessionFacts> sessions;
    std::vector<DimensionReport> dimensions;
    std::optional<Drift> drift; ///< common to the dimensions
    std::vector<ReportWarning> warnings;
};

/// One dimension, over the participants whose data determine its threshold.
struct GroupDimension {
    Dimension dimension;
    int trials = 0;  ///< of all participants
    int leftOut = 0; ///< participants with trials but an undetermined threshold
    std::optional<MeanEstimate> logThreshold; ///< natural log of the level
    std::optional<MeanEstimate> logWidth;     ///< natural log of the width, which is above 0
    std::optional<ProbesAtThreshold> probes;  ///< mean over participants
    std::vector<ReportWarning> warnings;
};

/// Thresholds by layer: the mean log threshold of each participant in each layer.
struct LayerComparison {
    std::vector<std::string> layers; ///< in the design's order
    struct Row {
        std::string participant;
        std::vector<double> logThresholds; ///< by layer, mean over its dimensions with a threshold
    };
    std::vector<Row> rows; ///< participants with a threshold in every layer
    std::vector<std::optional<MeanEstimate>> means; ///< by layer
    /// Of the log thresholds; absent for fewer than two participants or layers.
    std::optional<WithinComparison> tests;
    std::vector<ReportWarning> notes; ///< exclusions, and limits of the tests
};

/// Do simple measures of the stimuli explain the thresholds? Over dimensions: the group's log
/// threshold against the measures of the probes at threshold.
struct MeasureComparison {
    std::vector<std::optional<Correlation>> correlations; ///< of stimulusMeasures()
    int dimensions = 0;        ///< with a threshold and at least one probe record
    int dimensionsWithout = 0; ///< with a threshold and none
};

/// All numbers of the report on one design.
struct ThresholdReport {
    std::string designName;
    std::string designSha256;
    bool simulated = false; ///< simulated participants
    std::string modality;   ///< its name
    std::string taskName;
    DiscriminationTask task = DiscriminationTask::abxDifferencing;
    double chance = 0.5;
    std::string levelUnit = "SD";    ///< of levels and thresholds, see levelUnit()
    std::string layerNoun = "layer"; ///< what `layer` names: "layer", or "graph" of rewirings
    std::vector<ParticipantReport> participants;
    std::vector<GroupDimension> group; ///< in the design's order
    LayerComparison layers;
    MeasureComparison measures;
    std::vector<ReportWarning> notes; ///< sessions pooled or excluded
};

/// Computes the report, using all cores.
/// @param progress called on this thread from time to time; may be empty; what it throws stops the
/// work
/// @throws InvalidArgument if no session has a trial
ThresholdReport computeThresholdReport(const ThresholdData& data,
                                       const std::function<void(int done, int total)>& progress);

} // namespace mlab
