// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/threshold_document.h"

#include "core/document/report_rows.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <utility>

namespace mlab {
namespace {

ReportInterval exponent(const ReportInterval& interval)
{
    return interval ? ReportInterval({std::exp((*interval)[0]), std::exp((*interval)[1])})
                    : interval;
}

void addDimension(ReportRows& rows, const std::string& design, const Dimension& dimension)
{
    rows.addDesign(design);
    rows.add("dimension_id", "", "layer/component/direction/eccentricity", dimension.id());
    rows.add("layer", "", "layer of the model", dimension.layer);
    rows.add("component", "", "component, 1 explains most variance",
             std::to_string(dimension.component));
    rows.add("direction", "", "plus or minus", std::string(toString(dimension.direction)));
    rows.add("eccentricity_deg", "degrees of visual angle", "fixation to image centre",
             whole(dimension.eccentricityDeg));
}

void addEstimate(ReportRows& rows, const std::optional<ThresholdEstimate>& estimate)
{
    const auto value = [&](auto get) { return estimate ? whole(get(*estimate)) : ""; };
    const auto interval = [&](auto member, auto field) {
        return estimate ? ReportInterval({((*estimate).*member).lower.*field,
                                          ((*estimate).*member).upper.*field})
                        : ReportInterval();
    };
    const std::string logUnits = "natural log of SD";
    rows.add("threshold_sd", "SD",
             "level halfway between chance and the upper asymptote, "
             "posterior maximum",
             value([](const auto& e) { return e.parameters.threshold; }));
    rows.addInterval("threshold_ci95", "SD", "the threshold's 95 % credible interval",
                     interval(&ThresholdEstimate::interval95, &PsychometricParameters::threshold));
    rows.addInterval("threshold_ci68", "SD", "the threshold's 68 % credible interval",
                     interval(&ThresholdEstimate::interval68, &PsychometricParameters::threshold));
    rows.add("width", logUnits,
             "distance of the levels at 5 % and 95 % of the climb, posterior mean",
             value([](const auto& e) { return e.parameters.width; }));
    rows.addInterval("width_ci95", logUnits, "the width's 95 % credible interval",
                     interval(&ThresholdEstimate::interval95, &PsychometricParameters::width));
    rows.addInterval("width_ci68", logUnits, "the width's 68 % credible interval",
                     interval(&ThresholdEstimate::interval68, &PsychometricParameters::width));
    rows.add("lapse", "", "lapse rate, posterior mean",
             value([](const auto& e) { return e.parameters.lapse; }));
    rows.add("level_at_dprime_1_sd", "SD", "level at which d' is 1 by the task's decision model",
             value([](const auto& e) { return e.levelAtDPrimeOne; }));
    rows.addInterval("level_at_dprime_1_bounds95", "SD",
                     "that level, from the 95 % intervals of threshold and width",
                     estimate ? estimate->levelAtDPrimeOne95 : ReportInterval());
}

std::string_view toString(Outside outside)
{
    switch (outside) {
    case Outside::below:
        return "below";
    case Outside::above:
        return "above";
    case Outside::no:
        break;
    }
    return "";
}

void addQuality(ReportRows& rows, const std::optional<FitQuality>& quality)
{
    rows.add("deviance", "", "of the answers by level from the most probable function",
             quality ? whole(quality->deviance) : "");
    rows.add("deviance_p", "",
             "share of " + std::to_string(kDevianceSamples) +
                 " data sets simulated at the same levels from that function, and fitted again, "
                 "with as large a deviance",
             quality ? whole(quality->p) : "");
}

void addDrift(ReportRows& rows, const std::optional<Drift>& drift)
{
    rows.add("drift_log_change", "natural log",
             "threshold at the end of a session over that at its start",
             drift ? whole(drift->logChange) : "");
    rows.add("drift_standard_error", "natural log", "of drift_log_change",
             drift ? whole(drift->standardError) : "");
    rows.add("drift_p", "", "of no change, two-sided", drift ? whole(drift->p) : "");
}

void addProbes(ReportRows& rows, const std::string& modality,
               const std::optional<ProbesAtThreshold>& probes)
{
    rows.add("probes_found", "", "probes near the threshold whose record is in the cache",
             std::to_string(probes ? probes->probes : 0));
    // All tables have the columns of both, so that studies can be put together.
    for (const char* each : {"image", "audio"}) {
        const auto& measures = stimulusMeasures(each);
        for (std::size_t i = 0; i < measures.size(); ++i) {
            rows.add(measures[i].name, measures[i].unit, "of them: " + measures[i].description,
                     probes && modality == each ? whole(probes->measures[i]) : "");
        }
    }
}

void addThreshold(ReportRows& rows, const std::string& design, const std::string& modality,
                  const std::string& participant, const DimensionReport& dimension)
{
    rows.begin();
    addDimension(rows, design, dimension.dimension);
    rows.addParticipant(participant);
    rows.add("trials", "", "trials counted", std::to_string(dimension.trials));
    rows.add("correct", "", "of them right", std::to_string(dimension.correct));
    rows.add("practice_trials", "", "not counted", std::to_string(dimension.practiceTrials));
    rows.add("repeated_trials", "",
             "not counted: presented again after a pause, a loss of focus or broken sound",
             std::to_string(dimension.repeatedTrials));
    rows.add("unusable_trials", "", "not counted: the level is no number above 0",
             std::to_string(dimension.unusableTrials));
    rows.add("at_limit_trials", "",
             "counted, at the level achieved: no reference could make the move asked for",
             std::to_string(dimension.atLimitTrials));
    addEstimate(rows, dimension.estimate);
    addQuality(rows, dimension.quality);
    rows.add("outside_levels", "",
             "above: the threshold lies above the highest level shown; below: below the lowest",
             std::string(toString(dimension.outside)));
    rows.add("located", "", "1: the data locate the threshold, so that means and tests use it",
             yes(dimension.located));
    addDrift(rows, dimension.drift);
    rows.add("probes_wanted", "", "trials within a factor of 1.5 of the threshold, at most 5",
             std::to_string(dimension.probesWanted));
    addProbes(rows, modality, dimension.probes);
    rows.add("warnings", "", "what to know before using the numbers", joined(dimension.warnings));
}

void addGroup(ReportRows& rows, const std::string& design, const std::string& modality,
              const GroupDimension& group)
{
    rows.begin();
    addDimension(rows, design, group.dimension);
    const auto& threshold = group.logThreshold;
    rows.add("trials", "", "of all participants", std::to_string(group.trials));
    rows.add("participants", "", "whose data locate the threshold",
             std::to_string(threshold ? threshold->count : 0));
    rows.add("left_out", "", "participants whose data do not", std::to_string(group.leftOut));
    rows.add("threshold_sd", "SD", "exponential of the mean log threshold",
             threshold ? whole(std::exp(threshold->mean)) : "");
    rows.addInterval("threshold_ci95", "SD", "its 95 % interval over participants (Student's t)",
                     threshold ? exponent(threshold->interval95) : ReportInterval());
    rows.addInterval("threshold_ci68", "SD", "its 68 % interval over participants (Student's t)",
                     threshold ? exponent(threshold->interval68) : ReportInterval());
    const auto& width = group.width;
    rows.add("width", "natural log of SD", "mean width", width ? whole(width->mean) : "");
    rows.addInterval("width_ci95", "natural log of SD", "its 95 % interval (Student's t)",
                     width ? width->interval95 : ReportInterval());
    rows.addInterval("width_ci68", "natural log of SD", "its 68 % interval (Student's t)",
                     width ? width->interval68 : ReportInterval());
    addProbes(rows, modality, group.probes);
    rows.add("warnings", "", "what to know before using the numbers", joined(group.warnings));
}

void addTest(ReportRows& rows, const std::string& design, const std::string& test,
             const std::string& first, const std::string& second, int participants,
             const PermutationTest& result, const ConditionPair* pair)
{
    rows.begin();
    rows.addDesign(design);
    rows.add("test", "", "Friedman over all layers, or sign changes of a pair", test);
    rows.add("first_layer", "", "of a pair", first);
    rows.add("second_layer", "", "of a pair", second);
    rows.add("participants", "", "with a threshold in every layer", std::to_string(participants));
    rows.addTest("Friedman's chi-squared, or the mean log ratio", result,
                 pair != nullptr ? std::optional(pair->adjustedP) : std::nullopt);
    rows.add("threshold_ratio", "", "of the second layer over the first",
             pair != nullptr ? whole(std::exp(pair->difference.mean)) : "");
    rows.addInterval("threshold_ratio_ci95", "", "its 95 % interval (Student's t of the logs)",
                     pair != nullptr ? exponent(pair->difference.interval95) : ReportInterval());
}

void addTrackPoint(ReportRows& rows, const std::string& design, const std::string& participant,
                   const DimensionReport& dimension, std::size_t trial, const TrackPoint& point)
{
    rows.begin();
    rows.addDesign(design).addParticipant(participant);
    rows.add("dimension_id", "", "layer/component/direction/eccentricity",
             dimension.dimension.id());
    rows.add("session", "", "1, 2, ... of the participant's sessions",
             std::to_string(point.session + 1));
    rows.add("trial", "", "1, 2, ... of the dimension", count(trial));
    rows.add("level_requested", "SD", "by the procedure", whole(point.levelRequested));
    rows.add("level_achieved", "SD", "without its sign", whole(point.levelAchieved));
    rows.add("correct", "", "1: right", yes(point.correct));
    rows.add("reversal", "", "1: the staircase turned here", yes(point.reversal));
}

/// @param residual absent where nothing was fitted
void addBin(ReportRows& rows, const std::string& design, const std::string& participant,
            const DimensionReport& dimension, const LevelCounts& bin,
            const std::optional<double>& residual)
{
    rows.begin();
    rows.addDesign(design).addParticipant(participant);
    rows.add("dimension_id", "", "layer/component/direction/eccentricity",
             dimension.dimension.id());
    rows.add("level_sd", "SD", "geometric mean of the bin", whole(bin.level));
    rows.add("trials", "", "in the bin", whole(bin.total));
    rows.add("correct", "", "of them right", whole(bin.correct));
    rows.add("deviance_residual", "",
             "signed root of what the bin adds to the deviance; > 0: more right than fitted",
             whole(residual));
}

void addLayer(ReportRows& rows, const std::string& design, const std::string& participant,
              const std::string& layer, double logThreshold)
{
    rows.begin();
    rows.addDesign(design).addParticipant(participant);
    rows.add("layer", "", "layer of the model", layer);
    rows.add("threshold_sd", "SD", "exponential of the mean log threshold",
             whole(std::exp(logThreshold)));
}

void addCorrelation(ReportRows& rows, const std::string& design, const std::string& measure,
                    const std::optional<Correlation>& correlation)
{
    rows.begin();
    rows.addDesign(design);
    rows.add("measure", "", "of the probes at threshold", measure);
    rows.add("dimensions", "", "compared", std::to_string(correlation ? correlation->count : 0));
    rows.add("pearson_r", "", "with the group's log threshold",
             correlation ? whole(correlation->r) : "");
    rows.addInterval("pearson_r_ci95", "", "its 95 % interval (Fisher's z)",
                     correlation ? correlation->interval95 : ReportInterval());
}

// Tables as people read them.

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
    ReportTable table{.name = "Thresholds",
                      .columns = {{"dimension", "", ""},
                                  {"trials", "", ""},
                                  {"threshold", "SD", ""},
                                  {"68 %", "SD", ""},
                                  {"95 %", "SD", ""},
                                  {"width", "log", ""},
                                  {"68 %", "log", ""},
                                  {"95 %", "log", ""},
                                  {"deviance (p)", "", ""},
                                  {"largest residual", "", ""},
                                  {"warnings", "", ""}},
                      .rows = {}};
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
            const auto& [deviance, p, residuals] = *dimension.quality;
            row.push_back(rounded(deviance) + " (" + pText(p) + ")");
            row.push_back(largestResidual(residuals, dimension.bins));
        } else {
            row.insert(row.end(), 2, "–");
        }
        row.push_back(joined(dimension.warnings));
        table.rows.push_back(std::move(row));
    }
    return table;
}

