// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/session_engine.h"

#include "app/program/design_input.h"
#include "app/session/design_probes.h"
#include "app/session/design_reach.h"
#include "app/session/synthesis_json.h"
#include "core/base/parallel.h"
#include "experiments/session/metamer_pairs.h"
#include "experiments/session/recognition_session.h"
#include "stimuli/distances/observing_maker.h"
#include "stimuli/engine/engine_module.h"
#include "stimuli/sources/stimulus_sources.h"

#include <QCoreApplication>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <memory>
#include <stop_token>
#include <utility>

namespace mlab::app {
namespace {

// One core is left to the window: frames come first, and a frame that waits for LibTorch's threads
// is a dropped frame.
int generatorThreads(int asked)
{
    const int cores = static_cast<int>(allCores());
    return asked > 0 ? asked : std::max(1, cores - 1);
}

// Runs a task on the GUI thread, later; may be called from any thread.
void postToGui(std::function<void()> task)
{
    QMetaObject::invokeMethod(QCoreApplication::instance(), std::move(task), Qt::QueuedConnection);
}

std::optional<stimuli::RepresentationOptions> networkOf(const LiveSessionOptions& options,
                                                        const SessionInputs& inputs)
{
    return inputs.network
               ? std::optional(representationOf(*inputs.network, *inputs.design, options))
               : std::nullopt;
}

std::vector<experiments::Choice> choicesOf(const experiments::RecognitionSpec& spec,
                                           const std::vector<std::string>& examples,
                                           const RecognitionStimuli& stimuli)
{
    std::vector<experiments::Choice> choices;
    for (std::size_t i = 0; i < spec.categories.size(); ++i) {
        experiments::Choice choice{.label = spec.categories[i].label};
        if (spec.icons[i] == experiments::kExampleIcon) {
            choice.icon = std::make_shared<const RgbImage>(stimuli::engine().preview(
                stimuli.at({.reference = examples.at(i), .layer = {}}).stimulus));
        } else if (!spec.icons[i].empty()) {
            choice.icon =
                std::get<ImagePtr>(stimuli::loadReferenceFile(spec.icons[i], kIconFormat).stimulus);
        }
        choices.push_back(std::move(choice));
    }
    return choices;
}

/// Adds to each report how long the rest will take, once that can be told.
stimuli::Progress withTimeLeft(const stimuli::Progress& progress)
{
    return [progress, begin = std::chrono::steady_clock::now()](const std::string& what,
                                                                double share) {
        constexpr double kTold = 0.05;
        const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
        const double left = share > kTold ? passed.count() * (1 - share) / share : 0.0;
        progress(left >= 1 ? what + ", about " + std::to_string(std::lround(left)) + " s left"
                           : what,
                 share);
    };
}

EngineReady madeStimuli(const stimuli::RecognitionMakerOptions& wanted,
                        const std::shared_ptr<const experiments::Design>& design,
                        const std::optional<stimuli::RepresentationOptions>& network,
                        std::uint64_t seed,
                        const std::function<void(const stimuli::EngineInfo&)>& check,
                        const stimuli::Progress& progress, const std::stop_token& stop)
{
    const auto maker = stimuli::engine().recognition(wanted, progress, stop);
    EngineReady made{.info = maker->info()};
    check(made.info);
    const auto references = referenceIds(toJson(made.info.references));
    const auto telling = withTimeLeft(progress);
    if (design->recognition) {
        const experiments::RecognitionSession session(design, seed, references);
        made.stimuli = maker->make(session.stimuli(), telling, stop);
        if (network) {
            made.evidence = categoryEvidence(*network, *design->recognition, maker->references(),
                                             made.stimuli, progress, stop);
        }
        made.choices = choicesOf(*design->recognition, session.examples(), made.stimuli);
    } else {
        const experiments::Session session(design, seed, references);
        made.stimuli = maker->make(experiments::stimuliToCome(session), telling, stop);
        experiments::requireAccepted(session, made.stimuli);
        if (network) {
            made.distances =
                pairDistances(*network, session.requestsToCome(), made.stimuli, progress, stop);
        }
    }
    for (const auto& [request, shown] : made.stimuli) {
        if (const auto* sound = std::get_if<SoundPtr>(&shown.stimulus)) {
            made.info.sounds.push_back(*sound);
        }
    }
    if (network) {
        made.networkJson = networkJson(*network);
    }
    return made;
}

} // namespace

SessionEngine::SessionEngine(const LiveSessionOptions& options, const SessionInputs& inputs,
                             std::uint64_t seed, bool measureReach, Callbacks callbacks)
    : callbacks_(std::move(callbacks))
{
    if (inputs.design->recognition || inputs.design->wholeMetamers) {
        startMaking(options, inputs, seed);
    } else {
        startGenerator(options, inputs, measureReach);
    }
}

stimuli::Progress SessionEngine::progressOnGui() const
{
    return [this, alive = std::weak_ptr(alive_)](const std::string& what, double share) {
        postToGui([this, alive, what, share] {
            if (!alive.expired()) {
                callbacks_.progress(what, share);
            }
        });
    };
}

void SessionEngine::startGenerator(const LiveSessionOptions& options, const SessionInputs& inputs,
                                   bool measureReach)
{
    const auto& design = inputs.design;
    auto compute = options.compute;
    compute.threads = generatorThreads(options.compute.threads);
    // Written on the worker's thread before `ready` is posted to this one.
    auto made = std::make_shared<EngineReady>();
    generator_ = std::make_unique<stimuli::ProbeWorker>(
        [cache = options.cacheFolder, compute, design, measureReach, made,
         network = networkOf(options, inputs), progress = progressOnGui()](
            const std::stop_token& stop) -> std::unique_ptr<stimuli::ProbeMaker> {
            auto maker = designProbes(*design, cache, compute, progress, stop);
            if (measureReach) {
                made->highestLevels = measuredReach(*design, *maker, progress, stop).highestLevels;
            }
            // What is stored with a trial must be true. Above, a wrong record only costs a trial at
            // its limit, and measuring the many probes would take long.
            maker->startMeasuringCached();
            if (!network) {
                return maker;
            }
            made->networkJson = networkJson(*network);
            return std::make_unique<stimuli::ObservingMaker>(
                std::move(maker), loadedNetwork(*network, progress, stop));
        },
        postToGui,
        [this, made](const stimuli::EngineInfo& info, const std::exception_ptr& problem) {
            made->info = info;
            callbacks_.ready(std::move(*made), problem);
        });
}

void SessionEngine::startMaking(const LiveSessionOptions& options, const SessionInputs& inputs,
                                std::uint64_t seed)
{
    const auto& design = inputs.design;
    const stimuli::RecognitionMakerOptions wanted{.spec = design->synthesis,
                                                  .metamers = experiments::synthesisOf(*design),
                                                  .cacheFolder = options.cacheFolder,
                                                  .compute = options.compute,
                                                  .measureCached = true};
    making_ = std::jthread([this, wanted, design, network = networkOf(options, inputs), seed,
                            check = callbacks_.check, progress = progressOnGui(),
                            alive = std::weak_ptr(alive_)](const std::stop_token& stop) {
        auto made = std::make_shared<EngineReady>();
        std::exception_ptr problem;
        try {
            *made = madeStimuli(wanted, design, network, seed, check, progress, stop);
        } catch (...) {
            problem = std::current_exception();
        }
        postToGui([this, alive, made, problem] {
            if (!alive.expired()) {
                callbacks_.ready(std::move(*made), problem);
            }
        });
    });
}

} // namespace mlab::app
