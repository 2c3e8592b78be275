// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/comparison/decision_correlation.h"

#include "core/base/error.h"
#include "core/base/log_product.h"
#include "core/comparison/likelihood_interval.h"
#include "core/psychometrics/bivariate_normal.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <vector>

namespace mlab {
namespace {

// Where the answers' probability is Phi_2(first, second; sign * rho).
struct Corner {
    double first, second;
    int sign;
};

} // namespace

std::optional<DecisionCorrelation> decisionCorrelation(std::span<const YokedTrial> trials)
{
    if (trials.empty()) {
        throw InvalidArgument("the correlation of decision variables needs trials");
    }
    std::vector<Corner> corners;
    for (const auto& trial : trials) {
        std::array<double, 2> place = {};
        for (std::size_t i = 0; i < 2; ++i) {
            const double z = normalQuantile(trial.probability[i]);
            place[i] = trial.correct[i] ? z : -z;
            if (place[i] == -std::numeric_limits<double>::infinity()) {
                throw InvalidArgument("an answer with probability 0 was given; psychometric "
                                      "functions need a lapse rate above 0 here");
            }
        }
        if (std::isfinite(place[0]) && std::isfinite(place[1])) {
            corners.push_back({.first = place[0],
                               .second = place[1],
                               .sign = trial.correct[0] == trial.correct[1] ? 1 : -1});
        }
    }
    if (corners.empty()) {
        return std::nullopt;
    }
    const auto logLikelihood = [&](double rho) {
        LogProduct likelihood;
        for (const auto& corner : corners) {
            // Rounding may leave nothing of a corner that is nearly empty.
            likelihood.multiply(std::max(
                1e-300, bivariateNormalCdf(corner.first, corner.second, corner.sign * rho)));
        }
        return likelihood.value();
    };
    constexpr double kMost = 1 - 1e-9;
    const auto found = maximumLikelihood(logLikelihood, -kMost, kMost);
    return DecisionCorrelation{
        .rho = found.value,
        .interval95 = {found.lower.value_or(-1.0), found.upper.value_or(1.0)},
        .pValue = likelihoodRatioP(found.logLikelihood, logLikelihood(0.0))};
}

} // namespace mlab