ReportTable groupTable(const DesignReport& report)
{
    ReportTable table{.name = "Thresholds of the group",
                      .columns = {{"dimension", "", ""},
                                  {"participants", "", ""},
                                  {"trials", "", ""},
                                  {"threshold", "SD", ""},
                                  {"68 %", "SD", ""},
                                  {"95 %", "SD", ""},
                                  {"width", "log", ""},
                                  {"95 %", "log", ""},
                                  {"warnings", "", ""}},
                      .rows = {}};
    for (const auto& group : report.group) {
        const auto& threshold = group.logThreshold;
        table.rows.push_back(
            {group.dimension.id(), std::to_string(threshold ? threshold->count : 0),
             std::to_string(group.trials), threshold ? rounded(std::exp(threshold->mean)) : "–",
             threshold ? rangeOrDash(exponent(threshold->interval68)) : "–",
             threshold ? rangeOrDash(exponent(threshold->interval95)) : "–",
             group.width ? rounded(group.width->mean) : "–",
             group.width ? rangeOrDash(group.width->interval95) : "–", joined(group.warnings)});
    }
    return table;
}

ReportSection layerSection(const DesignReport& report, std::size_t design,
                           const std::string& prefix)
{
    const auto& layers = report.layers;
    ReportSection section{.title = "Layers compared",
                          .isDesign = false,
                          .ownPage = false,
                          .paragraphs = {},
                          .figures = {},
                          .tables = {}};
    section.paragraphs.emplace_back(
        "The log thresholds of each participant are averaged within each layer, and layers are "
        "compared within participants.");
    if (layers.tests) {
        const auto& omnibus = layers.tests->omnibus;
        section.paragraphs.push_back(
            "All layers: Friedman's chi-squared = " + rounded(omnibus.statistic) + ", " +
            pSentence(omnibus.p) + waysText(omnibus) + ", " + count(layers.rows.size()) +
            " participants.");
    }
    for (const auto& note : layers.notes) {
        section.paragraphs.push_back("Note: " + note + ".");
    }
    if (!layers.rows.empty()) {
        section.figures.push_back(
            {.kind = FigureKind::layers,
             .design = design,
             .participant = 0,
             .layer = {},
             .name = prefix + "layers",
             .caption = "Thresholds by layer: each participant (thin) and the group's mean with "
                        "its 95 % interval (bold)."});
    }
    if (layers.tests) {
        ReportTable table{.name = "Pairs of layers",
                          .columns = {{"pair", "", ""},
                                      {"ratio of thresholds", "", ""},
                                      {"95 %", "", ""},
                                      {"p (sign changes)", "", ""},
                                      {"p (Holm)", "", ""}},
                          .rows = {}};
        for (const auto& pair : layers.tests->pairs) {
            table.rows.push_back({layers.layers[pair.second] + " / " + layers.layers[pair.first],
                                  rounded(std::exp(pair.difference.mean)),
                                  rangeOrDash(exponent(pair.difference.interval95)),
                                  pText(pair.test.p) + (pair.test.exact ? " (exact)" : ""),
                                  pText(pair.adjustedP)});
        }
        section.tables.push_back(std::move(table));
    }
    return section;
}

