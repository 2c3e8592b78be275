// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/engine/graph_metamer_engine.h"

#include <stop_token>
#include <vector>

namespace mlab::stimuli {

/// Internal to stimuli/. When a solver stops, and why. A solver tells it the loss of its start and
/// after each step.
class StopRule {
public:
    /// @param tolerance a loss that is good enough
    /// @param steps at most
    StopRule(double tolerance, int steps, Progress progress, std::stop_token stop);

    /// Whether another step is to be made.
    /// @throws Cancelled when `stop` is requested
    bool goesOn(double loss);
    /// The same of a walk, which ends with its budget alone. Then the reason is `walked`.
    /// @throws as goesOn()
    bool walksOn();
    /// For a solver that finds no further step.
    void end(GraphStop reason) { reason_ = reason; }
    /// Within a long step. @throws Cancelled when `stop` is requested
    void poll() const;
    GraphStop reason() const { return reason_; }
    int steps() const { return told_ - 1; }
    bool isBest() const { return isBest_; } ///< the loss told last is below all before

private:
    void count();

    double tolerance_;
    int most_;
    Progress progress_;
    std::stop_token stop_;
    GraphStop reason_ = GraphStop::budget;
    bool isBest_ = false;
    int told_ = 0;             ///< the start and the steps
    std::vector<double> best_; ///< the lowest loss so far, after each step
};

} // namespace mlab::stimuli
