// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report.h"

#include "core/error.h"
#include "core/parallel.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>

namespace mlab {
namespace {

constexpr std::uint64_t kSeed = 1; ///< of the random rearrangements: the same report every time

std::vector<std::vector<TrialRecord>> trialsOf(const ReportParticipant& participant,
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

ParticipantReport participantReport(const ReportParticipant& participant,
                                    std::vector<DimensionReport> dimensions)
{
    ParticipantReport report;
    report.id = participant.id;
    for (const auto& session : participant.sessions) {
        report.sessions.push_back({.id = session.id,
                                   .startedAt = session.startedAt,
                                   .finished = session.finished,
                                   .simulated = session.simulated,
                                   .trials = {}});
        report.sessionTrials.push_back(static_cast<int>(session.trials.size()));
    }
    report.dimensions = std::move(dimensions);
    report.drift = pooledDrift(report.dimensions);
    if (auto warning = driftWarning(report.drift, "the threshold, over all dimensions,")) {
        report.warnings.push_back(std::move(*warning));
    }
    for (const auto& session : report.sessions) {
        if (!session.finished) {
            report.warnings.push_back("session " + session.id + " has not ended");
        }
    }
    return report;
}

GroupDimension groupDimension(const Dimension& dimension,
                              const std::vector<const DimensionReport*>& reports)
{
    GroupDimension group;
    group.dimension = dimension;
    std::vector<double> logThresholds;
    std::vector<double> widths;
    ProbesAtThreshold probes{.probes = 0, .rmsContrastChange = 0.0, .ssim = 0.0};
    int withProbes = 0;
    int withTrials = 0;
    for (const auto* report : reports) {
        group.trials += report->trials;
        withTrials += report->trials > 0 ? 1 : 0;
        if (!report->located) {
            continue;
        }
        logThresholds.push_back(std::log(report->estimate->parameters.threshold));
        widths.push_back(report->estimate->parameters.width);
        if (report->probes) {
            ++withProbes;
            probes.probes += report->probes->probes;
            probes.rmsContrastChange += report->probes->rmsContrastChange;
            probes.ssim += report->probes->ssim;
        }
    }
    group.leftOut = withTrials - static_cast<int>(logThresholds.size());
    group.logThreshold = meanOf(logThresholds);
    group.width = meanOf(widths);
    if (withProbes > 0) {
        probes.rmsContrastChange /= withProbes;
        probes.ssim /= withProbes;
        group.probes = probes;
    }
    if (group.leftOut > 0) {
        group.warnings.push_back(
            std::to_string(group.leftOut) + " of " + std::to_string(withTrials) +
            " participants are left out, for their data do not locate a threshold; the mean is "
            "that of the others");
    }
    if (logThresholds.size() == 1) {
        group.warnings.emplace_back("one participant: there is no interval over participants");
    }
    return group;
}

LayerComparison compareLayers(const ReportData& data,
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
            out.notes.push_back("participant " + participant.id +
                                " is left out: a layer has no located threshold");
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
        out.notes.emplace_back("the design has one layer: there is nothing to compare");
        return out;
    }
    if (table.size() < 2) {
        out.notes.push_back("no test across participants is possible with " +
                            std::to_string(table.size()) + " of them");
        return out;
    }
    out.omnibus = friedmanTest(table, kSeed);
    std::vector<double> p;
    for (std::size_t first = 0; first < out.layers.size(); ++first) {
        for (std::size_t second = first + 1; second < out.layers.size(); ++second) {
            std::vector<double> differences;
            differences.reserve(table.size());
            for (const auto& row : table) {
                differences.push_back(row[second] - row[first]);
            }
            out.pairs.push_back({.first = first,
                                 .second = second,
                                 .logRatio = *meanOf(differences),
                                 .test = signFlipTest(differences, kSeed),
                                 .adjustedP = 1.0});
            p.push_back(out.pairs.back().test.p);
        }
    }
    const auto adjusted = holmAdjusted(p);
    for (std::size_t i = 0; i < adjusted.size(); ++i) {
        out.pairs[i].adjustedP = adjusted[i];
    }
    const double smallest =
        std::min(1.0, out.pairs.front().test.smallestP * static_cast<double>(out.pairs.size()));
    if (smallest > 0.05) {
        out.notes.push_back("with " + std::to_string(table.size()) +
                            " participants the smallest p that a pair can reach after Holm's "
                            "correction is " +
                            shortNumber(smallest));
    }
    return out;
}

ContrastComparison compareContrast(const std::vector<GroupDimension>& group)
{
    ContrastComparison out;
    std::vector<double> thresholds;
    std::vector<double> contrast;
    std::vector<double> ssim;
    for (const auto& dimension : group) {
        if (!dimension.logThreshold) {
            continue;
        }
        if (!dimension.probes) {
            ++out.dimensionsWithout;
            continue;
        }
        thresholds.push_back(dimension.logThreshold->mean);
        contrast.push_back(dimension.probes->rmsContrastChange);
        ssim.push_back(dimension.probes->ssim);
    }
    out.dimensions = static_cast<int>(thresholds.size());
    out.rmsContrastChange = correlate(contrast, thresholds);
    out.ssim = correlate(ssim, thresholds);
    return out;
}

} // namespace

DesignReport computeReport(const ReportData& data,
                           const std::function<void(int done, int total)>& progress)
{
    DesignReport report{.designName = data.designName,
                        .designSha256 = data.designSha256,
                        .taskName = data.taskName,
                        .task = data.task,
                        .chance = chanceOf(data.task),
                        .participants = {},
                        .group = {},
                        .layers = {},
                        .contrast = {},
                        .notes = {}};
    std::vector<ReportParticipant> participants;
    for (const auto& participant : data.participants) {
        ReportParticipant kept{.id = participant.id, .sessions = {}};
        for (const auto& session : participant.sessions) {
            if (session.trials.empty()) {
                report.notes.push_back("Session " + session.id + " has no trials and is left out.");
            } else {
                kept.sessions.push_back(session);
            }
        }
        if (kept.sessions.size() > 1) {
            report.notes.push_back("The " + std::to_string(kept.sessions.size()) +
                                   " sessions of participant " + kept.id + " are pooled.");
        }
        if (!kept.sessions.empty()) {
            participants.push_back(std::move(kept));
        }
    }
    if (participants.empty()) {
        throw InvalidArgument("no session of design " + data.designName +
                              " has a trial yet: there is nothing to report");
    }
    const auto perParticipant = data.dimensions.size();
    std::vector<DimensionReport> all(participants.size() * perParticipant);
    inParallel(
        static_cast<int>(all.size()), allCores(),
        [&](int at) {
            const auto index = static_cast<std::size_t>(at);
            const auto& dimension = data.dimensions[index % perParticipant];
            const auto sessions = trialsOf(participants[index / perParticipant], dimension);
            all[index] = reportDimension(dimension, sessions, data.task, data.metrics);
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
    report.contrast = compareContrast(report.group);
    return report;
}

} // namespace mlab
