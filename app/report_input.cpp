// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/report_input.h"

#include "core/error.h"
#include "core/task.h"
#include "data/trial_store.h"
#include "experiments/design_reader.h"
#include "stimuli/cache_folder.h"
#include "stimuli/probe_cache.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <future>
#include <map>
#include <set>
#include <stop_token>
#include <utility>

namespace mlab::app {
namespace {

// Of right and wrong alone, the criterion of same-different cannot be told: the observer is taken
// as unbiased, and the report says so.
DiscriminationTask decisionModel(Task task)
{
    return decisionModelOf(task).value_or(DiscriminationTask::sameDifferentIndependent);
}

std::string nameOf(Task task)
{
    const std::string name(toString(task));
    return task == Task::sameDifferent
               ? name + ", d' as of an unbiased observer with independent observations"
               : name;
}

experiments::Design designOf(const SessionHeader& header)
{
    auto check = experiments::checkDesign(header.designText, header.designPath, {});
    if (!check.design) {
        throw InvalidArgument(
            "the design of session " + header.sessionId +
            ", as it is stored, cannot be read: " + check.diagnostics.front().text());
    }
    return std::move(*check.design);
}

ReportData emptyReport(const SessionHeader& header)
{
    const auto design = designOf(header);
    ReportData data{.designName = header.designName,
                    .designSha256 = header.designSha256,
                    .taskName = nameOf(design.task),
                    .task = decisionModel(design.task),
                    .dimensions = {},
                    .participants = {},
                    .metrics = {}};
    for (const auto& measured : design.dimensions) {
        data.dimensions.push_back(measured.dimension);
    }
    return data;
}

void addSession(ReportData& data, const data::SessionSummary& summary,
                std::vector<TrialRecord> trials)
{
    const auto& header = summary.header;
    auto participant =
        std::ranges::find(data.participants, header.participant, &ReportParticipant::id);
    if (participant == data.participants.end()) {
        data.participants.push_back({.id = header.participant, .sessions = {}});
        participant = std::prev(data.participants.end());
    }
    participant->sessions.push_back({.id = header.sessionId,
                                     .startedAt = header.startedAt,
                                     .finished = summary.finished(),
                                     .simulated = !header.observerJson.empty(),
                                     .trials = std::move(trials)});
}

void addMetrics(std::vector<ReportData>& all, const std::filesystem::path& cacheFolder,
                const std::stop_token& stop)
{
    std::set<std::string> pictures;
    for (const auto& data : all) {
        for (const auto& participant : data.participants) {
            for (const auto& session : participant.sessions) {
                for (const auto& trial : session.trials) {
                    pictures.insert(trial.probeSha256);
                }
            }
        }
    }
    ProbeMetricsByPicture found;
    for (const auto& [picture, metrics] :
         stimuli::ProbeCache(stimuli::probeFolder(cacheFolder)).metricsOf(pictures, stop)) {
        if (const auto* image = std::get_if<stimuli::ImageMetrics>(&metrics)) {
            found[picture] = {.rmsContrastDifference = image->rmsContrastDifference,
                              .ssim = image->ssim};
        }
    }
    for (auto& data : all) {
        data.metrics = found;
    }
}

// Does what cannot say how far it is on a thread of its own. `meanwhile` is called on this one now
// and then; what it throws ends the work, which is told by the token.
template <typename Work> auto onWorker(const Work& work, const std::function<void()>& meanwhile)
{
    constexpr std::chrono::milliseconds kNowAndThen{50};
    std::stop_source stop;
    auto result = std::async(std::launch::async, [&] { return work(stop.get_token()); });
    try {
        while (result.wait_for(kNowAndThen) != std::future_status::ready) {
            meanwhile();
        }
    } catch (...) {
        stop.request_stop();
        throw; // when the work has ended: a future waits for what it was to get
    }
    return result.get();
}

// The reports' data in the order in which their first sessions stand in the store.
std::vector<ReportData> readStore(const std::filesystem::path& database)
{
    const auto tables = data::TrialStore(database, data::TrialStore::Mode::readOnly).tables();
    if (tables.sessions.empty()) {
        throw InvalidArgument(database.string() +
                              " has no session yet: run one with \"metamerlab run\"");
    }
    std::map<std::string, std::vector<TrialRecord>> trials;
    for (const auto& row : tables.trials) {
        trials[row.session.sessionId].push_back(row.record);
    }
    std::vector<ReportData> all;
    std::map<std::array<std::string, 3>, std::size_t> indices;
    bool anyTrial = false;
    for (const auto& summary : tables.sessions) {
        const auto& header = summary.header;
        const auto [entry, isNew] = indices.try_emplace(
            {header.designSha256, header.modelSha256, header.basisSha256}, all.size());
        if (isNew) {
            all.push_back(emptyReport(header));
        }
        auto& own = trials[header.sessionId];
        anyTrial = anyTrial || !own.empty();
        addSession(all[entry->second], summary, std::move(own));
    }
    if (!anyTrial) {
        throw InvalidArgument("no session in " + database.string() +
                              " has a trial yet: there is nothing to report");
    }
    // A design whose sessions have no trial yet has nothing to report.
    std::erase_if(all, [](const ReportData& data) {
        return std::ranges::all_of(data.participants, [](const ReportParticipant& participant) {
            return std::ranges::all_of(participant.sessions, [](const ReportSession& session) {
                return session.trials.empty();
            });
        });
    });
    return all;
}

} // namespace

std::vector<DesignReport> reportsOn(const std::filesystem::path& database,
                                    const std::filesystem::path& cacheFolder,
                                    const ReportProgress& progress)
{
    const auto all = onWorker(
        [&](const std::stop_token& stop) {
            auto data = readStore(database);
            addMetrics(data, cacheFolder, stop);
            return data;
        },
        [&] { progress("Reading " + database.string() + " and the records of the probes", 0.0); });
    std::vector<DesignReport> reports;
    reports.reserve(all.size());
    for (const auto& data : all) {
        reports.push_back(computeReport(data, [&](int done, int total) {
            progress("Fitting " + data.designName + ": " + std::to_string(done) + " of " +
                         std::to_string(total),
                     static_cast<double>(done) / total);
        }));
    }
    return reports;
}

} // namespace mlab::app
