// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/comparison/likelihood_interval.h"

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace mlab {

/// A person's answer, and how much a classifier sees in the stimulus of each category.
struct ClassifiedAnswer {
    std::span<const double> evidence; ///< by category, such as logits
    std::size_t answer = 0;
};

/// How often a classifier gives each answer: softmax(evidence / temperature).
/// @param temperature > 0
std::vector<double> answerProbabilities(std::span<const double> evidence, double temperature);

/// The temperature at which a classifier's answers are most like a person's, by maximum likelihood,
/// in units of the evidence. A limit of its 95 % interval is absent where the likelihood does not
/// come down. Absent if no evidence differs between categories.
/// @throws InvalidArgument for no answers
std::optional<LikelihoodEstimate> fitTemperature(std::span<const ClassifiedAnswer> answers);

} // namespace mlab
