// SPDX-License-Identifier: GPL-3.0-or-later
//
// The parts of the report on thresholds. Internal to the document.
#pragma once

#include "core/document/report_document.h"
#include "core/document/report_parts.h"

#include <cmath>
#include <cstddef>
#include <string>
#include <vector>

namespace mlab {

/// For transformed().
inline double exponential(double log)
{
    return std::exp(log);
}

/// Of the comparison of layers, or of graphs. @param noun see ThresholdReport::layerNoun
ComparisonTerms layerTerms(const std::string& noun);

/// "within a factor of 1.5 of the threshold, at most 5 for each participant"
std::string probesAtThresholdText();

/// The answers in sentences: how many thresholds, which layers, which directions, how certain, and
/// whether simple measures explain them.
std::vector<std::string> summaryOf(const ThresholdReport& report);

/// @param design the report's index @param prefix of the figures' file names
ReportSection layerSection(const ThresholdReport& report, std::size_t design,
                           const std::string& prefix);
ReportSection measureSection(const ThresholdReport& report, std::size_t design,
                             const std::string& prefix);
/// @param index of the participant
ReportSection thresholdParticipantSection(const ThresholdReport& report, std::size_t design,
                                          std::size_t index, const std::string& prefix);

} // namespace mlab
