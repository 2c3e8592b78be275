// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/live_session.h"

#include "app/program/design_input.h"
#include "app/session/synthesis_json.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "core/base/number_text.h"
#include "core/base/parallel.h"
#include "core/base/utc_time.h"
#include "core/base/version.h"
#include "data/trial_store.h"
#include "stimuli/metamers/recognition_maker.h"
#include "stimuli/models/model_info.h"
#include "stimuli/probes/probe_synthesizer.h"
#include "stimuli/sources/stimulus_sources.h"
#include "stimuli/worker/engine_info.h"
#include "stimuli/worker/probe_worker.h"
#include "ui/console/headphone_dialog.h"
#include "ui/console/start_window.h"
#include "ui/trial/headless_presenter.h"
#include "ui/trial/participant_window.h"
#include "ui/widgets/error_dialog.h"

#include <QCoreApplication>
#include <QGuiApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTimer>

#include <algorithm>
#include <random>
#include <span>
#include <stop_token>
#include <thread>
#include <tuple>

namespace mlab::app {
namespace {

using experiments::EndReason;
using experiments::Interlude;

// One core is left to the window: frames come first, and a frame that waits for LibTorch's threads
// is a frame dropped.
int generatorThreads(int asked)
{
    const int cores = static_cast<int>(allCores());
    return asked > 0 ? asked : std::max(1, cores - 1);
}

std::uint64_t drawnSeed()
{
    std::random_device device;
    return device() & 0x7fffffffU; // short enough to be typed again
}

void requireParticipant(const std::string& participant)
{
    if (!ui::isParticipantId(participant)) {
        throw InvalidArgument("\"" + participant + "\" cannot be a participant's ID: 1 to " +
                              std::to_string(ui::kLongestParticipantId) +
                              " letters, digits, '.', '_' and '-'");
    }
}

std::vector<experiments::Choice> choicesOf(const experiments::RecognitionSpec& spec,
                                           const std::vector<std::string>& examples,
                                           const RecognitionStimuli& stimuli)
{
    std::vector<experiments::Choice> choices;
    for (std::size_t i = 0; i < spec.categories.size(); ++i) {
        experiments::Choice choice{.label = spec.categories[i].label};
        if (spec.icons[i] == experiments::kExampleIcon) {
            choice.icon =
                std::get<ImagePtr>(stimuli.at({.reference = examples.at(i), .layer = {}}).stimulus);
        } else if (!spec.icons[i].empty()) {
            choice.icon =
                std::get<ImagePtr>(stimuli::loadReferenceFile(spec.icons[i], kIconFormat).stimulus);
        }
        choices.push_back(std::move(choice));
    }
    return choices;
}

QJsonObject jsonObject(const std::string& text)
{
    return QJsonDocument::fromJson(QByteArray::fromStdString(text)).object();
}

std::string loudnessText(std::optional<double> levelDbSpl, double attenuationDb)
{
    return levelDbSpl          ? "at " + shortNumber(*levelDbSpl) + " dB SPL"
           : attenuationDb > 0 ? "at a volume of -" + shortNumber(attenuationDb) + " dB"
                               : "at full volume";
}

// How loud a run's sounds were played; empty where none were.
std::string loudnessOf(const std::string& soundJson)
{
    const auto device = jsonObject(soundJson)["device"].toObject();
    const auto level = device["level_db_spl"];
    return device.isEmpty()
               ? std::string()
               : loudnessText(level.isDouble() ? std::optional(level.toDouble()) : std::nullopt,
                              device["attenuation_db"].toDouble());
}

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
        : options(std::move(given)), onEnd(std::move(onEndGiven))
    {
    }

    void readInputs();
    void chooseSession();
    void makePresenter();
    /// Plays the check that the design asks for. @throws Cancelled if it is ended early
    void checkHeadphones(const ui::AudioSettings& sound);
    /// The sound device and the headphone check, for the run's row; empty where nothing is played.
    std::string soundJson() const;
    void startEngine();
    /// Runs a task on this thread, later; may be called from any.
    static void postToGui(std::function<void()> task);
    /// Shows how far the engine is; may be called from any thread.
    auto progressShown();
    void startGenerator();
    /// Makes the stimuli of a session of recognition on a thread of their own.
    void prepareRecognition();
    /// @throws InvalidArgument if the session was begun with other references, model or basis
    void requireAsBegun(const stimuli::EngineInfo& loaded) const;
    std::unique_ptr<experiments::TrialFlow> probeTrials();
    std::unique_ptr<experiments::TrialFlow> recognitionTrials();
    void engineReady(const stimuli::EngineInfo& loaded, const std::exception_ptr& problem);
    /// @throws InvalidArgument for a sound that is too loud at the level chosen
    void requirePlayable(std::span<const SoundPtr> sounds) const;
    /// @throws InvalidArgument if the sounds of its last trial were played with another level
    void requireLoudnessAsBefore(int trialsDone) const;
    void begin();
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
    bool simulated() const { return !options.observerFile.empty(); }
    experiments::Presenter& presenter()
    {
        return window ? static_cast<experiments::Presenter&>(*window) : *headless;
    }

