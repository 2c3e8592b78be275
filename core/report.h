// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/group_statistics.h"
#include "core/report_dimension.h"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace mlab {

/// A session as the report takes it.
struct ReportSession {
    std::string id;
    std::string startedAt; ///< UTC, ISO 8601
    bool finished = false;
    bool simulated = false;
    std::vector<TrialRecord> trials;
};

/// A participant with the sessions that can be pooled.
struct ReportParticipant {
    std::string id;
    std::vector<ReportSession> sessions; ///< oldest first
};

/// The sessions whose levels mean the same: one design text, one model, one basis.
struct ReportData {
    std::string designName;
    std::string designSha256;
    std::string taskName;
    DiscriminationTask task = DiscriminationTask::abxDifferencing;
    std::vector<Dimension> dimensions; ///< in the design's order
    std::vector<ReportParticipant> participants;
    ProbeMetricsByPicture metrics;
};

/// What the report says of one participant.
struct ParticipantReport {
    std::string id;
    std::vector<ReportSession> sessions; ///< without their trials
    std::vector<int> sessionTrials;      ///< stored, of each of `sessions`
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

/// Two layers compared within participants.
struct LayerPair {
    std::size_t first = 0, second = 0; ///< into LayerComparison::layers
    MeanEstimate logRatio;             ///< natural log of threshold of second over first
    PermutationTest test;              ///< sign changes
    double adjustedP = 1.0;            ///< Holm's, over the pairs
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
    std::optional<PermutationTest> omnibus;         ///< Friedman's, from two participants on
    std::vector<LayerPair> pairs;
    std::vector<std::string> notes; ///< what could not be tested, and why
};

/// Does a measure of the pictures explain the thresholds? Over dimensions, of the group's log
/// threshold with the measure of the probes at threshold.
struct ContrastComparison {
    std::optional<Correlation> rmsContrastChange;
    std::optional<Correlation> ssim;
    int dimensions = 0;        ///< with a threshold and at least one probe record
    int dimensionsWithout = 0; ///< with a threshold and none
};

/// Every number of the report on one design.
struct DesignReport {
    std::string designName;
    std::string designSha256;
    std::string taskName;
    DiscriminationTask task = DiscriminationTask::abxDifferencing;
    double chance = 0.5;
    std::vector<ParticipantReport> participants;
    std::vector<GroupDimension> group; ///< in the design's order
    LayerComparison layers;
    ContrastComparison contrast;
    std::vector<std::string> notes; ///< sessions pooled, sessions left out
};

/// Computes the report, the dimensions on all cores.
/// @param progress called on this thread now and then; may be empty; what it throws ends the work
/// @throws InvalidArgument if no session has a trial
DesignReport computeReport(const ReportData& data,
                           const std::function<void(int done, int total)>& progress);

} // namespace mlab
