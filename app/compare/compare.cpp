// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compare/compare.h"

#include "app/compare/model_distances.h"
#include "app/compare/shown_stimuli.h"
#include "app/program/design_input.h"
#include "app/session/synthesis_json.h"
#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/parallel.h"
#include "core/report/counted_trials.h"
#include "stimuli/measures/baseline_distance.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

namespace mlab::app {
namespace {

/// The trials of one design, and the pairs that they showed.
class Trials {
public:
    Trials(const ThresholdData& design, const ShownStimuli& shown)
    {
        for (std::size_t k = 0; k < design.dimensions.size(); ++k) {
            dimensions_[design.dimensions[k].id()] = k;
        }
        for (const auto& participant : design.participants) {
            ComparedParticipant own{.id = participant.id, .trials = {}};
            for (const auto& session : participant.sessions) {
                for (const auto& trial : session.trials) {
                    if (!isCounted(trial)) {
                        continue;
                    }
                    ++counted;
                    if (!shown.has(trial)) {
                        ++leftOut;
                        continue;
                    }
                    own.trials.push_back(comparedTrial(session.id, trial));
                }
            }
            if (!own.trials.empty()) {
                participants.push_back(std::move(own));
            }
        }
    }

    std::vector<ComparedParticipant> participants;
    std::vector<ShownPair> pairs;
    int counted = 0;
    int leftOut = 0; ///< because their stimuli are gone

private:
    ComparedTrial comparedTrial(const std::string& session, const TrialRecord& trial)
    {
        const ShownPair pair{.referenceSha256 = trial.referenceSha256,
                             .probeSha256 = trial.probeSha256};
        const auto [place, isNew] = numbers_.try_emplace(pair, pairs.size());
        if (isNew) {
            pairs.push_back(pair);
        }
        const auto reference =
            references_.try_emplace(trial.referenceSha256, references_.size()).first->second;
        const bool same = trial.intervalOrder.find('P') == std::string::npos ||
                          trial.intervalOrder.find('R') == std::string::npos;
        return {.sessionId = session,
                .trialIndex = trial.trialIndex,
                .dimension = dimensions_.at(trial.dimension.id()),
                .pair = place->second,
                .reference = reference,
                .level = std::abs(trial.levelAchieved),
                .correct = trial.correct,
                .same = same};
    }

    std::map<std::string, std::size_t> dimensions_;
    std::map<ShownPair, std::size_t> numbers_;
    std::map<std::string, std::size_t> references_;
};

std::vector<ComparedLayer> baselines(const ShownStimuli& shown, std::span<const ShownPair> pairs)
{
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
        for (const auto& pair : pairs) {
            out.back().distances.push_back(
                stimuli::baselineDistance(baseline, shown.metricsOf(pair.probeSha256)));
        }
    }
    return out;
}

const SessionHeader& anyHeader(const StudyData& study, const ThresholdData& design)
{
    return study.headers.at(design.participants.front().sessions.front().id);
}

DesignComparison compareDesign(const StudyData& study, const ThresholdData& design,
                               std::span<const ListedModel> models, const CompareOptions& options,
                               const stimuli::Progress& progress, const std::stop_token& stop)
{
    const auto& header = anyHeader(study, design);
    ShownStimuli shown(study, design, options.cacheFolder, options.references, progress, stop);
    Trials trials(design, shown);
    DesignComparison out{.people = {},
                         .networks = {.designName = design.designName,
                                      .task = storedDesign(header).task,
                                      .dimensions = design.dimensions,
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
        for (auto& each : modelDistances(model, synthesisFromJson(header.synthesisJson),
                                         trials.pairs, shown, options, progress, stop)) {
            if (each.problem.empty()) {
                out.networks.layers.push_back(std::move(each.layer));
            } else {
                out.problems.push_back(each.problem);
            }
        }
    }
    const auto stopped = [&] {
        if (stop.stop_requested()) {
            throw Cancelled();
        }
    };
    out.people = computeThresholdReport(design, [&](int done, int total) {
        stopped();
        progress("Fitting people's thresholds: " + std::to_string(done) + " of " +
                     std::to_string(total),
                 static_cast<double>(done) / total);
    });
    const auto threads =
        options.compute.threads > 0 ? static_cast<unsigned>(options.compute.threads) : allCores();
    out.report = computeNetworkReport(out.networks, out.people, threads, [&](int done, int total) {
        stopped();
        progress("Comparing networks with people: " + std::to_string(done) + " of " +
                     std::to_string(total),
                 static_cast<double>(done) / total);
    });
    for (std::size_t i = 0; i < out.networks.layers.size(); ++i) {
        if (const auto& problem = out.report.layers[i].problem; !problem.empty()) {
            const auto& layer = out.networks.layers[i];
            out.problems.push_back(layer.model + (layer.layer.empty() ? "" : ", layer ") +
                                   layer.layer + ": " + problem);
        }
    }
    return out;
}

} // namespace

std::vector<DesignComparison> compareWithPeople(const StudyData& study,
                                                std::span<const ListedModel> models,
                                                const CompareOptions& options,
                                                const stimuli::Progress& progress,
                                                const std::stop_token& stop)
{
    const bool onlySimulated = std::ranges::all_of(study.thresholds, &ThresholdData::simulated);
    std::vector<DesignComparison> out;
    for (const auto& design : study.thresholds) {
        if (design.simulated && !onlySimulated && !options.simulated) {
            continue;
        }
        out.push_back(compareDesign(study, design, models, options, progress, stop));
    }
    if (out.empty()) {
        throw InvalidArgument("the store has sessions of recognition only; compare needs trials in "
                              "which a probe is told from its reference");
    }
    return out;
}

} // namespace mlab::app
