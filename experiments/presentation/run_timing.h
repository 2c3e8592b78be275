// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/presentation/presenter.h"

#include <optional>
#include <string>

namespace mlab::experiments {

/// How well the trials of a run kept their planned times.
struct RunTiming {
    int trials = 0;
    int droppedFrames = 0;
    int trialsWithDroppedFrames = 0;
    int shownAgain = 0;  ///< trials whose images were not shown as planned at first
    int playedAgain = 0; ///< trials whose sound was interrupted
    /// The largest of Presentation::onsetErrorMs; absent if no trial has one.
    std::optional<double> onsetErrorMs;

    void add(const Presentation& shown);
    /// A line for the experimenter, without its end. Empty if there was no trial.
    std::string text() const;
};

} // namespace mlab::experiments
