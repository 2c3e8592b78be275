// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/report/report_input.h"

#include "app/report/study_data.h"
#include "stimuli/store/cache_folder.h"
#include "stimuli/store/probe_cache.h"
#include "stimuli/worker/engine_info.h"

#include <chrono>
#include <future>
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
    return study;
}

} // namespace mlab::app
