// SPDX-License-Identifier: GPL-3.0-or-later
//
// What the data say about people without any network. Internal to the report.
#pragma once

#include "core/comparison/explained_likelihood.h"
#include "core/comparison/threshold_agreement.h"
#include "core/network_report/network_data.h"
#include "core/report/threshold_report.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace mlab {

class ComparedPeople {
public:
    /// @param thresholds  of the same participants; null for whole metamers
    /// @throws InternalError if a participant has no thresholds
    ComparedPeople(const NetworkData& data, const ThresholdReport* thresholds);

    /// Psychometric functions of the level: P(right answer) in each trial, and what they explain.
    /// Participants may be fitted by several threads.
    void fit(std::size_t participant);

    std::vector<double> eccentricitiesDeg;
    std::vector<std::size_t> eccentricity;          ///< by dimension
    PeopleThresholds people;                        ///< as NetworkReport::people
    std::vector<std::vector<double>> probabilities; ///< by participant and trial
    std::vector<LikelihoodBounds> bounds;           ///< by participant
    std::vector<std::vector<std::size_t>> folds;    ///< by participant; empty for too few trials
    double share = 0.0;                             ///< right answers at d' = 1

private:
    void addThresholds(const ThresholdReport& report, const std::string& id);
    /// d' of each condition.
    void addSensitivities(const ComparedParticipant& participant);

    const NetworkData& data_;
    std::vector<std::size_t> layer_; ///< by dimension: of the design's layers and eccentricities
};

} // namespace mlab
