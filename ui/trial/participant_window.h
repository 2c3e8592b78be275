// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/design/design.h"
#include "experiments/design/visual_angle.h"
#include "experiments/presentation/presenter.h"
#include "experiments/presentation/trial_timeline.h"
#include "ui/audio/trial_sound.h"
#include "ui/trial/canvas.h"
#include "ui/trial/choice_screen.h"
#include "ui/trial/frame_clock.h"
#include "ui/trial/screens.h"

#include <QColor>
#include <QScreen>
#include <QTimer>
#include <QWindow>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mlab::ui {

/// How large the participant window is where it does not fill the screen, in physical pixels.
QSize participantWindowSize(const QScreen& screen);

/// The window a participant looks at and whose keys they press. Shows trials frame by frame:
/// locked to the screen where its swaps wait for it. Where they do not, a schedule of its own at
/// the screen's nominal rate says when something changes; nothing is drawn in between, and a change
/// that comes late counts as dropped frames. A screen that waits for a key costs nothing.
///
/// A trial of sounds is led by its sound: a cue on the screen marks each interval while it is
/// heard, and onsets are the times at which the sound leaves the device. Where the device runs out
/// of samples, or goes away, the trial is flagged and presented again from its start. At fast pace
/// nothing is played.
///
/// Recognition is answered on a screen of its own, by key or by mouse: a press of its left button
/// (or a touch, which the window system turns into one) on a category's box. Only there the cursor
/// is seen. With feedback the box that was chosen and the right one are marked.
///
/// Esc (or closing the window, or losing the keyboard) pauses at any time; Space continues, Q ends
/// the session. An interrupted trial is shown again from its start. An answer that was given before
/// the interruption stands.
///
/// While it is visible QCoreApplication::quit() does nothing, since it asks every window to close:
/// leave the event loop with exit().
///
/// GUI thread only. What the callbacks throw goes through the event loop to
/// QCoreApplication::notify().
class ParticipantWindow final : public QWindow, public experiments::Presenter {
    Q_OBJECT
public:
    struct Options {
        QScreen* screen = nullptr; ///< null: the primary one
        bool windowed = false;     ///< else it fills the screen
        Pace pace = Pace::real; ///< fast: each phase is one frame, simulated answers come at once
        /// Nobody sits in front: screens between trials go on by themselves, and it does not matter
        /// which window has the keyboard. Answers come with each TrialView.
        bool simulated = false;
        std::optional<AudioSettings> audio = {}; ///< needed for trials of sounds
    };

    /// Not shown until open().
    /// @throws DeviceError if there is no screen or no usable OpenGL, or the sound device asked for
    ///         cannot be opened as asked.
    ParticipantWindow(const experiments::Timing& timing, const experiments::DisplaySpec& display,
                      Options options);
    ParticipantWindow(const ParticipantWindow&) = delete;
    ParticipantWindow& operator=(const ParticipantWindow&) = delete;
    ~ParticipantWindow() override;

    /// Shows the window and measures the screen's refresh, which takes under a second; then
    /// measured() is emitted. Interludes may be shown at once; a trial begins after it.
    void open();
    bool isMeasured() const { return refresh_.has_value(); }

    /// The screen, and the part of it that this window may draw on. Before measured() the refresh
    /// is the screen's own word.
    experiments::ScreenGeometry screenGeometry() const;
    /// Screen, refresh, pacing, geometry and renderer as a JSON object, for the session's row.
    /// @throws InvalidArgument before measured().
    std::string displayInfo() const;
    /// The sound device as a JSON object, its callback's worst case so far among it; empty where
    /// nothing is played.
    std::string audioInfo() const { return sound_ ? sound_->info() : std::string(); }

