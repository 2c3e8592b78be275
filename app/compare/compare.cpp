// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compare/compare.h"

#include "app/compare/compare_recognition.h"
#include "app/compare/compared_trials.h"
#include "app/compare/model_distances.h"
#include "app/compare/shown_metamers.h"
#include "app/compare/shown_probes.h"
#include "app/program/design_input.h"
#include "app/program/on_worker.h"
#include "app/session/synthesis_json.h"
#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/parallel.h"
#include "stimuli/measures/baseline_distance.h"

#include <algorithm>
#include <iterator>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>

namespace mlab::app {
namespace {

std::vector<ComparedLayer> baselines(ShownStimuli& shown, std::span<const ShownPair> pairs)
{
    std::vector<stimuli::StimulusMetrics> metrics;
    std::ranges::transform(pairs, std::back_inserter(metrics),
                           [&](const ShownPair& pair) { return shown.metrics(pair); });
    std::vector<ComparedLayer> out;
    for (const auto baseline : stimuli::baselinesOf(modalityOf(shown.format()))) {
        out.push_back({.model = nameIn(stimuli::kBaselines, baseline),
                       .layer = {},
                       .space = {},
                       .rule = DecisionRule::linear,
                       .fitExponent = false,
                       .baseline = true,
                       .units = 1,
                       .distances = {}});
        for (const auto& ofPair : metrics) {
            out.back().distances.push_back(stimuli::baselineDistance(baseline, ofPair));
        }
    }
    return out;
}

template <typename Data> const SessionHeader& anyHeader(const StudyData& study, const Data& design)
{
    return study.headers.at(design.participants.front().sessions.front().id);
}

/// People's thresholds and the numbers of all layers. @param thresholds null for whole metamers
void compute(DesignComparison& out, const ThresholdData* thresholds, const CompareOptions& options,
             const stimuli::Progress& progress, const std::stop_token& stop)
{
    const auto telling = [&](const std::string& what) {
        return [&progress, &stop, what](int done, int total) {
            if (stop.stop_requested()) {
                throw Cancelled();
            }
            progress(what + std::to_string(done) + " of " + std::to_string(total),
                     static_cast<double>(done) / total);
        };
    };
    std::optional<ThresholdReport> people;
    if (thresholds != nullptr) {
        people = computeThresholdReport(*thresholds, telling("Fitting people's thresholds: "));
        out.people = people->group;
    }
    const auto threads =
        options.compute.threads > 0 ? static_cast<unsigned>(options.compute.threads) : allCores();
    out.report = computeNetworkReport(out.networks, people ? &*people : nullptr, threads,
                                      telling("Comparing networks with people: "));
}

/// @param data  ThresholdData or MetamerData
template <typename Data>
DesignComparison compareDesign(const StudyData& study, const Data& data, ComparedTrials trials,
                               ShownStimuli& shown, std::span<const ListedModel> models,
                               const CompareOptions& options, const stimuli::Progress& progress,
                               const std::stop_token& stop)
{
    const auto& header = anyHeader(study, data);
    DesignComparison out{.design = comparedDesign(data),
                         .people = {},
                         .networks = {.designName = data.designName,
                                      .task = storedDesign(header).task,
                                      .decisionModel = data.task,
                                      .dimensions = std::move(trials.dimensions),
                                      .participants = std::move(trials.participants),
                                      .layers = {}},
                         .report = {},
                         .trialsLeftOut = trials.leftOut,
                         .problems = shown.problems()};
    if (trials.leftOut > 0) {
        out.problems.push_back(ofTrials(trials.leftOut, trials.counted) +
                               " are left out: their reference or probe could not be found");
    }
    if (out.networks.participants.empty()) {
        return out;
    }
    out.networks.layers = baselines(shown, trials.pairs);
    for (const auto& model : models) {
        if (model.onlyRecognition) {
            continue;
        }
        for (auto& each : modelDistances(model, synthesisFromJson(header.synthesisJson),
                                         trials.pairs, shown, options, progress, stop)) {
            if (each.problem.empty()) {
                out.networks.layers.push_back(std::move(each.layer));
            } else {
                out.problems.push_back(each.problem);
            }
        }
    }
    if constexpr (std::is_same_v<Data, ThresholdData>) {
        compute(out, &data, options, progress, stop);
    } else {
        compute(out, nullptr, options, progress, stop);
    }
    for (std::size_t i = 0; i < out.networks.layers.size(); ++i) {
        if (const auto& problem = out.report.layers[i].problem; !problem.empty()) {
            out.problems.push_back(out.networks.layers[i].name() + ": " + problem);
        }
    }
    return out;
}

} // namespace

StudyReport compareWithPeople(const StudyData& study, std::span<const ListedModel> models,
                              const CompareOptions& options, const stimuli::Progress& progress,
                              const std::stop_token& stop)
{
    const auto simulated = [](const auto& design) { return design.simulated; };
    const bool all = options.simulated || (std::ranges::all_of(study.thresholds, simulated) &&
                                           std::ranges::all_of(study.metamers, simulated) &&
                                           std::ranges::all_of(study.recognition, simulated));
    StudyReport out;
    for (const auto& design : study.thresholds) {
        if (all || !design.simulated) {
            ShownProbes shown(study, design, options, progress, stop);
            out.comparisons.push_back(compareDesign(study, design, comparedTrials(design, shown),
                                                    shown, models, options, progress, stop));
        }
    }
    for (const auto& design : study.metamers) {
        if (all || !design.simulated) {
            ShownMetamers shown(study, design, options, progress, stop);
            const auto stored = storedDesign(anyHeader(study, design));
            out.comparisons.push_back(compareDesign(
                study, design, comparedTrials(design, stored.wholeMetamers->matches, shown), shown,
                models, options, progress, stop));
        }
    }
    for (const auto& design : study.recognition) {
        if (all || !design.simulated) {
            out.classifiers.push_back(
                compareRecognition(study, design, models, options, progress, stop));
        }
    }
    if (out.comparisons.empty() && out.classifiers.empty()) {
        throw InvalidArgument("the store has no trials to compare with");
    }
    return out;
}

StudyReport compareOnWorker(const std::filesystem::path& database,
                            std::span<const ListedModel> models, const CompareOptions& options,
                            const ReportProgress& progress)
{
    std::mutex mutex;
    std::string what = "Reading " + database.string();
    double share = 0.0;
    return onWorker(
        [&](const std::stop_token& stop) {
            return compareWithPeople(
                readStudy(database), models, options,
                [&](const std::string& now, double done) {
                    const std::scoped_lock lock(mutex);
                    what = now;
                    share = done;
                },
                stop);
        },
        [&] {
            std::string now;
            double done = 0.0;
            {
                const std::scoped_lock lock(mutex);
                now = what;
                done = share;
            }
            progress(now, done);
        });
}

std::vector<std::string> problemsOf(const StudyReport& comparisons)
{
    std::vector<std::string> out;
    const auto add = [&](const std::string& design, const std::vector<std::string>& problems) {
        for (const auto& problem : problems) {
            out.emplace_back("design ");
            out.back().append(design).append(": ").append(problem);
        }
    };
    for (const auto& each : comparisons.comparisons) {
        add(each.design.designName, each.problems);
    }
    for (const auto& each : comparisons.classifiers) {
        add(each.people.designName, each.problems);
    }
    return out;
}

} // namespace mlab::app
