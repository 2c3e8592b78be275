// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/statistics/bootstrap.h"

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace mlab {

/// Whether two observers, say a person and a network, are right about the same trials (Geirhos et
/// al. 2020; Klein et al. 2025).
struct ErrorConsistency {
    double observed = 0.0; ///< share of trials in which both are right or both wrong
    double expected = 0.0; ///< the same if they are independent
    /// Cohen's: (observed - expected) / (1 - expected). Absent, as all below, if both are always
    /// right or both always wrong.
    std::optional<double> kappa;
    std::optional<double> unbiasedKappa;   ///< corrected for the number of trials
    std::optional<double> lowest, highest; ///< what kappa can be with these accuracies
    /// Share of trials in which the less accurate copies the other's answer, if it answers
    /// independently in the rest. Negative for disagreement. Absent also if the other is always
    /// right or always wrong.
    std::optional<double> copied;
};

/// @param accuracy  share of right answers of either, in [0, 1] @param observed  in [0, 1]
/// @param trials > 0 @throws InvalidArgument also if the accuracies rule out so much or so little
///        agreement
ErrorConsistency errorConsistency(std::array<double, 2> accuracy, double observed, int trials);

/// Two observers in one trial.
struct YokedTrial {
    std::array<bool, 2> correct = {};
    /// P(right answer) of either by its own psychometric function, in [0, 1].
    std::array<double, 2> probability = {};
    std::size_t stimulus = 0; ///< trials of one stimulus are drawn together by the bootstrap
};

/// Raw consistency. Where levels follow the answers it is above 0 for independent observers: show
/// it beside conditionalKappa() only. @throws InvalidArgument for no trials
ErrorConsistency errorConsistency(std::span<const YokedTrial> trials);

/// Cohen's kappa with the agreement expected of observers who are independent given the level of
/// each trial: 0 for those. Absent if no disagreement is expected.
/// @throws InvalidArgument for no trials or a probability outside [0, 1]
std::optional<double> conditionalKappa(std::span<const YokedTrial> trials);

/// 95 % intervals over stimuli.
struct ConsistencyIntervals {
    std::optional<std::array<double, 2>> kappa, conditionalKappa;
};
/// @throws InvalidArgument as conditionalKappa() or bootstrap()
ConsistencyIntervals bootstrapConsistency(std::span<const YokedTrial> trials,
                                          const BootstrapSettings& settings);

} // namespace mlab
