// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fits/psychometric_posterior.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/fits/beta_binomial.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <string>

namespace mlab {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Of levels on the sigmoid's axis: far from where their distances, and integrals over these,
/// overflow or vanish.
constexpr double kFarthest = 1e100;
constexpr double kClosest = 1e-100;
using std::numbers::pi;

bool isCount(double value)
{
    return value >= 0 && value <= 0x1p53 && value == std::floor(value);
}

void requireData(std::span<const LevelCounts> data, bool logarithmic)
{
    for (const auto& block : data) {
        if (!std::isfinite(block.level) || (logarithmic && block.level < 0)) {
            throw InvalidArgument("a level is " + roundedNumber(block.level) +
                                  (logarithmic ? "; this sigmoid needs levels of 0 or more"
                                               : ", which is not a number"));
        }
        if (!isCount(block.total) || !isCount(block.correct) || block.correct > block.total) {
            throw InvalidArgument(
                "at level " + roundedNumber(block.level) + ", " + roundedNumber(block.correct) +
                " correct of " + roundedNumber(block.total) +
                " is not a count of trials: expected whole numbers, correct at most total");
        }
    }
}

void requireComputable(const Sigmoid& sigmoid, std::span<const double> positions)
{
    double closest = kInfinity;
    for (std::size_t i = 1; i < positions.size(); ++i) {
        closest = std::min(closest, positions[i] - positions[i - 1]);
    }
    if (closest < kClosest ||
        std::max(std::abs(positions.front()), std::abs(positions.back())) > kFarthest) {
        throw InvalidArgument("levels from " +
                              roundedNumber(sigmoid.levelOfAxis(positions.front())) + " to " +
                              roundedNumber(sigmoid.levelOfAxis(positions.back())) +
                              " are too large or too close together to compute with; give them in "
                              "another unit");
    }
}

void requireWithin(const char* name, const std::optional<double>& value, double low, double high)
{
    if (value && !(*value >= low && *value <= high)) {
        throw InvalidArgument(std::string("the fixed ") + name + " is " + roundedNumber(*value) +
                              ", which is not within [" + roundedNumber(low) + ", " +
                              roundedNumber(high) + "]");
    }
}

constexpr std::array<double, 2> kRateBounds = {0.0, 0.5}; ///< of lapse and guess rates

double rateShape(double rate)
{
    const double cube = (1 - rate) * (1 - rate) * (1 - rate);
    return 10 * cube * cube * cube;
}

/// Integral of (1 + cos(pi x)) / 2 from 0 to x, in [0, 1]: a flank that comes down.
double flankIntegral(double x)
{
    return (x + std::sin(pi * x) / pi) / 2;
}

} // namespace

double betaPrecision(double eta)
{
    const double variance = eta * eta;
    return variance > 1e-9 ? 1 / variance - 1 : kInfinity;
}

double probabilityCorrect(const Sigmoid& sigmoid, const PsychometricParameters& parameters,
                          double level)
{
    return parameters.guess + (1 - parameters.guess - parameters.lapse) *
                                  sigmoid(level, parameters.threshold, parameters.width);
}

