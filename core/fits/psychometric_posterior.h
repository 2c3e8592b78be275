// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/psychometrics/sigmoid.h"

#include <array>
#include <optional>
#include <span>
#include <vector>

namespace mlab {

/// The answers at one level: `correct` of `total` (any integers that doubles hold).
struct LevelCounts {
    double level = 0.0; ///< the level achieved, not the one asked for
    double correct = 0.0;
    double total = 0.0;
};

/// The parameters of a psychometric function with overdispersion (Schuett et al. 2016, equation 1):
///
///     P(correct) = guess + (1 - guess - lapse) * sigmoid(level; threshold, width)
///
/// and counts at a level are beta-binomial with that mean and nu = 1 / eta^2 - 1.
struct PsychometricParameters {
    double threshold = 0.0; ///< units of the level
    double width = 0.0;     ///< units of the level, or natural log units: see Sigmoid
    double lapse = 0.0;
    double guess = 0.0;
    double eta = 0.0; ///< in [0, 1): 0 is the binomial model
};

/// P(correct) at a level.
double probabilityCorrect(const Sigmoid& sigmoid, const PsychometricParameters& parameters,
                          double level);

/// Where the lower asymptote comes from.
enum class GuessRate {
    fixed,       ///< the task's chance: m-AFC and similar tasks
    free,        ///< yes/no: fitted, with a prior like the lapse rate's
    equalToLapse ///< fitted, one rate for both asymptotes
};

/// The model to fit, psignifit 4's defaults.
struct PsychometricModel {
    Sigmoid sigmoid = Sigmoid(SigmoidShape::norm);
    GuessRate guessRate = GuessRate::fixed;
    double guess = 0.5; ///< for GuessRate::fixed, in [0, 1)
    /// Fixed instead of fitted.
    std::optional<double> fixedThreshold = {}, fixedWidth = {}, fixedLapse = {}, fixedEta = {};
    std::optional<double> fixedGuess = {}; ///< for GuessRate::free: a known guess rate
    double etaBeta = 10.0;                 ///< eta's prior is Beta(1, this)
    /// Range of the threshold's prior; default: lowest to highest level of the data.
    std::optional<std::array<double, 2>> levelRange = {};
};

/// The parameters in the order in which grids are laid out.
enum PsychometricAxis : std::size_t { kEta, kGuess, kLapse, kThreshold, kWidth };
using PsychometricPoint = std::array<double, 5>; ///< threshold on the sigmoid's axis

/// The posterior density of the parameters given data (Schuett et al. 2016, appendix A; numbers as
/// python-psignifit's). Priors: the threshold is flat over the range of levels with cosine flanks
/// of half that range; the width is flat from twice the smallest distance of two levels to the
/// range, with cosine flanks from that distance and to three times the range; lapse and free guess
/// rates Beta(1, 10) within [0, 0.5]; eta Beta(1, etaBeta). Each integrates to 1; a fixed parameter
/// has none.
class PsychometricPosterior {
public:
    /// @throws InvalidArgument if the data are impossible or cannot determine a function of level
    ///         (no trials, one level), or the model is inconsistent
    PsychometricPosterior(std::span<const LevelCounts> data, const PsychometricModel& model);

    /// Log density, -infinity where it is impossible. Without the binomial coefficients.
    double logDensity(const PsychometricParameters& parameters) const;
    /// The same for a point on the axes.
    double logDensity(const PsychometricPoint& point) const;
    double logPrior(PsychometricAxis axis, double value) const;
    /// P(correct) at a block's level.
    double probabilityAt(const LevelCounts& block, const PsychometricPoint& point) const;
    /// The same levels, numbers of trials and priors with other numbers of correct answers, one for
    /// each of blocks().
    PsychometricPosterior withAnswers(std::span<const double> correct) const;

    /// Bounds of a parameter; equal if it is fixed.
    const std::array<double, 2>& bounds(PsychometricAxis axis) const { return bounds_[axis]; }
    bool isFree(PsychometricAxis axis) const { return bounds_[axis][0] < bounds_[axis][1]; }

    PsychometricPoint pointOf(const PsychometricParameters& parameters) const;
    PsychometricParameters parametersOf(const PsychometricPoint& point) const;

    const PsychometricModel& model() const { return model_; }
    /// The levels with trials, levels on the sigmoid's axis.
    const std::vector<LevelCounts>& blocks() const { return blocks_; }

private:
    double priorShape(PsychometricAxis axis, double value) const;
    double priorIntegral(PsychometricAxis axis) const; ///< of the shape, over the bounds

    PsychometricModel model_;
    std::vector<LevelCounts> blocks_;
    std::array<double, 2> range_ = {}; ///< of levels, on the axis
    double smallestStep_ = 0.0;        ///< between two levels, on the axis
    double normalWidths_ = 1.0;        ///< a norm's 5 % to 95 % width over its width at widthAlpha
    std::array<std::array<double, 2>, 5> bounds_ = {};
    std::array<double, 5> logNormalizer_ = {};
};

/// nu of the beta distribution for an eta; infinite if the counts are practically binomial.
double betaPrecision(double eta);

} // namespace mlab
