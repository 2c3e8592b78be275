// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/network_document.h"

#include "core/document/network_layer_tables.h"
#include "core/document/report_parts.h"
#include "core/page/report_text.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace mlab {
namespace {

constexpr const char* kNone = "–";

// For the methods section of a paper.
std::string methodsSentence(const DesignComparison& comparison)
{
    std::set<std::string> spaces;
    std::set<std::string> rules;
    for (const auto& layer : comparison.networks.layers) {
        if (!layer.baseline) {
            spaces.insert(layer.space);
            rules.insert(layer.rule == DecisionRule::linear ? "linear" : "distance");
        }
    }
    const auto joined = [](const std::set<std::string>& all) {
        std::string out;
        for (const auto& one : all) {
            out += (out.empty() ? "" : " and ") + one;
        }
        return out;
    };
    if (spaces.empty()) {
        return "No network could be compared.";
    }
    return "For a methods section: each network saw the very stimuli of every counted trial, "
           "resampled to its own size where it takes no other; the distance between reference and "
           "probe (space: " +
           joined(spaces) +
           ", divided by the square root of the number of units) over independent Gaussian noise "
           "gave d' in the " +
           joined(rules) +
           " rule; the noise's SD was fitted by maximum likelihood with a lapse "
           "rate, " +
           (comparison.report.eccentricitiesDeg.size() > 1 ? "one for each eccentricity"
                                                           : "one for all trials") +
           " of a participant; " +
           (comparison.networks.ofWholeMetamers()
                ? "the d' of a condition was predicted from the mean share of right answers to its "
                  "pairs."
                : "thresholds were predicted without sampling error where the share of right "
                  "answers is that of d' = 1.");
}

void addNotes(ReportSection& section, const DesignComparison& comparison)
{
    const auto& report = comparison.report;
    if (report.participants.size() < 2) {
        section.paragraphs.emplace_back(
            "Warning: one participant has no ceiling. How alike people are to each other is not "
            "known, so nothing is normalised.");
    } else if (!report.means.reliability || *report.means.reliability < kLeastReliability) {
        section.paragraphs.push_back(
            std::string("Warning: people's ") +
            (comparison.networks.ofWholeMetamers() ? "d'" : "thresholds") +
            " are not reliable (reliability " + roundedOrDash(report.means.reliability) +
            ", at least " + rounded(kLeastReliability) +
            " is needed), so correlations are not normalised. More trials or participants help.");
    }
    const auto few = std::ranges::count(report.bounds, 0, &LikelihoodBounds::trials);
    if (few > 0) {
        section.paragraphs.push_back(
            "Warning: " + counted(static_cast<int>(few), "participant has", "participants have") +
            " fewer than " + std::to_string(kFewestTrials) +
            " trials, too few to cross-validate a likelihood.");
    }
    if (report.allBounds.trials > 0 && !report.allBounds.explainable()) {
        section.paragraphs.emplace_back(
            comparison.networks.ofWholeMetamers()
                ? "Warning: people's own shares of right answers by condition predict their "
                  "answers "
                  "no better than one share for all conditions, so no share of likelihood is "
                  "given. "
                  "More trials help."
                : "Warning: people's own psychometric functions predict their answers no better "
                  "than one threshold for all dimensions, so no share of likelihood is given. More "
                  "trials help.");
    }
    for (const auto& problem : comparison.problems) {
        section.paragraphs.push_back("Not compared: " + problem);
    }
}

// Whether any network predicts answers better than every baseline does.
std::string verdict(const DesignComparison& comparison)
{
    std::optional<double> baseline;
    std::optional<double> best;
    std::string name;
    for (std::size_t i = 0; i < comparison.report.layers.size(); ++i) {
        const auto& predicted = comparison.report.layers[i].noise.predictedLogLikelihood;
        const auto& layer = comparison.networks.layers[i];
        if (!predicted || !comparison.report.layers[i].problem.empty()) {
            continue;
        }
        if (layer.baseline) {
            baseline = std::max(baseline.value_or(*predicted), *predicted);
        } else if (!best || *predicted > *best) {
            best = predicted;
            name = layer.name();
        }
    }
    if (!baseline || !best) {
        return {};
    }
    return *best > *baseline
               ? "Of all layers, " + name +
                     " predicts the answers best, and better than every baseline."
               : "No network predicts the answers better than the best baseline, so none is called "
                 "human-like here.";
}

// Whether an eccentricity has enough thresholds of people for an area.
bool hasCircle(const DesignComparison& comparison)
{
    constexpr int kLeastRadar = 3;
    return std::ranges::any_of(comparison.report.eccentricitiesDeg, [&](double eccentricity) {
        return std::ranges::count_if(comparison.people, [&](const GroupDimension& group) {
                   return group.dimension.eccentricityDeg == eccentricity &&
                          group.logThreshold.has_value();
               }) >= kLeastRadar;
    });
}

ReportSection choiceSection(const DesignComparison& comparison)
{
    auto out = section("The choice of a layer");
    out.paragraphs.emplace_back(
        "The best of many layers on the same people is biased upward. So random halves of the "
        "participants choose a layer, and the other half scores it.");
    ReportTable table;
    table.name = "Layers chosen";
    table.columns = {{"network", "", ""}, {"layer", "", ""}, {"chosen", "%", ""}, {"r", "", ""}};
    for (const auto& model : comparison.report.models) {
        if (!model.choice) {
            continue;
        }
        for (std::size_t i = 0; i < model.layers.size(); ++i) {
            table.rows.push_back({model.model, comparison.networks.layers[model.layers[i]].layer,
                                  asPercent(model.choice->shares[i]),
                                  i == 0 ? rounded(model.choice->r) : ""});
        }
    }
    if (table.rows.empty()) {
        out.paragraphs.emplace_back(
            "No choice: it needs a network with two layers, and at least 4 participants.");
    } else {
        out.tables.push_back(std::move(table));
    }
    ReportTable differences;
    differences.name = "Networks compared with each other, by the layers chosen";
    differences.columns = {{"networks", "", ""}, {"p", "", ""}, {"p, Holm", "", ""}};
    for (const auto& each : comparison.report.differences) {
        differences.rows.push_back({each.first + " / " + each.second,
                                    each.p ? pText(*each.p) : kNone,
                                    each.adjustedP ? pText(*each.adjustedP) : kNone});
    }
    if (!differences.rows.empty()) {
        out.tables.push_back(std::move(differences));
    }
    return out;
}

} // namespace

