// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <ATen/core/Tensor.h>

namespace mlab::stimuli {

/// Internal to stimuli/. The two messages of each edge, in the order of their targets.
struct MessageList {
    at::Tensor begin;   ///< [nodes + 1] int64: where the messages to each node begin
    at::Tensor source;  ///< [messages] int64
    at::Tensor target;  ///< [messages] int64
    at::Tensor reverse; ///< [messages] int64: the other message of the same edge
};

// The two functions below are each other's derivatives, so that both can be differentiated as often
// as wanted. Every sum is made in one thread and in the order of the list: the number of threads
// changes no bit.

/// Internal to stimuli/. sum_i w_i x[source_i] over the messages i to each node.
/// @param weights [messages, heads] of the type of x, or undefined: all 1
/// @param x [nodes, heads, width], float32 or float64
/// @return [nodes, heads, width]
at::Tensor messageSum(const MessageList& list, const at::Tensor& weights, const at::Tensor& x);

/// Internal to stimuli/. <g[target_i], x[source_i]> for each message i and head.
/// @param g, x [nodes, heads, width], float32 or float64
/// @return [messages, heads]
at::Tensor messageProduct(const MessageList& list, const at::Tensor& g, const at::Tensor& x);

} // namespace mlab::stimuli
