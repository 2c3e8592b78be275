// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/presentation/headphone_check.h"
#include "ui/audio/audio_settings.h"

#include <QDialog>
#include <QTimer>

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

class QLabel;
class QPushButton;

namespace mlab::ui {

/// The headphone check as the participant sees it: instructions, six trials of three intervals,
/// answered with a click or the keys 1, 2 and 3, and the result. A check that failed can be
/// repeated, with trials in another order; or the session is ended (the dialog is rejected), or
/// continued. GUI thread only.
class HeadphoneCheckDialog final : public QDialog {
    Q_OBJECT
public:
    /// @param seed for the order of the trials and for the noise; a repeated check has the next one
    HeadphoneCheckDialog(experiments::HeadphoneMethod method, AudioSettings settings,
                         std::uint64_t seed, QWidget* parent = nullptr);
    ~HeadphoneCheckDialog() override;

    /// All checks in their order, complete once exec() has returned QDialog::Accepted; otherwise
    /// the last is as far as it got.
    const std::vector<experiments::HeadphoneResult>& checks() const { return checks_; }

protected:
    void keyPressEvent(QKeyEvent* event) override;

private:
    enum class State { instructions, playing, asking, over };
    experiments::HeadphoneResult& current() { return checks_.back(); }
    void enter(State state);
    void beginCheck();
    void goOn();
    void playTrial();
    void look();
    void answer(int interval);

    experiments::HeadphoneMethod method_;
    AudioSettings settings_;
    std::uint64_t seed_;
    std::vector<experiments::HeadphoneTrial> trials_;
    std::vector<experiments::HeadphoneResult> checks_; ///< the last is the current one
    experiments::SoundTimeline sound_;
    State state_ = State::instructions;
    std::unique_ptr<AudioPlayer> player_; ///< null if the device could not be opened
    QTimer timer_;
    QLabel* title_;
    QLabel* text_;
    std::array<QPushButton*, 3> intervals_{};
    QLabel* note_;
    QPushButton* end_;
    QPushButton* proceed_; ///< although the check failed
    QPushButton* next_;
};

} // namespace mlab::ui
