// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trial/response_curve.h"

#include "core/base/error.h"
#include "core/psychometrics/distance_rule.h"

#include <boost/math/interpolators/cardinal_cubic_b_spline.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <numbers>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace mlab {
namespace {

// Quadrature is exact to a few times 1e-15, so that this share of wrong answers is.
constexpr double kFewestWrong = 1e-10;

// A curve at equal steps of d', as the square root of -ln(1 - F), where F is 0 at d' = 0 and 1 for
// the largest: close to a straight line from end to end.
std::function<double(double)> tabulated(const std::function<double(double)>& curve)
{
    const double least = curve(0.0);
    const auto wrong = [&](double dPrime) { return (1 - curve(dPrime)) / (1 - least); };
    double below = 0.0;
    double above = 1.0;
    while (wrong(above) > kFewestWrong) {
        below = above;
        above *= 2;
    }
    while (above - below > 0.02 * above) {
        const double middle = (below + above) / 2;
        (wrong(middle) > kFewestWrong ? below : above) = middle;
    }
    constexpr int kSteps = 128;
    const double last = below;
    const double step = last / kSteps;
    std::vector<double> values;
    for (int i = 0; i <= kSteps; ++i) {
        values.push_back(std::sqrt(std::max(0.0, -std::log(wrong(i * step)))));
    }
    const boost::math::interpolators::cardinal_cubic_b_spline<double> spline(
        values.begin(), values.end(), 0.0, step);
    return [least, last, spline](double dPrime) {
        const double root = spline(std::min(dPrime, last));
        return 1 - (1 - least) * std::exp(-root * root);
    };
}

std::function<double(double)> linearCurve(Task task, double falseAlarm)
{
    if (task == Task::sameDifferent) {
        const double criterion = distanceSameDifferentCriterion(falseAlarm, 1);
        return [criterion](double dPrime) { return sameDifferentRates(dPrime, criterion).hit; };
    }
    const auto model = decisionModelOf(task).value();
    const auto curve = [model](double dPrime) { return proportionCorrect(model, dPrime); };
    // Owen's T takes 50 times as long as the normal distribution.
    return task == Task::oddity ? tabulated(curve) : curve;
}

std::function<double(double)> distanceCurve(Task task, int dimensions, double falseAlarm)
{
    switch (task) {
    case Task::abx:
    case Task::twoIfc:
        return [=](double dPrime) { return distanceAbxProportionCorrect(dPrime, dimensions); };
    case Task::oddity:
        return [=](double dPrime) { return distanceOddityProportionCorrect(dPrime, dimensions); };
    case Task::sameDifferent:
        return
            [=, criterion = distanceSameDifferentCriterion(falseAlarm, dimensions)](double dPrime) {
                return distanceSameDifferentRates(dPrime, criterion, dimensions).hit;
            };
    case Task::recognition:
        break;
    }
    throw InternalError("a task without a distance rule");
}

std::function<double(double)> curveOf(Task task, DecisionRule rule, int dimensions,
                                      double falseAlarm)
{
    return rule == DecisionRule::linear ? linearCurve(task, falseAlarm)
                                        : tabulated(distanceCurve(task, dimensions, falseAlarm));
}

// Without a criterion a table serves every fit, and making it takes longer than one.
std::function<double(double)> keptCurve(Task task, DecisionRule rule, int dimensions)
{
    static std::mutex mutex;
    static std::map<std::tuple<Task, DecisionRule, int>, std::function<double(double)>> kept;
    const std::scoped_lock lock(mutex);
    auto& curve = kept[{task, rule, rule == DecisionRule::linear ? 1 : dimensions}];
    if (!curve) {
        curve = curveOf(task, rule, dimensions, 0.0);
    }
    return curve;
}

} // namespace

ResponseCurve::ResponseCurve(Task task, DecisionRule rule, int dimensions, double falseAlarm)
{
    if (task == Task::recognition) {
        throw InvalidArgument("the task recognition has no d'; compare its answers by category");
    }
    auto curve = task == Task::sameDifferent ? curveOf(task, rule, dimensions, falseAlarm)
                                             : keptCurve(task, rule, dimensions);
    curve_ = [curve = std::move(curve)](double dPrime) {
        return std::min(curve(dPrime), 1 - kFewestWrong);
    };
}

} // namespace mlab