PsychometricPosterior::PsychometricPosterior(std::span<const LevelCounts> data,
                                             const PsychometricModel& model)
    : model_(model)
{
    const auto& sigmoid = model.sigmoid;
    requireData(data, sigmoid.logarithmic());
    std::vector<double> positions;
    for (const auto& block : data) {
        if (block.total > 0) {
            blocks_.push_back({sigmoid.axis(block.level), block.correct, block.total});
            if (std::isfinite(blocks_.back().level)) {
                positions.push_back(blocks_.back().level);
            }
        }
    }
    if (blocks_.empty()) {
        throw InvalidArgument("no trials to fit");
    }
    std::sort(positions.begin(), positions.end());
    positions.erase(std::unique(positions.begin(), positions.end()), positions.end());
    if (positions.size() < 2) {
        throw InvalidArgument("all trials are at one level: a psychometric function needs at "
                              "least two levels");
    }
    requireComputable(sigmoid, positions);
    range_ = {positions.front(), positions.back()};
    smallestStep_ = range_[1] - range_[0];
    for (std::size_t i = 1; i < positions.size(); ++i) {
        smallestStep_ = std::min(smallestStep_, positions[i] - positions[i - 1]);
    }
    if (model.levelRange) {
        range_ = {sigmoid.axis((*model.levelRange)[0]), sigmoid.axis((*model.levelRange)[1])};
        if (!(std::isfinite(range_[0]) && std::isfinite(range_[1]) && range_[0] < range_[1])) {
            throw InvalidArgument("the range of levels runs from " +
                                  roundedNumber((*model.levelRange)[0]) + " to " +
                                  roundedNumber((*model.levelRange)[1]));
        }
        requireComputable(sigmoid, range_);
        smallestStep_ = (range_[1] - range_[0]) / 100;
    }

    const double spread = range_[1] - range_[0];
    normalWidths_ = normalQuantile(0.95) / -normalQuantile(sigmoid.widthAlpha());
    bounds_[kThreshold] = {range_[0] - spread / 2, range_[1] + spread / 2};
    bounds_[kWidth] = {smallestStep_, 3 * spread / normalWidths_};
    bounds_[kLapse] = kRateBounds;
    bounds_[kEta] = {0.0, 1 - 1e-10};
    bounds_[kGuess] = kRateBounds;
    if (model.guessRate == GuessRate::fixed) {
        if (!(model.guess >= 0 && model.guess < 1)) {
            throw InvalidArgument("the guess rate is " + roundedNumber(model.guess) +
                                  ", which is not within [0, 1)");
        }
        bounds_[kGuess] = {model.guess, model.guess};
    } else if (model.guessRate == GuessRate::equalToLapse) {
        bounds_[kGuess] = {0.0, 0.0}; // follows the lapse rate
    }
    const auto fix = [&](PsychometricAxis axis, const std::optional<double>& value) {
        if (value) {
            bounds_[axis] = {*value, *value};
        }
    };
    requireWithin("width", model.fixedWidth, std::numeric_limits<double>::min(), 1e300);
    requireWithin("lapse rate", model.fixedLapse, 0.0, 1.0);
    requireWithin("guess rate", model.fixedGuess, 0.0, 1.0);
    requireWithin("eta", model.fixedEta, 0.0, 1 - 1e-10);
    if (model.fixedGuess && model.guessRate != GuessRate::free) {
        throw InvalidArgument("a fixed guess rate belongs to yes/no tasks only; here the task "
                              "determines it");
    }
    fix(kGuess, model.fixedGuess);
    fix(kWidth, model.fixedWidth);
    fix(kLapse, model.fixedLapse);
    fix(kEta, model.fixedEta);
    if (model.fixedThreshold) {
        const double position = sigmoid.axis(*model.fixedThreshold);
        if (!std::isfinite(position)) {
            throw InvalidArgument("the fixed threshold is " + roundedNumber(*model.fixedThreshold) +
                                  ", which is impossible for this sigmoid");
        }
        bounds_[kThreshold] = {position, position};
    }
    const double guessLeast =
        model.guessRate == GuessRate::equalToLapse ? bounds_[kLapse][0] : bounds_[kGuess][0];
    if (!(guessLeast + bounds_[kLapse][0] < 1)) {
        throw InvalidArgument("a guess rate of " + roundedNumber(guessLeast) +
                              " and a lapse rate of " + roundedNumber(bounds_[kLapse][0]) +
                              " leave no room for a psychometric function");
    }
    if (!(model.etaBeta > 0 && std::isfinite(model.etaBeta))) {
        throw InvalidArgument("eta's prior is Beta(1, " + roundedNumber(model.etaBeta) +
                              "): expected a number above 0");
    }

    for (const auto axis : {kEta, kGuess, kLapse, kThreshold, kWidth}) {
        if (isFree(axis)) {
            logNormalizer_[axis] = std::log(priorIntegral(axis));
        }
    }
}

double PsychometricPosterior::priorIntegral(PsychometricAxis axis) const
{
    const double spread = range_[1] - range_[0];
    switch (axis) {
    case kThreshold:
        return spread * (1 + flankIntegral(1)); // flanks of half its width on both sides
    case kWidth: {
        // In units of the smallest step: a rising flank from 1 to 2, 1 up to the spread, a falling
        // flank to three times that.
        const double end = spread / smallestStep_;
        const double from = std::max(1.0, normalWidths_);
        const double risen = std::max(from, std::min(2.0, end));
        const double falling = std::max(risen, end);
        const double area = risen - from - (flankIntegral(risen - 1) - flankIntegral(from - 1)) +
                            falling - risen +
                            2 * end * (flankIntegral(1) - flankIntegral((falling / end - 1) / 2));
        return area * smallestStep_ / normalWidths_;
    }
    case kLapse:
    case kGuess:
        return 1 - std::pow(1 - kRateBounds[1], 10);
    case kEta:
        return 1 - std::pow(1 - bounds_[kEta][1], model_.etaBeta);
    }
    throw InternalError("unknown parameter");
}

