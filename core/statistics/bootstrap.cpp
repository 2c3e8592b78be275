// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/statistics/bootstrap.h"

#include "core/base/error.h"
#include "core/base/parallel.h"

#include <algorithm>
#include <cmath>
#include <string>

namespace mlab {
namespace {

// The values present, in rising order. None if too many are absent.
std::vector<double> sortedValues(std::span<const std::optional<double>> values)
{
    constexpr double kMostAbsent = 0.05;
    std::vector<double> present;
    for (const auto& value : values) {
        if (value) {
            present.push_back(*value);
        }
    }
    if (static_cast<double>(present.size()) <
        (1 - kMostAbsent) * static_cast<double>(values.size())) {
        return {};
    }
    std::ranges::sort(present);
    return present;
}

// Linear between the values, as R's default.
double percentile(std::span<const double> sorted, double share)
{
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(place);
    const auto above = std::min(below + 1, sorted.size() - 1);
    return std::lerp(sorted[below], sorted[above], place - static_cast<double>(below));
}

} // namespace

BootstrapValues
bootstrap(std::size_t count, const BootstrapSettings& settings,
          const std::function<std::vector<std::optional<double>>(std::span<const std::size_t> drawn,
                                                                 RandomStream& random)>& statistics)
{
    if (count == 0 || settings.samples < 1) {
        throw InvalidArgument("a bootstrap of " + std::to_string(settings.samples) +
                              " samples from " + std::to_string(count) +
                              " participants or stimuli: both must be at least 1");
    }
    std::vector<std::vector<std::optional<double>>> bySample(
        static_cast<std::size_t>(settings.samples));
    inParallel(settings.samples, settings.threads, [&](int sample) {
        const auto at = static_cast<std::size_t>(sample);
        RandomStream random(settings.seed, "bootstrap", at);
        std::vector<std::size_t> drawn(count);
        for (auto& unit : drawn) {
            unit = random.below(count);
        }
        bySample[at] = statistics(drawn, random);
    });
    BootstrapValues out(bySample.front().size());
    for (const auto& values : bySample) {
        for (std::size_t i = 0; i < out.size(); ++i) {
            out[i].push_back(values[i]);
        }
    }
    return out;
}

std::optional<std::array<double, 2>>
bootstrapInterval(std::span<const std::optional<double>> values)
{
    const auto sorted = sortedValues(values);
    if (sorted.empty()) {
        return std::nullopt;
    }
    return std::array{percentile(sorted, 0.025), percentile(sorted, 0.975)};
}

std::optional<double> bootstrapDifferenceP(std::span<const std::optional<double>> first,
                                           std::span<const std::optional<double>> second)
{
    if (first.size() != second.size()) {
        throw InvalidArgument("two statistics of one bootstrap have as many samples");
    }
    std::vector<std::optional<double>> differences;
    for (std::size_t i = 0; i < first.size(); ++i) {
        differences.push_back(first[i] && second[i] ? std::optional(*second[i] - *first[i])
                                                    : std::nullopt);
    }
    const auto sorted = sortedValues(differences);
    if (sorted.empty()) {
        return std::nullopt;
    }
    const auto below = std::ranges::count_if(sorted, [](double value) { return value <= 0; });
    const auto above = std::ranges::count_if(sorted, [](double value) { return value >= 0; });
    // One is added, so that a p from so many samples is never 0.
    const double tail =
        static_cast<double>(std::min(below, above) + 1) / static_cast<double>(sorted.size() + 1);
    return std::min(1.0, 2 * tail);
}

} // namespace mlab
