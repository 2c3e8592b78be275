// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/compare/shown_probes.h"

#include "app/program/design_input.h"
#include "app/program/drawn_graphs.h"
#include "app/session/replay.h"
#include "app/session/synthesis_json.h"
#include "core/base/error.h"
#include "core/report/counted_trials.h"
#include "stimuli/engine/engine_module.h"
#include "stimuli/store/cache_folder.h"

#include <algorithm>
#include <functional>
#include <set>
#include <utility>
#include <vector>

namespace mlab::app {
namespace {

/// A probe that the cache does not have.
struct Missing {
    std::string referenceSha256;
    Dimension dimension;
    double level = 0.0; ///< as requested
    std::string sha256;
};

void forEachCounted(const ThresholdData& design,
                    const std::function<void(const std::string&, const TrialRecord&)>& visit)
{
    for (const auto& participant : design.participants) {
        for (const auto& session : participant.sessions) {
            for (const auto& trial : session.trials) {
                if (isCounted(trial)) {
                    visit(session.id, trial);
                }
            }
        }
    }
}

std::vector<std::string> layersOf(const ThresholdData& design)
{
    std::vector<std::string> layers;
    for (const auto& dimension : design.dimensions) {
        if (std::ranges::find(layers, dimension.layer) == layers.end()) {
            layers.push_back(dimension.layer);
        }
    }
    return layers;
}

/// Makes probes of one engine. @returns how many are as they were shown
int made(const std::vector<Missing>& wanted, const stimuli::ProbeSynthesizerOptions& options,
         const stimuli::Progress& progress, const std::stop_token& stop)
{
    const auto engine = stimuli::engine().probes(options, progress, stop);
    int same = 0;
    int done = 0;
    for (const auto& probe : wanted) {
        progress("Making probes again: " + std::to_string(done) + " of " +
                     std::to_string(wanted.size()),
                 static_cast<double>(done) / static_cast<double>(wanted.size()));
        ++done;
        const auto reference = std::ranges::find(engine->references(), probe.referenceSha256,
                                                 &stimuli::NamedStimulus::sha256);
        if (reference == engine->references().end()) {
            continue;
        }
        const double signedLevel =
            probe.dimension.direction == Direction::plus ? probe.level : -probe.level;
        const auto single = engine->makeSingle(*reference, probe.dimension.layer,
                                               probe.dimension.component, signedLevel, stop);
        same += single.probe.sha256 == probe.sha256 ? 1 : 0;
    }
    return same;
}

} // namespace

ShownProbes::ShownProbes(const StudyData& study, const ThresholdData& design,
                         const CompareOptions& options, const stimuli::Progress& progress,
                         const std::stop_token& stop)
    : cache_(stimuli::probeFolder(options.cacheFolder), stimuli::warnOnStderr)
{
    std::set<std::string> synthesis;
    std::set<std::string> wanted;
    forEachCounted(design, [&](const std::string& session, const TrialRecord& trial) {
        const auto& header = study.headers.at(session);
        if (synthesis.insert(header.synthesisJson).second) {
            const auto drawn = storedDesign(header);
            if (drawn.graphs) {
                addReferences(drawn.synthesis.format,
                              rewiringMaker(drawn, options.cacheFolder)->references());
            } else {
                loadReferences(synthesisOf(header, options.references));
            }
        }
        wanted.insert(trial.probeSha256);
    });
    progress("Looking for the probes in the cache", 0.0);
    probes_ = cache_.findByContent(wanted, stop);
    if (probes_.size() < wanted.size()) {
        makeAgain(study, design, options, progress, stop);
        probes_ = cache_.findByContent(wanted, stop);
    }
}

void ShownProbes::makeAgain(const StudyData& study, const ThresholdData& design,
                            const CompareOptions& options, const stimuli::Progress& progress,
                            const std::stop_token& stop)
{
    // Threads and device change the last bits of a probe, so that each run needs its own engine.
    std::map<std::pair<std::string, std::string>, std::vector<Missing>> byEngine;
    std::set<std::string> listed;
    int remade = 0; // by replay
    forEachCounted(design, [&](const std::string& session, const TrialRecord& trial) {
        if (probes_.contains(trial.probeSha256) || !references_.contains(trial.referenceSha256) ||
            !listed.insert(trial.probeSha256).second) {
            return;
        }
        if (trial.dimension.distortion || trial.dimension.rewiring) {
            ++remade;
            return;
        }
        const auto& header = study.headers.at(session);
        byEngine[{header.synthesisJson, computeTextOf(study.runs.at(session), trial.trialIndex)}]
            .push_back({.referenceSha256 = trial.referenceSha256,
                        .dimension = trial.dimension,
                        .level = trial.levelRequested,
                        .sha256 = trial.probeSha256});
    });
    if (remade > 0) {
        problems_.push_back(
            std::to_string(remade) +
            " probes of distortions or graphs are no longer in the cache; \"metamerlab "
            "replay\" makes those of a session again");
    }
    for (const auto& [of, wanted] : byEngine) {
        const auto& [synthesisJson, computeText] = of;
        SessionHeader header;
        header.synthesisJson = synthesisJson;
        const stimuli::ProbeSynthesizerOptions engine{
            .spec = synthesisOf(header, options.references),
            .layers = layersOf(design),
            .cacheFolder = options.cacheFolder,
            .compute =
                computeText.empty() ? stimuli::ComputeOptions{} : computeFromJson(computeText)};
        const auto count = std::to_string(wanted.size());
        try {
            const int same = made(wanted, engine, progress, stop);
            if (same < static_cast<int>(wanted.size())) {
                problems_.push_back(
                    std::to_string(wanted.size() - static_cast<std::size_t>(same)) + " of " +
                    count +
                    " probes that are no longer in the cache differ now from those shown, or have "
                    "another reference; use the cache that the sessions used (--cache)");
            }
        } catch (const Cancelled&) {
            throw;
        } catch (const Error& problem) {
            problems_.push_back(count +
                                " probes are no longer in the cache and could not be made again: " +
                                problem.what());
        }
    }
}

bool ShownProbes::has(const std::string& sha256) const
{
    return references_.contains(sha256) || probes_.contains(sha256);
}

Stimulus ShownProbes::stimulus(const std::string& sha256)
{
    if (const auto reference = references_.find(sha256); reference != references_.end()) {
        return reference->second.stimulus;
    }
    const auto found = probes_.find(sha256);
    auto stimulus = found != probes_.end() ? cache_.stimulusOf(found->second) : std::nullopt;
    if (!stimulus) {
        throw IoError("stimulus " + sha256 +
                      " is no longer in the cache; run the command again, "
                      "which makes it again");
    }
    return std::move(*stimulus);
}

stimuli::StimulusMetrics ShownProbes::metrics(const ShownPair& pair)
{
    return probes_.at(pair.probeSha256).metrics;
}

} // namespace mlab::app
