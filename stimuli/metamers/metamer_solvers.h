// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/spaces/metamer_space.h"
#include "stimuli/store/metamer_settings.h"

#include <functional>
#include <stop_token>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace at {
class Tensor;
}

/// Internal to stimuli/. Model metamers: stimuli made from noise until a loss of their activations
/// is small. All items of a batch share each pass through the network and are otherwise
/// independent: each has its own step sizes and state, and one that has converged or failed stays
/// unchanged while the others continue.
namespace mlab::stimuli {

/// The losses [N] of stimuli [N, ...], differentiable; an item's loss depends on its own stimulus
/// only. See matchLoss.
using BatchLoss = std::function<at::Tensor(const at::Tensor& stimuli)>;

struct MetamerProgress {
    int done;                  ///< steps or evaluations
    int total;                 ///< at most
    const at::Tensor& stimuli; ///< now; valid during the call
};
using MetamerObserver = std::function<void(const MetamerProgress&)>;

/// @param start [N, ...] float32 or float64 in the range; see metamerNoise
/// @param tolerance a loss that is good enough
/// @param observer called after each step; may be empty
/// @return for each item the best stimulus found, always in the range, and the outcome.
/// Deterministic.
/// @throws Cancelled when `stop` is requested, InvalidArgument for a start outside the range, a
/// setting that is not positive or a loss that is not [N]
std::pair<at::Tensor, std::vector<MetamerOutcome>>
solveMetamers(const MetamerSolverSpec& solver, const BatchLoss& loss, const at::Tensor& start,
              double tolerance, const MetamerObserver& observer, const std::stop_token& stop,
              const ValueRange& range = {});

} // namespace mlab::stimuli
