// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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
/// independent: each has its own step sizes and state, and one that has converged or failed is
/// left as it is, while the others go on.
namespace mlab::stimuli {

/// The losses [N] of stimuli [N, ...], differentiable; an item's loss depends on its own stimulus
/// only. See matchLoss.
using BatchLoss = std::function<at::Tensor(const at::Tensor& stimuli)>;

/// What each value of a stimulus may be: pixels by default, [-1, 1] for the samples of sounds.
struct ValueRange {
    double lowest = 0.0;
    double highest = 1.0;
};

/// x <- clamp(x - step g / (||g|| + 1e-10)), the step halved after each repetition: the published
/// procedure (Feather et al. 2023; 24000 steps).
struct NormalisedGradientSpec {
    double firstStep = 1.0; ///< L2 norm of one step
    int repetitions = 8;
    int stepsPerRepetition = 3000;

    bool operator==(const NormalisedGradientSpec&) const = default;
};

/// Adam (Kingma & Ba 2015; beta 0.9 and 0.999) on the values, clamped after each step, as Feather
/// et al. 2019; the learning rate falls to 0 along half a cosine.
struct AdamSpec {
    int steps = 2000;
    double learningRate = 0.02;

    bool operator==(const AdamSpec&) const = default;
};

/// Limited-memory BFGS with a strong Wolfe line search (Nocedal & Wright 2006, Algorithms 7.5, 3.5
/// and 3.6). Needs true gradients: none of identityGradientRelu.
struct LbfgsSpec {
    int evaluations = 2000;
    int memory = 20;
    /// Minimise the square of the loss: for losses that are a norm, which have a kink at 0.
    bool squareLoss = true;

    bool operator==(const LbfgsSpec&) const = default;
};

using MetamerSolverSpec = std::variant<NormalisedGradientSpec, AdamSpec, LbfgsSpec>;

enum class MetamerStatus {
    converged, ///< the loss is at or below the tolerance
    maxSteps,  ///< the steps or evaluations are used up
    failed,    ///< no further step can be made; the outcome gives the reason
};

struct LossSample {
    int step = 0;      ///< steps made before (L-BFGS: evaluations)
    double loss = 0.0; ///< after them
};

struct MetamerOutcome {
    MetamerStatus status = MetamerStatus::maxSteps;
    std::string reason;              ///< of a failure
    double loss = 0.0;               ///< of the stimulus returned; infinite if none was finite
    int steps = 0;                   ///< L-BFGS: line searches completed
    int evaluations = 0;             ///< forward passes in which this item took part
    std::vector<LossSample> history; ///< at most about 1000, equally spaced, from step 0
};

struct MetamerProgress {
    int done;                  ///< steps or evaluations
    int total;                 ///< at most
    const at::Tensor& stimuli; ///< now; valid during the call
};
using MetamerObserver = std::function<void(const MetamerProgress&)>;

/// @param start [N, ...] float32 or float64 in the range; see metamerNoise
/// @param tolerance a loss that is good enough
/// @param observer called after each step; may be empty
/// @return for each item the best stimulus met, always in the range, and how it went.
/// Deterministic.
/// @throws Cancelled when `stop` is requested, InvalidArgument for a start outside the range, a
/// setting that is not positive or a loss that is not [N]
std::pair<at::Tensor, std::vector<MetamerOutcome>>
solveMetamers(const MetamerSolverSpec& solver, const BatchLoss& loss, const at::Tensor& start,
              double tolerance, const MetamerObserver& observer, const std::stop_token& stop,
              const ValueRange& range = {});

} // namespace mlab::stimuli
