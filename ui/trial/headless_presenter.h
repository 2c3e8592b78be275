// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/design/design.h"
#include "experiments/presentation/presenter.h"
#include "ui/trial/frame_clock.h"

#include <QTimer>

#include <functional>
#include <string>

namespace mlab::ui {

/// Trials without a screen, for simulated participants only. Times are those of an ideal 60 Hz
/// screen and of a sound device without latency; nothing is played. At real pace a trial takes as
/// long as it would with them. At fast pace it takes one pass of the event loop, so that replies of
/// the generator can arrive. Used on one thread that runs an event loop.
class HeadlessPresenter final : public experiments::Presenter {
public:
    HeadlessPresenter(const experiments::Timing& timing, Pace pace);

    void interlude(const experiments::Interlude& what, std::function<void()> done) override;
    /// @throws InvalidArgument if the trial has no simulated answer
    void present(const experiments::TrialView& view,
                 std::function<void(experiments::Presentation)> done) override;
    /// Does nothing: no person could end the session.
    void onQuit(std::function<void()> /*quit*/) override {}

    /// A JSON object for the session's row, like ParticipantWindow::displayInfo().
    std::string displayInfo() const;

private:
    void later(double afterMs, std::function<void()> act);

    experiments::Timing timing_;
    Pace pace_;
    QTimer timer_;
    std::function<void()> act_; ///< called when the timer ends
};

} // namespace mlab::ui