    void interlude(const experiments::Interlude& what, std::function<void()> done) override;
    /// @throws InvalidArgument if an image does not fit on the window, a sound cannot be played as
    /// it
    ///         is to be, or a stimulus is missing.
    void present(const experiments::TrialView& view,
                 std::function<void(experiments::Presentation)> done) override;
    void onQuit(std::function<void()> quit) override { quit_ = std::move(quit); }

Q_SIGNALS:
    /// The refresh is known, displayInfo() is complete, trials can begin.
    void measured();
    /// The first frame of a phase has become visible.
    void phaseShown(mlab::experiments::Phase phase);
    /// An interlude or the pause screen has become visible.
    void screenShown();

protected:
    void exposeEvent(QExposeEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    struct Trial {
        experiments::TrialView view = {};
        std::function<void(experiments::Presentation)> done = {};
        bool sounds = false;
        std::vector<Canvas::Picture> images = {}; ///< of the intervals
        QRect imageAt = {};
        std::optional<experiments::TrialTimeline> timeline = {}; ///< from the first beginning on
        std::string startedAt = {};
        bool running = false; ///< frames are being shown
        int underruns = 0;    ///< for which it was begun again
    };
    /// The answer screen of recognition.
    struct Choosing {
        ChoiceScreen::Choices choices;
        bool sounds;
        ChoiceScreen screen;
        Canvas::Picture page;
        Canvas::Picture right;
        Canvas::Picture wrong;
    };
    struct Between {
        experiments::Interlude what;
        std::function<void()> done;
        bool visible = false;
    };

    /// Why the participant is made to wait.
    enum class PauseReason { asked, focus, soundBroken, soundLost };
    static const char* flagOf(PauseReason why);

    void prepareImages(Trial& trial);
    void prepareSounds(Trial& trial);
    void beginTrial();
    bool plays() const;
    /// Looks whether the trial must be presented again, and sees to it.
    bool soundWentWrong();
    void stopSound();
    void finishTrial();
    bool takesAnswers();
    void trialKey(const QKeyEvent& event, double atMs);
    void afterInput();
    void goOn();
    void escape();
    void pause(PauseReason why);
    void resume();
    void hidden();
    void pressLater(int key, double afterMs);

    void frameSoon();
    void frame();
    void measureFrame();
    void trialFrame();
    void stillFrame();
    void drawPhase(experiments::Phase phase);
    void drawChoices(experiments::Phase phase);
    void drawStill();
    void dropStill();
    void preparePictures();
    void prepareChoices();
    QImage pausePicture() const;
    void showCursor(bool visible);

    QSize pixelSize() const;
    std::optional<std::size_t> choiceUnder(QPointF at) const;
    QRect centred(QSize size, QPoint offset = {}) const;

    experiments::Timing timing_;
    experiments::DisplaySpec display_;
    Options options_;
    QColor background_;

    std::unique_ptr<TrialSound> sound_; ///< where sounds are played
    std::unique_ptr<Canvas> canvas_;
    std::optional<Screens> screens_; ///< once the window has its size
    QSize screensSize_;
    Canvas::Picture fixation_;
    Task promptTask_ = Task::abx;
    Canvas::Picture prompt_;            ///< of that task, unless it is recognition
    std::vector<Canvas::Picture> cues_; ///< of its intervals; empty until they are painted
    Canvas::Picture right_;
    Canvas::Picture wrong_;
    std::optional<Choosing> choosing_;     ///< once it is painted for the trial's choices
    std::optional<std::size_t> pointedAt_; ///< the box that the mouse has moved to
    Canvas::Picture still_; ///< the screen between trials that is due, once it is painted

    std::vector<double> swaps_; ///< while measuring
    std::optional<Refresh> refresh_;
    QTimer frameTimer_;
    QTimer keyTimer_;   ///< the simulated participant's finger
    QTimer soundTimer_; ///< looks at the sound while a trial is played
    int keyToPress_ = 0;
    KeyClock keyClock_;
    double gridOriginMs_ = 0.0;
    double frameBeganMs_ = 0.0;
    double drawMs_ = 0.0; ///< the least that drawing and swapping took lately

    std::optional<Trial> trial_;
    std::optional<Between> between_;
    bool paused_ = false;
    PauseReason pauseReason_ = PauseReason::asked; ///< while paused
    std::string pauseText_;                        ///< what happened to the sound device
    bool pauseVisible_ = false;
    std::function<void()> quit_;
};

} // namespace mlab::ui
