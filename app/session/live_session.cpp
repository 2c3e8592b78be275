// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/live_session.h"

#include "app/program/design_input.h"
#include "app/session/design_reach.h"
#include "app/session/session_choice.h"
#include "app/session/session_engine.h"
#include "app/session/session_inputs.h"
#include "app/session/session_sound.h"
#include "app/session/synthesis_json.h"
#include "core/base/error.h"
#include "core/base/utc_time.h"
#include "data/trial_store.h"
#include "experiments/presentation/run_timing.h"
#include "experiments/session/metamer_pairs.h"
#include "experiments/session/recognition_session.h"
#include "experiments/session/session.h"
#include "experiments/session/stored_trials.h"
#include "experiments/session/trial_flow.h"
#include "ui/trial/headless_presenter.h"
#include "ui/trial/participant_window.h"
#include "ui/widgets/error_dialog.h"

#include <QCoreApplication>
#include <QGuiApplication>
#include <QTimer>

#include <span>

namespace mlab::app {
namespace {

using experiments::EndReason;
using experiments::Interlude;

QString messageOf(const std::exception_ptr& error)
{
    try {
        std::rethrow_exception(error);
    } catch (const std::exception& problem) {
        return QString::fromUtf8(problem.what());
    }
}

} // namespace

struct LiveSession::State {
    State(LiveSessionOptions given, OnEnd onEndGiven)
        : options(std::move(given)), onEnd(std::move(onEndGiven)), inputs(readInputs(options))
    {
    }

    void makePresenter();
    void openStore();
    void startEngine();
    void engineReady(EngineReady loaded, const std::exception_ptr& problem);
    /// @throws InvalidArgument for a sound that is too loud at the level chosen
    void requirePlayable(std::span<const SoundPtr> sounds) const;
    void warnOfFewReferences(const stimuli::EngineInfo& loaded) const;
    static void warnOfShortReach(const experiments::Design& limited);
    void begin();
    experiments::SessionRunner::Hooks hooks();
    void commitFailed(const std::exception_ptr& error, const std::function<void()>& retry);
    std::unique_ptr<experiments::TrialFlow> probeTrials();
    std::unique_ptr<experiments::TrialFlow> recognitionTrials();
    experiments::ProbeAnswer simulatedProbeAnswer() const;
    experiments::RecognitionAnswer simulatedRecognitionAnswer() const;
    std::string soundJsonNow() const;
    void quit();
    void end(EndReason reason, std::exception_ptr error);
    /// Runs what an event started; an error ends the session instead of reaching the event loop.
    template <typename Task> void guarded(Task task)
    {
        try {
            task();
        } catch (...) {
            end(EndReason::failed, std::current_exception());
        }
    }
    const experiments::Design& design() const { return *inputs.design; }
    experiments::Presenter& presenter()
    {
        return window ? static_cast<experiments::Presenter&>(*window) : *headless;
    }

    LiveSessionOptions options;
    OnEnd onEnd;
    SessionInputs inputs;
    std::optional<data::TrialStore> store; ///< once the inputs are known to be good
    SessionChoice session;
    std::optional<SessionSound> sound; ///< where sounds are played
    std::optional<EngineReady> ready;  ///< once the engine is
    bool begun = false;
    experiments::RunTiming timing; ///< of the trials that this run has stored
    bool problemTold = false;      ///< by the dialog about an answer that could not be stored

