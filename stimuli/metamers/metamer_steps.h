// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/metamers/metamer_solvers.h"
#include "stimuli/store/metamer_settings.h"

/// Internal to the metamer solvers: what they share.
namespace mlab::stimuli {

/// Losses [N] and the gradient of each with respect to its own stimulus [N, ...], in one pass.
std::pair<at::Tensor, at::Tensor> lossesWithGradients(const BatchLoss& loss,
                                                      const at::Tensor& stimuli);

/// Losses at regular intervals of steps, left on their device until requested.
class LossTrace {
public:
    explicit LossTrace(int totalSteps);
    ~LossTrace();
    LossTrace(const LossTrace&) = delete;
    LossTrace& operator=(const LossTrace&) = delete;

    /// Steps must be given in order.
    void record(int step, const at::Tensor& losses);
    /// Writes each item's samples up to its last step into its history.
    void writeTo(std::vector<MetamerOutcome>& outcomes, const std::vector<int>& lastSteps) const;

private:
    int stride_;
    std::vector<int> steps_;
    std::vector<at::Tensor> losses_;
};

std::pair<at::Tensor, std::vector<MetamerOutcome>>
solveByLbfgs(const LbfgsSpec& spec, const BatchLoss& loss, const at::Tensor& start,
             double tolerance, const MetamerObserver& observer, const std::stop_token& stop,
             const ValueRange& range);

} // namespace mlab::stimuli
