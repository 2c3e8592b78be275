// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/report_text.h"
#include "core/document/threshold_parts.h"
#include "core/document/warning_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <utility>

namespace mlab {
namespace {

std::string largestResidual(const std::vector<double>& residuals,
                            const std::vector<LevelCounts>& bins)
{
    const auto largest =
        std::ranges::max_element(residuals, {}, [](double residual) { return std::abs(residual); });
    const auto bin = static_cast<std::size_t>(largest - residuals.begin());
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%+.1f", *largest);
    return std::string(text.data()) + " at " + rounded(bins[bin].level);
}

ReportTable thresholdTable(const ParticipantReport& participant)
{
    ReportTable table;
    table.name = "Thresholds";
    table.columns = {
        {"dimension", "", ""},        {"trials", "", ""},           {"threshold", "SD", ""},
        {"68 % interval", "SD", ""},  {"95 % interval", "SD", ""},  {"width", "log", ""},
        {"68 % interval", "log", ""}, {"95 % interval", "log", ""}, {"deviance (p)", "", ""},
        {"largest residual", "", ""}, {"warnings", "", ""}};
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
            const auto& [deviance, residuals, p] = *dimension.quality;
            row.push_back(rounded(deviance) + " (" + pText(p) + ")");
            row.push_back(largestResidual(residuals, dimension.bins));
        } else {
            row.insert(row.end(), 2, "–");
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
    out.ownPage = true;
    if (participant.drift) {
        out.paragraphs.push_back("Over all dimensions, the threshold changed by a factor of " +
                                 rounded(std::exp(participant.drift->logChange)) +
                                 " from the start to the end of a session (" +
                                 pSentence(participant.drift->p) + ").");
    }
    addWarnings(out, "Warning", participant.warnings);
    const std::string name = prefix + fileNameOf(participant.id);
    const auto add = [&](FigureKind kind, const std::string& layer, const std::string& ending,
                         const std::string& caption) {
        out.figures.push_back({.kind = kind,
                               .design = design,
                               .participant = index,
                               .layer = layer,
                               .name = name + ending,
                               .caption = caption});
    };
    if (std::ranges::any_of(participant.dimensions, &DimensionReport::located)) {
        add(FigureKind::radar, "", "-radar",
            "Thresholds by dimension (SD from the centre) with 95 % intervals (dashed). Labels: "
            "layer, "
            "component and direction. Undetermined thresholds are not shown.");
    }
    for (const auto& layer : report.layers.layers) {
        const std::string ending = "-" + fileNameOf(layer);
        add(FigureKind::fits, layer, ending + "-fits",
            layer + ": psychometric functions. Points: proportion correct in bins of the levels "
                    "achieved. Bars: 95 % interval of the threshold. Grey, dashed: undetermined "
                    "threshold.");
        add(FigureKind::tracks, layer, ending + "-tracks",
            layer + ": level achieved in each trial. Red: incorrect answers. Rings: reversals of "
                    "the staircase. Dashed: threshold.");
    }
    out.tables.push_back(thresholdTable(participant));
    return out;
}

} // namespace mlab