std::string capitalised(std::string text)
{
    text[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[0])));
    return text;
}

std::string correlationText(const std::string& measure,
                            const std::optional<Correlation>& correlation)
{
    if (!correlation) {
        return measure + ": no correlation can be computed (3 dimensions or more that differ are "
                         "needed).";
    }
    return measure + ": r = " + rounded(correlation->r) +
           (correlation->interval95 ? ", 95 % interval " + range((*correlation->interval95)[0],
                                                                 (*correlation->interval95)[1])
                                    : ", too few dimensions for an interval") +
           ", " + std::to_string(correlation->count) + " dimensions.";
}

ReportSection measureSection(const DesignReport& report, std::size_t design,
                             const std::string& prefix)
{
    const bool ofSounds = report.modality == "audio";
    const auto& compared = report.measures;
    ReportSection section{.title = ofSounds ? "Do level and spectrum explain the thresholds?"
                                            : "Does image contrast explain the thresholds?",
                          .isDesign = false,
                          .ownPage = false,
                          .paragraphs = {},
                          .figures = {},
                          .tables = {}};
    if (compared.dimensions == 0) {
        section.paragraphs.emplace_back(
            "No record of a probe at threshold was found in the cache of probes, so this cannot "
            "be said. Give the cache in which the sessions' probes were made with --cache.");
        return section;
    }
    const std::string stimulus = ofSounds ? "sound" : "picture";
    section.paragraphs.push_back(
        "Each dimension's threshold (the group's) against the mean measures of the probes that "
        "were " +
        std::string(ofSounds ? "played" : "shown") +
        " nearest to it (at most 5 a participant, within a factor of 1.5). If a measure of the " +
        stimulus + " decided what is " + (ofSounds ? "heard" : "seen") +
        ", probes at threshold would not differ in it while thresholds do. Correlations are of "
        "the log threshold; dimensions of one layer are not independent, so that intervals are "
        "rather too narrow.");
    const auto& measures = stimulusMeasures(report.modality);
    std::string names;
    for (std::size_t i = 0; i < measures.size(); ++i) {
        section.paragraphs.push_back(
            correlationText(capitalised(measures[i].label), compared.correlations[i]));
        names += (i == 0 ? "" : " and ") + measures[i].label;
    }
    if (compared.dimensionsWithout > 0) {
        section.paragraphs.push_back("Left out: " + std::to_string(compared.dimensionsWithout) +
                                     " dimensions of whose probes at threshold the cache holds no "
                                     "record.");
    }
    section.figures.push_back({.kind = FigureKind::measures,
                               .design = design,
                               .participant = 0,
                               .layer = {},
                               .name = prefix + "measures",
                               .caption = "Thresholds against " + names +
                                          " of the probes at threshold; a point is a dimension."});
    return section;
}

