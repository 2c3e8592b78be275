// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QImage>

#include <string>

namespace mlab::ui {

class Screens;
class TrialMedia;

/// Why a session is paused.
enum class PauseReason {
    asked,            ///< Esc, or the window was to be closed
    focusLost,        ///< another window has the keyboard
    soundInterrupted, ///< the sound of a trial was interrupted several times
    deviceLost        ///< the sound device has disappeared
};

/// Whether a session is paused, why, and what the screen then says. GUI thread only.
class Pause {
public:
    bool active() const { return active_; }
    PauseReason reason() const { return reason_; }
    /// The flag of a trial that this pause interrupted, a word of mlab::flag.
    const char* trialFlag() const;

    /// Must not be active.
    /// @param media of the trial that is interrupted
    void begin(PauseReason why, const TrialMedia& media);
    /// Ends it, unless the device that was lost cannot be opened again: then the pause continues
    /// with another text. Returns whether it has ended.
    bool end(TrialMedia& media);

    /// Whether the screen asks if the session shall end, so that one key cannot end it by accident.
    bool asksToEnd() const { return asksToEnd_; }
    void askToEnd(bool asks);

    /// Its screen is visible. Keys have no effect before.
    bool visible() const { return visible_; }
    void setVisible() { visible_ = true; }
    QImage picture(const Screens& screens) const;

private:
    bool active_ = false;
    bool visible_ = false;
    bool asksToEnd_ = false;
    PauseReason reason_ = PauseReason::asked;
    std::string text_; ///< what happened to the sound device
};

} // namespace mlab::ui
