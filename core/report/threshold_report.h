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

using ReportSession = SessionOf<TrialRecord>;
using ReportParticipant = ParticipantOf<TrialRecord>;

/// The sessions whose levels mean the same: one design text, one model, one basis.
struct ReportData {
    std::string designName;
    std::string designSha256;
    std::string modality; ///< "image" or "audio"
    std::string taskName;
    DiscriminationTask task = DiscriminationTask::abxDifferencing;
    std::vector<Dimension> dimensions; ///< in the design's order
    std::vector<ReportParticipant> participants;
    MeasuresByProbe measures;
};

/// What the report says of one participant.
struct ParticipantReport {
    std::string id;
    std::vector<SessionFacts> sessions;
    std::vector<DimensionReport> dimensions;
    std::optional<Drift> drift; ///< common to the dimensions
    std::vector<std::string> warnings;
};

/// One dimension over the participants whose data locate its threshold.
struct GroupDimension {
    Dimension dimension;
    int trials = 0;  ///< of all participants
    int leftOut = 0; ///< participants with trials whose data do not locate it
    std::optional<MeanEstimate> logThreshold; ///< natural log of SD
    std::optional<MeanEstimate> width;        ///< natural log units
    std::optional<ProbesAtThreshold> probes;  ///< mean over participants
    std::vector<std::string> warnings;
};

/// Thresholds by layer: the mean log threshold of each participant in each layer.
struct LayerComparison {
    std::vector<std::string> layers; ///< in the design's order
    struct Row {
        std::string participant;
        std::vector<double> logThresholds; ///< by layer, mean over its located dimensions
    };
    std::vector<Row> rows; ///< participants with a located threshold in every layer
    std::vector<std::optional<MeanEstimate>> means; ///< by layer
    /// Of the log thresholds, from two participants and two layers on.
    std::optional<WithinComparison> tests;
    std::vector<std::string> notes; ///< what could not be tested, and why
};

/// Does a simple measure of the stimuli explain the thresholds? Over dimensions, of the group's log
/// threshold with the measures of the probes at threshold.
struct MeasureComparison {
    std::vector<std::optional<Correlation>> correlations; ///< of stimulusMeasures()
    int dimensions = 0;        ///< with a threshold and at least one probe record
    int dimensionsWithout = 0; ///< with a threshold and none
};

/// Every number of the report on one design.
struct DesignReport {
    std::string designName;
    std::string designSha256;
    std::string modality; ///< "image" or "audio"
    std::string taskName;
    DiscriminationTask task = DiscriminationTask::abxDifferencing;
    double chance = 0.5;
    std::vector<ParticipantReport> participants;
    std::vector<GroupDimension> group; ///< in the design's order
    LayerComparison layers;
    MeasureComparison measures;
    std::vector<std::string> notes; ///< sessions pooled, sessions left out
};

/// Computes the report, the dimensions on all cores.
/// @param progress called on this thread now and then; may be empty; what it throws ends the work
/// @throws InvalidArgument if no session has a trial
DesignReport computeReport(const ReportData& data,
                           const std::function<void(int done, int total)>& progress);

} // namespace mlab
