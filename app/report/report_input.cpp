// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/report/report_input.h"

#include "app/program/design_input.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/trial/task.h"
#include "data/trial_store.h"
#include "experiments/design/design_reader.h"
#include "experiments/design/recognition_spec.h"
#include "stimuli/sources/stimulus_sources.h"
#include "stimuli/store/cache_folder.h"
#include "stimuli/store/content_store.h"
#include "stimuli/store/metamer_cache.h"
#include "stimuli/store/probe_cache.h"
#include "stimuli/worker/engine_info.h"

#include <QTemporaryDir>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <future>
#include <map>
#include <optional>
#include <set>
#include <stop_token>
#include <string_view>
#include <tuple>
#include <utility>
#include <variant>

namespace mlab::app {
namespace {

// Correct and incorrect answers alone do not determine the criterion of same-different: the
// observer is assumed to be unbiased, and the report says so.
DiscriminationTask decisionModel(Task task)
{
    return decisionModelOf(task).value_or(DiscriminationTask::sameDifferentIndependent);
}

std::string nameOf(Task task)
{
    const std::string name(toString(task));
    return task == Task::sameDifferent
               ? name + ", d' for an unbiased observer with independent observations"
               : name;
}

// The contents of a store, in the order of the designs' first sessions.
struct StudyData {
    std::vector<ThresholdData> thresholds;
    std::vector<RecognitionData> recognition;
    std::vector<MetamerData> metamers;
    /// Where the references of these are, one for each.
    std::vector<SynthesisSpec> metamerReferences;
};

ThresholdData emptyThresholds(const SessionHeader& header, const experiments::Design& design)
{
    ThresholdData data{.designName = header.designName,
                       .designSha256 = header.designSha256,
                       .simulated = header.simulated(),
                       .modality = toString(design.modality),
                       .taskName = nameOf(design.task),
                       .task = decisionModel(design.task),
                       .dimensions = {},
                       .participants = {},
                       .measures = {}};
    for (const auto& measured : design.dimensions) {
        data.dimensions.push_back(measured.dimension);
    }
    return data;
}

RecognitionData emptyRecognition(const SessionHeader& header, const experiments::Design& design)
{
    RecognitionData data{.designName = header.designName,
                         .designSha256 = header.designSha256,
                         .simulated = header.simulated(),
                         .modality = toString(design.modality),
                         .categories = {},
                         .conditions = experiments::conditionsOf(*design.recognition),
                         .participants = {}};
    for (const auto& category : design.recognition->categories) {
        data.categories.push_back(category.name);
    }
    return data;
}

MetamerData emptyMetamers(const SessionHeader& header, const experiments::Design& design)
{
    MetamerData data{.designName = header.designName,
                     .designSha256 = header.designSha256,
                     .simulated = header.simulated(),
                     .modality = toString(design.modality),
                     .taskName = nameOf(design.task),
                     .task = decisionModel(design.task),
                     .conditions = {},
                     .participants = {}};
    for (const auto& measured : design.dimensions) {
        data.conditions.push_back(measured.dimension);
    }
    return data;
}

template <typename Record>
void addSession(std::vector<ParticipantData<Record>>& participants,
                const data::SessionSummary& summary, std::vector<Record> trials)
{
    const auto& header = summary.header;
    auto participant =
        std::ranges::find(participants, header.participant, &ParticipantData<Record>::id);
    if (participant == participants.end()) {
        participants.push_back({.id = header.participant, .sessions = {}});
        participant = std::prev(participants.end());
    }
    participant->sessions.push_back({.id = header.sessionId,
                                     .startedAt = header.startedAt,
                                     .finished = summary.finished(),
                                     .trials = std::move(trials)});
}

// Designs whose sessions have no trials yet are not reported.
template <typename Data> void dropEmpty(std::vector<Data>& all)
{
    std::erase_if(all, [](const Data& data) {
        return std::ranges::all_of(data.participants, [](const auto& participant) {
            return std::ranges::all_of(participant.sessions,
                                       [](const auto& session) { return session.trials.empty(); });
        });
    });
}

// The values of stimulusMeasures(modality); nothing for metrics of another modality.
std::optional<MeasureValues> measuresFrom(const stimuli::StimulusMetrics& metrics,
                                          std::string_view modality)
{
    return toString(stimuli::modalityOf(metrics)) == modality
               ? std::optional(stimuli::reportedMeasures(metrics))
               : std::nullopt;
}

void addMeasures(std::vector<ThresholdData>& all, const std::filesystem::path& cacheFolder,
                 const std::stop_token& stop)
{
    std::set<std::string> probes;
    for (const auto& data : all) {
        for (const auto& participant : data.participants) {
            for (const auto& session : participant.sessions) {
                for (const auto& trial : session.trials) {
                    probes.insert(trial.probeSha256);
                }
            }
        }
    }
    const auto found = stimuli::ProbeCache(stimuli::probeFolder(cacheFolder), stimuli::warnOnStderr)
                           .metricsOf(probes, stop);
    for (auto& data : all) {
        for (const auto& [probe, metrics] : found) {
            if (auto measures = measuresFrom(metrics, data.modality)) {
                data.measures[probe] = std::move(*measures);
            }
        }
    }
}

// Runs work without a progress of its own on another thread. `meanwhile` is called on this thread
// from time to time; if it throws, the work is asked to stop by the token.
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
        throw; // after the work has ended: the future's destructor waits for it
    }
    return result.get();
}

