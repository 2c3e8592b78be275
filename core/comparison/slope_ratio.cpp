// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/comparison/slope_ratio.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/fits/group_statistics.h"

#include <cmath>
#include <string>

namespace mlab {
namespace {

void requireSlope(const std::optional<double>& slope)
{
    if (slope && !(*slope > 0 && std::isfinite(*slope))) {
        throw InvalidArgument("the slope of a psychometric function is " + roundedNumber(*slope) +
                              ", but must be above 0");
    }
}

} // namespace

std::optional<SlopeRatio> slopeRatio(std::span<const std::optional<double>> people,
                                     std::span<const std::optional<double>> model)
{
    if (people.size() != model.size()) {
        throw InvalidArgument("slopes of people in " + std::to_string(people.size()) +
                              " dimensions cannot be compared with those of a model in " +
                              std::to_string(model.size()));
    }
    SlopeRatio out;
    std::vector<double> logarithms;
    for (std::size_t k = 0; k < people.size(); ++k) {
        requireSlope(people[k]);
        requireSlope(model[k]);
        auto& ratio = out.ratios.emplace_back();
        if (people[k] && model[k]) {
            ratio = *people[k] / *model[k];
            logarithms.push_back(std::log(*ratio));
        }
    }
    const auto mean = meanOf(logarithms);
    if (!mean) {
        return std::nullopt;
    }
    out.mean = std::exp(mean->mean);
    out.dimensions = mean->count;
    if (mean->interval95) {
        const auto [lower, upper] = *mean->interval95;
        out.interval95 = {std::exp(lower), std::exp(upper)};
    }
    return out;
}

} // namespace mlab
