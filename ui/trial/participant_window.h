// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/design/design.h"
#include "experiments/design/visual_angle.h"
#include "experiments/presentation/presenter.h"
#include "experiments/presentation/trial_timeline.h"
#include "ui/audio/audio_settings.h"
#include "ui/trial/frame_clock.h"
#include "ui/trial/frame_pacer.h"
#include "ui/trial/held_keys.h"
#include "ui/trial/pause.h"
#include "ui/trial/sound_media.h"
#include "ui/trial/trial_media.h"
#include "ui/trial/trial_stage.h"

#include <QScreen>
#include <QTimer>
#include <QWindow>

#include <array>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>

namespace mlab::ui {

/// The size of a participant window that does not fill the screen, in physical pixels.
QSize participantWindowSize(const QScreen& screen);

/// The window that a participant looks at and whose keys they press: runs trials and the screens
/// between them. TrialStage draws, FramePacer says when, TrialMedia presents the images or sounds,
/// and TrialTimeline decides what comes next.
///
/// Frames are locked to the screen if its swaps wait for it. Otherwise a schedule at the screen's
/// nominal rate says when something changes; nothing is drawn in between, and a change that comes
/// late counts as dropped frames. A screen that waits for a key uses no processor time.
///
/// A trial with sounds is led by its sound: a cue on the screen marks each interval while it is
/// heard, and onsets are the times at which the sound leaves the device. If the device runs out of
/// samples or disappears, the trial is flagged and presented again from the start. At fast pace
/// nothing is played.
///
/// A trial of images that was not shown as planned (TrialTimeline::keptTime(): late frames, a
/// program that was stopped, a computer that was suspended) is flagged and presented again from the
/// start. On a screen that cannot keep time this ends after Options::mostPresentations. At fast
/// pace nothing has a planned time.
///
/// Recognition has its own answer screen, answered by key or mouse: a press of the left button (or
/// a touch, which the window system turns into one) on a category's box. The cursor is visible only
/// there. With feedback, the chosen box and the correct one are marked.
///
/// One press gives one answer: the repeats of a key that is held do not count, nor does a key or
/// button that was down before the answer screen, until it has been released.
///
/// Esc pauses at any time, and so does closing the window; losing the keyboard pauses a trial.
/// Space continues; Q and then Y ends the session. An interrupted trial is shown again from the
/// start, but an answer given before the interruption counts.
///
/// While the window is visible, QCoreApplication::quit() does nothing, because it asks every window
/// to close: leave the event loop with exit().
///
/// GUI thread only. Exceptions from the callbacks pass through the event loop to
/// QCoreApplication::notify().
class ParticipantWindow final : public QWindow, public experiments::Presenter {
    Q_OBJECT
public:
    struct Options {
        QScreen* screen = nullptr; ///< null: the primary screen
        bool windowed = false;     ///< otherwise it fills the screen
        Pace pace = Pace::real; ///< fast: each phase is one frame, simulated answers come at once
        /// No person takes part: screens between trials continue by themselves, and it does not
        /// matter which window has the keyboard. Answers come with each TrialView.
        bool simulated = false;
        std::optional<AudioSettings> audio = {}; ///< needed for trials with sounds
        /// How often a trial of images is presented at most until it was shown as planned; the last
        /// presentation counts as it was.
        int mostPresentations = 3;
    };

    /// The window is not shown until open().
    /// @throws DeviceError if there is no screen or no usable OpenGL, or the sound device cannot be
    ///         opened as asked
    ParticipantWindow(const experiments::Timing& timing, const experiments::DisplaySpec& display,
                      Options options);
    ParticipantWindow(const ParticipantWindow&) = delete;
    ParticipantWindow& operator=(const ParticipantWindow&) = delete;
    ~ParticipantWindow() override;

    /// Shows the window and measures the screen's refresh, which takes less than a second; then
    /// measured() is emitted. Interludes can be shown at once, trials only after that.
    void open();
    bool isMeasured() const { return pacer_.isMeasured(); }

    /// The screen, and the part of it that this window can draw on. Before measured(), the refresh
    /// rate is the one the screen reports.
    experiments::ScreenGeometry screenGeometry() const;
    /// Screen, refresh, pacing, geometry and renderer as a JSON object, for the session's row.
    /// @throws InternalError before measured()
    std::string displayInfo() const;
    /// The sound device as a JSON object, with its callback's worst time so far; empty if nothing
    /// is played.
    std::string audioInfo() const { return sounds_->deviceInfo(); }

