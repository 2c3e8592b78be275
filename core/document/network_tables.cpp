// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/network_document.h"
#include "core/document/report_rows.h"

#include <cmath>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>

namespace mlab {
namespace {

constexpr const char* kGroup = "group";

void addDesign(ReportRows& rows, const DesignComparison& design)
{
    rows.add("design_name", "", "name of the design", design.design.designName);
    rows.add("design_sha256", "", "SHA-256 of the design file", design.design.designSha256);
    rows.add("task", "", "task of the participants", design.design.taskName);
    rows.add("simulated", "", "1: simulated participants", yes(design.design.simulated));
}

void addLayer(ReportRows& rows, const ComparedLayer& layer)
{
    rows.add("model", "",
             "name of the network in the list of models, or of a baseline: a simple measure that "
             "every network should beat",
             layer.model);
    rows.add("layer", "", "layer of the network; empty for a baseline", layer.layer);
}

// Something to describe the columns of a table without rows.
DesignComparison example()
{
    DesignComparison out;
    out.networks.dimensions.emplace_back();
    out.networks.layers.emplace_back();
    out.report.layers.emplace_back();
    return out;
}

std::string numberOr(bool present, double value)
{
    return present ? whole(value) : "";
}

void addNoise(ReportRows& rows, const LayerNoise& noise)
{
    rows.add("trials", "", "number of trials compared", std::to_string(noise.trials));
    rows.add("sigma", "distance / sqrt(units)",
             "internal noise with which the layer answers most like the participant, of all "
             "eccentricities together; empty where the answers set no more than a limit to it",
             whole(noise.sigma));
    rows.add("sigma_low", "distance / sqrt(units)",
             "lower limit of the 95 % profile-likelihood interval of sigma; empty if there is none",
             whole(noise.sigma95.lower));
    rows.add("sigma_high", "distance / sqrt(units)", "its upper limit", whole(noise.sigma95.upper));
    rows.add("exponent", "", "exponent of d' = (distance / sigma)^exponent", whole(noise.exponent));
    rows.add("lapse", "", "share of trials in which the observer guesses", whole(noise.lapse));
    rows.add("log_likelihood", "natural log",
             "of all answers under the layer's observer with the best sigma for each eccentricity "
             "and participant",
             whole(noise.logLikelihood));
    rows.add("log_likelihood_predicted", "natural log",
             "the same, each answer predicted by a fit to the other folds of the participant's "
             "trials",
             whole(noise.predictedLogLikelihood));
    const auto& explained = noise.explained;
    rows.add("bits_per_trial", "bits",
             "log_likelihood_predicted over that of one threshold for all dimensions",
             numberOr(explained.has_value(), explained ? explained->bitsPerTrial : 0));
    rows.add("share_explained", "",
             "log_likelihood_predicted between one threshold for all dimensions (0) and the "
             "participant's own psychometric functions (1); whole metamers: between one share of "
             "right answers for all conditions and one for each; empty where the own functions "
             "predict no better than the one",
             explained ? whole(explained->share) : "");
}

void addItems(ReportRows& rows, const std::optional<ItemEffect>& items)
{
    rows.add("item_gain", "",
             "effect of the distance of a trial's stimuli beyond what its level predicts: above 0 "
             "if the network knows which stimuli people find easy",
             items ? whole(items->gain) : "");
    rows.add("item_gain_low", "", "lower limit of the 95 % interval of item_gain",
             items ? whole(items->lower) : "");
    rows.add("item_gain_high", "", "its upper limit", items ? whole(items->upper) : "");
    rows.add("item_p", "", "p of no gain, likelihood-ratio test",
             items ? whole(items->pValue) : "");
}

void addKappas(ReportRows& rows, const std::optional<double>& conditional,
               const std::optional<double>& raw)
{
    rows.add("kappa_conditional", "",
             "agreement of right and wrong answers beyond that of observers who are independent "
             "given the levels",
             whole(conditional));
    rows.add("kappa_raw", "",
             "Cohen's kappa, which levels of different difficulty raise: not evidence by itself",
             whole(raw));
}

// What only all participants together have is empty for one.
void addAgreement(ReportRows& rows, const LayerReport* layer)
{
    const auto value = [&](const std::function<std::optional<double>(const LayerReport&)>& get) {
        return layer != nullptr ? whole(get(*layer)) : "";
    };
    const auto interval =
        [&](const std::function<ReportInterval(const LayerReport&)>& get) -> ReportInterval {
        return layer != nullptr ? get(*layer) : std::nullopt;
    };
    rows.add("r_p", "", "p of no correlation: permutation of dimensions within layers",
             value([](const auto& l) { return l.p; }));
    rows.add("r_spearman", "", "rank correlation of what r_within correlates",
             value([](const auto& l) { return l.agreement.spearman; }));
    rows.add("r_participants", "", "mean r_within of single participants",
             value([](const auto& l) { return l.agreement.participantR; }));
    rows.add("r_normalised", "", "r_within over the square root of people's reliability",
             value([](const auto& l) { return l.agreement.normalisedR; }));
    rows.addInterval("r_normalised", "", "the 95 % interval of r_normalised over participants",
                     interval([](const auto& l) { return l.intervals.normalisedR; }));
    rows.add(
        "variance_explained", "",
        "share of the variance of people's thresholds (whole metamers: d') without noise, after a "
        "free shift in each layer",
        value([](const auto& l) { return l.agreement.explainedShare; }));
    rows.addInterval("variance_explained", "", "the 95 % interval of variance_explained",
                     interval([](const auto& l) { return l.intervals.explainedShare; }));
    rows.add("deming_slope", "", "of people's log thresholds on the network's; 1: equal spread",
             value([](const auto& l) { return l.agreement.slope; }));
    rows.add("residual_db", "dB",
             "root mean square of what the network leaves; empty for whole metamers",
             value([](const auto& l) { return l.agreement.residualDb; }));
    rows.addInterval("residual_db", "dB", "the 95 % interval of residual_db",
                     interval([](const auto& l) { return l.intervals.residualDb; }));
    rows.add("slope_ratio", "",
             "slope of people's psychometric functions over the network's, geometric mean; empty "
             "for whole metamers, whose conditions have no levels",
             value([](const auto& l) {
                 return l.slopeRatio ? std::optional(l.slopeRatio->mean) : std::nullopt;
             }));
    rows.addInterval("slope_ratio", "", "the 95 % interval of slope_ratio",
                     interval([](const auto& l) {
                         return l.slopeRatio ? l.slopeRatio->interval95 : std::nullopt;
                     }));
    rows.addInterval("kappa_conditional", "", "the 95 % interval of kappa_conditional over stimuli",
                     interval([](const auto& l) { return l.kappas95.conditionalKappa; }));
    rows.add("decision_correlation", "",
             "correlation of the decision variables of the network and people, given the levels",
             value([](const auto& l) {
                 return l.decisions ? std::optional(l.decisions->rho) : std::nullopt;
             }));
    rows.addInterval("decision_correlation", "", "the 95 % interval of decision_correlation",
                     interval([](const auto& l) {
                         return l.decisions ? ReportInterval(l.decisions->interval95)
                                            : ReportInterval();
                     }));
}

void addRow(ReportRows& rows, const DesignComparison& design, std::size_t index,
            const std::string& participant, const ParticipantLayer* one)
{
    const auto& compared = design.networks.layers[index];
    const auto& layer = design.report.layers[index];
    rows.begin();
    rows.add("participant", "", "participant ID; group: all of them", participant);
    addLayer(rows, compared);
    rows.add("space", "", "in which distances are measured; empty for a baseline", compared.space);
    rows.add("rule", "", "how answers follow from distances",
             compared.rule == DecisionRule::linear ? "linear" : "distance");
    rows.add("units", "", "numbers that represent a stimulus", std::to_string(compared.units));
    addNoise(rows, one != nullptr ? one->noise : layer.noise);
    rows.add("r_within", "",
             "correlation of the network's log thresholds with the participant's, within layers "
             "and eccentricities; whole metamers: of d', over all conditions",
             whole(one != nullptr ? one->r : layer.agreement.r));
    rows.addInterval("r_within", "", "the 95 % interval of r_within, by bootstrap",
                     one != nullptr ? one->r95 : layer.intervals.r);
    addKappas(rows, one != nullptr ? one->conditionalKappa : layer.conditionalKappa,
              one != nullptr ? one->kappa : layer.kappa);
    addItems(rows, one != nullptr ? one->items : layer.items);
    addAgreement(rows, one != nullptr ? nullptr : &layer);
    addDesign(rows, design);
}

ReportTable comparisonTable(std::span<const DesignComparison> designs)
{
    ReportRows rows("comparison");
    for (const auto& design : designs) {
        for (std::size_t i = 0; i < design.networks.layers.size(); ++i) {
            const auto& layer = design.report.layers[i];
            if (!layer.problem.empty()) {
                continue;
            }
            for (std::size_t p = 0; p < layer.participants.size(); ++p) {
                addRow(rows, design, i, design.report.participants[p], &layer.participants[p]);
            }
            addRow(rows, design, i, kGroup, nullptr);
        }
    }
    return rows.take([](ReportRows& row) { addRow(row, example(), 0, kGroup, nullptr); });
}

void addDistance(ReportRows& rows, const ComparedTrial& trial, const ComparedLayer& layer,
                 double distance)
{
    rows.begin();
    rows.add("session_id", "", "session ID", trial.sessionId);
    rows.add("trial_index", "", "number of the trial in its session",
             std::to_string(trial.trialIndex));
    addLayer(rows, layer);
    rows.add("distance", "",
             "of the reference and the probe shown, divided by the square root of the number of "
             "units",
             whole(distance));
}

ReportTable distanceTable(std::span<const DesignComparison> designs)
{
    ReportRows rows("distances");
    for (const auto& design : designs) {
        for (const auto& participant : design.networks.participants) {
            for (const auto& trial : participant.trials) {
                for (const auto& layer : design.networks.layers) {
                    addDistance(rows, trial, layer, layer.distances[trial.pair]);
                }
            }
        }
    }
    return rows.take([](ReportRows& row) { addDistance(row, {}, {}, 0); });
}

void addThreshold(ReportRows& rows, const DesignComparison& design, std::size_t dimension,
                  const std::string& who, const std::string& layer,
                  const std::optional<double>& value, const std::optional<double>& error)
{
    rows.begin();
    const bool metamers = design.networks.ofWholeMetamers();
    const auto of = [&](bool wanted) { return metamers == wanted ? whole(value) : ""; };
    rows.add("dimension_id", "",
             "layer/component/direction/eccentricity (distortions: their name in place of a "
             "component), or layer/comparison/start/match of whole "
             "metamers",
             design.networks.dimensions[dimension].id());
    rows.add("who", "", "participant ID, people: their mean within layers, or a network", who);
    rows.add("layer", "", "layer of the network", layer);
    rows.add(
        "log_threshold", "natural log of the level (SD; distortions: percent)",
        "people: level at which d' is 1, located thresholds only; a network: where its share "
        "of right answers is the same, without sampling error; empty for whole metamers, whose "
        "conditions have no levels",
        of(false));
    rows.add("dprime", "",
             "of whole metamers: d' of the condition, people's with one trial more that is right "
             "as often as by guessing; a network's from the mean share of right answers to the "
             "pairs",
             of(true));
    rows.add("standard_error", "as the value", "of a participant's log_threshold or dprime",
             whole(error));
    addDesign(rows, design);
}

ReportTable thresholdTable(std::span<const DesignComparison> designs)
{
    ReportRows rows("model_thresholds");
    for (const auto& design : designs) {
        const auto& report = design.report;
        if (report.participants.empty()) {
            continue; // nobody's stimuli were found
        }
        const auto means =
            design.networks.ofWholeMetamers() ? meanSensitivities(report) : report.means.means;
        for (std::size_t k = 0; k < design.networks.dimensions.size(); ++k) {
            for (std::size_t p = 0; p < report.participants.size(); ++p) {
                addThreshold(rows, design, k, report.participants[p], "",
                             report.people.logThresholds[p][k], report.people.standardErrors[p][k]);
            }
            addThreshold(rows, design, k, "people", "", means[k], {});
            for (std::size_t i = 0; i < report.layers.size(); ++i) {
                if (report.layers[i].problem.empty()) {
                    const auto& layer = design.networks.layers[i];
                    addThreshold(rows, design, k, layer.model, layer.layer,
                                 report.layers[i].predicted[k], {});
                }
            }
        }
    }
    return rows.take([](ReportRows& row) { addThreshold(row, example(), 0, "", "", {}, {}); });
}

void addCeiling(ReportRows& rows, const DesignComparison& design, const std::string& participant,
                const LikelihoodBounds& bounds, const NetworkReport* all)
{
    rows.begin();
    rows.add("participant", "", "participant ID; group: all of them", participant);
    rows.add("trials", "", "trials that are predicted; 0: too few", std::to_string(bounds.trials));
    const bool known = bounds.trials > 0;
    rows.add("log_likelihood_one_threshold", "natural log",
             "of answers predicted by one threshold for all dimensions: share_explained 0",
             numberOr(known, bounds.oneThreshold));
    rows.add("log_likelihood_layer_thresholds", "natural log",
             "predicted by one threshold for each layer and eccentricity",
             numberOr(known, bounds.layerThresholds));
    rows.add("log_likelihood_ceiling", "natural log",
             "of the participant's own psychometric functions: share_explained 1",
             numberOr(known, bounds.ceiling()));
    rows.add("log_likelihood_own_predicted", "natural log",
             "of answers predicted by own functions fitted to the others; share_explained is empty "
             "unless it is above log_likelihood_one_threshold",
             numberOr(known, bounds.predictedThresholds));
    rows.add("reliability", "", "of people's mean thresholds within layers (ICC(C,P))",
             all != nullptr ? whole(all->means.reliability) : "");
    rows.add("reliability_halves", "", "the same by halves of the participants",
             all != nullptr ? whole(all->splitHalf) : "");
    rows.add("r_ceiling_low", "",
             "mean correlation of a participant's thresholds with the mean of the others",
             all != nullptr ? whole(all->ceiling.lower) : "");
    rows.add("r_ceiling_high", "", "the same with the mean of all",
             all != nullptr ? whole(all->ceiling.upper) : "");
    addDesign(rows, design);
}

ReportTable ceilingTable(std::span<const DesignComparison> designs)
{
    ReportRows rows("ceilings");
    for (const auto& design : designs) {
        const auto& report = design.report;
        for (std::size_t p = 0; p < report.participants.size(); ++p) {
            addCeiling(rows, design, report.participants[p], report.bounds[p], nullptr);
        }
        addCeiling(rows, design, kGroup, report.allBounds, &report);
    }
    return rows.take([](ReportRows& row) { addCeiling(row, example(), kGroup, {}, nullptr); });
}

void addChoice(ReportRows& rows, const DesignComparison& design, const ModelChoice& model,
               std::size_t layer)
{
    const auto& choice = model.choice;
    rows.begin();
    rows.add("model", "", "name of the network", model.model);
    rows.add("layer", "", "its layer", design.networks.layers[model.layers[layer]].layer);
    rows.add("chosen", "",
             "share of random halves of the participants that choose this layer; empty for too "
             "few participants or one layer",
             choice ? whole(choice->shares[layer]) : "");
    rows.add("r_chosen", "",
             "mean correlation of the chosen layers with the other half of the participants",
             choice ? whole(choice->r) : "");
    rows.add("best", "", "1: chosen most often", yes(model.best == model.layers[layer]));
    addDesign(rows, design);
}

ReportTable choiceTable(std::span<const DesignComparison> designs)
{
    ReportRows rows("layer_choice");
    for (const auto& design : designs) {
        for (const auto& model : design.report.models) {
            for (std::size_t layer = 0; layer < model.layers.size(); ++layer) {
                addChoice(rows, design, model, layer);
            }
        }
    }
    return rows.take([](ReportRows& row) {
        addChoice(row, example(), {.model = {}, .layers = {0}, .choice = {}, .best = 0}, 0);
    });
}

void addDifference(ReportRows& rows, const DesignComparison& design,
                   const NetworkDifference& difference)
{
    rows.begin();
    rows.add("first", "", "a network, by the layer chosen for it", difference.first);
    rows.add("second", "", "another", difference.second);
    rows.add("p", "", "two-sided, of equal r_within, by bootstrap of participants",
             whole(difference.p));
    rows.add("p_holm", "", "p after Holm's correction over all pairs", whole(difference.adjustedP));
    addDesign(rows, design);
}

ReportTable differenceTable(std::span<const DesignComparison> designs)
{
    ReportRows rows("model_differences");
    for (const auto& design : designs) {
        for (const auto& difference : design.report.differences) {
            addDifference(rows, design, difference);
        }
    }
    return rows.take([](ReportRows& row) { addDifference(row, example(), {}); });
}

} // namespace

std::vector<ReportTable> networkTables(std::span<const DesignComparison> designs)
{
    return {comparisonTable(designs), distanceTable(designs), thresholdTable(designs),
            ceilingTable(designs),    choiceTable(designs),   differenceTable(designs)};
}

} // namespace mlab
