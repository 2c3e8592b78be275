// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/network_document.h"

#include "core/document/report_parts.h"
#include "core/document/report_text.h"

#include <algorithm>
#include <cmath>
#include <set>
#include <utility>

namespace mlab {
namespace {

constexpr const char* kNone = "–";

std::string roundedOr(const std::optional<double>& value)
{
    return value ? rounded(*value) : kNone;
}

// "0.61 [0.4 to 0.7]"
std::string withInterval(const std::optional<double>& value, const ReportInterval& interval)
{
    return roundedOr(value) + (value && interval ? " [" + rangeOrDash(interval) + "]" : "");
}

std::string nameOf(const ComparedLayer& layer)
{
    return layer.layer.empty() ? layer.model : layer.model + ", " + layer.layer;
}

std::vector<std::string> rowOf(const ComparedLayer& compared, const LayerReport& layer)
{
    const auto& agreement = layer.agreement;
    const auto& noise = layer.noise;
    return {nameOf(compared),
            withInterval(agreement.r, layer.intervals.r),
            withInterval(agreement.normalisedR, layer.intervals.normalisedR),
            withInterval(agreement.explainedShare, layer.intervals.explainedShare),
            withInterval(agreement.residualDb, layer.intervals.residualDb),
            noise.explained ? roundedOr(noise.explained->share) : kNone,
            withInterval(layer.conditionalKappa, layer.kappas95.conditionalKappa),
            roundedOr(layer.kappa),
            layer.decisions ? withInterval(layer.decisions->rho, layer.decisions->interval95)
                            : kNone,
            layer.items ? rounded(layer.items->gain) + " (" + pSentence(layer.items->pValue) + ")"
                        : kNone,
            layer.slopeRatio ? withInterval(layer.slopeRatio->mean, layer.slopeRatio->interval95)
                             : kNone,
            roundedOr(noise.sigma)};
}

ReportTable mainTable(const DesignComparison& comparison)
{
    ReportTable table;
    table.name = "Baselines, networks, and people with each other";
    table.columns = {{"layer", "", ""},
                     {"r within layers", "", ""},
                     {"r normalised", "", ""},
                     {"variance explained", "", ""},
                     {"residual", "dB", ""},
                     {"share of likelihood", "", ""},
                     {"kappa given levels", "", ""},
                     {"kappa raw", "", ""},
                     {"decision correlation", "", ""},
                     {"item effect", "", ""},
                     {"slope ratio", "", ""},
                     {"sigma", "", ""}};
    const auto& report = comparison.report;
    for (std::size_t i = 0; i < report.layers.size(); ++i) {
        if (report.layers[i].problem.empty()) {
            table.rows.push_back(rowOf(comparison.networks.layers[i], report.layers[i]));
        }
    }
    const auto& ceiling = report.ceiling;
    std::vector<std::string> people(table.columns.size(), kNone);
    people[0] = "people with each other";
    people[1] = ceiling.lower && ceiling.upper ? range(*ceiling.lower, *ceiling.upper) : kNone;
    people[5] = report.allBounds.trials > 0 ? "1" : kNone;
    table.rows.push_back(std::move(people));
    return table;
}

/// Values less the mean of their group; absent ones stay absent.
LogThresholds centred(const LogThresholds& values, const std::vector<std::size_t>& groups)
{
    LogThresholds out = values;
    for (const auto group : std::set(groups.begin(), groups.end())) {
        double sum = 0.0;
        int count = 0;
        for (std::size_t k = 0; k < values.size(); ++k) {
            if (groups[k] == group && values[k]) {
                sum += *values[k];
                ++count;
            }
        }
        for (std::size_t k = 0; k < values.size(); ++k) {
            if (groups[k] == group && out[k]) {
                *out[k] -= sum / count;
            }
        }
    }
    return out;
}

// A heat map: people and the layers beside each other, dimension by dimension.
ReportTable heatMap(const DesignComparison& comparison)
{
    const auto& report = comparison.report;
    ReportTable table;
    table.name = "Log thresholds less the mean of their layer and eccentricity (dB)";
    table.columns = {{"dimension", "", ""}, {"people", "", ""}};
    std::vector<LogThresholds> columns = {report.means.means};
    for (std::size_t i = 0; i < report.layers.size(); ++i) {
        if (report.layers[i].problem.empty()) {
            table.columns.push_back({nameOf(comparison.networks.layers[i]), "", ""});
            columns.push_back(centred(report.layers[i].predicted, report.people.groups));
        }
    }
    constexpr double kDbPerLn = 8.685889638065037;
    constexpr double kFullDb = 12; // from the palest to the darkest
    for (std::size_t k = 0; k < comparison.networks.dimensions.size(); ++k) {
        auto& row = table.rows.emplace_back();
        auto& shades = table.shades.emplace_back();
        row.push_back(comparison.networks.dimensions[k].id());
        shades.push_back(0.0);
        for (const auto& column : columns) {
            if (!column[k]) {
                row.emplace_back(kNone);
                shades.push_back(0.0);
                continue;
            }
            const double db = kDbPerLn * *column[k];
            row.push_back(withSign(db));
            shades.push_back(std::clamp(0.5 + db / kFullDb, 0.0, 1.0));
        }
    }
    return table;
}

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
           " of a participant; thresholds were predicted without sampling error where the share of "
           "right answers is that of d' = 1.";
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
            "Warning: people's thresholds are not reliable (reliability " +
            roundedOr(report.means.reliability) + ", at least " + rounded(kLeastReliability) +
            " is needed), so correlations are not normalised. More trials or participants help.");
    }
    const auto few = std::ranges::count(report.bounds, 0, &LikelihoodBounds::trials);
    if (few > 0) {
        section.paragraphs.push_back(
            "Warning: " + counted(static_cast<int>(few), "participant has", "participants have") +
            " fewer than " + std::to_string(kFewestTrials) +
            " trials, too few to cross-validate a likelihood.");
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
            name = nameOf(layer);
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
        return std::ranges::count_if(comparison.people.group, [&](const GroupDimension& group) {
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
    first.paragraphs.push_back(
        std::string(comparison.people.simulated ? "Simulated participants: " : "Participants: ") +
        count(comparison.networks.participants.size()) +
        ". Dimensions: " + count(comparison.networks.dimensions.size()) +
        ". Trials: " + std::to_string(trials) + ". Task: " + comparison.people.taskName + ".");
    if (const auto words = verdict(comparison); !words.empty()) {
        first.paragraphs.push_back(words);
    }
    addNotes(first, comparison);
    if (report.layers.empty()) {
        return {std::move(first)};
    }
    first.paragraphs.push_back(methodsSentence(comparison));
    first.tables = {mainTable(comparison)};
    auto thresholds = section("Thresholds of people and networks");
    thresholds.tables = {heatMap(comparison)};
    if (report.means.dimensions > 0) {
        thresholds.figures.push_back(
            {.kind = FigureKind::modelThresholds,
             .design = index,
             .participant = 0,
             .name = prefix + "networks",
             .caption = "Log thresholds of people (mean, with the 95 % interval of its error) "
                        "against those that each layer predicts, both less the mean of their layer "
                        "and eccentricity. A network's thresholds have no sampling error. Dashed: "
                        "equality."});
    }
    if (hasCircle(comparison)) {
        thresholds.figures.push_back(
            {.kind = FigureKind::modelRadar,
             .design = index,
             .participant = 0,
             .name = prefix + "networks-radar",
             .caption = "Thresholds (SD from the centre), a circle for each eccentricity: people's "
                        "mean (bold) with its 95 % confidence interval (dashed), and the layer "
                        "chosen of each network (coloured), shifted to people's mean in each of "
                        "the design's layers."});
    }
    return {std::move(first), std::move(thresholds), choiceSection(comparison)};
}

ReportSection networkMethods()
{
    auto out = section("How networks were compared with people");
    out.paragraphs = {
        "r within layers correlates log thresholds after the mean of each layer and eccentricity "
        "has been subtracted from both, because the units (SD) are set layer by layer. Its "
        "interval is a bootstrap of participants. r normalised divides it by the square root of "
        "the reliability of people's means. The variance explained is that of people's means "
        "without their noise, after a free shift in each layer.",
        "The share of likelihood lies between one threshold for all dimensions (0) and each "
        "participant's own psychometric functions (1). Every answer is predicted by a fit to other "
        "answers. It can be below 0, and above 1 for a network that knows which stimuli are easy.",
        "Kappa given levels compares right and wrong answers with observers who are independent "
        "given the levels; raw kappa is above 0 even for those, because levels differ in "
        "difficulty, and is no evidence by itself. The decision correlation is that of the two "
        "observers' decision variables given the levels. The network's answers are one draw with "
        "its fitted noise. The item effect asks whether, at one level, people are right more often "
        "where the network's distance is larger; it needs no answers of the network.",
        "The slope ratio compares the slopes of psychometric functions, people over network. Sigma "
        "is the SD of the internal noise, in units of the distance divided by the square root of "
        "the number of units. People with each other: the correlation of one participant with the "
        "mean of the others, and of all."};
    return out;
}

} // namespace mlab
