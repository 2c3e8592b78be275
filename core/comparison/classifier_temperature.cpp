// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/comparison/classifier_temperature.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>

namespace mlab {
namespace {

double logProbability(const ClassifiedAnswer& one, double temperature)
{
    const double greatest = std::ranges::max(one.evidence); // no sum below can overflow
    double sum = 0.0;
    for (const double evidence : one.evidence) {
        sum += std::exp((evidence - greatest) / temperature);
    }
    return (one.evidence[one.answer] - greatest) / temperature - std::log(sum);
}

} // namespace

std::vector<double> answerProbabilities(std::span<const double> evidence, double temperature)
{
    std::vector<double> out;
    for (std::size_t answer = 0; answer < evidence.size(); ++answer) {
        out.push_back(
            std::exp(logProbability({.evidence = evidence, .answer = answer}, temperature)));
    }
    return out;
}

std::optional<LikelihoodEstimate> fitTemperature(std::span<const ClassifiedAnswer> answers)
{
    if (answers.empty()) {
        throw InvalidArgument("the temperature of a classifier needs answers");
    }
    double widest = 0.0;
    for (const auto& one : answers) {
        const auto [least, most] = std::ranges::minmax(one.evidence);
        widest = std::max(widest, most - least);
    }
    if (widest == 0) {
        return std::nullopt;
    }
    // The likelihood has one maximum, because it is concave in 1 / temperature. Beyond these limits
    // answers are certain, or all are equally likely.
    constexpr double kLogReach = 9.0;
    const double middle = std::log(widest);
    auto found = maximumLikelihood(
        [&](double logTemperature) {
            double sum = 0.0;
            for (const auto& one : answers) {
                sum += logProbability(one, std::exp(logTemperature));
            }
            return sum;
        },
        middle - kLogReach, middle + kLogReach);
    const auto exponential = [](const std::optional<double>& value) {
        return value ? std::optional(std::exp(*value)) : std::nullopt;
    };
    return LikelihoodEstimate{.value = std::exp(found.value),
                              .logLikelihood = found.logLikelihood,
                              .lower = exponential(found.lower),
                              .upper = exponential(found.upper)};
}

} // namespace mlab
