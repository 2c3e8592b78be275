// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/psychometrics/dprime.h"
#include "core/psychometrics/level_scale.h"

#include <optional>
#include <string_view>

namespace mlab {

/// The distribution function that gives a psychometric function its shape.
enum class SigmoidShape {
    norm,
    logistic,
    gumbel,    ///< of minima: 1 - exp(-exp(z))
    rgumbel,   ///< of maxima: exp(-exp(-z))
    tdist,     ///< Student's t with one degree of freedom: heavy tails
    weibull,   ///< gumbel on the logarithm of the level
    lognormal, ///< norm on the logarithm of the level
    dPrime     ///< a task's share of right answers from d' = (level / threshold)^slope
};

/// The shape of that name: "norm", ..., "lognormal". Absent for another name.
std::optional<SigmoidShape> sigmoidShapeNamed(std::string_view name);

/// The unscaled psychometric function, from 0 to 1, in the parameters of psignifit 4 (Schuett,
/// Harmeling, Macke & Wichmann 2016, appendix A.1), which have the same meaning for every shape:
/// `threshold` is the level at which it equals `thresholdAt`, `width` the distance between the
/// levels at which it equals `widthAlpha` and 1 - `widthAlpha`.
///
/// weibull, lognormal and dPrime work on the natural logarithm of the level: levels are >= 0,
/// the threshold is a level (> 0), and the width is a difference of logarithms.
///
/// The dPrime shape puts different tasks on one scale: with d' = (level / threshold)^slope it is
/// (proportionCorrect(task, d') - chance) / (1 - chance), so that the threshold is the level at
/// which d' = 1 for every task. dPrimeSlope() gives the slope from the width.
class Sigmoid {
public:
    /// @param thresholdAt in (0, 1) @param widthAlpha in (0, 0.5)
    /// @throws InvalidArgument; also for `dPrime`, which needs a task: see forTask()
    explicit Sigmoid(SigmoidShape shape, double thresholdAt = 0.5, double widthAlpha = 0.05);
    /// The dPrime shape of a task.
    static Sigmoid forTask(DiscriminationTask task);

    /// @param width > 0
    double operator()(double level, double threshold, double width) const;
    /// The level at which the function equals `value`, in (0, 1).
    double levelAt(double value, double threshold, double width) const;

    /// The function in the parameters of adaptive procedures, which use a slope instead of the
    /// width. weibull and dPrime: `slope` is the exponent of level / threshold, on every scale; the
    /// threshold is the Weibull's own parameter, or the level at which d' = 1. norm: the
    /// distribution's SD, logistic: its rate, both of places on `scale`; the threshold is the
    /// middle.
    /// @param level  at least 0, SD @param slope > 0
    /// @throws InvalidArgument for another shape
    double withSlope(LevelScale scale, double level, double threshold, double slope) const;

    /// Location and scale of the distribution, as textbooks give them (the mean and SD of norm); on
    /// the logarithm of the level where the shape works on it.
    struct Standard {
        double location = 0.0;
        double scale = 0.0;
    };
    Standard standard(double threshold, double width) const;
    /// The exponent of d' = (level / threshold)^slope. @throws InvalidArgument for another shape.
    double dPrimeSlope(double width) const;

    bool logarithmic() const;
    SigmoidShape shape() const { return shape_; }
    double widthAlpha() const { return widthAlpha_; }
    double thresholdAt() const { return thresholdAt_; }

    /// The axis the function is a location-scale family on: the level, or its logarithm.
    double axis(double level) const;
    double levelOfAxis(double position) const;
    /// operator() in positions on that axis.
    double onAxis(double position, double threshold, double width) const;

    bool operator==(const Sigmoid&) const = default;

private:
    double standardCdf(double z) const;
    double standardQuantile(double p) const;

    SigmoidShape shape_;
    double thresholdAt_;
    double widthAlpha_;
    std::optional<DiscriminationTask> task_;
    double atThreshold_ = 0.0; ///< standard quantile of the threshold
    double span_ = 1.0;        ///< standard quantiles' distance over the width
};

/// P(correct) = chance + (1 - chance - lapse) F(level), F being Sigmoid::withSlope() (Wichmann &
/// Hill 2001, equation 1).
double probabilityCorrect(const Sigmoid& sigmoid, LevelScale scale, double level, double threshold,
                          double slope, double chance, double lapse);

} // namespace mlab
