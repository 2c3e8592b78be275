// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/accuracy.h"

#include "core/base/error.h"
#include "core/base/number_text.h"

#include <boost/math/distributions/binomial.hpp>
#include <boost/math/distributions/normal.hpp>

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>

namespace mlab {
namespace {

void checkCounts(int correct, int trials)
{
    if (trials < 1 || correct < 0 || correct > trials) {
        throw InvalidArgument(
            std::to_string(correct) + " correct answers of " + std::to_string(trials) +
            " are not a proportion: expected at least 1 trial and 0 to all of them correct");
    }
}

// Equal values would have an interval of width 0, which is overconfident.
std::optional<MeanEstimate> meanWithSpread(const std::vector<double>& values)
{
    auto mean = meanOf(values);
    constexpr double kEqual = 1e-12; // differences of the same shares may be rounded otherwise
    if (mean && std::ranges::max(values) - std::ranges::min(values) < kEqual) {
        mean->interval95.reset();
        mean->interval68.reset();
    }
    return mean;
}

} // namespace

void add(Accuracy& accuracy, bool correct)
{
    accuracy.trials += 1;
    accuracy.correct += correct ? 1 : 0;
}

void setChanceP(Accuracy& accuracy, double chance)
{
    if (accuracy.trials > 0) {
        accuracy.chanceP = binomialAboveP(accuracy.correct, accuracy.trials, chance);
    }
}

std::optional<double> medianOf(std::vector<double> values)
{
    if (values.empty()) {
        return std::nullopt;
    }
    std::ranges::sort(values);
    const std::size_t middle = values.size() / 2;
    return values.size() % 2 == 1 ? values[middle] : (values[middle - 1] + values[middle]) / 2;
}

std::optional<MeanEstimate> meanWithin(double low, double high, const std::vector<double>& values)
{
    auto mean = meanWithSpread(values);
    for (auto* interval :
         {mean ? &mean->interval95 : nullptr, mean ? &mean->interval68 : nullptr}) {
        if (interval && *interval) {
            (**interval)[0] = std::max(low, (**interval)[0]);
            (**interval)[1] = std::min(high, (**interval)[1]);
        }
    }
    return mean;
}

double Accuracy::share() const
{
    return trials > 0 ? static_cast<double>(correct) / trials
                      : std::numeric_limits<double>::quiet_NaN();
}

bool Accuracy::aboveChance() const
{
    return chanceP && *chanceP < kAboveChanceP;
}

std::array<double, 2> wilsonInterval(int correct, int trials, double confidence)
{
    checkCounts(correct, trials);
    const double n = trials;
    const double share = correct / n;
    const double z = boost::math::quantile(boost::math::normal(), (1 + confidence) / 2);
    const double middle = (share + z * z / (2 * n)) / (1 + z * z / n);
    const double reach =
        z / (1 + z * z / n) * std::sqrt(share * (1 - share) / n + z * z / (4 * n * n));
    // Exactly 0 and 1 at the ends, which rounding misses.
    return {correct == 0 ? 0.0 : middle - reach, correct == trials ? 1.0 : middle + reach};
}

double binomialAboveP(int correct, int trials, double chance)
{
    checkCounts(correct, trials);
    if (!(chance > 0 && chance < 1)) {
        throw InvalidArgument("the chance of a correct guess must be between 0 and 1, not " +
                              roundedNumber(chance));
    }
    const boost::math::binomial guessing(trials, chance);
    return correct == 0 ? 1.0 : boost::math::cdf(boost::math::complement(guessing, correct - 1));
}

} // namespace mlab
