// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/psychometrics/distance_rule.h"

#include "core/base/error.h"
#include "core/base/number_text.h"

#include <boost/math/distributions/chi_squared.hpp>
#include <boost/math/distributions/non_central_chi_squared.hpp>
#include <boost/math/quadrature/gauss.hpp>
#include <boost/math/special_functions/gamma.hpp>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

namespace mlab {
namespace {

using std::numbers::pi;
using std::numbers::sqrt3;
constexpr double kLeastSine = 4 / (pi * pi); // sin(x)^2 is at least this times x^2 up to pi / 2

void requireValid(double dPrime, int dimensions)
{
    if (!(dPrime >= 0)) {
        throw InvalidArgument("d' is " + roundedNumber(dPrime) + ", but must be at least 0");
    }
    if (dimensions < 1) {
        throw InvalidArgument("an observer compares distances in " + std::to_string(dimensions) +
                              " dimensions, but needs at least 1");
    }
}

// The integral over an angle from 0 to pi / 2 of a function that falls at least as fast as
// exp(-precision angle^2 / 2) and oscillates with a phase of up to `phaseRate` per radian.
template <typename Function> double integrateAngle(Function f, double precision, double phaseRate)
{
    constexpr double kReach = 9.0; // SDs; the rest is below the rounding of doubles
    const double end = std::min(pi / 2, kReach / std::sqrt(std::max(precision, 1e-9)));
    constexpr double kPhase = 10.0; // of a panel: 20 nodes integrate it to the last digits
    const int panels = 2 + static_cast<int>(end * phaseRate / kPhase);
    double sum = 0.0;
    for (int i = 0; i < panels; ++i) {
        sum += boost::math::quadrature::gauss<double, 20>::integrate(f, end * i / panels,
                                                                     end * (i + 1) / panels);
    }
    return sum;
}

// cos(angle)^power; exact for the powers of a million dimensions.
double cosPower(double angle, double power)
{
    const double sine = std::sin(angle);
    return power == 0 ? 1.0 : std::exp(power * 0.5 * std::log1p(-sine * sine));
}

// P(factor^2 B > A): B non-central chi-squared, A chi-squared, independent, with the same number of
// degrees of freedom (Gil-Pelaez 1951, as below). @param factor in (0, 1]
double exceedsProbability(double factor, double nonCentrality, int dimensions)
{
    const double unequal = factor - 1 / factor;
    const auto integrand = [&](double angle) {
        const double sine = std::sin(angle);
        const double cosine = std::cos(angle);
        const double turn = unequal * sine * cosine;
        const double both = cosine * cosine + factor * factor * sine * sine;
        const double phase = dimensions / 2.0 * std::atan(turn) +
                             nonCentrality * factor * sine * cosine / (2 * both);
        const double fall = -dimensions / 4.0 * std::log1p(turn * turn) -
                            nonCentrality * factor * factor * sine * sine / (2 * both);
        return cosPower(angle, dimensions - 1) * std::exp(fall) * std::sin(phase) / sine;
    };
    const double precision = (dimensions - 1) + nonCentrality * factor * factor * kLeastSine;
    const double phaseRate = -dimensions / 2.0 * unequal + nonCentrality / (2 * factor);
    return 0.5 + integrateAngle(integrand, precision, phaseRate) / pi;
}

} // namespace

double distanceAbxProportionCorrect(double dPrime, int dimensions)
{
    requireValid(dPrime, dimensions);
    if (dimensions == 1) {
        return proportionCorrect(DiscriminationTask::abxDifferencing, dPrime);
    }
    if (std::isinf(dPrime)) {
        return 1.0;
    }
    // The answer is right when a non-central chi-squared variable exceeds another: the integral of
    // their characteristic function (Gil-Pelaez 1951), its argument being half the tangent of an
    // angle.
    const double squared = dPrime * dPrime;
    const auto integrand = [&](double angle) {
        const double sine = std::sin(angle);
        const double phase = squared * sine * std::cos(angle) / (2 * sqrt3);
        return cosPower(angle, dimensions - 1) * std::exp(-squared * sine * sine / 3) *
               std::sin(phase) / sine;
    };
    const double precision = (dimensions - 1) + 2 * squared / 3 * kLeastSine;
    return std::min(1.0, 0.5 + integrateAngle(integrand, precision, squared / (2 * sqrt3)) / pi);
}

double distanceOddityProportionCorrect(double dPrime, int dimensions)
{
    requireValid(dPrime, dimensions);
    if (dimensions == 1) {
        return proportionCorrect(DiscriminationTask::oddity, dPrime);
    }
    if (std::isinf(dPrime)) {
        return 1.0;
    }
    // The equal pair is the closest when its distance is below that of the odd one from its middle,
    // times a factor that depends on the angle between the two: an angle around a right one, whose
    // cosine is `sine`.
    const double nonCentrality = 2 * dPrime * dPrime / 3;
    const auto rightAt = [&](double angle) {
        const double sine = std::sin(angle);
        const double factor = std::sqrt(1 + sine * sine / 3) - sine / sqrt3;
        return cosPower(angle, dimensions - 2) *
               exceedsProbability(factor, nonCentrality, dimensions);
    };
    const double half = dimensions / 2.0;
    const double weight = std::sqrt(pi) / 2 * boost::math::tgamma_delta_ratio(half - 0.5, 0.5);
    return std::min(1.0, integrateAngle(rightAt, dimensions - 2, 0.0) / weight);
}

ResponseRates distanceSameDifferentRates(double dPrime, double criterion, int dimensions)
{
    requireValid(dPrime, dimensions);
    if (!(criterion >= 0)) {
        throw InvalidArgument("a criterion of distance is " + roundedNumber(criterion) +
                              ", but must be at least 0");
    }
    if (dimensions == 1) {
        return sameDifferentRates(dPrime, criterion);
    }
    using boost::math::complement;
    const double squared = criterion * criterion / 2;
    const double falseAlarm =
        boost::math::cdf(complement(boost::math::chi_squared(dimensions), squared));
    if (dPrime == 0 || std::isinf(dPrime)) {
        return {.hit = dPrime == 0 ? falseAlarm : 1.0, .falseAlarm = falseAlarm};
    }
    const boost::math::non_central_chi_squared different(dimensions, dPrime * dPrime / 2);
    return {.hit = boost::math::cdf(complement(different, squared)), .falseAlarm = falseAlarm};
}

double distanceSameDifferentCriterion(double falseAlarm, int dimensions)
{
    requireValid(0.0, dimensions);
    if (!(falseAlarm > 0 && falseAlarm < 1)) {
        throw InvalidArgument("a rate of false alarms is " + roundedNumber(falseAlarm) +
                              ", not between 0 and 1");
    }
    return std::sqrt(2 * boost::math::quantile(boost::math::complement(
                             boost::math::chi_squared(dimensions), falseAlarm)));
}

} // namespace mlab
