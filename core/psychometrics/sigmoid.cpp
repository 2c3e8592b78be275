// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/psychometrics/sigmoid.h"

#include "core/base/error.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <string>
#include <utility>

namespace mlab {
namespace {

constexpr std::array<std::pair<std::string_view, SigmoidShape>, 7> kNames = {{
    {"norm", SigmoidShape::norm},
    {"logistic", SigmoidShape::logistic},
    {"gumbel", SigmoidShape::gumbel},
    {"rgumbel", SigmoidShape::rgumbel},
    {"tdist", SigmoidShape::tdist},
    {"weibull", SigmoidShape::weibull},
    {"lognormal", SigmoidShape::lognormal},
}};

} // namespace

std::optional<SigmoidShape> sigmoidShapeNamed(std::string_view name)
{
    for (const auto& [known, shape] : kNames) {
        if (known == name) {
            return shape;
        }
    }
    return std::nullopt;
}

Sigmoid::Sigmoid(SigmoidShape shape, double thresholdAt, double widthAlpha)
    : shape_(shape), thresholdAt_(thresholdAt), widthAlpha_(widthAlpha)
{
    if (!(thresholdAt > 0 && thresholdAt < 1) || !(widthAlpha > 0 && widthAlpha < 0.5)) {
        throw InvalidArgument("a sigmoid needs its threshold between 0 and 1 and its width's alpha "
                              "between 0 and 0.5, not " +
                              std::to_string(thresholdAt) + " and " + std::to_string(widthAlpha));
    }
    if (shape == SigmoidShape::dPrime) {
        throw InvalidArgument("the d' sigmoid needs a task");
    }
    atThreshold_ = standardQuantile(thresholdAt);
    span_ = standardQuantile(1 - widthAlpha) - standardQuantile(widthAlpha);
}

Sigmoid Sigmoid::forTask(DiscriminationTask task)
{
    Sigmoid out(SigmoidShape::norm);
    out.shape_ = SigmoidShape::dPrime;
    out.task_ = task;
    out.atThreshold_ = 0.0; // the logarithm of d' = 1
    out.thresholdAt_ = out.standardCdf(0.0);
    out.span_ = out.standardQuantile(1 - out.widthAlpha_) - out.standardQuantile(out.widthAlpha_);
    return out;
}

double Sigmoid::standardCdf(double z) const
{
    switch (shape_) {
    case SigmoidShape::norm:
    case SigmoidShape::lognormal:
        return normalCdf(z);
    case SigmoidShape::logistic:
        return 1 / (1 + std::exp(-z));
    case SigmoidShape::gumbel:
    case SigmoidShape::weibull:
        return -std::expm1(-std::exp(z));
    case SigmoidShape::rgumbel:
        return std::exp(-std::exp(-z));
    case SigmoidShape::tdist:
        return 0.5 + std::atan(z) * std::numbers::inv_pi;
    case SigmoidShape::dPrime: {
        const double chance = chanceOf(*task_);
        // Rounding can leave the share a trifle below chance.
        return std::max(0.0, (proportionCorrect(*task_, std::exp(z)) - chance) / (1 - chance));
    }
    }
    throw InternalError("unknown sigmoid");
}

double Sigmoid::standardQuantile(double p) const
{
    switch (shape_) {
    case SigmoidShape::norm:
    case SigmoidShape::lognormal:
        return normalQuantile(p);
    case SigmoidShape::logistic:
        return std::log(p / (1 - p));
    case SigmoidShape::gumbel:
    case SigmoidShape::weibull:
        return std::log(-std::log1p(-p));
    case SigmoidShape::rgumbel:
        return -std::log(-std::log(p));
    case SigmoidShape::tdist:
        return std::tan(std::numbers::pi * (p - 0.5));
    case SigmoidShape::dPrime: {
        const double chance = chanceOf(*task_);
        return std::log(dPrimeFromProportionCorrect(*task_, chance + p * (1 - chance)));
    }
    }
    throw InternalError("unknown sigmoid");
}

bool Sigmoid::logarithmic() const
{
    return shape_ == SigmoidShape::weibull || shape_ == SigmoidShape::lognormal ||
           shape_ == SigmoidShape::dPrime;
}

double Sigmoid::axis(double level) const
{
    return logarithmic() ? std::log(level) : level;
}

double Sigmoid::levelOfAxis(double position) const
{
    return logarithmic() ? std::exp(position) : position;
}

double Sigmoid::onAxis(double position, double threshold, double width) const
{
    return standardCdf(atThreshold_ + (position - threshold) / width * span_);
}

double Sigmoid::operator()(double level, double threshold, double width) const
{
    return onAxis(axis(level), axis(threshold), width);
}

double Sigmoid::levelAt(double value, double threshold, double width) const
{
    const double aboveThreshold = standardQuantile(value) - atThreshold_;
    return levelOfAxis(axis(threshold) + aboveThreshold * width / span_);
}

double Sigmoid::withSlope(LevelScale scale, double level, double threshold, double slope) const
{
    const auto distance = [&] { return toScale(scale, level) - toScale(scale, threshold); };
    switch (shape_) {
    case SigmoidShape::weibull:
    case SigmoidShape::dPrime:
        return standardCdf(slope * std::log(level / threshold));
    case SigmoidShape::norm:
        return standardCdf(distance() / slope);
    case SigmoidShape::logistic:
        return standardCdf(slope * distance());
    default:
        throw InvalidArgument("only norm, logistic, weibull and dprime can be given by a slope");
    }
}

Sigmoid::Standard Sigmoid::standard(double threshold, double width) const
{
    const double scale = width / span_;
    return {.location = axis(threshold) - atThreshold_ * scale, .scale = scale};
}

double Sigmoid::dPrimeSlope(double width) const
{
    if (shape_ != SigmoidShape::dPrime) {
        throw InvalidArgument("only the sigmoid of a task has a d' slope");
    }
    return span_ / width;
}

double probabilityCorrect(const Sigmoid& sigmoid, LevelScale scale, double level, double threshold,
                          double slope, double chance, double lapse)
{
    return chance + (1 - chance - lapse) * sigmoid.withSlope(scale, level, threshold, slope);
}

} // namespace mlab