ReportSection participantSection(const DesignReport& report, std::size_t design, std::size_t index,
                                 const std::string& prefix)
{
    const auto& participant = report.participants[index];
    ReportSection section{.title = "Participant " + participant.id,
                          .isDesign = false,
                          .ownPage = true,
                          .paragraphs = {},
                          .figures = {},
                          .tables = {}};
    section.paragraphs.push_back(sessionsText(participant.sessions));
    if (participant.drift) {
        section.paragraphs.push_back("Over all dimensions, the threshold changed by a factor of " +
                                     rounded(std::exp(participant.drift->logChange)) +
                                     " from the start to the end of a session (" +
                                     pSentence(participant.drift->p) + ").");
    }
    for (const auto& warning : participant.warnings) {
        section.paragraphs.push_back("Warning: " + warning + ".");
    }
    const std::string name = prefix + fileNameOf(participant.id);
    const auto add = [&](FigureKind kind, const std::string& layer, const std::string& ending,
                         const std::string& caption) {
        section.figures.push_back({.kind = kind,
                                   .design = design,
                                   .participant = index,
                                   .layer = layer,
                                   .name = name + ending,
                                   .caption = caption});
    };
    if (std::ranges::any_of(participant.dimensions, &DimensionReport::located)) {
        add(FigureKind::radar, "", "-radar",
            "Thresholds over dimensions (SD from the centre), with 95 % intervals (dashed); + and "
            "- are directions. A threshold that the data do not locate is left out.");
    }
    for (const auto& layer : report.layers.layers) {
        const std::string ending = "-" + fileNameOf(layer);
        add(FigureKind::fits, layer, ending + "-fits",
            layer + ": psychometric functions. Points: share of right answers in bins of levels "
                    "achieved; bar: 95 % interval of the threshold.");
        add(FigureKind::tracks, layer, ending + "-tracks",
            layer + ": level achieved by trial. Red: wrong answers; rings: reversals of "
                    "the staircase; dashed: threshold.");
    }
    section.tables.push_back(thresholdTable(participant));
    return section;
}

} // namespace