    void interlude(const experiments::Interlude& what, std::function<void()> done) override;
    /// @throws InvalidArgument if an image does not fit in the window or a sound cannot be played
    ///         as asked. InternalError before measured(), or if a stimulus or a category is missing
    void present(const experiments::TrialView& view,
                 std::function<void(experiments::Presentation)> done) override;
    void onQuit(std::function<void()> quit) override { quit_ = std::move(quit); }

Q_SIGNALS:
    /// The refresh is known, displayInfo() is complete, and trials can begin.
    void measured();
    /// The first frame of a phase has become visible.
    void phaseShown(mlab::experiments::Phase phase);
    /// An interlude or the pause screen has become visible.
    void screenShown();

protected:
    void exposeEvent(QExposeEvent* event) override;
    void focusOutEvent(QFocusEvent* event) override;
    void keyPressEvent(QKeyEvent* event) override;
    void keyReleaseEvent(QKeyEvent* event) override;
    void mouseMoveEvent(QMouseEvent* event) override;
    void mousePressEvent(QMouseEvent* event) override;
    void mouseReleaseEvent(QMouseEvent* event) override;
    void closeEvent(QCloseEvent* event) override;

private:
    struct Trial {
        experiments::TrialView view;
        std::function<void(experiments::Presentation)> done;
        experiments::TrialTimeline timeline;
        std::string startedAt = {};
        bool running = false;     ///< frames are being shown
        int interruptions = 0;    ///< of its sound, after each of which it was presented again
        int mistimed = 0;         ///< presentations of its images that were not as planned
        double suspendedMs = 0.0; ///< suspendedMs() at the last frame
    };
    struct Between {
        experiments::Interlude what;
        std::function<void()> done;
        bool visible = false;
    };

    /// The only place where the window distinguishes images from sounds.
    TrialMedia& mediaOf(const experiments::TrialView& view);
    void beginTrial();
    /// Whether the sound of the running trial sets its pace.
    bool followsSound() const;
    /// Checks whether the trial must be presented again because of its media, and then does so.
    bool mediaFailed();
    /// Whether the images of the running trial were not shown as planned and are presented again.
    bool mistimed();
    /// Presents the running trial again from the start.
    void startAgain(const char* flag);
    void stopMedia();
    void finishTrial();
    /// Ends or restarts a trial that was being shown.
    void breakOff(const char* flag);

    void pauseKey(int key);
    bool takesAnswers();
    void trialKey(const QKeyEvent& event, double atMs);
    void afterInput();
    void goOn();
    void escape();
    void pause(PauseReason why);
    void resume();
    void hidden();
    void pressLater(int key, double afterMs);

    void frame();
    void measureFrame();
    /// A simulated participant tries to go on. @throws DeviceError if that does not help
    void repairLater();
    void trialFrame();
    void stillFrame();
    void drawPhase(experiments::Phase phase);
    void drawStill();
    void showCursor(bool visible);
    std::optional<std::size_t> choiceAt(QPointF at) const;

    experiments::Timing timing_;
    experiments::DisplaySpec display_;
    Options options_;

    std::unique_ptr<TrialStage> stage_; ///< once the window is created
    /// In the order of the alternatives of Stimulus.
    std::array<std::unique_ptr<TrialMedia>, std::variant_size_v<Stimulus>> allMedia_;
    SoundMedia* sounds_ = nullptr; ///< one of them
    TrialMedia* media_ = nullptr;  ///< of the last trial; at first, of none yet, the pictures

    FramePacer pacer_;
    QTimer keyTimer_;   ///< the simulated participant's finger
    QTimer mediaTimer_; ///< looks for failures while a trial's sound is played
    int keyToPress_ = 0;
    int simulatedRepairs_ = 0; ///< pauses of the present trial that it has tried to end
    KeyClock keyClock_;
    HeldKeys keys_;
    HeldKeys buttons_;

    std::optional<Trial> trial_;
    std::optional<Between> between_;
    Pause pause_;
    std::function<void()> quit_;
};

} // namespace mlab::ui
