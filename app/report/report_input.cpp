// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/report/report_input.h"

#include "app/program/on_worker.h"
#include "app/report/study_data.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "stimuli/sources/stimulus_sources.h"
#include "stimuli/store/cache_folder.h"
#include "stimuli/store/content_store.h"
#include "stimuli/store/metamer_cache.h"
#include "stimuli/store/probe_cache.h"
#include "stimuli/worker/engine_info.h"

#include <QTemporaryDir>

#include <optional>
#include <set>
#include <stop_token>
#include <string_view>
#include <utility>

namespace mlab::app {
namespace {

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
                           .findByContent(probes, stop);
    for (auto& data : all) {
        for (const auto& [probe, kept] : found) {
            if (auto measures = measuresFrom(kept.metrics, data.modality)) {
                data.measures[probe] = std::move(*measures);
            }
        }
    }
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

} // namespace

StudyReport reportOn(const std::filesystem::path& database,
                     const std::filesystem::path& cacheFolder, const ReportProgress& progress)
{
    const auto all = onWorker(
        [&](const std::stop_token& stop) {
            auto data = readStudy(database);
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
