// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/report_rows.h"
#include "core/document/threshold_document.h"
#include "core/document/threshold_parts.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

namespace mlab {
namespace {

constexpr const char* kLevelUnit = "SD; distortions: percent; rewirings: swaps";
constexpr const char* kLogUnit = "natural log of the level";
constexpr const char* kIdText = "layer/component/direction/eccentricity; of distortions with their "
                                "name in place of a component; graph/rewiring/plus/eccentricity";

void addDimension(ReportRows& rows, const ReportedDesign& design, const Dimension& dimension)
{
    rows.addDesign(design);
    rows.add("dimension_id", "", kIdText, dimension.id());
    rows.add("layer", "", "layer of the model, or name of the graph", dimension.layer);
    rows.add("component", "",
             "number of the component, by decreasing explained variance, or name of the distortion "
             "or rewiring",
             componentName(dimension));
    rows.add("direction", "", "plus or minus", std::string(toString(dimension.direction)));
    rows.add("eccentricity_deg", "degrees of visual angle",
             "distance from fixation to the image centre", whole(dimension.eccentricityDeg));
}

void addEstimate(ReportRows& rows, const std::optional<ThresholdEstimate>& estimate)
{
    const auto value = [&](auto get) { return estimate ? whole(get(*estimate)) : ""; };
    const auto interval = [&](auto member, auto field) {
        return estimate ? ReportInterval({((*estimate).*member).lower.*field,
                                          ((*estimate).*member).upper.*field})
                        : ReportInterval();
    };
    rows.add("threshold_sd", kLevelUnit,
             "level halfway between chance and the upper asymptote (mode of the posterior)",
             value([](const auto& e) { return e.parameters.threshold; }));
    rows.addInterval("threshold_ci95", kLevelUnit,
                     "the shortest 95 % credible interval of the threshold",
                     interval(&ThresholdEstimate::interval95, &PsychometricParameters::threshold));
    rows.addInterval("threshold_ci68", kLevelUnit,
                     "the shortest 68 % credible interval of the threshold",
                     interval(&ThresholdEstimate::interval68, &PsychometricParameters::threshold));
    rows.add("width", kLogUnit,
             "distance between the levels at 5 % and 95 % of the rise (posterior median)",
             value([](const auto& e) { return e.parameters.width; }));
    rows.addInterval("width_ci95", kLogUnit, "the 95 % credible interval of the width",
                     interval(&ThresholdEstimate::interval95, &PsychometricParameters::width));
    rows.addInterval("width_ci68", kLogUnit, "the 68 % credible interval of the width",
                     interval(&ThresholdEstimate::interval68, &PsychometricParameters::width));
    rows.add("lapse", "", "lapse rate (posterior median)",
             value([](const auto& e) { return e.parameters.lapse; }));
    rows.add("level_at_dprime_1_sd", kLevelUnit,
             "level at which d' is 1 under the decision model of the task",
             value([](const auto& e) { return e.levelAtDPrimeOne; }));
    rows.addInterval("level_at_dprime_1_bounds95", kLevelUnit,
                     "level_at_dprime_1_sd, from the 95 % intervals of threshold and width",
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

void addQuality(ReportRows& rows, const std::optional<GoodnessOfFit>& quality)
{
    rows.add("deviance", "", "deviance of the binned answers from the most probable function",
             quality ? whole(quality->deviance) : "");
    rows.add("deviance_p", "",
             "proportion of " + std::to_string(kDevianceSamples) +
                 " data sets with at least this deviance, simulated from that function at the "
                 "same levels and fitted again",
             quality ? whole(quality->p) : "");
    rows.add("pseudo_r2", "",
             "McFadden's pseudo-R2 of that function: 1 - lnL / lnL of one probability at all "
             "levels, of the single answers; empty if all or no answers are correct",
             quality && quality->pseudoR2 ? whole(*quality->pseudoR2) : "");
    rows.add(
        "mae", "",
        "mean absolute error: distance between proportion correct and that function, mean over "
        "the bins weighted by their trials",
        quality ? whole(quality->meanAbsoluteError) : "");
}

void addDrift(ReportRows& rows, const std::optional<Drift>& drift)
{
    rows.add("drift_log_change", "natural log",
             "log ratio of the threshold at the end of a session to that at its start",
             drift ? whole(drift->logChange) : "");
    rows.add("drift_standard_error", "natural log", "standard error of drift_log_change",
             drift ? whole(drift->standardError) : "");
    rows.add("drift_p", "", "two-sided p of no change", drift ? whole(drift->p) : "");
}

void addProbes(ReportRows& rows, const std::string& modality,
               const std::optional<ProbesAtThreshold>& probes)
{
    rows.add("probes_found", "", "probes at threshold whose record is in the cache",
             std::to_string(probes ? probes->probes : 0));
    // All tables have the columns of all modalities, so that studies can be combined.
    for (const auto& each : reportedModalities()) {
        const auto& measures = each.measures;
        for (std::size_t i = 0; i < measures.size(); ++i) {
            rows.add(measures[i].name, measures[i].unit,
                     "of these probes: " + measures[i].description,
                     probes && modality == each.name ? whole(probes->measures[i]) : "");
        }
    }
}

void addThreshold(ReportRows& rows, const ReportedDesign& design, const std::string& modality,
                  const ParticipantReport& participant, const DimensionReport& dimension)
{
    rows.begin();
    addDimension(rows, design, dimension.dimension);
    rows.addParticipant(participant.id).addSessions(participant.sessions);
    rows.add("n_total", "", "number of trials included", std::to_string(dimension.trials));
    rows.add("n_correct", "", "correct answers in these trials", std::to_string(dimension.correct));
    rows.add("practice_trials", "", "practice trials, excluded",
             std::to_string(dimension.practiceTrials));
    rows.add("repeated_trials", "",
             "excluded: presented again after a pause, a loss of focus, bad timing or broken sound",
             std::to_string(dimension.repeatedTrials));
    rows.add("unusable_trials", "", "excluded: the level is not a number above 0",
             std::to_string(dimension.unusableTrials));
    rows.add("at_limit_trials", "",
             "included with the level achieved: no reference could reach the level requested",
             std::to_string(dimension.atLimitTrials));
    addEstimate(rows, dimension.estimate);
    addQuality(rows, dimension.quality);
    rows.add("outside_levels", "",
             "above: the threshold is more than a factor of " + rounded(kOutsideFactor) +
                 " above the highest level shown; below: below the lowest",
             std::string(toString(dimension.outside)));
    rows.add("located", "",
             "1: the threshold is determined by the data; others are excluded from means and tests",
             yes(dimension.located));
    addDrift(rows, dimension.drift);
    rows.add("probes_wanted", "", "probes at threshold: " + probesAtThresholdText(),
             std::to_string(dimension.probesWanted));
    addProbes(rows, modality, dimension.probes);
    rows.addWarnings(dimension.warnings);
}

void addGroup(ReportRows& rows, const ReportedDesign& design, const std::string& modality,
              const GroupDimension& group)
{
    rows.begin();
    addDimension(rows, design, group.dimension);
    const auto& threshold = group.logThreshold;
    rows.add("trials", "", "number of trials of all participants", std::to_string(group.trials));
    rows.add("participants", "", "participants with a determined threshold",
             std::to_string(threshold ? threshold->count : 0));
    rows.add("left_out", "", "participants excluded: their threshold is undetermined",
             std::to_string(group.leftOut));
    rows.add("threshold_sd", kLevelUnit, "geometric mean of the participants' thresholds",
             threshold ? whole(std::exp(threshold->mean)) : "");
    rows.addInterval("threshold_ci95", kLevelUnit,
                     "its 95 % confidence interval over participants (Student's t)",
                     threshold ? transformed(threshold->interval95, exponential)
                               : ReportInterval());
    rows.addInterval("threshold_ci68", kLevelUnit,
                     "its 68 % confidence interval over participants (Student's t)",
                     threshold ? transformed(threshold->interval68, exponential)
                               : ReportInterval());
    const auto& width = group.logWidth;
    rows.add("width", kLogUnit, "geometric mean of the participants' widths",
             width ? whole(std::exp(width->mean)) : "");
    rows.addInterval("width_ci95", kLogUnit,
                     "its 95 % confidence interval over participants (Student's t of the logs)",
                     width ? transformed(width->interval95, exponential) : ReportInterval());
    rows.addInterval("width_ci68", kLogUnit,
                     "its 68 % confidence interval over participants (Student's t of the logs)",
                     width ? transformed(width->interval68, exponential) : ReportInterval());
    addProbes(rows, modality, group.probes);
    rows.addWarnings(group.warnings);
}

// A stored trial, counted or not.
struct ListedTrial {
    std::string participant;
    std::string session;
    std::string dimension; ///< its ID
    int index = 0;         ///< in its session
    double levelRequested = 0.0;
    double levelAchieved = 0.0;
    bool correct = false;
    std::string leftOut; ///< why; empty if it is counted
    std::string bin;     ///< its number; empty if the trial is left out
    bool reversal = false;
};

std::string toString(LeftOut reason)
{
    switch (reason) {
    case LeftOut::practice:
        return "practice";
    case LeftOut::repeated:
        return "repeated";
    case LeftOut::unusable:
        break;
    }
    return "unusable";
}

void addTrial(ReportRows& rows, const ReportedDesign& design, const ListedTrial& trial)
{
    rows.begin();
    rows.addDesign(design).addParticipant(trial.participant);
    rows.add("session_id", "", "the session this trial belongs to", trial.session);
    rows.add("trial_index", "", "0, 1, ... over the whole session, including practice",
             std::to_string(trial.index));
    rows.add("dimension_id", "", kIdText, trial.dimension);
    rows.add("level_requested", kLevelUnit, "level requested by the procedure",
             whole(trial.levelRequested));
    rows.add("level_achieved", kLevelUnit, "level of the probe presented",
             whole(trial.levelAchieved));
    rows.add("correct", "", "1: correct answer", yes(trial.correct));
    rows.add("left_out", "",
             "why the trial is not counted, empty if it is. practice; repeated: presented again "
             "after a pause, a loss of focus, bad timing or broken sound; unusable: the level is "
             "not a number "
             "above 0",
             trial.leftOut);
    rows.add("bin", "", "number of its bin in answers_by_level.csv; empty if it is not counted",
             trial.bin);
    rows.add("reversal", "", "1: reversal of the staircase", yes(trial.reversal));
}

// In the order in which they were presented.
void addTrials(ReportRows& rows, const ReportedDesign& design, const ParticipantReport& participant,
               const DimensionReport& dimension)
{
    std::vector<ListedTrial> trials;
    const auto list = [&](const auto& trial) -> ListedTrial& {
        return trials.emplace_back(
            ListedTrial{.participant = participant.id,
                        .session = participant.sessions[static_cast<std::size_t>(trial.session)].id,
                        .dimension = dimension.dimension.id(),
                        .index = trial.trialIndex,
                        .levelRequested = trial.levelRequested,
                        .levelAchieved = trial.levelAchieved,
                        .correct = trial.correct,
                        .leftOut = {},
                        .bin = {},
                        .reversal = false});
    };
    for (const auto& point : dimension.track) {
        auto& trial = list(point);
        trial.bin = count(point.bin + 1);
        trial.reversal = point.reversal;
    }
    for (const auto& leftOut : dimension.leftOut) {
        list(leftOut).leftOut = toString(leftOut.reason);
    }
    std::ranges::sort(trials, {}, [](const ListedTrial& trial) {
        return std::pair<const std::string&, int>(trial.session, trial.index);
    });
    for (const auto& trial : trials) {
        addTrial(rows, design, trial);
    }
}

/// @param residual absent where nothing was fitted
void addBin(ReportRows& rows, const ReportedDesign& design, const std::string& participant,
            const DimensionReport& dimension, std::size_t number, const LevelCounts& bin,
            const IntervalEstimate& dPrime, const std::optional<double>& residual)
{
    rows.begin();
    rows.addDesign(design).addParticipant(participant);
    rows.add("dimension_id", "", kIdText, dimension.dimension.id());
    rows.add("bin", "", "number of the bin, by rising level, as in trials.csv", count(number));
    rows.add("level", kLevelUnit, "geometric mean of the levels in the bin", whole(bin.level));
    rows.add("n_correct", "", "correct answers in the bin", whole(bin.correct));
    rows.add("n_total", "", "number of trials in the bin", whole(bin.total));
    rows.add("d_prime", "",
             "d' of these answers under the decision model of the task: 0 at or below chance, "
             "empty if all are correct",
             whole(dPrime.value));
    rows.addInterval("d_prime_ci95", "",
                     "its 95 % confidence interval (Clopper-Pearson); no upper limit if empty",
                     ReportInterval({dPrime.lower, dPrime.upper}));
    rows.add("deviance_residual", "",
             "signed square root of the bin's part of the deviance; > 0: more correct answers than "
             "fitted",
             whole(residual));
}

void addLayer(ReportRows& rows, const ReportedDesign& design, const std::string& participant,
              const std::string& layer, double logThreshold)
{
    rows.begin();
    rows.addDesign(design).addParticipant(participant);
    rows.add("layer", "", "layer of the model, or name of the graph", layer);
    rows.add("threshold_sd", kLevelUnit, "geometric mean of the thresholds in the layer",
             whole(std::exp(logThreshold)));
}

void addCorrelation(ReportRows& rows, const ReportedDesign& design, const std::string& measure,
                    const std::optional<Correlation>& correlation)
{
    rows.begin();
    rows.addDesign(design);
    rows.add("measure", "", "mean measure of the probes at threshold", measure);
    rows.add("dimensions", "", "number of dimensions compared",
             std::to_string(correlation ? correlation->count : 0));
    rows.add("pearson_r", "", "correlation with the group's log threshold",
             correlation ? whole(correlation->r) : "");
    rows.addInterval("pearson_r_ci95", "", "its 95 % confidence interval (Fisher's z)",
                     correlation ? correlation->interval95 : ReportInterval());
}

} // namespace

std::vector<ReportTable> thresholdTables(std::span<const ThresholdReport> reports,
                                         std::span<const ReportedDesign> designs)
{
    ReportRows participants("participants");
    ReportRows thresholds("thresholds");
    ReportRows trials("trials");
    ReportRows bins("answers_by_level");
    ReportRows group("group");
    ReportRows layers("layers");
    ReportRows tests("layer_tests");
    ReportRows correlations("stimulus_measures");
    for (std::size_t i = 0; i < reports.size(); ++i) {
        const auto& report = reports[i];
        const auto& design = designs[i];
        for (const auto& participant : report.participants) {
            participants.begin();
            participants.addDesign(design)
                .addParticipant(participant.id)
                .addSessions(participant.sessions);
            addDrift(participants, participant.drift);
            participants.addWarnings(participant.warnings);
            for (const auto& dimension : participant.dimensions) {
                addThreshold(thresholds, design, report.modality, participant, dimension);
                addTrials(trials, design, participant, dimension);
                for (std::size_t b = 0; b < dimension.bins.size(); ++b) {
                    addBin(bins, design, participant.id, dimension, b + 1, dimension.bins[b],
                           dimension.dPrimes[b],
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
        addComparison(tests, design, layerTerms("layer"), report.layers.layers,
                      report.layers.rows.size(), report.layers.tests);
        const auto& measures = stimulusMeasures(report.modality);
        for (std::size_t m = 0; m < measures.size(); ++m) {
            addCorrelation(correlations, design, measures[m].name, report.measures.correlations[m]);
        }
    }
    const auto never = [](ReportRows&) {}; // they always have a row
    std::vector<ReportTable> tables;
    for (auto* rows : {&participants, &thresholds, &group, &correlations}) {
        tables.push_back(rows->take(never));
    }
    const auto& design = designs.front();
    tables.push_back(layers.take([&](ReportRows& rows) { addLayer(rows, design, "", "", 0.0); }));
    tables.push_back(tests.take(
        [&](ReportRows& rows) { addEmptyComparison(rows, design, layerTerms("layer")); }));
    tables.push_back(
        bins.take([&](ReportRows& rows) { addBin(rows, design, "", {}, 0, {}, {}, {}); }));
    tables.push_back(trials.take([&](ReportRows& rows) { addTrial(rows, design, {}); }));
    return tables;
}

} // namespace mlab
