// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/threshold_parts.h"
#include "core/document/warning_text.h"
#include "core/page/report_text.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mlab {
namespace {

std::string largestResidual(const std::vector<double>& residuals,
                            const std::vector<LevelCounts>& bins)
{
    const auto largest =
        std::ranges::max_element(residuals, {}, [](double residual) { return std::abs(residual); });
    const auto bin = static_cast<std::size_t>(largest - residuals.begin());
    return withSign(*largest) + " at " + rounded(bins[bin].level);
}

ReportTable thresholdTable(const ParticipantReport& participant, const std::string& unit)
{
    ReportTable table;
    table.name = "Thresholds";
    table.columns = {{"dimension", "", ""},
                     {"trials", "", ""},
                     {"threshold", unit, ""},
                     {"68 % interval", unit, ""},
                     {"95 % interval", unit, ""},
                     {"width", "log", ""},
                     {"68 % interval", "log", ""},
                     {"95 % interval", "log", ""},
                     {"deviance (p)", "", ""},
                     {"pseudo-R²", "", ""},
                     {"MAE", "", ""},
                     {"largest residual", "", ""},
                     {"warnings", "", ""}};
    for (const auto& dimension : participant.dimensions) {
        std::vector<std::string> row = {dimension.dimension.id(), std::to_string(dimension.trials)};
        if (dimension.estimate) {
            const auto& [parameters, all, most, level, bounds] = *dimension.estimate;
            row.push_back((dimension.located ? "" : "(") + rounded(parameters.threshold) +
                          (dimension.located ? "" : ")"));
            row.push_back(range(most.lower.threshold, most.upper.threshold));
            row.push_back(range(all.lower.threshold, all.upper.threshold));
            row.push_back(rounded(parameters.width));
            row.push_back(range(most.lower.width, most.upper.width));
            row.push_back(range(all.lower.width, all.upper.width));
        } else {
            row.insert(row.end(), 6, "–");
        }
        if (dimension.quality) {
            const auto& [deviance, residuals, p, pseudoR2, meanAbsoluteError] = *dimension.quality;
            row.push_back(rounded(deviance) + " (" + pText(p) + ")");
            row.push_back(pseudoR2 ? rounded(*pseudoR2) : "–");
            row.push_back(rounded(meanAbsoluteError));
            row.push_back(largestResidual(residuals, dimension.bins));
        } else {
            row.insert(row.end(), 4, "–");
        }
        row.push_back(joinedWarnings(dimension.warnings));
        table.rows.push_back(std::move(row));
    }
    return table;
}

} // namespace

ReportSection thresholdParticipantSection(const ThresholdReport& report, std::size_t design,
                                          std::size_t index, const std::string& prefix)
{
    const auto& participant = report.participants[index];
    auto out = participantSection(participant.id, participant.sessions);
    if (participant.drift) {
        out.paragraphs.push_back("Over all dimensions, the threshold changed by a factor of " +
                                 rounded(std::exp(participant.drift->logChange)) +
                                 " from the start to the end of a session (" +
                                 pSentence(participant.drift->p) + ").");
    }
    addWarnings(out, "Warning", participant.warnings);
    const std::string name = prefix + fileNameOf(participant.id);
    const auto add = [&](FigureKind kind, const std::string& ending, const std::string& caption) {
        out.figures.push_back({.kind = kind,
                               .design = design,
                               .participant = index,
                               .name = name + ending,
                               .caption = caption});
    };
    if (std::ranges::any_of(participant.dimensions, &DimensionReport::located)) {
        add(FigureKind::thresholds, "-thresholds",
            "Thresholds of participant " + participant.id +
                " by dimension, with 95 % credible intervals, coloured by " + report.layerNoun +
                ". Undetermined thresholds are not shown.");
    }
    add(FigureKind::fits, "-fits",
        "Psychometric functions. Points: proportion correct in bins of at least 6 trials, by the "
        "level achieved. Orange: 95 % credible interval of the threshold; an arrow: beyond the "
        "axis. Grey, dashed: undetermined threshold.");
    add(FigureKind::tracks, "-tracks",
        "Level achieved in each trial. Red: incorrect answers. Rings: reversals of the staircase. "
        "Dashed: threshold.");
    out.tables.push_back(thresholdTable(participant, report.levelUnit));
    return out;
}

} // namespace mlab
