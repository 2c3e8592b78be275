// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/threshold_document.h"

#include "core/document/report_text.h"
#include "core/document/threshold_parts.h"
#include "core/document/warning_text.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace mlab {
namespace {

ReportTable groupTable(const ThresholdReport& report)
{
    ReportTable table;
    table.name = "Thresholds of the group";
    table.columns = {
        {"dimension", "", ""},   {"participants", "", ""},     {"trials", "", ""},
        {"threshold", "SD", ""}, {"68 % interval", "SD", ""},  {"95 % interval", "SD", ""},
        {"width", "log", ""},    {"95 % interval", "log", ""}, {"warnings", "", ""}};
    for (const auto& group : report.group) {
        const auto& threshold = group.logThreshold;
        table.rows.push_back(
            {group.dimension.id(), std::to_string(threshold ? threshold->count : 0),
             std::to_string(group.trials), threshold ? rounded(std::exp(threshold->mean)) : "–",
             threshold ? rangeOrDash(transformed(threshold->interval68, exponential)) : "–",
             threshold ? rangeOrDash(transformed(threshold->interval95, exponential)) : "–",
             group.width ? rounded(group.width->mean) : "–",
             group.width ? rangeOrDash(group.width->interval95) : "–",
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
    first.tables = {groupTable(report)};
    first.paragraphs.push_back(counted(report.participants.size(), "participant", "participants") +
                               ", " + counted(report.group.size(), "dimension", "dimensions") +
                               ", task " + report.taskName + " (chance " +
                               asPercent(report.chance) + " %).");
    first.paragraphs.emplace_back(
        "A threshold is the level achieved, in SD of a component over the pool, at which the "
        "proportion correct is halfway between chance and the upper asymptote. A Weibull function "
        "with a lapse rate is fitted to the single trials by Bayesian estimation, with the priors "
        "of psignifit. The threshold is the posterior maximum; width and lapse rate are posterior "
        "means; intervals are credible intervals of the marginal posterior. The width is the "
        "distance, in natural logs, between the levels at 5 % and 95 % of the rise.");
    first.paragraphs.push_back(
        "The deviance is computed in bins of level. Its p comes from " +
        std::to_string(kDevianceSamples) +
        " data sets simulated at the same levels and fitted again, as if the levels had not "
        "depended on the answers. Residuals are signed square roots of the deviance; above 0, more "
        "answers are correct than fitted.");
    first.paragraphs.emplace_back(
        "Practice trials, and trials presented again after a pause, a loss of focus, bad timing or "
        "broken "
        "sound, are excluded. The group's threshold is the mean of the log thresholds, with "
        "Student's t interval over participants. Undetermined thresholds (in brackets) are "
        "excluded from means and tests.");
    addWarnings(first, "Note", report.notes);
    if (std::ranges::any_of(report.group, [](const GroupDimension& dimension) {
            return dimension.logThreshold.has_value();
        })) {
        first.figures.push_back(
            {.kind = FigureKind::groupRadar,
             .design = design,
             .participant = 0,
             .layer = {},
             .name = prefix + "radar",
             .caption = "Thresholds by dimension (SD from the centre): the group's mean (bold) "
                        "with its 95 % interval (dashed), and participants (thin). Labels: layer, "
                        "component and direction."});
    }
    std::vector<ReportSection> sections = {std::move(first), layerSection(report, design, prefix),
                                           measureSection(report, design, prefix)};
    for (std::size_t person = 0; person < report.participants.size(); ++person) {
        sections.push_back(thresholdParticipantSection(report, design, person, prefix));
    }
    return sections;
}

} // namespace mlab
