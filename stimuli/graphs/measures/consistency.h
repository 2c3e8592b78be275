// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "stimuli/graphs/graph/graph.h"

#include <span>
#include <vector>

namespace mlab::stimuli {

/// The cosine of each row with the same row of the other, -1 to 1: 1 for two rows of zeros, 0 for a
/// row of zeros and another.
/// @param first, second [nodes, columns] each
/// @throws InvalidArgument if the numbers of rows or columns differ
std::vector<double> nodeCosines(const Features& first, const Features& second);

/// The mean of nodeCosines(). Of the activations of a layer it is S_match. 1 without nodes.
/// @param nodes over which the mean is taken
/// @throws as nodeCosines(), or if a node does not exist
double meanNodeCosine(const Features& first, const Features& second, std::span<const int> nodes);
/// Over all nodes.
double meanNodeCosine(const Features& first, const Features& second);

/// How alike two graphs are as inputs, each 0 to 1. The definitions are ours: those of Xu et al.
/// (2025) are not public.
struct InputSimilarity {
    double features = 1;  ///< S_feat: mean cosine of the nodes' features, at least 0
    double structure = 1; ///< S_struct: |E and E'| / |E or E'|
    /// S_in
    double mean() const { return (features + structure) / 2; }
};

/// The edges are compared node by node, not by the Weisfeiler-Lehman kernel: that is 1 by theorem
/// for graphs that no message-passing network can tell apart, and would call them equal.
/// @throws InvalidArgument if the graphs have different numbers of nodes or of features
InputSimilarity inputSimilarity(const Graph& reference, const Graph& changed);

/// 1 - |S_match - S_in|, 0 to 1: large if the network and the inputs agree that the graphs are
/// alike, or agree that they are not. A reconstruction of ours.
/// @param match S_match; what is below 0 counts as 0
/// @param input S_in, 0 to 1
double consistency(double match, double input);

/// The column of the largest number of each row: the class that a network predicts from its
/// logits. The first one of several.
/// @param logits [nodes, classes], at least one class
std::vector<int> predictedClasses(const DenseFeatures& logits);

/// The share of nodes with the same number in both. 1 without nodes.
/// @throws InvalidArgument if the sizes differ or a node does not exist
double agreement(std::span<const int> first, std::span<const int> second,
                 std::span<const int> nodes);

} // namespace mlab::stimuli
