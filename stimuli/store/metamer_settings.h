// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace mlab::stimuli {

enum class MatchLoss {
    normalised,           ///< ||a - a*|| / ||a*|| (Feather et al. 2023)
    relativeSquaredError, ///< its square
    squaredError,         ///< ||a - a*||^2 (Feather et al. 2019)
    meanSquaredError,     ///< the squared error over the number of units
    l2,                   ///< ||a - a*||
};

enum class MetamerNoise {
    gaussian, ///< independent pixels, mean 0.5, SD 1/20, clamped (Feather et al. 2023)
    uniform,  ///< independent pixels, uniform in [0, 1)
};

/// x <- clamp(x - step g / (||g|| + 1e-10)), the step halved after each repetition: the published
/// procedure (Feather et al. 2023; 24000 steps).
struct NormalisedGradientSpec {
    static constexpr std::string_view kName = "normalised-gradient";
    static constexpr bool kNeedsTrueGradient = false;
    int& budget() { return stepsPerRepetition; }

    double firstStep = 1.0; ///< L2 norm of one step
    int repetitions = 8;
    int stepsPerRepetition = 3000;

    bool operator==(const NormalisedGradientSpec&) const = default;
};

/// Adam (Kingma & Ba 2015; beta 0.9 and 0.999) on the values, clamped after each step, as Feather
/// et al. 2019; the learning rate falls to 0 along half a cosine.
struct AdamSpec {
    static constexpr std::string_view kName = "adam";
    static constexpr bool kNeedsTrueGradient = false;
    int& budget() { return steps; }

    int steps = 2000;
    double learningRate = 0.02;

    bool operator==(const AdamSpec&) const = default;
};

/// Limited-memory BFGS with a strong Wolfe line search (Nocedal & Wright 2006, Algorithms 7.5, 3.5
/// and 3.6). It needs the true gradient, not that of LastRelu::identity.
struct LbfgsSpec {
    static constexpr std::string_view kName = "lbfgs";
    static constexpr bool kNeedsTrueGradient = true;
    int& budget() { return evaluations; }

    int evaluations = 2000;
    int memory = 20;
    /// Minimise the square of the loss: for losses that are a norm, which have a kink at 0.
    bool squareLoss = true;

    bool operator==(const LbfgsSpec&) const = default;
};

/// A solver is described by its struct: its name in study files and cache keys, its settings, and
/// which of them `steps` in a study sets. Its algorithm is in stimuli/metamers.
using MetamerSolverSpec = std::variant<NormalisedGradientSpec, AdamSpec, LbfgsSpec>;

/// A solver with its default settings; absent for another name.
std::optional<MetamerSolverSpec> metamerSolverNamed(std::string_view name);
/// The steps or evaluations that it may take at most.
int& budgetOf(MetamerSolverSpec& solver);
bool needsTrueGradient(const MetamerSolverSpec& solver);
/// As cache keys have it.
nlohmann::ordered_json toJson(const MetamerSolverSpec& solver);

/// How model metamers are made from noise.
struct MetamerSettings {
    MatchLoss loss = MatchLoss::normalised;
    MetamerSolverSpec solver = LbfgsSpec{};
    double tolerance = 1e-3;      ///< a loss that is good enough to stop at
    bool identityGradient = true; ///< through the ReLU that ends the layer, see LastRelu
    MetamerNoise noise = MetamerNoise::gaussian;

    bool operator==(const MetamerSettings&) const = default;
};

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

} // namespace mlab::stimuli
