// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/document/network_layer_tables.h"

#include "core/document/report_parts.h"
#include "core/page/report_text.h"

#include <algorithm>
#include <set>
#include <utility>

namespace mlab {
namespace {

constexpr const char* kNoValue = "–";

// "0.61 [0.4 to 0.7]"
std::string withInterval(const std::optional<double>& value, const ReportInterval& interval)
{
    return roundedOrDash(value) + (value && interval ? " [" + rangeOrDash(interval) + "]" : "");
}

/// A column of a table of all layers.
struct LayerColumn {
    const char* name;
    const char* unit;
    bool needsLevels; ///< it has no meaning for whole metamers
    std::string (*cell)(const LayerReport& layer);
    /// Of people with each other.
    std::string (*people)(const NetworkReport& report);
};

std::string noneOfPeople(const NetworkReport& /*report*/)
{
    return kNoValue;
}

const std::vector<LayerColumn>& columnsOfValues()
{
    static const std::vector<LayerColumn> kColumns = {
        {"r", "", false,
         [](const LayerReport& l) { return withInterval(l.agreement.r, l.intervals.r); },
         [](const NetworkReport& all) -> std::string {
             const auto& [lower, upper] = all.ceiling;
             return lower && upper ? range(*lower, *upper) : kNoValue;
         }},
        {"r normalised", "", false,
         [](const LayerReport& l) {
             return withInterval(l.agreement.normalisedR, l.intervals.normalisedR);
         },
         noneOfPeople},
        {"variance explained", "", false,
         [](const LayerReport& l) {
             return withInterval(l.agreement.explainedShare, l.intervals.explainedShare);
         },
         noneOfPeople},
        {"residual", "dB", true,
         [](const LayerReport& l) {
             return withInterval(l.agreement.residualDb, l.intervals.residualDb);
         },
         noneOfPeople},
        {"slope ratio", "", true,
         [](const LayerReport& l) -> std::string {
             return l.slopeRatio ? withInterval(l.slopeRatio->mean, l.slopeRatio->interval95)
                                 : kNoValue;
         },
         noneOfPeople}};
    return kColumns;
}

const std::vector<LayerColumn>& columnsOfAnswers()
{
    static const std::vector<LayerColumn> kColumns = {
        {"share of likelihood", "", false,
         [](const LayerReport& l) -> std::string {
             return l.noise.explained ? roundedOrDash(l.noise.explained->share) : kNoValue;
         },
         [](const NetworkReport& all) -> std::string {
             return all.allBounds.explainable() ? "1" : kNoValue;
         }},
        {"kappa conditional", "", false,
         [](const LayerReport& l) {
             return withInterval(l.conditionalKappa, l.kappas95.conditionalKappa);
         },
         noneOfPeople},
        {"kappa raw", "", false, [](const LayerReport& l) { return roundedOrDash(l.kappa); },
         noneOfPeople},
        {"decision correlation", "", false,
         [](const LayerReport& l) { return correlationText(l.decisions); }, noneOfPeople},
        {"item effect", "", false,
         [](const LayerReport& l) -> std::string {
             return l.items ? rounded(l.items->gain) + " (" + pSentence(l.items->pValue) + ")"
                            : kNoValue;
         },
         noneOfPeople},
        {"sigma", "", false, [](const LayerReport& l) { return roundedOrDash(l.noise.sigma); },
         noneOfPeople}};
    return kColumns;
}

// Baselines first, people with each other last.
ReportTable layerTable(const DesignComparison& comparison, const std::string& name,
                       std::vector<LayerColumn> columns)
{
    if (comparison.networks.ofWholeMetamers()) {
        std::erase_if(columns, [](const LayerColumn& column) { return column.needsLevels; });
    }
    ReportTable table;
    table.name = name;
    table.columns = {{"layer", "", ""}};
    for (const auto& column : columns) {
        table.columns.push_back({column.name, column.unit, ""});
    }
    for (std::size_t i = 0; i < comparison.report.layers.size(); ++i) {
        if (!comparison.report.layers[i].problem.empty()) {
            continue;
        }
        auto& row = table.rows.emplace_back(1, comparison.networks.layers[i].name());
        for (const auto& column : columns) {
            row.push_back(column.cell(comparison.report.layers[i]));
        }
    }
    auto& people = table.rows.emplace_back(1, "people with each other");
    for (const auto& column : columns) {
        people.push_back(column.people(comparison.report));
    }
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

// People and the layers beside each other, condition by condition.
ReportTable sensitivityTable(const DesignComparison& comparison)
{
    const auto& report = comparison.report;
    ReportTable table;
    table.name = "d' of each condition: people (mean) and what each layer predicts";
    table.columns = {{"condition", "", ""}, {"people", "", ""}};
    std::vector<LogThresholds> columns = {meanSensitivities(report)};
    double most = 0.0;
    for (std::size_t i = 0; i < report.layers.size(); ++i) {
        if (report.layers[i].problem.empty()) {
            table.columns.push_back({comparison.networks.layers[i].name(), "", ""});
            columns.push_back(report.layers[i].predicted);
        }
    }
    for (const auto& column : columns) {
        for (const auto& value : column) {
            most = std::max(most, value.value_or(0.0));
        }
    }
    for (std::size_t k = 0; k < comparison.networks.dimensions.size(); ++k) {
        auto& row = table.rows.emplace_back(1, comparison.networks.dimensions[k].id());
        auto& shades = table.shades.emplace_back(1, 0.0);
        for (const auto& column : columns) {
            row.push_back(roundedOrDash(column[k]));
            shades.push_back(most > 0 ? column[k].value_or(0.0) / most : 0.0);
        }
    }
    return table;
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
            table.columns.push_back({comparison.networks.layers[i].name(), "", ""});
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
                row.emplace_back(kNoValue);
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

} // namespace

ReportTable layerAnswersTable(const DesignComparison& comparison)
{
    return layerTable(comparison, "Single answers: baselines, networks, people",
                      columnsOfAnswers());
}

ReportTable layerValuesTable(const DesignComparison& comparison)
{
    return layerTable(comparison,
                      comparison.networks.ofWholeMetamers()
                          ? "d' of conditions: baselines, networks, people"
                          : "Thresholds: baselines, networks, people",
                      columnsOfValues());
}

ReportTable dimensionTable(const DesignComparison& comparison)
{
    return comparison.networks.ofWholeMetamers() ? sensitivityTable(comparison)
                                                 : heatMap(comparison);
}

} // namespace mlab
