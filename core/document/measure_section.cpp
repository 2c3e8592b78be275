// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/number_text.h"
#include "core/document/threshold_parts.h"
#include "core/page/report_text.h"

#include <utility>

namespace mlab {
namespace {

std::string correlationText(const std::string& measure,
                            const std::optional<Correlation>& correlation)
{
    if (!correlation) {
        return measure +
               ": the correlation cannot be computed; it needs at least 3 dimensions with "
               "different values.";
    }
    return measure + ": r = " + rounded(correlation->r) +
           (correlation->interval95 ? ", 95 % interval " + range((*correlation->interval95)[0],
                                                                 (*correlation->interval95)[1])
                                    : ", too few dimensions for an interval") +
           ", " + std::to_string(correlation->count) + " dimensions.";
}

} // namespace

std::string probesAtThresholdText()
{
    return "within a factor of " + shortNumber(kNearThreshold) + " of the threshold, at most " +
           std::to_string(kProbesAtThreshold) + " for each participant";
}

ReportSection measureSection(const ThresholdReport& report, std::size_t design,
                             const std::string& prefix)
{
    const auto& modality = reportedModality(report.modality);
    const auto& compared = report.measures;
    auto out = section(modality.question);
    if (compared.dimensions == 0) {
        out.paragraphs.emplace_back(
            "No record of a probe at threshold was found in the cache, so this could not be "
            "computed. Use --cache to name the cache of these sessions.");
        return out;
    }
    out.paragraphs.push_back(
        "The group's threshold of each dimension against the mean measures of the probes at "
        "threshold (" +
        probesAtThresholdText() + "). If a measure explained what is " + modality.noticed +
        ", it would be the same for all probes at threshold, although their levels differ. "
        "Correlations use the log threshold. Dimensions of one " +
        report.layerNoun + " are not independent, so the intervals are too narrow.");
    const auto& measures = modality.measures;
    std::string names;
    for (std::size_t i = 0; i < measures.size(); ++i) {
        out.paragraphs.push_back(
            correlationText(capitalized(measures[i].label), compared.correlations[i]));
        names += (i == 0 ? "" : " and ") + measures[i].label;
    }
    if (compared.dimensionsWithout > 0) {
        out.paragraphs.push_back(
            "Excluded: " + counted(compared.dimensionsWithout, "dimension", "dimensions") +
            " without a record of a probe at threshold in the cache.");
    }
    out.figures.push_back(
        {.kind = FigureKind::measures,
         .design = design,
         .participant = 0,
         .name = prefix + "measures",
         .caption = "Thresholds against " + names +
                    " of the probes at threshold. Each point is a dimension (n = " +
                    std::to_string(compared.dimensions) + "), coloured by " + report.layerNoun +
                    "."});
    return out;
}

} // namespace mlab
