// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trial/participant_window.h"

#include "core/base/error.h"
#include "core/base/utc_time.h"
#include "ui/trial/answer_keys.h"

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

constexpr int kWarmUpSwaps = 6;
constexpr int kMeasuredSwaps = 46;
constexpr double kSimulatedReadingMs = 400;
/// Times that a trial's sound may break off before somebody is told.
constexpr int kUnderrunsUntilTold = 3;
constexpr int kLookAtSoundMs = 10;

/// The grey level that emits a share of the display's maximal luminance.
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

/// 1280 x 800, or what there is of it, in the window system's own units.
QSize windowedSize(const QScreen& screen)
{
    return QSize(1280, 800).boundedTo(screen.availableGeometry().size());
}

bool isInterval(Phase phase)
{
    return phase == Phase::interval1 || phase == Phase::interval2 || phase == Phase::interval3;
}

std::size_t intervalIndex(Phase phase)
{
    return phase == Phase::interval1 ? 0 : phase == Phase::interval2 ? 1 : 2;
}

void requireChoices(const TrialView& view)
{
    if (!view.choices || view.choices->size() < 2 || view.choices->size() > kMostCategories) {
        throw InvalidArgument("a trial of recognition needs 2 to " +
                              std::to_string(kMostCategories) + " categories to choose from");
    }
    if (view.correctAnswer < Answer::category ||
        categoryIndex(view.correctAnswer) >= view.choices->size()) {
        throw InvalidArgument("the right answer of a trial of recognition is none of its " +
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
      options_(std::move(options)), background_(greyOf(display))
{
    if (options_.screen == nullptr) {
        options_.screen = QGuiApplication::primaryScreen();
    }
    if (options_.screen == nullptr) {
        throw DeviceError("There is no screen to open the participant window on. Start the program "
                          "in a graphical session, or use --display none with --observer.");
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
    canvas_ = std::make_unique<Canvas>(*this);

    if (options_.audio && options_.pace == Pace::real) {
        sound_ = std::make_unique<TrialSound>(*options_.audio, timing_);
    }
    for (QTimer* timer : {&frameTimer_, &keyTimer_}) {
        timer->setSingleShot(true);
        timer->setTimerType(Qt::PreciseTimer);
    }
    QObject::connect(&frameTimer_, &QTimer::timeout, this, [this] { frame(); });
    soundTimer_.setInterval(kLookAtSoundMs);
    QObject::connect(&soundTimer_, &QTimer::timeout, this, [this] { soundWentWrong(); });
    QObject::connect(&keyTimer_, &QTimer::timeout, this, [this] {
        for (const auto type : {QEvent::KeyPress, QEvent::KeyRelease}) {
            QCoreApplication::postEvent(this, new QKeyEvent(type, keyToPress_, Qt::NoModifier));
        }
    });
}

ParticipantWindow::~ParticipantWindow()
{
    frameTimer_.stop();
    keyTimer_.stop();
    soundTimer_.stop();
    try {
        canvas_->makeCurrent();
    } catch (const Error&) {
        // The driver has taken the pictures with it.
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
    const QSize own = pixelSize();
    return {.widthPx = whole.width(),
            .heightPx = whole.height(),
            .refreshHz = refresh_ ? 1000.0 / refresh_->periodMs : screen()->refreshRate(),
            .drawableWidthPx = own.width(),
            .drawableHeightPx = own.height()};
}

std::string ParticipantWindow::displayInfo() const
{
    if (!refresh_) {
        throw InvalidArgument("the display is not measured yet");
    }
    const ScreenGeometry geometry = screenGeometry();
    const QSize own = pixelSize();
    const QJsonObject info{
        {"kind", "window"},
        {"screen", screen()->name()},
        {"screen_model", screen()->model()},
        {"screen_width_px", geometry.widthPx},
        {"screen_height_px", geometry.heightPx},
        {"device_pixel_ratio", devicePixelRatio()},
        {"windowed", options_.windowed},
        {"window_width_px", own.width()},
        {"window_height_px", own.height()},
        {"refresh_nominal_hz", refresh_->nominalHz},
        {"swap_rate_measured_hz", refresh_->swapHz},
        {"pacing", refresh_->swapBlocks ? "vsync" : "own"},
        {"frame_period_ms", refresh_->periodMs},
        {"pace", options_.pace == Pace::fast ? "fast" : "real"},
        {"simulated", options_.simulated},
        {"viewing_distance_cm", display_.viewingDistanceCm},
        {"screen_width_cm", display_.screenWidthCm},
        {"pixels_per_degree_at_fixation", pixelsFromCentre(1.0, display_, geometry)},
        {"image_size_px", std::round(imageSizePixels(display_, geometry))},
        {"background_grey", background_.red()},
        {"renderer", canvas_->renderer()},
        {"qt_version", qVersion()},
    };
    return QJsonDocument(info).toJson(QJsonDocument::Compact).toStdString();
}

void ParticipantWindow::interlude(const Interlude& what, std::function<void()> done)
{
    stopSound();
    trial_.reset();
    keyTimer_.stop();
    between_ = Between{.what = what, .done = nullptr, .visible = false};
    if (!paused_) {
        dropStill();
        showCursor(options_.windowed);
    }
    frameSoon();
    if (what.kind == Interlude::Kind::waiting) {
        done();
    } else {
        between_->done = std::move(done);
    }
}

void ParticipantWindow::present(const TrialView& view, std::function<void(Presentation)> done)
{
    if (!refresh_) {
        throw InvalidArgument("a trial cannot be shown before the display is measured");
    }
    Trial trial;
    trial.view = view;
    trial.done = std::move(done);
    if (view.stimuli.size() != intervalCount(view.task)) {
        throw InvalidArgument("a trial needs a stimulus for each of its intervals; one is missing");
    }
    if (view.task == Task::recognition) {
        requireChoices(view);
    }
    trial.sounds = std::holds_alternative<SoundPtr>(view.stimuli.front());
    if (trial.sounds) {
        prepareSounds(trial);
    } else {
        prepareImages(trial);
    }
    if (promptTask_ != view.task) {
        promptTask_ = view.task;
        cues_.clear();
    }
    between_.reset();
    keyTimer_.stop();
    trial_ = std::move(trial);
    beginTrial();
}

void ParticipantWindow::prepareImages(Trial& trial)
{
    const ScreenGeometry geometry = screenGeometry();
    const int size = static_cast<int>(std::lround(imageSizePixels(display_, geometry)));
    const int offset = static_cast<int>(
        std::lround(pixelsFromCentre(trial.view.eccentricityDeg, display_, geometry)));
    trial.imageAt = centred({size, size}, {display_.imagesLeft ? -offset : offset, 0});
    if (size < 1 || !QRect({0, 0}, pixelSize()).contains(trial.imageAt)) {
        throw InvalidArgument(
            "An image of " + std::to_string(size) + " pixels, " + std::to_string(offset) +
            " pixels beside the middle, does not fit on the window of " +
            std::to_string(pixelSize().width()) + " x " + std::to_string(pixelSize().height()) +
            ". Fill the screen, or change the design's image size, eccentricity or viewing "
            "distance.");
    }
    for (const auto& stimulus : trial.view.stimuli) {
        const auto* image = std::get_if<ImagePtr>(&stimulus);
        if (image == nullptr || !*image) {
            throw InvalidArgument(
                "a trial needs an image for each of its intervals; one is missing");
        }
        trial.images.push_back(canvas_->upload(**image));
    }
    trial.timeline.emplace(timing_, refresh_->periodMs, trial.view.feedback, trial.images.size());
}

void ParticipantWindow::prepareSounds(Trial& trial)
{
    const std::size_t count = trial.view.stimuli.size();
    if (options_.pace == Pace::fast) {
        trial.timeline.emplace(timing_, refresh_->periodMs, trial.view.feedback, count);
        return;
    }
    if (!sound_) {
        throw InvalidArgument("a trial of sounds needs a sound device; this window has none");
    }
    sound_->prepare(trial.view.stimuli);
    trial.timeline.emplace(timing_, refresh_->periodMs, trial.view.feedback, count,
                           TrialTimeline::Leader::sound);
}

void ParticipantWindow::beginTrial()
{
    if (paused_ || !isExposed()) {
        return; // resume() or the expose event begins it
    }
    if (!options_.simulated && !isActive()) {
        pause(PauseReason::focus);
        return;
    }
    if (plays() && sound_->lost()) {
        pause(PauseReason::soundLost);
        return;
    }
    trial_->running = true;
    showCursor(false);
    frameSoon();
}

bool ParticipantWindow::plays() const
{
    return trial_ && trial_->sounds && sound_;
}

bool ParticipantWindow::soundWentWrong()
{
    if (!plays() || !trial_->running || trial_->timeline->answered()) {
        return false;
    }
    switch (sound_->trouble()) {
    case TrialSound::Trouble::none:
        return false;
    case TrialSound::Trouble::lost:
        pause(PauseReason::soundLost);
        return true;
    case TrialSound::Trouble::underrun:
        break;
    }
    if (++trial_->underruns % kUnderrunsUntilTold == 0) {
        pause(PauseReason::soundBroken);
    } else {
        stopSound();
        keyTimer_.stop();
        trial_->timeline->restart(flag::kAudioUnderrun);
        frameSoon();
    }
    return true;
}

void ParticipantWindow::stopSound()
{
    soundTimer_.stop();
    if (sound_) {
        sound_->stop();
    }
}

void ParticipantWindow::finishTrial()
{
    keyTimer_.stop();
    soundTimer_.stop();
    Presentation shown = trial_->timeline->presentation();
    shown.startedAt = std::move(trial_->startedAt);
    const auto done = std::move(trial_->done);
    canvas_->makeCurrent();
    trial_.reset();
    done(std::move(shown));
}

const char* ParticipantWindow::flagOf(PauseReason why)
{
    switch (why) {
    case PauseReason::asked:
        return flag::kPaused;
    case PauseReason::focus:
        return flag::kLostFocus;
    case PauseReason::soundBroken:
        return flag::kAudioUnderrun;
    case PauseReason::soundLost:
        return flag::kAudioDeviceLost;
    }
    return flag::kPaused;
}

void ParticipantWindow::pause(PauseReason why)
{
    if (paused_) {
        return;
    }
    paused_ = true;
    pauseReason_ = why;
    pauseText_ = why == PauseReason::soundLost ? sound_->lostText() : std::string();
    pauseVisible_ = false;
    stopSound();
    keyTimer_.stop();
    dropStill();
    showCursor(true);
    frameSoon();
    if (trial_ && trial_->running) {
        trial_->running = false;
        if (trial_->timeline->answered()) {
            finishTrial();
        } else if (trial_->timeline->onScreen()) {
            trial_->timeline->restart(flagOf(why));
        }
    }
}

void ParticipantWindow::resume()
{
    if (pauseReason_ == PauseReason::soundLost) {
        try {
            sound_->reopen();
        } catch (const DeviceError& problem) {
            pauseText_ = problem.what();
            pauseVisible_ = false;
            dropStill();
            frameSoon();
            return;
        }
    }
    paused_ = false;
    dropStill();
    if (trial_) {
        beginTrial();
    } else {
        if (between_) {
            between_->visible = false;
        }
        showCursor(options_.windowed);
        frameSoon();
    }
}

void ParticipantWindow::exposeEvent(QExposeEvent* /*event*/)
{
    if (!isExposed()) {
        hidden();
        return;
    }
    if (trial_ && !paused_ && !trial_->running) {
        beginTrial();
    } else if (trial_ && trial_->running) {
        if (const auto phase = trial_->timeline->onScreen()) {
            drawPhase(*phase); // again, without a place in the trial's time
        }
    } else {
        frameSoon();
    }
}

void ParticipantWindow::focusOutEvent(QFocusEvent* /*event*/)
{
    if (!options_.simulated && trial_ && trial_->running) {
        pause(PauseReason::focus);
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
    if (event->isAutoRepeat()) {
        return;
    }
    const int key = event->key();
    const double atMs = keyClock_.pressedAtMs(nowMs(), event->timestamp(), frameBeganMs_);
    if (paused_) {
        if (pauseVisible_ && key == Qt::Key_Space) {
            resume();
        } else if (pauseVisible_ && key == Qt::Key_Q && quit_) {
            const auto quit = quit_;
            quit();
        }
    } else if (key == Qt::Key_Escape) {
        escape();
    } else if (trial_) {
        trialKey(*event, atMs);
    } else if (between_ && between_->visible && goesOn(key)) {
        goOn();
    }
}

void ParticipantWindow::mouseMoveEvent(QMouseEvent* event)
{
    if (!trial_ || !trial_->running || trial_->timeline->onScreen() != Phase::answer) {
        return;
    }
    const auto pointedAt = choiceUnder(event->position());
    if (pointedAt_ != pointedAt) {
        pointedAt_ = pointedAt;
        frameSoon();
    }
}

void ParticipantWindow::mousePressEvent(QMouseEvent* event)
{
    if (event->button() == Qt::LeftButton && !paused_ && trial_ &&
        trial_->view.task == Task::recognition && takesAnswers()) {
        const auto box = choiceUnder(event->position());
        trial_->timeline->click(box ? std::optional(categoryAnswer(*box)) : std::nullopt,
                                keyClock_.pressedAtMs(nowMs(), event->timestamp(), frameBeganMs_));
        afterInput();
    }
}

bool ParticipantWindow::takesAnswers()
{
    // A device that stands still is known to be gone only after a while; until its sound has come
    // out whole there is nothing to answer.
    const bool heard = options_.pace == Pace::fast || !plays() || sound_->over();
    return trial_->running && !trial_->timeline->answered() && !soundWentWrong() &&
           (heard || trial_->timeline->onScreen() != Phase::answer);
}

void ParticipantWindow::trialKey(const QKeyEvent& event, double atMs)
{
    if (takesAnswers()) {
        trial_->timeline->key(answerOf(trial_->view, event.key(), event.nativeScanCode()), atMs);
        afterInput();
    }
}

void ParticipantWindow::afterInput()
{
    if (trial_->timeline->next() == Phase::over) {
        finishTrial();
    } else if (trial_->timeline->answered()) {
        frameSoon();
    }
}

std::optional<std::size_t> ParticipantWindow::choiceUnder(QPointF at) const
{
    const bool asked = choosing_ && trial_ && trial_->view.choices == choosing_->choices;
    return asked ? choosing_->screen.boxUnder((at * devicePixelRatio()).toPoint()) : std::nullopt;
}

void ParticipantWindow::pressLater(int key, double afterMs)
{
    keyToPress_ = key;
    keyTimer_.start(
        options_.pace == Pace::fast ? 0 : static_cast<int>(std::lround(std::max(0.0, afterMs))));
}

void ParticipantWindow::frameSoon()
{
    frameTimer_.start(0);
}

void ParticipantWindow::frame()
{
    frameBeganMs_ = nowMs();
    if (!isExposed()) {
        hidden();
        return;
    }
    preparePictures();
    if (!refresh_) {
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
    frameTimer_.stop();
    keyTimer_.stop();
    stopSound();
    trial_->running = false;
    if (trial_->timeline->answered()) {
        finishTrial();
    } else if (trial_->timeline->onScreen()) {
        trial_->timeline->restart(flag::kLostFocus);
    }
}

void ParticipantWindow::measureFrame()
{
    drawStill();
    swaps_.push_back(nowMs());
    if (swaps_.size() < kWarmUpSwaps + kMeasuredSwaps) {
        frameSoon();
        return;
    }
    refresh_ = judgeSwaps(std::span(swaps_).subspan(kWarmUpSwaps), screen()->refreshRate());
    swaps_.clear();
    frameSoon();
    Q_EMIT measured();
}

void ParticipantWindow::stillFrame()
{
    drawStill();
    if (paused_) {
        pauseVisible_ = true;
        if (options_.simulated &&
            (pauseReason_ == PauseReason::soundLost || pauseReason_ == PauseReason::soundBroken)) {
            pressLater(Qt::Key_Space, kSimulatedReadingMs);
        }
    } else if (between_ && !between_->visible) {
        between_->visible = true;
        if (options_.simulated && between_->what.kind != Interlude::Kind::waiting) {
            pressLater(Qt::Key_Space, kSimulatedReadingMs);
        }
    }
    Q_EMIT screenShown();
}

void ParticipantWindow::trialFrame()
{
    TrialTimeline& timeline = *trial_->timeline;
    const bool ownPace = !refresh_->swapBlocks && options_.pace == Pace::real;
    if (plays() && timeline.onScreen()) {
        if (const auto times = sound_->times()) {
            timeline.heardAt(*times);
        } else if (ownPace) {
            frameTimer_.start(1); // until the device has taken the first samples
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
        pointedAt_.reset();
        showCursor(phase == Phase::answer && trial_->view.task == Task::recognition);
    }
    // The answer screen is drawn again for the box that the mouse has moved to, and for no else.
    if (first || refresh_->swapBlocks || phase == Phase::answer) {
        drawPhase(phase);
        const double tookMs = nowMs() - frameBeganMs_;
        drawMs_ = drawMs_ > 0 ? std::min(tookMs, 1.1 * drawMs_) : tookMs;
    }
    const double shownMs = nowMs();
    if (first && phase == Phase::fixation) {
        gridOriginMs_ = shownMs;
        trial_->startedAt = utcNow();
        if (plays()) {
            sound_->begin();
            soundTimer_.start();
        }
    }
    // Without a blocking swap frames exist only where something changes.
    double nextMs = shownMs + refresh_->periodMs;
    const double soundMs = timeline.soundEndsMs(phase);
    if (ownPace && std::isfinite(soundMs)) {
        nextMs = std::max(shownMs, soundMs);
    } else if (ownPace) {
        nextMs = nearestOnGrid(gridOriginMs_, refresh_->periodMs, shownMs) +
                 timeline.plannedFrames(phase) * refresh_->periodMs;
    }
    timeline.frameShown(shownMs, nextMs);
    if (phase != Phase::answer) {
        // Begun early by what drawing takes at least, a frame is visible when due and never before.
        const bool soundUnknown = plays() && phase == Phase::fixation && !std::isfinite(soundMs);
        const double waitMs =
            ownPace && !soundUnknown ? std::max(0.0, nextMs - drawMs_ - nowMs()) : 0.0;
        frameTimer_.start(static_cast<int>(std::lround(waitMs)));
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
    if (trial_->view.task == Task::recognition &&
        (phase == Phase::answer || phase == Phase::feedback)) {
        drawChoices(phase);
        return;
    }
    std::vector<Canvas::Placed> pictures;
    pictures.push_back({fixation_.get(), centred({fixation_->width(), fixation_->height()})});
    const auto below = [&](const Canvas::Picture& picture) {
        const QSize size(picture->width(), picture->height());
        pictures.push_back(
            {picture.get(), centred(size, {0, pixelSize().height() / 10 + size.height() / 2})});
    };
    if (isInterval(phase)) {
        if (trial_->sounds) {
            const auto& cue = cues_.at(intervalIndex(phase));
            const QSize size(cue->width(), cue->height());
            pictures.push_back(
                {cue.get(), centred(size, {0, -pixelSize().height() / 10 - size.height() / 2})});
        } else {
            pictures.push_back({trial_->images.at(intervalIndex(phase)).get(), trial_->imageAt});
        }
    } else if (phase == Phase::answer) {
        below(prompt_);
    } else if (phase == Phase::feedback) {
        const bool right = trial_->timeline->presentation().response == trial_->view.correctAnswer;
        below(right ? right_ : wrong_);
    }
    canvas_->show(background_, pictures);
}

void ParticipantWindow::drawChoices(Phase phase)
{
    using Look = ChoiceScreen::Look;
    const ChoiceScreen& screen = choosing_->screen;
    std::vector<Canvas::Picture> boxes; // for as long as they are drawn
    std::vector<Canvas::Placed> pictures = {{choosing_->page.get(), QRect({0, 0}, pixelSize())}};
    const auto mark = [&](std::size_t index, Look look) {
        boxes.push_back(canvas_->upload(screen.box(index, look)));
        pictures.push_back({boxes.back().get(), screen.boxAt(index)});
    };
    if (phase == Phase::feedback) {
        const Answer response = trial_->timeline->presentation().response;
        const bool right = response == trial_->view.correctAnswer;
        pictures.push_back(
            {right ? choosing_->right.get() : choosing_->wrong.get(), screen.headingAt()});
        mark(categoryIndex(response), right ? Look::chosenRight : Look::chosenWrong);
        if (!right) {
            mark(categoryIndex(trial_->view.correctAnswer), Look::missed);
        }
    } else if (pointedAt_) {
        mark(*pointedAt_, Look::pointed);
    }
    canvas_->show(background_, pictures);
}

void ParticipantWindow::drawStill()
{
    std::vector<Canvas::Placed> pictures;
    if (paused_ || between_) {
        if (!still_) {
            still_ =
                canvas_->upload(paused_ ? pausePicture() : screens_->interlude(between_->what));
        }
        pictures.push_back({still_.get(), QRect({0, 0}, pixelSize())});
    }
    canvas_->show(background_, pictures);
}

void ParticipantWindow::dropStill()
{
    canvas_->makeCurrent();
    still_.reset();
}

void ParticipantWindow::preparePictures()
{
    const QSize size = pixelSize();
    if (screensSize_ != size) {
        screensSize_ = size;
        screens_.emplace(size, background_);
        fixation_ = canvas_->upload(
            screens_->fixationMark(pixelsFromCentre(1.0, display_, screenGeometry())));
        right_ = canvas_->upload(screens_->feedback(true));
        wrong_ = canvas_->upload(screens_->feedback(false));
        cues_.clear();
        choosing_.reset();
        still_.reset();
    }
    if (cues_.empty()) {
        canvas_->makeCurrent();
        prompt_.reset();
        if (promptTask_ != Task::recognition) {
            prompt_ = canvas_->upload(screens_->answerPrompt(promptTask_));
        }
        for (std::size_t i = 0; i < intervalCount(promptTask_); ++i) {
            cues_.push_back(canvas_->upload(screens_->intervalCue(promptTask_, i)));
        }
    }
    if (trial_ && trial_->view.task == Task::recognition) {
        prepareChoices();
    }
}

void ParticipantWindow::prepareChoices()
{
    const auto& choices = trial_->view.choices;
    if (choosing_ && choosing_->choices == choices && choosing_->sounds == trial_->sounds) {
        return;
    }
    canvas_->makeCurrent();
    choosing_.reset();
    ChoiceScreen screen(screensSize_, background_, choices,
                        trial_->sounds ? "What did you hear?" : "What did you see?");
    auto page = canvas_->upload(screen.page());
    auto right = canvas_->upload(screen.verdict(true));
    auto wrong = canvas_->upload(screen.verdict(false));
    choosing_.emplace(Choosing{.choices = choices,
                               .sounds = trial_->sounds,
                               .screen = std::move(screen),
                               .page = std::move(page),
                               .right = std::move(right),
                               .wrong = std::move(wrong)});
}

QImage ParticipantWindow::pausePicture() const
{
    switch (pauseReason_) {
    case PauseReason::asked:
        return screens_->paused(false);
    case PauseReason::focus:
        return screens_->paused(true);
    case PauseReason::soundBroken:
        return screens_->soundBroken();
    case PauseReason::soundLost:
        return screens_->soundLost(pauseText_);
    }
    return screens_->paused(false);
}

void ParticipantWindow::showCursor(bool visible)
{
    const auto shape = visible ? Qt::ArrowCursor : Qt::BlankCursor;
    if (cursor().shape() != shape) {
        setCursor(shape);
    }
}

QSize ParticipantWindow::pixelSize() const
{
    return size() * devicePixelRatio();
}

QRect ParticipantWindow::centred(QSize size, QPoint offset) const
{
    const QSize whole = pixelSize();
    return {QPoint((whole.width() - size.width()) / 2, (whole.height() - size.height()) / 2) +
                offset,
            size};
}

} // namespace mlab::ui
