// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/threshold_document.h"

#include "core/document/threshold_parts.h"
#include "core/document/warning_text.h"
#include "core/page/report_text.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mlab {
namespace {

constexpr int kLeastRadar = 3; ///< thresholds: fewer have no area

ReportTable groupTable(const ThresholdReport& report)
{
    ReportTable table;
    table.name = "Thresholds of the group";
    table.columns = {{"dimension", "", ""},
                     {"participants", "", ""},
                     {"trials", "", ""},
                     {"threshold", report.levelUnit, ""},
                     {"68 % interval", report.levelUnit, ""},
                     {"95 % interval", report.levelUnit, ""},
                     {"width", "log", ""},
                     {"95 % interval", "log", ""},
                     {"warnings", "", ""}};
    for (const auto& group : report.group) {
        const auto& threshold = group.logThreshold;
        table.rows.push_back(
            {group.dimension.id(), std::to_string(threshold ? threshold->count : 0),
             std::to_string(group.trials), threshold ? rounded(std::exp(threshold->mean)) : "–",
             threshold ? rangeOrDash(transformed(threshold->interval68, exponential)) : "–",
             threshold ? rangeOrDash(transformed(threshold->interval95, exponential)) : "–",
             group.logWidth ? rounded(std::exp(group.logWidth->mean)) : "–",
             group.logWidth ? rangeOrDash(transformed(group.logWidth->interval95, exponential))
                            : "–",
             joinedWarnings(group.warnings)});
    }
    return table;
}

} // namespace

std::vector<ReportSection> thresholdSections(const ThresholdReport& report, std::size_t design,
                                             const std::string& name, const std::string& prefix)
{
    auto first = section(name);
    first.isDesign = true;
    first.paragraphs = summaryOf(report);
    addWarnings(first, "Note", report.notes);
    const auto add = [&](FigureKind kind, const std::string& ending, const std::string& caption) {
        first.figures.push_back({.kind = kind,
                                 .design = design,
                                 .participant = 0,
                                 .name = prefix + ending,
                                 .caption = caption});
    };
    const auto shown = std::ranges::count_if(report.group, [](const GroupDimension& dimension) {
        return dimension.logThreshold.has_value();
    });
    const bool several = report.participants.size() > 1;
    if (several && shown > 0) {
        add(FigureKind::groupThresholds, "thresholds",
            "Thresholds by dimension: participants (grey, n = " +
                count(report.participants.size()) +
                ") and their geometric mean with its 95 % confidence interval over participants, "
                "coloured by " +
                report.layerNoun + ".");
    }
    std::vector<ReportSection> sections = {std::move(first)};
    if (several) {
        auto group = section("Thresholds of the group");
        group.tables = {groupTable(report)};
        if (shown >= kLeastRadar) {
            group.figures.push_back(
                {.kind = FigureKind::groupRadar,
                 .design = design,
                 .participant = 0,
                 .name = prefix + "radar",
                 .caption = "The same thresholds (" + report.levelUnit +
                            " from the centre), a circle for each eccentricity: the group's mean "
                            "(bold) with its 95 % confidence interval (dashed; squares "
                            "at the rim: beyond it), and participants (thin)."});
        }
        sections.push_back(std::move(group));
    }
    sections.push_back(layerSection(report, design, prefix));
    sections.push_back(measureSection(report, design, prefix));
    for (std::size_t person = 0; person < report.participants.size(); ++person) {
        sections.push_back(thresholdParticipantSection(report, design, person, prefix));
    }
    return sections;
}

ReportSection thresholdMethods()
{
    auto out = section("How thresholds were computed");
    out.paragraphs = {
        "A threshold is the level achieved at which the proportion correct is halfway between "
        "chance and the upper asymptote. Levels along a component are in SD over the pool, levels "
        "along a distortion the RMS of the change in percent of the range of pixel values, or of "
        "the sound's RMS; of a rewired graph they are the double edge swaps that were made. A "
        "Weibull function with a lapse rate is fitted to the single trials by "
        "Bayesian estimation, with the priors "
        "of psignifit. The threshold is the mode of its marginal posterior, in the shortest "
        "intervals that hold 95 and 68 % of it; widths and lapse rates are medians, within "
        "percentiles of the same posteriors. The width is the distance, in natural logs, between "
        "the levels at 5 % and 95 % of the rise.",
        "The deviance is that of the most probable function in bins of level. Its p comes from " +
            std::to_string(kDevianceSamples) +
            " data sets simulated at the same levels and fitted again, as if the levels had not "
            "depended on the answers. Residuals are signed square roots of the deviance; above 0, "
            "more answers are correct than fitted. Pseudo-R² is McFadden's: 1 minus the log "
            "likelihood of the single answers under that function over that under one probability "
            "of a correct answer at all levels; it is small where levels were chosen near the "
            "threshold. MAE, the mean absolute error, is the distance between the proportion "
            "correct and that function, as the mean over the bins weighted by their trials.",
        "Practice trials, and trials presented again after a pause, a loss of focus, bad timing or "
        "broken "
        "sound, are excluded. The group's threshold is the mean of the log thresholds, with "
        "Student's t interval over participants. A threshold is undetermined (in brackets) if a "
        "warning says so: all or no answers are correct, or no more than by guessing; answers get "
        "worse with the level; it lies outside the levels shown by more than a factor of " +
            rounded(kOutsideFactor) +
            "; or its interval reaches the limits of its prior or spans more than a factor of " +
            rounded(kWidestInterval) + ". Such thresholds are excluded from means and tests."};
    return out;
}

} // namespace mlab
