// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/threshold_report.h"

#include "core/base/error.h"
#include "core/base/parallel.h"

#include <algorithm>
#include <cmath>

namespace mlab {
namespace {

std::vector<std::vector<TrialRecord>> trialsOf(const ThresholdParticipantData& participant,
                                               const Dimension& dimension)
{
    std::vector<std::vector<TrialRecord>> sessions;
    for (const auto& session : participant.sessions) {
        sessions.emplace_back();
        for (const auto& trial : session.trials) {
            if (trial.dimension == dimension) {
                sessions.back().push_back(trial);
            }
        }
    }
    return sessions;
}

ParticipantReport participantReport(const ThresholdParticipantData& participant,
                                    std::vector<DimensionReport> dimensions)
{
    ParticipantReport report;
    report.id = participant.id;
    report.sessions = sessionFacts(participant);
    report.dimensions = std::move(dimensions);
    std::vector<DriftScore> scores;
    for (const auto& dimension : report.dimensions) {
        if (dimension.driftScore) {
            scores.push_back(*dimension.driftScore);
        }
    }
    report.drift = pooledDrift(scores);
    if (const auto warning = driftWarning(report.drift, true)) {
        report.warnings.push_back(*warning);
    }
    warnOfUnfinished(report.sessions, report.warnings);
    return report;
}

GroupDimension groupDimension(const Dimension& dimension,
                              const std::vector<const DimensionReport*>& reports)
{
    GroupDimension group;
    group.dimension = dimension;
    std::vector<double> logThresholds;
    std::vector<double> logWidths;
    int probes = 0;
    std::vector<MeasureValues> measures;
    int withTrials = 0;
    for (const auto* report : reports) {
        group.trials += report->trials;
        withTrials += report->trials > 0 ? 1 : 0;
        if (!report->located) {
            continue;
        }
        logThresholds.push_back(std::log(report->estimate->parameters.threshold));
        logWidths.push_back(std::log(report->estimate->parameters.width));
        if (report->probes) {
            probes += report->probes->probes;
            measures.push_back(report->probes->measures);
        }
    }
    group.leftOut = withTrials - static_cast<int>(logThresholds.size());
    group.logThreshold = meanOf(logThresholds);
    group.logWidth = meanOf(logWidths);
    if (!measures.empty()) {
        group.probes = ProbesAtThreshold{.probes = probes, .measures = meanMeasures(measures)};
    }
    if (group.leftOut > 0) {
        group.warnings.emplace_back(
            warning::UndeterminedThresholds{.participants = group.leftOut, .all = withTrials});
    }
    if (logThresholds.size() == 1 && withTrials > 1) {
        group.warnings.emplace_back(warning::OneParticipant{});
    }
    return group;
}

LayerComparison compareLayers(const ThresholdData& data,
                              const std::vector<ParticipantReport>& participants)
{
    LayerComparison out;
    for (const auto& dimension : data.dimensions) {
        if (std::ranges::find(out.layers, dimension.layer) == out.layers.end()) {
            out.layers.push_back(dimension.layer);
        }
    }
    for (const auto& participant : participants) {
        std::vector<std::vector<double>> byLayer(out.layers.size());
        for (const auto& dimension : participant.dimensions) {
            if (dimension.located) {
                const auto layer = std::ranges::find(out.layers, dimension.dimension.layer);
                byLayer[static_cast<std::size_t>(layer - out.layers.begin())].push_back(
                    std::log(dimension.estimate->parameters.threshold));
            }
        }
        LayerComparison::Row row{.participant = participant.id, .logThresholds = {}};
        for (const auto& thresholds : byLayer) {
            if (const auto mean = meanOf(thresholds)) {
                row.logThresholds.push_back(mean->mean);
            }
        }
        if (row.logThresholds.size() == out.layers.size()) {
            out.rows.push_back(std::move(row));
        } else {
            out.notes.emplace_back(warning::LayerWithoutThreshold{participant.id});
        }
    }
    std::vector<std::vector<double>> table;
    for (const auto& row : out.rows) {
        table.push_back(row.logThresholds);
    }
    for (std::size_t layer = 0; layer < out.layers.size(); ++layer) {
        std::vector<double> column;
        column.reserve(table.size());
        for (const auto& row : table) {
            column.push_back(row[layer]);
        }
        out.means.push_back(meanOf(column));
    }
    if (out.layers.size() < 2) {
        out.notes.emplace_back(warning::OneLayer{});
        return out;
    }
    out.tests = compareWithin(table);
    if (const auto warning = comparisonWarning(out.tests, table.size())) {
        out.notes.push_back(*warning);
    }
    return out;
}

MeasureComparison compareMeasures(const std::vector<GroupDimension>& group, std::size_t measures)
{
    MeasureComparison out;
    std::vector<const GroupDimension*> compared;
    for (const auto& dimension : group) {
        if (dimension.logThreshold && dimension.probes) {
            compared.push_back(&dimension);
        } else if (dimension.logThreshold) {
            ++out.dimensionsWithout;
        }
    }
    out.dimensions = static_cast<int>(compared.size());
    for (std::size_t measure = 0; measure < measures; ++measure) {
        std::vector<double> thresholds;
        std::vector<double> values;
        for (const auto* dimension : compared) {
            if (const auto& value = dimension->probes->measures.at(measure)) {
                thresholds.push_back(dimension->logThreshold->mean);
                values.push_back(*value);
            }
        }
        out.correlations.push_back(correlate(values, thresholds));
    }
    return out;
}

} // namespace

ThresholdReport computeThresholdReport(const ThresholdData& data,
                                       const std::function<void(int done, int total)>& progress)
{
    const auto first = data.dimensions.empty() ? Dimension() : data.dimensions.front();
    ThresholdReport report{.designName = data.designName,
                           .designSha256 = data.designSha256,
                           .simulated = data.simulated,
                           .modality = data.modality,
                           .taskName = data.taskName,
                           .task = data.task,
                           .chance = chanceOf(data.task),
                           .levelUnit = levelUnit(first),
                           .layerNoun = layerNoun(first),
                           .participants = {},
                           .group = {},
                           .layers = {},
                           .measures = {},
                           .notes = {}};
    const auto participants = participantsWithTrials(data.participants, report.notes);
    if (participants.empty()) {
        throw InvalidArgument("no session of design " + data.designName +
                              " has a trial yet, so there is nothing to report");
    }
    const auto perParticipant = data.dimensions.size();
    std::vector<DimensionReport> all(participants.size() * perParticipant);
    inParallel(
        static_cast<int>(all.size()), allCores(),
        [&](int at) {
            const auto index = static_cast<std::size_t>(at);
            const auto& dimension = data.dimensions[index % perParticipant];
            const auto sessions = trialsOf(participants[index / perParticipant], dimension);
            all[index] = reportDimension(dimension, sessions, data.task, data.measures);
        },
        progress);
    auto from = std::make_move_iterator(all.begin());
    for (const auto& participant : participants) {
        const auto to = from + static_cast<std::ptrdiff_t>(perParticipant);
        report.participants.push_back(
            participantReport(participant, std::vector<DimensionReport>(from, to)));
        from = to;
    }
    for (std::size_t i = 0; i < perParticipant; ++i) {
        std::vector<const DimensionReport*> reports;
        for (const auto& participant : report.participants) {
            reports.push_back(&participant.dimensions[i]);
        }
        report.group.push_back(groupDimension(data.dimensions[i], reports));
    }
    report.layers = compareLayers(data, report.participants);
    report.measures = compareMeasures(report.group, stimulusMeasures(data.modality).size());
    return report;
}

} // namespace mlab