    LiveSessionOptions options;
    OnEnd onEnd;
    std::optional<data::TrialStore> store; ///< once the inputs are known to be good
    std::shared_ptr<experiments::Design> design;
    std::optional<experiments::Observer> observer;
    std::optional<experiments::RecognitionObserver> recognitionObserver;
    std::string observerText;
    SessionHeader header; ///< of the session to continue, or being filled in for a new one
    bool continued = false;
    std::optional<stimuli::EngineInfo> engine;               ///< once it is loaded
    std::optional<experiments::PlaybackLevel> playbackLevel; ///< where sounds are played
    std::optional<experiments::HeadphoneResult> headphones;  ///< in this run
    bool begun = false;
    bool answersStored = false; ///< in this run
    bool problemTold = false;   ///< by the dialog about an answer that could not be stored

    std::unique_ptr<ui::ParticipantWindow> window;
    std::unique_ptr<ui::HeadlessPresenter> headless;
    std::unique_ptr<TrialSink> sink;
    std::unique_ptr<stimuli::ProbeWorker>
        generator;                            ///< stops before what its callbacks use is gone
    RecognitionStimuli recognitionStimuli;    ///< once they are made
    std::vector<experiments::Choice> choices; ///< likewise
    std::jthread preparation;                 ///< likewise stops before
    std::unique_ptr<experiments::SessionRunner> runner;
};

void LiveSession::State::readInputs()
{
    requireParticipant(options.participant);
    design = std::make_shared<experiments::Design>(
        loadDesign(options.designFile, std::nullopt, options.references));
    const auto take = [this](auto check, auto& target) {
        if (!check.observer) {
            throw BadInput(std::move(check.diagnostics));
        }
        target = std::move(check.observer);
        observerText = readFile(options.observerFile);
    };
    if (simulated() && design->recognition) {
        take(readInput([&] {
                 return experiments::readRecognitionObserver(options.observerFile, *design);
             }),
             recognitionObserver);
    } else if (simulated()) {
        take(readInput([&] { return experiments::readObserver(options.observerFile, *design); }),
             observer);
    }
    if (!simulated() && (!options.withWindow || options.pace == ui::Pace::fast)) {
        throw InvalidArgument("--display none and --pace fast are for a simulated participant: "
                              "give one with --observer FILE");
    }
}

// The session that was cut off, if there is one: the same participant, design and seed.
void LiveSession::State::chooseSession()
{
    store.emplace(options.databaseFile, data::TrialStore::Mode::readWrite);
    std::vector<data::SessionSummary> open;
    if (!options.startNew) {
        open = store->findUnfinished(options.participant, design->name);
        std::erase_if(open, [this](const data::SessionSummary& summary) {
            return options.seed && summary.header.seed != *options.seed;
        });
    }
    if (open.empty()) {
        header = {.sessionId = store->nextSessionId(options.participant, design->name),
                  .participant = options.participant,
                  .designName = design->name,
                  .designSha256 = design->sha256,
                  .designText = design->text,
                  .designPath = std::filesystem::absolute(options.designFile).string(),
                  .seed = options.seed ? *options.seed : drawnSeed(),
                  .modality = toString(design->modality),
                  .model = stimuli::modelInfo(design->synthesis.model).name,
                  .modelSha256 = {},
                  .basisSha256 = {},
                  .referencesJson = {},
                  .synthesisJson = {},
                  .displayJson = {},
                  .observerJson = observerText,
                  .softwareVersion = kSoftwareVersion,
                  .startedAt = {}};
        return;
    }
    header = open.back().header;
    continued = true;
    const std::string session = "session " + header.sessionId +
                                " was cut off and is to be "
                                "continued, but ";
    const std::string remedy = ". Give back what it was begun with, or start another with --new";
    if (header.designSha256 != design->sha256) {
        throw InvalidArgument(session + design->path.string() +
                              " has been changed since it was begun" + remedy);
    }
    if (header.observerJson != observerText) {
        throw InvalidArgument(session +
                              (header.observerJson.empty()
                                   ? "it was begun by a person, not a simulated "
                                     "participant"
                                   : "it was begun by another simulated participant") +
                              remedy);
    }
    requireLoudnessAsBefore(open.back().trialCount);
}

void LiveSession::State::makePresenter()
{
    if (!options.withWindow) {
        headless = std::make_unique<ui::HeadlessPresenter>(design->timing, options.pace);
        return;
    }
    const auto screens = QGuiApplication::screens();
    if (options.screen < 0 || options.screen >= screens.size()) {
        throw InvalidArgument("there is no screen " + std::to_string(options.screen) +
                              "; this computer has screens 0 to " +
                              std::to_string(screens.size() - 1));
    }
    std::optional<ui::AudioSettings> sound;
    if (const auto* format = design->sounds()) {
        sound = options.sound ? *options.sound : soundSettings(options.soundOptions, *format);
        checkHeadphones(*sound);
        playbackLevel = sound->level;
    }
    window = std::make_unique<ui::ParticipantWindow>(
        design->timing, design->display,
        ui::ParticipantWindow::Options{.screen = screens[options.screen],
                                       .windowed = options.windowed,
                                       .pace = options.pace,
                                       .simulated = simulated(),
                                       .audio = std::move(sound)});
    // Now the screen is known: does everything fit?
    loadDesign(options.designFile, window->screenGeometry(), options.references);
    QObject::connect(window.get(), &ui::ParticipantWindow::measured, window.get(),
                     [this] { guarded([this] { begin(); }); });
}

void LiveSession::State::checkHeadphones(const ui::AudioSettings& sound)
{
    if (!design->headphoneCheck || simulated()) {
        return;
    }
    ui::HeadphoneCheckDialog dialog(*design->headphoneCheck, sound, drawnSeed());
    if (dialog.exec() != QDialog::Accepted) {
        throw Cancelled();
    }
    headphones = dialog.outcome();
}

std::string LiveSession::State::soundJson() const
{
    const auto device = window ? window->audioInfo() : std::string();
    if (device.empty()) {
        return {};
    }
    const QJsonObject json{{"device", jsonObject(device)},
                           {"headphone_check", headphones
                                                   ? QJsonValue(jsonObject(toJson(*headphones)))
                                                   : QJsonValue()}};
    return QJsonDocument(json).toJson(QJsonDocument::Compact).toStdString();
}

void LiveSession::State::startEngine()
{
    if (window) {
        window->open();
    }
    presenter().onQuit([this] {
        if (runner) {
            runner->quit();
        } else {
            end(EndReason::quit, nullptr);
        }
    });
    presenter().interlude({.kind = Interlude::Kind::waiting, .text = "Loading", .fraction = -1.0},
                          [] {});
    if (design->recognition) {
        prepareRecognition();
    } else {
        startGenerator();
    }
}

void LiveSession::State::postToGui(std::function<void()> task)
{
    QMetaObject::invokeMethod(QCoreApplication::instance(), std::move(task), Qt::QueuedConnection);
}

auto LiveSession::State::progressShown()
{
    // Tasks reach the GUI thread after this object may have gone.
    return [this, alive = std::weak_ptr(design)](const std::string& what, double share) {
        postToGui([this, alive, what, share] {
            if (!alive.expired() && !runner) {
                presenter().interlude(
                    {.kind = Interlude::Kind::waiting, .text = what, .fraction = share}, [] {});
            }
        });
    };
}

void LiveSession::State::startGenerator()
{
    stimuli::ProbeSynthesizerOptions wanted{.spec = design->synthesis,
                                            .layers = layersOf(*design),
                                            .cacheFolder = options.cacheFolder,
                                            .compute = options.compute};
    wanted.compute.threads = generatorThreads(options.compute.threads);
    generator = std::make_unique<stimuli::ProbeWorker>(
        [wanted, progress = progressShown()](
            const std::stop_token& stop) -> std::unique_ptr<stimuli::ProbeMaker> {
            return std::make_unique<stimuli::ProbeSynthesizer>(wanted, progress, stop);
        },
        postToGui,
        [this](const stimuli::EngineInfo& info, const std::exception_ptr& problem) {
            guarded([&] { engineReady(info, problem); });
        });
}

void LiveSession::State::prepareRecognition()
{
    stimuli::RecognitionMakerOptions wanted{.spec = design->synthesis,
                                            .metamers = design->recognition->metamers,
                                            .cacheFolder = options.cacheFolder,
                                            .compute = options.compute};
    const auto work = [this, wanted, progress = progressShown()](const std::stop_token& stop) {
        stimuli::RecognitionMaker maker(wanted, progress, stop);
        auto info = maker.info();
        requireAsBegun(info);
        const experiments::RecognitionSession session(design, header.seed,
                                                      referenceIds(toJson(info.references)));
        auto stimuli = maker.make(session.stimuli(), progress, stop);
        for (const auto& [request, shown] : stimuli) {
            if (const auto* sound = std::get_if<SoundPtr>(&shown.stimulus)) {
                info.sounds.push_back(*sound);
            }
        }
        auto labelled = choicesOf(*design->recognition, session.examples(), stimuli);
        return std::tuple(info, std::move(stimuli), std::move(labelled));
    };
    preparation =
        std::jthread([this, work, alive = std::weak_ptr(design)](const std::stop_token& stop) {
            const auto tell = [&](std::function<void()> task) {
                postToGui([this, alive, task = std::move(task)] {
                    if (!alive.expired()) {
                        guarded(task);
                    }
                });
            };
            try {
                tell([this, made = work(stop)] {
                    recognitionStimuli = std::get<1>(made);
                    choices = std::get<2>(made);
                    engineReady(std::get<0>(made), nullptr);
                });
            } catch (...) {
                tell([this, problem = std::current_exception()] { engineReady({}, problem); });
            }
        });
}

// Now, not in the middle of the session.
void LiveSession::State::requirePlayable(std::span<const SoundPtr> sounds) const
{
    if (playbackLevel) {
        experiments::gainOf(sounds, *playbackLevel);
    }
}

void LiveSession::State::requireLoudnessAsBefore(int trialsDone) const
{
    if (!playbackLevel) {
        return;
    }
    const auto now = loudnessText(playbackLevel->levelDbSpl, playbackLevel->attenuationDb);
    const auto runs = store->runs(header.sessionId);
    const auto last = std::find_if(runs.rbegin(), runs.rend(), [&](const data::StoredRun& run) {
        return run.firstTrial < trialsDone; // others ended before a trial was done
    });
    if (last != runs.rend()) {
        const auto then = loudnessOf(last->info.soundJson);
        if (!then.empty() && then != now) {
            std::string message = "session " + header.sessionId + " is to be continued, but its ";
            message.append("sounds were played ").append(then);
            message.append(" and would now be played ").append(now);
            throw InvalidArgument(
                message + ". Choose the same level (in the start window: the level in dB SPL, or "
                          "the volume of the sound check; in a shell: --sound-level, "
                          "--sound-attenuation), or start another session");
        }
    }
}

void LiveSession::State::requireAsBegun(const stimuli::EngineInfo& loaded) const
{
    if (!continued) {
        return;
    }
    const auto require = [&](const std::string& then, const std::string& today, const char* what) {
        if (then != today) {
            throw InvalidArgument("session " + header.sessionId + " cannot be continued: " + what +
                                  " not the same as when it was begun. Start another with --new");
        }
    };
    require(header.referencesJson, toJson(loaded.references), "the references are");
    require(header.modelSha256, loaded.modelSha256, "the model is");
    require(header.basisSha256, loaded.basisSha256, "the basis is");
}

void LiveSession::State::engineReady(const stimuli::EngineInfo& loaded,
                                     const std::exception_ptr& problem)
{
    if (problem) {
        end(EndReason::failed, problem);
        return;
    }
    requirePlayable(loaded.sounds);
    if (const auto there = loaded.references.size();
        !design->recognition && there < static_cast<std::size_t>(design->referencesPerTrial)) {
        stimuli::warnOnStderr("references_per_trial is " +
                              std::to_string(design->referencesPerTrial) + ", but only " +
                              std::to_string(there) +
                              " references are there or within the design's percentile of the "
                              "pool: no more can stand in for one that cannot make a move");
    }
    SessionHeader now = header;
    now.modelSha256 = loaded.modelSha256;
    now.basisSha256 = loaded.basisSha256;
    now.referencesJson = toJson(loaded.references);
    now.synthesisJson = toJson(design->synthesis);
    requireAsBegun(loaded);
    header = now;
    engine = loaded;
    begin();
}

// Once the engine and the screen are known.
void LiveSession::State::begin()
{
    if (!engine || begun || (window && !window->isMeasured())) {
        return;
    }
    begun = true;
    const std::string display = window ? window->displayInfo() : headless->displayInfo();
    if (!continued) {
        header.displayJson = display;
        header.startedAt = utcNow();
        store->createSession(header);
    }
    sink = store->openSession(
        header.sessionId,
        {.displayJson = display, .computeJson = toJson(engine->compute), .soundJson = soundJson()});
    experiments::SessionRunner::Hooks hooks;
    hooks.nowMs = ui::nowMs;
    hooks.onTrialDone = [this] { answersStored = true; };
    hooks.onEnd = [this](EndReason reason, const std::exception_ptr& error) { end(reason, error); };
    if (window && !simulated()) {
        hooks.onCommitFailed = [this](const std::exception_ptr& error,
                                      const std::function<void()>& retry) {
            if (ui::showError({.title = "The answer could not be stored",
                               .whatHappened = messageOf(error),
                               .whatToDo = "The answer is kept. Mend the cause and try again; if "
                                           "you close, this trial will be shown again when the "
                                           "session is continued.",
                               .details = {},
                               .canRetry = true}) == ui::ErrorChoice::retry) {
                retry();
            } else {
                problemTold = true;
                runner->quit();
            }
        };
    }
    runner = std::make_unique<experiments::SessionRunner>(
        design->recognition ? recognitionTrials() : probeTrials(), presenter(),
        experiments::SessionRunner::Options{.maxTrials = options.maxTrials}, std::move(hooks));
    runner->start();
}

std::unique_ptr<experiments::TrialFlow> LiveSession::State::probeTrials()
{
    experiments::Session session(design, header.seed, referenceIds(header.referencesJson));
    for (const auto& record : store->trials(header.sessionId)) {
        session.apply(record);
    }
    return experiments::probeFlow(std::move(session), *generator, *sink, observer,
                                  options.lookAheadDepth);
}

std::unique_ptr<experiments::TrialFlow> LiveSession::State::recognitionTrials()
{
    experiments::RecognitionSession session(design, header.seed,
                                            referenceIds(header.referencesJson));
    for (const auto& record : store->recognitionTrials(header.sessionId)) {
        session.apply(record);
    }
    return experiments::recognitionFlow(std::move(session), std::move(recognitionStimuli),
                                        std::move(choices), *sink, recognitionObserver);
}

void LiveSession::State::end(EndReason reason, std::exception_ptr error)
{
    if (sink) {
        try {
            sink->markRunEnded(soundJson());
        } catch (const DatabaseError&) {
            // What ended the run comes first.
            reason = error ? reason : EndReason::failed;
            error = error ? error : std::current_exception();
        }
    }
    // Not from within the runner that says so: it is destroyed with this object.
    QTimer::singleShot(0, QCoreApplication::instance(),
                       [onEnd = onEnd, reason, error] { onEnd(reason, error); });
}

LiveSession::LiveSession(LiveSessionOptions options, OnEnd onEnd)
    : state_(std::make_unique<State>(std::move(options), std::move(onEnd)))
{
    state_->readInputs();
    state_->makePresenter();
    state_->chooseSession();
    state_->startEngine();
}

LiveSession::~LiveSession() = default;

const std::string& LiveSession::sessionId() const
{
    return state_->header.sessionId;
}

bool LiveSession::answersStored() const
{
    return state_->answersStored;
}

bool LiveSession::problemTold() const
{
    return state_->problemTold;
}

std::optional<data::SessionSummary> finishedBefore(const LiveSessionOptions& options)
{
    std::error_code unreadable;
    if (options.startNew || !std::filesystem::exists(options.databaseFile, unreadable)) {
        return std::nullopt;
    }
    const auto design = loadDesign(options.designFile, std::nullopt, options.references);
    std::optional<data::SessionSummary> finished;
    const data::TrialStore store(options.databaseFile, data::TrialStore::Mode::readWrite);
    for (auto& session : store.sessions()) {
        const auto& header = session.header;
        if (header.participant != options.participant || header.designName != design.name ||
            (options.seed && header.seed != *options.seed)) {
            continue;
        }
        if (!session.finished()) {
            return std::nullopt; // this one is to be continued
        }
        if (header.designSha256 == design.sha256) {
            finished = std::move(session);
        }
    }
    return finished;
}

} // namespace mlab::app