std::vector<ReportTable> thresholdTables(std::span<const DesignReport> reports,
                                         std::span<const std::string> names)
{
    ReportRows participants("participants");
    ReportRows thresholds("thresholds");
    ReportRows tracks("tracks");
    ReportRows bins("answers_by_level");
    ReportRows group("group");
    ReportRows layers("layers");
    ReportRows tests("layer_tests");
    ReportRows correlations("stimulus_measures");
    for (std::size_t i = 0; i < reports.size(); ++i) {
        const auto& report = reports[i];
        const auto& design = names[i];
        for (const auto& participant : report.participants) {
            participants.begin();
            participants.addDesign(design)
                .addParticipant(participant.id)
                .add("task", "", "what the participant did", report.taskName)
                .add("sessions", "", "pooled", count(participant.sessions.size()));
            addDrift(participants, participant.drift);
            participants.add("warnings", "", "what to know before using the numbers",
                             joined(participant.warnings));
            for (const auto& dimension : participant.dimensions) {
                addThreshold(thresholds, design, report.modality, participant.id, dimension);
                for (std::size_t t = 0; t < dimension.track.size(); ++t) {
                    addTrackPoint(tracks, design, participant.id, dimension, t + 1,
                                  dimension.track[t]);
                }
                for (std::size_t b = 0; b < dimension.bins.size(); ++b) {
                    addBin(bins, design, participant.id, dimension, dimension.bins[b],
                           dimension.quality ? std::optional(dimension.quality->residuals[b])
                                             : std::nullopt);
                }
            }
        }
        for (const auto& dimension : report.group) {
            addGroup(group, design, report.modality, dimension);
        }
        for (const auto& row : report.layers.rows) {
            for (std::size_t layer = 0; layer < row.logThresholds.size(); ++layer) {
                addLayer(layers, design, row.participant, report.layers.layers[layer],
                         row.logThresholds[layer]);
            }
        }
        const auto n = static_cast<int>(report.layers.rows.size());
        if (const auto& compared = report.layers.tests) {
            addTest(tests, design, "Friedman", "", "", n, compared->omnibus, nullptr);
            for (const auto& pair : compared->pairs) {
                addTest(tests, design, "sign changes", report.layers.layers[pair.first],
                        report.layers.layers[pair.second], n, pair.test, &pair);
            }
        }
        const auto& measures = stimulusMeasures(report.modality);
        for (std::size_t m = 0; m < measures.size(); ++m) {
            addCorrelation(correlations, design, measures[m].name, report.measures.correlations[m]);
        }
    }
    const auto never = [](ReportRows&) {}; // there is a row whenever there is a report
    std::vector<ReportTable> tables;
    for (auto* rows : {&participants, &thresholds, &group, &correlations}) {
        tables.push_back(rows->take(never));
    }
    tables.push_back(layers.take([](ReportRows& rows) { addLayer(rows, "", "", "", 0.0); }));
    tables.push_back(
        tests.take([](ReportRows& rows) { addTest(rows, "", "", "", "", 0, {}, nullptr); }));
    tables.push_back(bins.take([](ReportRows& rows) { addBin(rows, "", "", {}, {}, {}); }));
    tables.push_back(tracks.take([](ReportRows& rows) { addTrackPoint(rows, "", "", {}, 0, {}); }));
    return tables;
}

