// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/random_stream.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

namespace mlab {

/// How a bootstrap is computed.
struct BootstrapSettings {
    int samples = 2000; ///< > 0
    std::uint64_t seed = 1;
    unsigned threads = 1; ///< > 0; without effect on the result
};

/// Values of some statistics in bootstrap samples, [statistics][samples]; absent where a sample
/// does not determine the statistic. Statistics of one bootstrap share their samples, so that
/// differences between them are paired.
using BootstrapValues = std::vector<std::vector<std::optional<double>>>;

/// Draws `count` units (participants, stimuli) with replacement, and computes statistics of each
/// such sample. Sample i has a random stream of its own, so the result depends on the seed alone.
/// @param statistics  called from several threads with the indices drawn and the stream, for more
///        random numbers; as many values each time
/// @throws InvalidArgument for no units or no samples
BootstrapValues bootstrap(
    std::size_t count, const BootstrapSettings& settings,
    const std::function<std::vector<std::optional<double>>(std::span<const std::size_t> drawn,
                                                           RandomStream& random)>& statistics);

/// The 95 % percentile interval. Absent if more than 5 % of the samples have no value.
std::optional<std::array<double, 2>>
bootstrapInterval(std::span<const std::optional<double>> values);

/// p, two-sided, that the difference of two statistics is 0: twice the smaller share of samples on
/// one side of 0, at most 1. Absent if more than 5 % of the samples have no value.
/// @param first, second  rows of the same BootstrapValues
std::optional<double> bootstrapDifferenceP(std::span<const std::optional<double>> first,
                                           std::span<const std::optional<double>> second);

} // namespace mlab