    std::unique_ptr<ui::ParticipantWindow> window;
    std::unique_ptr<ui::HeadlessPresenter> headless;
    std::unique_ptr<TrialSink> sink;
    std::unique_ptr<ProbeSource> pairs;    ///< of a session of whole metamers
    std::unique_ptr<SessionEngine> engine; ///< stops before what its callbacks use is gone
    std::unique_ptr<experiments::SessionRunner> runner;
};

void LiveSession::State::makePresenter()
{
    if (!options.withWindow) {
        headless = std::make_unique<ui::HeadlessPresenter>(design().timing, options.pace);
        return;
    }
    const auto screens = QGuiApplication::screens();
    if (options.screen < 0 || options.screen >= screens.size()) {
        throw InvalidArgument("screen " + std::to_string(options.screen) +
                              " does not exist; this computer has the screens 0 to " +
                              std::to_string(screens.size() - 1));
    }
    sound = prepareSound(options, design(), inputs.simulated());
    window = std::make_unique<ui::ParticipantWindow>(
        design().timing, design().display,
        ui::ParticipantWindow::Options{.screen = screens[options.screen],
                                       .windowed = options.windowed,
                                       .pace = options.pace,
                                       .simulated = inputs.simulated(),
                                       .audio =
                                           sound ? std::optional(sound->settings) : std::nullopt});
    // Now the screen is known: does everything fit?
    loadDesign(options.designFile, window->screenGeometry(), options.references, /*stored=*/true);
    QObject::connect(window.get(), &ui::ParticipantWindow::measured, window.get(),
                     [this] { guarded([this] { begin(); }); });
}

void LiveSession::State::openStore()
{
    store.emplace(options.databaseFile, data::TrialStore::Mode::readWrite);
    session = chooseSession(*store, options, inputs);
    if (!session.resumed && !design().futile.empty()) {
        throw BadInput(design().futile);
    }
    if (sound) {
        requireSameLoudness(*store, session, sound->settings.level);
    }
}

void LiveSession::State::startEngine()
{
    if (window) {
        window->open();
    }
    presenter().onQuit([this] { quit(); });
    const auto waiting = [this](const std::string& text, double share) {
        if (!runner) {
            presenter().interlude(
                {.kind = Interlude::Kind::waiting, .text = text, .fraction = share}, [] {});
        }
    };
    waiting("Loading", -1.0);
    engine = std::make_unique<SessionEngine>(
        options, inputs, session.header.seed, options.measureReach && !session.resumed,
        SessionEngine::Callbacks{.progress = waiting,
                                 .ready =
                                     [this](EngineReady loaded, const std::exception_ptr& problem) {
                                         guarded([&] { engineReady(std::move(loaded), problem); });
                                     },
                                 .check =
                                     [session = session](const stimuli::EngineInfo& loaded) {
                                         requireSameEngine(session, loaded);
                                     }});
}

// Now, not in the middle of the session.
void LiveSession::State::requirePlayable(std::span<const SoundPtr> sounds) const
{
    if (sound) {
        experiments::gainOf(sounds, sound->settings.level);
    }
}

void LiveSession::State::warnOfFewReferences(const stimuli::EngineInfo& loaded) const
{
    const auto available = loaded.references.size();
    if (!design().recognition && !design().wholeMetamers &&
        available < static_cast<std::size_t>(design().referencesPerTrial)) {
        stimuli::warnOnStderr("references_per_trial is " +
                              std::to_string(design().referencesPerTrial) + ", but only " +
                              std::to_string(available) +
                              " references are available or within the design's percentile of the "
                              "pool: only these can replace one that cannot make a move");
    }
}

void LiveSession::State::warnOfShortReach(const experiments::Design& limited)
{
    int count = 0;
    for (std::size_t d = 0; d < limited.dimensions.size(); ++d) {
        const double highest = levelRange(limited.dimensions[d].procedure).highest;
        count += limited.highestLevels.at(d) < highest ? 1 : 0;
    }
    if (count > 0) {
        stimuli::warnOnStderr("the references cannot show " + std::to_string(count) + " of " +
                              std::to_string(limited.dimensions.size()) +
                              " dimensions up to the procedure's highest level, so trials do not "
                              "ask for it; \"metamerlab check\" lists how far they can go");
    }
}

void LiveSession::State::engineReady(EngineReady loaded, const std::exception_ptr& problem)
{
    if (problem) {
        end(EndReason::failed, problem);
        return;
    }
    requirePlayable(loaded.info.sounds);
    warnOfFewReferences(loaded.info);
    requireSameEngine(session, loaded.info);
    requireSameNetwork(session, loaded.networkJson);
    auto& header = session.header;
    auto limited = std::make_shared<experiments::Design>(design());
    limited->highestLevels = session.resumed ? highestLevelsFromJson(header.synthesisJson, design())
                                             : loaded.highestLevels;
    if (!session.resumed && !limited->highestLevels.empty()) {
        requireMeasurable(*limited, limited->highestLevels);
        warnOfShortReach(*limited);
    }
    inputs.design = std::move(limited);
    header.modelSha256 = loaded.info.modelSha256;
    header.basisSha256 = loaded.info.basisSha256;
    header.referencesJson = toJson(loaded.info.references);
    header.synthesisJson = synthesisJson(design(), loaded.networkJson);
    ready = std::move(loaded);
    begin();
}

std::string LiveSession::State::soundJsonNow() const
{
    return soundJson(window ? window->audioInfo() : std::string(), sound);
}

// Once the engine and the screen are known.
void LiveSession::State::begin()
{
    if (!ready || begun || (window && !window->isMeasured())) {
        return;
    }
    begun = true;
    auto& header = session.header;
    const std::string display = window ? window->displayInfo() : headless->displayInfo();
    if (!session.resumed) {
        header.displayJson = display;
        header.startedAt = utcNow();
        store->createSession(header);
    }
    sink = store->openSession(header.sessionId, {.displayJson = display,
                                                 .computeJson = toJson(ready->info.compute),
                                                 .soundJson = soundJsonNow()});
    runner = std::make_unique<experiments::SessionRunner>(
        design().recognition ? recognitionTrials() : probeTrials(), presenter(),
        experiments::SessionRunner::Options{.maxTrials = options.maxTrials}, hooks());
    runner->start();
}

experiments::SessionRunner::Hooks LiveSession::State::hooks()
{
    experiments::SessionRunner::Hooks hooks;
    hooks.nowMs = ui::nowMs;
    hooks.onTrialDone = [this](const experiments::Presentation& shown) { timing.add(shown); };
    hooks.onEnd = [this](EndReason reason, const std::exception_ptr& error) { end(reason, error); };
    if (window && !inputs.simulated()) {
        hooks.onCommitFailed = [this](const std::exception_ptr& error,
                                      const std::function<void()>& retry) {
            commitFailed(error, retry);
        };
    }
    return hooks;
}

void LiveSession::State::commitFailed(const std::exception_ptr& error,
                                      const std::function<void()>& retry)
{
    if (ui::showError({.title = "The answer could not be stored",
                       .whatHappened = messageOf(error),
                       .whatToDo = "The answer is kept. Fix the problem and try again. If you "
                                   "close, this trial will be shown again when the session is "
                                   "resumed.",
                       .details = {},
                       .canRetry = true}) == ui::ErrorChoice::retry) {
        retry();
    } else {
        problemTold = true;
        runner->quit();
    }
}

std::unique_ptr<experiments::TrialFlow> LiveSession::State::probeTrials()
{
    const auto& header = session.header;
    const auto references = referenceIds(header.referencesJson);
    const auto records =
        session.resumed ? store->trials(header.sessionId) : std::vector<TrialRecord>();
    experiments::Session trials(
        experiments::designOfTrials(inputs.design, header.seed, references, records), header.seed,
        references);
    for (const auto& record : records) {
        trials.apply(record);
    }
    if (design().wholeMetamers) {
        pairs = experiments::pairSource(std::move(ready->stimuli), std::move(ready->distances));
    }
    return experiments::probeFlow(std::move(trials), pairs ? *pairs : engine->probes(), *sink,
                                  simulatedProbeAnswer(), options.lookAheadDepth);
}

std::unique_ptr<experiments::TrialFlow> LiveSession::State::recognitionTrials()
{
    const auto& header = session.header;
    experiments::RecognitionSession trials(inputs.design, header.seed,
                                           referenceIds(header.referencesJson));
    if (session.resumed) {
        for (const auto& record : store->recognitionTrials(header.sessionId)) {
            trials.apply(record);
        }
    }
    return experiments::recognitionFlow(std::move(trials), std::move(ready->stimuli),
                                        std::move(ready->choices), *sink,
                                        simulatedRecognitionAnswer());
}

experiments::ProbeAnswer LiveSession::State::simulatedProbeAnswer() const
{
    if (inputs.network) {
        return [network = *inputs.network](const TrialPlan& plan, const Probe& shown) {
            return network.answer(plan, shown.networkDistance.value());
        };
    }
    if (inputs.observer) {
        return [observer = *inputs.observer](const TrialPlan& plan, const Probe& shown) {
            return observer.answer(plan, shown.levelAchieved);
        };
    }
    return {};
}

experiments::RecognitionAnswer LiveSession::State::simulatedRecognitionAnswer() const
{
    if (inputs.network) {
        return
            [network = *inputs.network, evidence = ready->evidence](const RecognitionPlan& plan) {
                return network.answer(plan, evidence.at(plan.request));
            };
    }
    if (inputs.recognitionObserver) {
        return [observer = *inputs.recognitionObserver,
                categories = design().recognition->categories.size()](const RecognitionPlan& plan) {
            return observer.answer(plan, categories);
        };
    }
    return {};
}

void LiveSession::State::quit()
{
    if (runner) {
        runner->quit();
    } else {
        end(EndReason::quit, nullptr);
    }
}

void LiveSession::State::end(EndReason reason, std::exception_ptr error)
{
    if (sink) {
        try {
            sink->markRunEnded(soundJsonNow());
        } catch (const DatabaseError&) {
            // What ended the run comes first.
            reason = error ? reason : EndReason::failed;
            error = error ? error : std::current_exception();
        }
    }
    // Not from within the runner that calls this: it is destroyed with this object.
    QTimer::singleShot(0, QCoreApplication::instance(),
                       [onEnd = onEnd, reason, error] { onEnd(reason, error); });
}

LiveSession::LiveSession(LiveSessionOptions options, OnEnd onEnd)
    : state_(std::make_unique<State>(std::move(options), std::move(onEnd)))
{
    state_->makePresenter();
    state_->openStore();
    state_->startEngine();
}

LiveSession::~LiveSession() = default;

void LiveSession::quit()
{
    state_->quit();
}

const std::string& LiveSession::sessionId() const
{
    return state_->session.header.sessionId;
}

bool LiveSession::answersStored() const
{
    return state_->timing.trials > 0;
}

std::string LiveSession::timing() const
{
    const bool kept = state_->window && state_->options.pace == ui::Pace::real;
    return kept ? state_->timing.text() : std::string();
}

bool LiveSession::problemTold() const
{
    return state_->problemTold;
}

} // namespace mlab::app
