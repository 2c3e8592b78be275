// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/threshold_parts.h"
#include "core/page/report_text.h"
#include "core/report/thresholds_by_direction.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace mlab {
namespace {

// ", 95 % interval 1.1 to 1.6"; empty without an interval.
std::string intervalText(const ReportInterval& interval)
{
    return interval ? ", 95 % interval " + range((*interval)[0], (*interval)[1]) : "";
}

std::string designText(const ThresholdReport& report)
{
    std::set<int> counts;
    std::size_t located = 0;
    std::size_t measured = 0;
    for (const auto& participant : report.participants) {
        for (const auto& dimension : participant.dimensions) {
            if (dimension.trials > 0) {
                ++measured;
                counts.insert(dimension.trials);
                located += dimension.located ? 1 : 0;
            }
        }
    }
    std::string trials = "no trials";
    if (!counts.empty()) {
        trials = std::to_string(*counts.begin());
        trials += counts.size() > 1 ? " to " + std::to_string(*counts.rbegin()) : "";
        trials += " trials in each";
    }
    return counted(report.participants.size(), "participant", "participants") + ", " +
           counted(report.group.size(), "dimension", "dimensions") + ", " + trials + "; task " +
           report.taskName + " (chance " + asPercent(report.chance) + " %). The data determine " +
           count(located) + " of " + counted(measured, "threshold", "thresholds") + ".";
}

std::string layerText(const ThresholdReport& report)
{
    const auto& layers = report.layers;
    const auto& unit = report.levelUnit;
    const auto& noun = report.layerNoun;
    if (layers.layers.size() < 2 || layers.rows.empty()) {
        return capitalized(noun) + "s cannot be compared: " +
               std::string(layers.layers.size() < 2
                               ? "the design has only one."
                               : "no participant has a determined threshold in every " + noun +
                                     ".");
    }
    const auto mean = [&](std::size_t layer) { return layers.means[layer]->mean; };
    std::size_t lowest = 0;
    std::size_t highest = 0;
    for (std::size_t i = 1; i < layers.layers.size(); ++i) {
        lowest = mean(i) < mean(lowest) ? i : lowest;
        highest = mean(i) > mean(highest) ? i : highest;
    }
    std::string text = "Which " + noun + "s? The smallest changes were noticed in " + noun + " " +
                       layers.layers[lowest] + " (threshold " + rounded(std::exp(mean(lowest))) +
                       " " + unit + "); in " + noun + " " + layers.layers[highest] +
                       " thresholds were " + rounded(std::exp(mean(highest) - mean(lowest))) +
                       " times as high (" + rounded(std::exp(mean(highest))) + " " + unit;
    if (!layers.tests) {
        return text + "). One participant allows no test of this difference.";
    }
    const auto pair = std::ranges::find_if(layers.tests->pairs, [&](const ConditionPair& each) {
        return each.first == std::min(lowest, highest) && each.second == std::max(lowest, highest);
    });
    auto interval = pair->difference.interval95;
    if (interval && lowest > highest) {
        interval = {-(*interval)[1], -(*interval)[0]};
    }
    text += intervalText(transformed(interval, exponential)) + "). ";
    const auto& omnibus = layers.tests->omnibus;
    const bool differ = omnibus.p < 0.05;
    text +=
        (differ ? "The " + noun + "s differ" : "No difference between " + noun + "s was shown") +
        " (Friedman's test, " + pSentence(omnibus.p);
    return text +
           (!differ && omnibus.smallestP > 0.05
                ? "; with " + count(layers.rows.size()) + " participants p is at least " +
                      rounded(omnibus.smallestP)
                : "") +
           ").";
}

std::string directionText(const ThresholdReport& report)
{
    const auto compared = compareDirections(report.participants);
    if (!compared) {
        return "Which directions? No dimension has a determined threshold for both plus and minus.";
    }
    const auto& difference = compared->logRatio;
    const std::string ratio = rounded(std::exp(difference.mean));
    std::string text = "Which directions? Thresholds for plus were " + ratio +
                       " times those for minus" +
                       intervalText(transformed(difference.interval95, exponential)) + " (" +
                       counted(compared->pairs, "pair", "pairs") + " of directions";
    if (difference.count < 2) {
        return text + "; one participant allows no test).";
    }
    return text + ", sign changes within " + std::to_string(difference.count) + " participants, " +
           pSentence(compared->test.p) + ").";
}

std::string certaintyText(const ThresholdReport& report)
{
    std::vector<double> factors;
    for (const auto& participant : report.participants) {
        for (const auto& dimension : participant.dimensions) {
            if (dimension.located) {
                const auto& interval = dimension.estimate->interval95;
                factors.push_back(interval.upper.threshold / interval.lower.threshold);
            }
        }
    }
    if (factors.empty()) {
        return "How certain? The data determine no threshold.";
    }
    std::ranges::sort(factors);
    return "How certain? The limits of the 95 % interval of a participant's threshold differ by a "
           "factor of " +
           rounded(factors[factors.size() / 2]) + " (median; " + rounded(factors.front()) +
           " at best, " + rounded(factors.back()) + " at worst).";
}

std::string measureText(const ThresholdReport& report)
{
    const auto& modality = reportedModality(report.modality);
    if (report.measures.dimensions == 0) {
        return modality.question + " No record of a probe at threshold was found in the cache.";
    }
    std::string text = modality.question + " If one of these measures did, it would be the same "
                                           "for all dimensions at threshold.";
    for (std::size_t i = 0; i < modality.measures.size(); ++i) {
        std::vector<double> values;
        for (const auto& group : report.group) {
            if (group.logThreshold && group.probes && group.probes->measures[i]) {
                values.push_back(*group.probes->measures[i]);
            }
        }
        if (values.empty()) {
            continue;
        }
        const auto& measure = modality.measures[i];
        const auto [low, high] = std::ranges::minmax(values);
        const auto& correlation = report.measures.correlations[i];
        text += " " + capitalized(measure.label) + " ran from " + range(low, high) +
                (measure.unit.empty() ? "" : " " + measure.unit) +
                (correlation ? " (correlation with the log threshold " + rounded(correlation->r) +
                                   intervalText(correlation->interval95) + ")"
                             : "") +
                ".";
    }
    return text;
}

} // namespace

std::vector<std::string> summaryOf(const ThresholdReport& report)
{
    std::vector<std::string> answers = {designText(report), layerText(report)};
    if (std::ranges::any_of(report.group, [](const GroupDimension& group) {
            return group.dimension.direction == Direction::minus;
        })) {
        answers.push_back(directionText(report));
    }
    answers.push_back(certaintyText(report));
    answers.push_back(measureText(report));
    return answers;
}

} // namespace mlab
