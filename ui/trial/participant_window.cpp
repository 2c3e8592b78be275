// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trial/participant_window.h"

#include "core/base/error.h"
#include "core/base/utc_time.h"
#include "ui/trial/answer_keys.h"
#include "ui/trial/picture_media.h"

#include <QCloseEvent>
#include <QCoreApplication>
#include <QCursor>
#include <QExposeEvent>
#include <QFocusEvent>
#include <QGuiApplication>
#include <QJsonDocument>
#include <QJsonObject>
#include <QKeyEvent>
#include <QMouseEvent>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

namespace mlab::ui {

namespace {

using experiments::Interlude;
using experiments::Phase;
using experiments::Presentation;
using experiments::ScreenGeometry;
using experiments::TrialTimeline;
using experiments::TrialView;

constexpr double kSimulatedReadingMs = 400;
// So many pauses in one trial are no accident, and a simulated participant repairs nothing.
constexpr int kMostSimulatedRepairs = 10;
/// How often a trial's sound can be interrupted before the participant is asked to get help.
constexpr int kInterruptionsUntilPause = 3;
constexpr int kMediaCheckMs = 10;

/// The grey level of the background's share of the display's maximum luminance.
QColor greyOf(const experiments::DisplaySpec& display)
{
    const double value = std::pow(display.backgroundLuminance, 1.0 / display.gamma);
    const int level = static_cast<int>(std::lround(255.0 * std::clamp(value, 0.0, 1.0)));
    return {level, level, level};
}

experiments::Timing oneFrameEach()
{
    return {.fixationMs = 0, .intervalMs = 0, .gapMs = 0, .beforeAnswerMs = 0, .feedbackMs = 0};
}

/// 1280 x 800, or as much of it as the screen has, in device-independent pixels.
QSize windowedSize(const QScreen& screen)
{
    return QSize(1280, 800).boundedTo(screen.availableGeometry().size());
}

/// The key itself, whatever the layout and the modifiers make of it.
std::uint32_t physicalKey(const QKeyEvent& event)
{
    const std::uint32_t scanCode = event.nativeScanCode();
    return scanCode != 0 ? scanCode : static_cast<std::uint32_t>(event.key());
}

void requireChoices(const TrialView& view)
{
    if (!view.choices || view.choices->size() < 2 || view.choices->size() > kMostCategories) {
        throw InternalError("a recognition trial needs 2 to " + std::to_string(kMostCategories) +
                            " categories to choose from");
    }
    if (view.correctAnswer < Answer::category ||
        categoryIndex(view.correctAnswer) >= view.choices->size()) {
        throw InternalError("the correct answer of a recognition trial is not one of its " +
                            std::to_string(view.choices->size()) + " categories");
    }
}

} // namespace

QSize participantWindowSize(const QScreen& screen)
{
    return windowedSize(screen) * screen.devicePixelRatio();
}

ParticipantWindow::ParticipantWindow(const experiments::Timing& timing,
                                     const experiments::DisplaySpec& display, Options options)
    : timing_(options.pace == Pace::fast ? oneFrameEach() : timing), display_(display),
      options_(std::move(options)), pacer_(options_.pace, [this] { frame(); })
{
    if (options_.screen == nullptr) {
        options_.screen = QGuiApplication::primaryScreen();
    }
    if (options_.screen == nullptr) {
        throw DeviceError("No screen was found for the participant window. Start the program in a "
                          "graphical session, or use --display none with --observer.");
    }
    setScreen(options_.screen);
    setSurfaceType(QSurface::OpenGLSurface);
    setFormat(Canvas::format());
    setTitle("MetamerLab");
    if (options_.windowed) {
        const QRect room = options_.screen->availableGeometry();
        const QSize size = windowedSize(*options_.screen);
        setMinimumSize(size);
        setMaximumSize(size);
        setGeometry(QRect(room.center() - QPoint(size.width() / 2, size.height() / 2), size));
    } else {
        setGeometry(options_.screen->geometry());
    }
    create();
    stage_ = std::make_unique<TrialStage>(*this, greyOf(display_));
    auto sounds =
        std::make_unique<SoundMedia>(options_.pace == Pace::fast, options_.audio, timing_);
    sounds_ = sounds.get();
    allMedia_ = std::to_array<std::unique_ptr<TrialMedia>>(
        {std::make_unique<PictureMedia>(*stage_, display_), std::move(sounds)});
    media_ = allMedia_.front().get();

    mediaTimer_.setInterval(kMediaCheckMs);
    QObject::connect(&mediaTimer_, &QTimer::timeout, this, [this] { mediaFailed(); });
    keyTimer_.setSingleShot(true);
    keyTimer_.setTimerType(Qt::PreciseTimer);
    QObject::connect(&keyTimer_, &QTimer::timeout, this, [this] {
        for (const auto type : {QEvent::KeyPress, QEvent::KeyRelease}) {
            QCoreApplication::postEvent(this, new QKeyEvent(type, keyToPress_, Qt::NoModifier));
        }
    });
}

ParticipantWindow::~ParticipantWindow()
{
    pacer_.stop();
    keyTimer_.stop();
    mediaTimer_.stop();
    try {
        stage_->canvas().makeCurrent();
    } catch (const Error&) {
        // The driver has already destroyed the pictures.
    }
}

void ParticipantWindow::open()
{
    if (options_.windowed) {
        show();
    } else {
        showFullScreen();
    }
    requestActivate();
}

ScreenGeometry ParticipantWindow::screenGeometry() const
{
    const QSize whole = screen()->size() * screen()->devicePixelRatio();
    const QSize own = stage_->size();
    return {.widthPx = whole.width(),
            .heightPx = whole.height(),
            .refreshHz =
                isMeasured() ? 1000.0 / pacer_.refresh().periodMs : screen()->refreshRate(),
            .drawableWidthPx = own.width(),
            .drawableHeightPx = own.height()};
}

std::string ParticipantWindow::displayInfo() const
{
    if (!isMeasured()) {
        throw InternalError("the display has not been measured yet");
    }
    const Refresh& refresh = pacer_.refresh();
    const ScreenGeometry geometry = screenGeometry();
    const QJsonObject info{
        {"kind", "window"},
        {"screen", screen()->name()},
        {"screen_model", screen()->model()},
        {"screen_width_px", geometry.widthPx},
        {"screen_height_px", geometry.heightPx},
        {"device_pixel_ratio", devicePixelRatio()},
        {"windowed", options_.windowed},
        {"window_width_px", geometry.drawableWidthPx},
        {"window_height_px", geometry.drawableHeightPx},
        {"refresh_nominal_hz", refresh.nominalHz},
        {"swap_rate_measured_hz", refresh.swapHz},
        {"pacing", refresh.swapBlocks ? "vsync" : "own"},
        {"frame_period_ms", refresh.periodMs},
        {"pace", options_.pace == Pace::fast ? "fast" : "real"},
        {"simulated", options_.simulated},
        {"viewing_distance_cm", display_.viewingDistanceCm},
        {"screen_width_cm", display_.screenWidthCm},
        {"pixels_per_degree_at_fixation", pixelsFromCentre(1.0, display_, geometry)},
        {"image_size_px", std::round(imageSizePixels(display_, geometry))},
        {"background_grey", stage_->background().red()},
        {"renderer", stage_->canvas().renderer()},
        {"qt_version", qVersion()},
    };
    return QJsonDocument(info).toJson(QJsonDocument::Compact).toStdString();
}

void ParticipantWindow::interlude(const Interlude& what, std::function<void()> done)
{
    stopMedia();
    trial_.reset();
    keyTimer_.stop();
    between_ = Between{.what = what, .done = nullptr, .visible = false};
    if (!pause_.active()) {
        stage_->dropPage();
        showCursor(options_.windowed);
    }
    pacer_.frameSoon();
    if (what.kind == Interlude::Kind::waiting) {
        done();
    } else {
        between_->done = std::move(done);
    }
}

void ParticipantWindow::present(const TrialView& view, std::function<void(Presentation)> done)
{
    if (!isMeasured()) {
        throw InternalError("a trial cannot be shown before the display has been measured");
    }
    if (view.stimuli.size() != intervalCount(view.task)) {
        throw InternalError("a trial needs a stimulus for each interval; one is missing");
    }
    if (view.task == Task::recognition) {
        requireChoices(view);
    }
    TrialMedia& media = mediaOf(view);
    media.prepare(view, screenGeometry());
    media_ = &media;
    stage_->setTask(view.task);
    between_.reset();
    keyTimer_.stop();
    trial_.emplace(
        Trial{.view = view,
              .done = std::move(done),
              .timeline = TrialTimeline(timing_, pacer_.refresh().periodMs, view.feedback,
                                        view.stimuli.size(), media.leader())});
    beginTrial();
}

TrialMedia& ParticipantWindow::mediaOf(const TrialView& view)
{
    return *allMedia_.at(view.stimuli.empty() ? 0 : view.stimuli.front().index());
}

void ParticipantWindow::beginTrial()
{
    if (pause_.active() || !isExposed()) {
        return; // resume() or the expose event begins it
    }
    if (!options_.simulated && !isActive()) {
        pause(PauseReason::focusLost);
        return;
    }
    if (media_->deviceLost()) {
        pause(PauseReason::deviceLost);
        return;
    }
    trial_->running = true;
    showCursor(false);
    pacer_.frameSoon();
}

bool ParticipantWindow::followsSound() const
{
    return media_->leader() == TrialTimeline::Leader::sound;
}

bool ParticipantWindow::mediaFailed()
{
    if (!trial_ || !trial_->running || trial_->timeline.answered()) {
        return false;
    }
    switch (media_->trouble()) {
    case TrialMedia::Trouble::none:
        return false;
    case TrialMedia::Trouble::deviceLost:
        pause(PauseReason::deviceLost);
        return true;
    case TrialMedia::Trouble::interrupted:
        break;
    }
    if (++trial_->interruptions % kInterruptionsUntilPause == 0) {
        pause(PauseReason::soundInterrupted);
    } else {
        startAgain(flag::kAudioUnderrun);
    }
    return true;
}

bool ParticipantWindow::mistimed()
{
    if (options_.pace == Pace::fast || trial_->timeline.keptTime() ||
        trial_->mistimed + 1 >= options_.mostPresentations) {
        return false;
    }
    ++trial_->mistimed;
    startAgain(flag::kBadTiming);
    return true;
}

void ParticipantWindow::startAgain(const char* flag)
{
    stopMedia();
    keyTimer_.stop();
    trial_->timeline.restart(flag);
    pacer_.frameSoon();
}

void ParticipantWindow::stopMedia()
{
    mediaTimer_.stop();
    media_->stop();
}

void ParticipantWindow::finishTrial()
{
    keyTimer_.stop();
    mediaTimer_.stop();
    simulatedRepairs_ = 0;
    Presentation shown = trial_->timeline.presentation();
    shown.startedAt = std::move(trial_->startedAt);
    const auto done = std::move(trial_->done);
    trial_.reset();
    done(std::move(shown));
}

void ParticipantWindow::breakOff(const char* flag)
{
    trial_->running = false;
    if (trial_->timeline.answered()) {
        finishTrial();
    } else if (trial_->timeline.onScreen()) {
        trial_->timeline.restart(flag);
    }
}

void ParticipantWindow::pause(PauseReason why)
{
    if (pause_.active()) {
        return;
    }
    pause_.begin(why, *media_);
    stopMedia();
    keyTimer_.stop();
    stage_->dropPage();
    showCursor(true);
    pacer_.frameSoon();
    if (trial_ && trial_->running) {
        breakOff(pause_.trialFlag());
    }
}

void ParticipantWindow::resume()
{
    const bool ended = pause_.end(*media_);
    stage_->dropPage();
    if (!ended) {
        pacer_.frameSoon();
    } else if (trial_) {
        beginTrial();
    } else {
        if (between_) {
            between_->visible = false;
        }
        showCursor(options_.windowed);
        pacer_.frameSoon();
    }
}

void ParticipantWindow::exposeEvent(QExposeEvent* /*event*/)
{
    if (!isExposed()) {
        hidden();
        return;
    }
    if (trial_ && !pause_.active() && !trial_->running) {
        beginTrial();
    } else if (trial_ && trial_->running) {
        if (const auto phase = trial_->timeline.onScreen()) {
            drawPhase(*phase); // again; it does not count as a frame of the trial
        }
    } else {
        pacer_.frameSoon();
    }
}

void ParticipantWindow::focusOutEvent(QFocusEvent* /*event*/)
{
    keys_.forgetHeld();
    if (!options_.simulated && trial_ && trial_->running) {
        pause(PauseReason::focusLost);
    }
}

void ParticipantWindow::closeEvent(QCloseEvent* event)
{
    event->ignore();
    escape();
}

void ParticipantWindow::escape()
{
    if (between_ && between_->what.kind == Interlude::Kind::end) {
        goOn();
    } else {
        pause(PauseReason::asked);
    }
}

void ParticipantWindow::goOn()
{
    const auto done = std::move(between_->done);
    between_->done = nullptr;
    keyTimer_.stop();
    if (done) {
        done();
    }
}

void ParticipantWindow::keyPressEvent(QKeyEvent* event)
{
    const bool isNew = keys_.pressed(physicalKey(*event), event->timestamp());
    if (!isNew || event->isAutoRepeat()) {
        return;
    }
    const int key = event->key();
    const double atMs = keyClock_.pressedAtMs(nowMs(), event->timestamp(), pacer_.frameBeganMs());
    if (pause_.active()) {
        pauseKey(key);
    } else if (key == Qt::Key_Escape) {
        escape();
    } else if (trial_) {
        trialKey(*event, atMs);
    } else if (between_ && between_->visible && goesOn(key)) {
        goOn();
    }
}

void ParticipantWindow::keyReleaseEvent(QKeyEvent* event)
{
    if (!event->isAutoRepeat()) {
        keys_.released(physicalKey(*event), event->timestamp());
    }
}

void ParticipantWindow::pauseKey(int key)
{
    if (!pause_.visible()) {
        return;
    }
    if (pause_.asksToEnd()) {
        if (key == Qt::Key_Y) {
            const auto quit = quit_;
            quit();
            return;
        }
        if (key != Qt::Key_Space) {
            return;
        }
        pause_.askToEnd(false);
    } else if (key == Qt::Key_Q && quit_) {
        pause_.askToEnd(true);
    } else if (key == Qt::Key_Space) {
        resume();
        return;
    } else {
        return;
    }
    stage_->dropPage();
    pacer_.frameSoon();
}

void ParticipantWindow::mouseMoveEvent(QMouseEvent* event)
{
    if (!trial_ || !trial_->running || trial_->timeline.onScreen() != Phase::answer) {
        return;
    }
    if (stage_->pointAt(choiceAt(event->position()))) {
        pacer_.frameSoon();
    }
}

void ParticipantWindow::mousePressEvent(QMouseEvent* event)
{
    if (!buttons_.pressed(event->button(), event->timestamp())) {
        return;
    }
    if (event->button() == Qt::LeftButton && !pause_.active() && trial_ &&
        trial_->view.task == Task::recognition && takesAnswers()) {
        const auto box = choiceAt(event->position());
        trial_->timeline.click(
            box ? std::optional(categoryAnswer(*box)) : std::nullopt,
            keyClock_.pressedAtMs(nowMs(), event->timestamp(), pacer_.frameBeganMs()));
        afterInput();
    }
}

void ParticipantWindow::mouseReleaseEvent(QMouseEvent* event)
{
    buttons_.released(event->button(), event->timestamp());
}

bool ParticipantWindow::takesAnswers()
{
    // It takes a while until a device that has stopped is known to be lost. Until the trial has
    // been presented completely, there is nothing to answer.
    const bool complete = media_->over();
    return trial_->running && !trial_->timeline.answered() && !mediaFailed() &&
           (complete || trial_->timeline.onScreen() != Phase::answer);
}

void ParticipantWindow::trialKey(const QKeyEvent& event, double atMs)
{
    if (takesAnswers()) {
        trial_->timeline.key(answerOf(trial_->view, event.key(), event.nativeScanCode()), atMs);
        afterInput();
    }
}

void ParticipantWindow::afterInput()
{
    if (trial_->timeline.next() == Phase::over) {
        finishTrial();
    } else if (trial_->timeline.answered()) {
        pacer_.frameSoon();
    }
}

std::optional<std::size_t> ParticipantWindow::choiceAt(QPointF at) const
{
    return trial_ ? stage_->choiceAt((at * devicePixelRatio()).toPoint(), trial_->view.choices)
                  : std::nullopt;
}

void ParticipantWindow::pressLater(int key, double afterMs)
{
    keyToPress_ = key;
    keyTimer_.start(
        options_.pace == Pace::fast ? 0 : static_cast<int>(std::lround(std::max(0.0, afterMs))));
}

void ParticipantWindow::frame()
{
    if (!isExposed()) {
        hidden();
        return;
    }
    stage_->preparePictures(pixelsFromCentre(1.0, display_, screenGeometry()));
    if (trial_ && trial_->view.task == Task::recognition) {
        stage_->prepareChoices(trial_->view.choices, media_->recognitionQuestion());
    }
    if (!isMeasured()) {
        measureFrame();
    } else if (trial_ && trial_->running) {
        trialFrame();
    } else {
        stillFrame();
    }
}

void ParticipantWindow::hidden()
{
    if (!trial_ || !trial_->running) {
        return; // the expose event draws again
    }
    pacer_.stop();
    keyTimer_.stop();
    stopMedia();
    breakOff(flag::kLostFocus);
}

void ParticipantWindow::measureFrame()
{
    drawStill();
    pacer_.frameDrawn(); // a session's first trial begins with a known drawing time
    pacer_.measureSwap(screen()->refreshRate());
    pacer_.frameSoon();
    if (isMeasured()) {
        Q_EMIT measured();
    }
}

void ParticipantWindow::stillFrame()
{
    drawStill();
    if (pause_.active()) {
        pause_.setVisible();
        if (options_.simulated && (pause_.reason() == PauseReason::deviceLost ||
                                   pause_.reason() == PauseReason::soundInterrupted)) {
            repairLater();
        }
    } else if (between_ && !between_->visible) {
        between_->visible = true;
        if (options_.simulated && between_->what.kind != Interlude::Kind::waiting) {
            pressLater(Qt::Key_Space, kSimulatedReadingMs);
        }
    }
    Q_EMIT screenShown();
}

void ParticipantWindow::repairLater()
{
    if (++simulatedRepairs_ > kMostSimulatedRepairs) {
        throw DeviceError(
            "The sound of one trial broke off again and again, and there is no person "
            "who could repair it. Check the sound device and what else the computer "
            "does, then run the same command to go on; \"--display none\" needs no "
            "sound.");
    }
    pressLater(Qt::Key_Space, kSimulatedReadingMs);
}

void ParticipantWindow::trialFrame()
{
    TrialTimeline& timeline = trial_->timeline;
    if (followsSound() && timeline.onScreen()) {
        if (const auto times = media_->times()) {
            timeline.heardAt(*times);
        } else if (pacer_.ownSchedule()) {
            pacer_.frameInMs(1); // until the device has taken the first samples
            return;
        }
    }
    const Phase phase = timeline.next();
    if (phase == Phase::over) {
        finishTrial();
        return;
    }
    const bool first = timeline.onScreen() != phase;
    if (first) {
        stage_->pointAt(std::nullopt);
        showCursor(phase == Phase::answer && trial_->view.task == Task::recognition);
    }
    // Within a phase only the answer screen changes, by the box that the mouse points at.
    if (first || pacer_.refresh().swapBlocks || phase == Phase::answer) {
        drawPhase(phase);
        pacer_.frameDrawn();
    }
    const double shownMs = nowMs();
    if (first && phase == Phase::fixation) {
        pacer_.startSchedule(shownMs);
        trial_->startedAt = utcNow();
        trial_->suspendedMs = suspendedMs();
        media_->begin();
        if (followsSound()) {
            mediaTimer_.start();
        }
    }
    const double suspended = suspendedMs();
    timeline.clockStoodStill(suspended - std::exchange(trial_->suspendedMs, suspended));
    const double soundMs = timeline.soundEndsMs(phase);
    const double nextMs = pacer_.nextFrameMs(shownMs, timeline.plannedFrames(phase), soundMs);
    timeline.frameShown(shownMs, nextMs);
    if (mistimed()) {
        return;
    }
    if (phase != Phase::answer) {
        if (followsSound() && phase == Phase::fixation && !std::isfinite(soundMs)) {
            pacer_.frameSoon(); // to ask when the sound begins
        } else {
            pacer_.frameAt(nextMs);
        }
    }
    if (first) {
        if (phase == Phase::answer && trial_->view.simulated) {
            const auto& simulated = *trial_->view.simulated;
            pressLater(keyOf(trial_->view.task, simulated.answer), simulated.rtMs);
        }
        Q_EMIT phaseShown(phase);
    }
}

void ParticipantWindow::drawPhase(Phase phase)
{
    const TrialTimeline& timeline = trial_->timeline;
    const auto response =
        timeline.answered() ? std::optional(timeline.presentation().response) : std::nullopt;
    stage_->showPhase(phase, trial_->view, *media_, response);
}

void ParticipantWindow::drawStill()
{
    if (pause_.active()) {
        stage_->showPage([this](const Screens& screens) { return pause_.picture(screens); });
    } else if (between_) {
        stage_->showPage(
            [this](const Screens& screens) { return screens.interlude(between_->what); });
    } else {
        stage_->showNothing();
    }
}

void ParticipantWindow::showCursor(bool visible)
{
    const auto shape = visible ? Qt::ArrowCursor : Qt::BlankCursor;
    if (cursor().shape() != shape) {
        setCursor(shape);
    }
}

} // namespace mlab::ui