std::vector<ReportSection> networkSections(const DesignComparison& comparison, std::size_t index,
                                           const std::string& name, const std::string& prefix)
{
    const auto& report = comparison.report;
    auto first = section(name + ": networks and people");
    first.isDesign = true;
    int trials = 0;
    for (const auto& participant : comparison.networks.participants) {
        trials += static_cast<int>(participant.trials.size());
    }
    const bool metamers = comparison.networks.ofWholeMetamers();
    first.paragraphs.push_back(
        std::string(comparison.design.simulated ? "Simulated participants: " : "Participants: ") +
        count(comparison.networks.participants.size()) +
        (metamers ? ". Conditions of whole metamers: " : ". Dimensions: ") +
        count(comparison.networks.dimensions.size()) + ". Trials: " + std::to_string(trials) +
        ". Task: " + comparison.design.taskName + ".");
    if (const auto words = verdict(comparison); !words.empty()) {
        first.paragraphs.push_back(words);
    }
    addNotes(first, comparison);
    if (report.layers.empty()) {
        return {std::move(first)};
    }
    first.paragraphs.push_back(methodsSentence(comparison));
    first.tables = {layerAnswersTable(comparison), layerValuesTable(comparison)};
    auto thresholds = section(metamers ? "Sensitivity of people and networks"
                                       : "Thresholds of people and networks");
    thresholds.tables = {dimensionTable(comparison)};
    const auto figure = [&](FigureKind kind, const std::string& file, const std::string& caption) {
        thresholds.figures.push_back({.kind = kind,
                                      .design = index,
                                      .participant = 0,
                                      .name = prefix + file,
                                      .caption = caption});
    };
    if (metamers) {
        figure(FigureKind::modelThresholds, "networks",
               "d' of people in each condition (mean, with the 95 % interval of its error) against "
               "the d' that each layer predicts. Colours: the layers of the metamers. Dashed: "
               "equality.");
    } else if (report.means.dimensions > 0) {
        figure(FigureKind::modelThresholds, "networks",
               "Log thresholds of people (mean, with the 95 % interval of its error) against those "
               "that each layer predicts, both less the mean of their layer and eccentricity. A "
               "network's thresholds have no sampling error. Dashed: equality.");
    }
    if (hasCircle(comparison)) {
        figure(
            FigureKind::modelRadar, "networks-radar",
            "Thresholds (" + levelUnit(comparison.networks.dimensions.front()) +
                " from the centre), a circle for each eccentricity: people's mean "
                "(bold) with its 95 % confidence interval (dashed), and the layer chosen of each "
                "network (coloured), shifted to people's mean in each of the design's layers.");
    }
    if (!metamers) {
        figure(FigureKind::modelFunctions, "networks-functions",
               "Psychometric functions: people's answers (circles, larger for more trials), the "
               "function with their mean threshold and slope (bold), and what the layer chosen of "
               "each network predicts with its internal noise (coloured). Dashed: chance.");
    }
    return {std::move(first), std::move(thresholds), choiceSection(comparison)};
}

ReportSection networkMethods()
{
    auto out = section("How networks were compared with people");
    out.paragraphs = {
        "r correlates log thresholds after the mean of each layer and eccentricity has been "
        "subtracted from both, because the units of levels are set layer by layer. Its interval is "
        "a "
        "bootstrap of participants. r normalised divides it by the square root of "
        "the reliability of people's means. The variance explained is that of people's means "
        "without their noise, after a free shift in each layer.",
        "The share of likelihood lies between one threshold for all dimensions (0) and each "
        "participant's own psychometric functions (1). Every answer is predicted by a fit to other "
        "answers. It can be below 0, and above 1 for a network that knows which stimuli are easy. "
        "It is left out where the own functions predict no better than one threshold.",
        "Conditional kappa compares right and wrong answers with observers who are independent "
        "given the levels; raw kappa is above 0 even for those, because levels differ in "
        "difficulty, and is no evidence by itself. The decision correlation is that of the two "
        "observers' decision variables given the levels. The network's answers are one draw with "
        "its fitted noise. The item effect asks whether, at one level, people are right more often "
        "where the network's distance is larger; it needs no answers of the network.",
        "The slope ratio compares the slopes of psychometric functions, people over network. Sigma "
        "is the SD of the internal noise, in units of the distance divided by the square root of "
        "the number of units. People with each other: the correlation of one participant with the "
        "mean of the others, and of all."};
    out.paragraphs.emplace_back(
        "Conditions of whole metamers have no levels, so no thresholds, slopes or residuals in dB. "
        "Their d' takes the place of thresholds, over all conditions together; the shares of right "
        "answers by condition take that of psychometric functions. So that d' is finite where all "
        "answers are right, one trial more is counted, right as often as by guessing (Hautus "
        "1995).");
    return out;
}

} // namespace mlab