std::vector<ReportSection> thresholdSections(const DesignReport& report, std::size_t design,
                                             const std::string& name, const std::string& prefix)
{
    ReportSection first{.title = name,
                        .isDesign = true,
                        .ownPage = false,
                        .paragraphs = {},
                        .figures = {},
                        .tables = {groupTable(report)}};
    first.paragraphs.push_back(
        count(report.participants.size()) +
        (report.participants.size() == 1 ? " participant, " : " participants, ") +
        count(report.group.size()) + (report.group.size() == 1 ? " dimension" : " dimensions") +
        ", task " + report.taskName + " (chance " + rounded(100 * report.chance) + " %).");
    first.paragraphs.push_back(
        "Thresholds are the levels achieved, in SD of a component over the pool, at which "
        "answers are right halfway between chance and the upper asymptote. They come from a "
        "Bayesian fit of a Weibull function with a lapse rate to the single trials (priors as "
        "psignifit's; the threshold is the posterior maximum, width and lapse rate are "
        "posterior means, credible intervals from the marginal posterior). The "
        "width is the distance, in natural logs, of the levels at 5 % and 95 % of the climb. "
        "The deviance is that of the answers in bins of level; its p is by " +
        std::to_string(kDevianceSamples) +
        " data sets simulated at the same levels and fitted again, as if no level had "
        "depended on an answer; residuals are its signed roots, above 0 where more answers "
        "are right than fitted. Practice trials, and trials presented again after a pause, a "
        "loss of focus or broken sound, do not "
        "count. The group's threshold is the mean of log thresholds with Student's interval "
        "over participants. A threshold in brackets is not located by the data and enters no "
        "mean and no test.");
    first.paragraphs.insert(first.paragraphs.end(), report.notes.begin(), report.notes.end());
    if (std::ranges::any_of(report.group, [](const GroupDimension& dimension) {
            return dimension.logThreshold.has_value();
        })) {
        first.figures.push_back(
            {.kind = FigureKind::groupRadar,
             .design = design,
             .participant = 0,
             .layer = {},
             .name = prefix + "radar",
             .caption = "Thresholds over dimensions (SD from the centre): the group's mean "
                        "(bold) with its 95 % interval (dashed), and each participant (thin). "
                        "A label is layer, component and direction."});
    }
    std::vector<ReportSection> sections = {std::move(first), layerSection(report, design, prefix),
                                           measureSection(report, design, prefix)};
    for (std::size_t person = 0; person < report.participants.size(); ++person) {
        sections.push_back(participantSection(report, design, person, prefix));
    }
    return sections;
}

} // namespace mlab