ReportMedia encoded(const Stimulus& stimulus)
{
    const QTemporaryDir folder;
    const auto ending = stimuli::fileEnding(stimulus);
    const std::filesystem::path file =
        std::filesystem::path(folder.path().toStdString()) / ("stimulus" + std::string(ending));
    stimuli::saveStimulus(file, stimulus);
    return {.type = ending == ".png" ? "image/png" : "audio/wav", .bytes = readText(file)};
}

/// The stimuli of the pairs to be shown: metamers from the cache, originals from the references,
/// as far as they are still there.
std::map<std::string, ReportMedia> mediaOf(const std::vector<MetamerReport>& reports,
                                           const std::vector<SynthesisSpec>& references,
                                           const std::filesystem::path& cacheFolder,
                                           const std::stop_token& stop)
{
    std::set<std::string> wanted;
    for (const auto& report : reports) {
        for (const auto& pair : report.confusedPairs()) {
            wanted.insert({pair.referenceSha256, pair.probeSha256});
        }
    }
    std::map<std::string, ReportMedia> media;
    if (wanted.empty()) {
        return media;
    }
    for (const auto& [sha256, stimulus] :
         stimuli::MetamerCache(stimuli::metamerFolder(cacheFolder), stimuli::warnOnStderr)
             .stimuliOf(wanted, stop)) {
        media.emplace(sha256, encoded(stimulus));
    }
    for (const auto& spec : references) {
        try {
            for (const auto& reference : stimuli::loadReferences(spec.references, spec.format)) {
                if (wanted.contains(reference.sha256)) {
                    media.emplace(reference.sha256, encoded(reference.stimulus));
                }
            }
        } catch (const Error& problem) {
            stimuli::warnOnStderr(std::string("the originals of confused pairs cannot be shown: ") +
                                  problem.what());
        }
    }
    return media;
}

StudyData readStore(const std::filesystem::path& database)
{
    const auto tables = data::TrialStore(database, data::TrialStore::Mode::readOnly).tables();
    if (tables.sessions.empty()) {
        throw InvalidArgument(database.string() +
                              " has no session yet. Run one with \"metamerlab run\".");
    }
    if (tables.trials.empty() && tables.recognitionTrials.empty()) {
        throw InvalidArgument("no session in " + database.string() +
                              " has a trial yet, so there is nothing to report");
    }
    std::map<std::string, std::vector<TrialRecord>> trials;
    for (const auto& row : tables.trials) {
        trials[row.session.sessionId].push_back(row.record);
    }
    std::map<std::string, std::vector<RecognitionRecord>> recognitionTrials;
    for (const auto& row : tables.recognitionTrials) {
        recognitionTrials[row.session.sessionId].push_back(row.record);
    }
    enum class Kind { thresholds, recognition, metamers };
    struct Place {
        Kind kind = Kind::thresholds;
        std::size_t index = 0;
    };
    StudyData study;
    std::map<std::tuple<std::string, std::string, std::string, bool>, Place> places;
    for (const auto& summary : tables.sessions) {
        const auto& header = summary.header;
        const auto [entry, isNew] = places.try_emplace(
            {header.designSha256, header.modelSha256, header.basisSha256, header.simulated()},
            Place{});
        auto& place = entry->second;
        if (isNew) {
            const auto design = storedDesign(header);
            if (design.recognition) {
                place = {.kind = Kind::recognition, .index = study.recognition.size()};
                study.recognition.push_back(emptyRecognition(header, design));
            } else if (design.wholeMetamers) {
                place = {.kind = Kind::metamers, .index = study.metamers.size()};
                study.metamers.push_back(emptyMetamers(header, design));
                study.metamerReferences.push_back(design.synthesis);
            } else {
                place = {.kind = Kind::thresholds, .index = study.thresholds.size()};
                study.thresholds.push_back(emptyThresholds(header, design));
            }
        }
        if (place.kind == Kind::recognition) {
            addSession(study.recognition[place.index].participants, summary,
                       std::move(recognitionTrials[header.sessionId]));
        } else {
            addSession(place.kind == Kind::metamers ? study.metamers[place.index].participants
                                                    : study.thresholds[place.index].participants,
                       summary, std::move(trials[header.sessionId]));
        }
    }
    dropEmpty(study.thresholds);
    dropEmpty(study.recognition);
    dropEmpty(study.metamers);
    return study;
}

} // namespace

StudyReport reportOn(const std::filesystem::path& database,
                     const std::filesystem::path& cacheFolder, const ReportProgress& progress)
{
    const auto all = onWorker(
        [&](const std::stop_token& stop) {
            auto data = readStore(database);
            addMeasures(data.thresholds, cacheFolder, stop);
            return data;
        },
        [&] { progress("Reading " + database.string() + " and the records of the probes", 0.0); });
    StudyReport study;
    for (const auto& data : all.thresholds) {
        study.thresholds.push_back(computeThresholdReport(data, [&](int done, int total) {
            progress("Fitting " + data.designName + ": " + std::to_string(done) + " of " +
                         std::to_string(total),
                     static_cast<double>(done) / total);
        }));
    }
    for (const auto& data : all.recognition) {
        study.recognition.push_back(computeRecognitionReport(data));
    }
    if (!all.metamers.empty()) {
        study = onWorker(
            [&](const std::stop_token& stop) {
                for (const auto& data : all.metamers) {
                    study.metamers.push_back(computeMetamerReport(data));
                }
                study.media = mediaOf(study.metamers, all.metamerReferences, cacheFolder, stop);
                return std::move(study);
            },
            [&] { progress("Computing the report on whole metamers", 0.0); });
    }
    return study;
}

} // namespace mlab::app
