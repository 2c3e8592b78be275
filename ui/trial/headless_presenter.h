// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/design/design.h"
#include "experiments/presentation/presenter.h"
#include "ui/trial/frame_clock.h"

#include <QTimer>

#include <functional>
#include <string>

namespace mlab::ui {

/// Trials without a screen, for simulated participants only. Times are the ideal ones of a 60 Hz
/// screen, and of a sound device without latency; nothing is played. At real pace a trial takes as
/// long as it would there; at fast pace it takes one turn of the event loop, in which the
/// generator's replies get in. Used on one thread that runs an event loop.
class HeadlessPresenter final : public experiments::Presenter {
public:
    HeadlessPresenter(const experiments::Timing& timing, Pace pace);

    void interlude(const experiments::Interlude& what, std::function<void()> done) override;
    /// @throws InvalidArgument if the trial has no simulated answer.
    void present(const experiments::TrialView& view,
                 std::function<void(experiments::Presentation)> done) override;
    /// Nobody is there to end the session.
    void onQuit(std::function<void()> /*quit*/) override {}

    /// For the session's row, as ParticipantWindow::displayInfo().
    std::string displayInfo() const;

private:
    void later(double afterMs, std::function<void()> act);

    experiments::Timing timing_;
    Pace pace_;
    QTimer timer_;
    std::function<void()> act_; ///< what the timer is for
};

} // namespace mlab::ui