double PsychometricPosterior::priorShape(PsychometricAxis axis, double value) const
{
    switch (axis) {
    case kThreshold: {
        const double spread = range_[1] - range_[0];
        const double outside = std::max({0.0, range_[0] - value, value - range_[1]});
        if (outside == 0) {
            return 1.0;
        }
        return outside > spread / 2 ? 0.0 : (1 + std::cos(2 * pi * outside / spread)) / 2;
    }
    case kWidth: {
        const double spread = range_[1] - range_[0];
        const double width = value * normalWidths_;
        if (width >= spread) {
            return width > 3 * spread ? 0.0 : (1 + std::cos(pi / 2 * (width / spread - 1))) / 2;
        }
        if (width <= 2 * smallestStep_) {
            return width < smallestStep_ ? 0.0
                                         : (1 - std::cos(pi * (width / smallestStep_ - 1))) / 2;
        }
        return 1.0;
    }
    case kLapse:
    case kGuess:
        return rateShape(value);
    case kEta:
        return model_.etaBeta * std::pow(1 - value, model_.etaBeta - 1);
    }
    throw InternalError("unknown parameter");
}

double PsychometricPosterior::logPrior(PsychometricAxis axis, double value) const
{
    const auto& [low, high] = bounds_[axis];
    if (!isFree(axis)) {
        return 0.0;
    }
    if (!(value >= low && value <= high)) {
        return -kInfinity;
    }
    // One rate for both asymptotes has the prior of both.
    const bool both = axis == kLapse && model_.guessRate == GuessRate::equalToLapse;
    return (std::log(priorShape(axis, value)) - logNormalizer_[axis]) * (both ? 2 : 1);
}

double PsychometricPosterior::probabilityAt(const LevelCounts& block,
                                            const PsychometricPoint& point) const
{
    const double lapse = point[kLapse];
    const double guess = model_.guessRate == GuessRate::equalToLapse ? lapse : point[kGuess];
    const double climbed = model_.sigmoid.onAxis(block.level, point[kThreshold], point[kWidth]);
    return std::clamp(guess + (1 - guess - lapse) * climbed, 0.0, 1.0);
}

PsychometricPosterior PsychometricPosterior::withAnswers(std::span<const double> correct) const
{
    auto out = *this;
    for (std::size_t i = 0; i < correct.size(); ++i) {
        out.blocks_[i].correct = correct[i];
    }
    return out;
}

double PsychometricPosterior::logDensity(const PsychometricPoint& point) const
{
    double sum = 0.0;
    for (const auto axis : {kEta, kGuess, kLapse, kThreshold, kWidth}) {
        sum += logPrior(axis, point[axis]);
    }
    const double guess =
        model_.guessRate == GuessRate::equalToLapse ? point[kLapse] : point[kGuess];
    if (std::isinf(sum) || !(guess + point[kLapse] < 1)) {
        return -kInfinity;
    }
    const double nu = betaPrecision(point[kEta]);
    for (const auto& block : blocks_) {
        sum +=
            betaBinomialLogLikelihood(block.correct, block.total, probabilityAt(block, point), nu);
    }
    return sum;
}

double PsychometricPosterior::logDensity(const PsychometricParameters& parameters) const
{
    return logDensity(pointOf(parameters));
}

PsychometricPoint PsychometricPosterior::pointOf(const PsychometricParameters& parameters) const
{
    PsychometricPoint point = {};
    point[kEta] = parameters.eta;
    point[kGuess] = model_.guessRate == GuessRate::equalToLapse ? 0.0 : parameters.guess;
    point[kLapse] = parameters.lapse;
    point[kThreshold] = model_.sigmoid.axis(parameters.threshold);
    point[kWidth] = parameters.width;
    return point;
}

PsychometricParameters PsychometricPosterior::parametersOf(const PsychometricPoint& point) const
{
    return {.threshold = model_.sigmoid.levelOfAxis(point[kThreshold]),
            .width = point[kWidth],
            .lapse = point[kLapse],
            .guess = model_.guessRate == GuessRate::equalToLapse ? point[kLapse] : point[kGuess],
            .eta = point[kEta]};
}

} // namespace mlab
