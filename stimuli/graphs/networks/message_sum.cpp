// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/networks/message_sum.h"

#include <ATen/Dispatch.h>
#include <ATen/Parallel.h>
#include <torch/autograd.h>
#include <torch/types.h>

#include <cstdint>

namespace mlab::stimuli {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

constexpr std::int64_t kNodesAtOnce = 256;     // the least that is worth a thread
constexpr std::int64_t kMessagesAtOnce = 4096; // the same

Tensor summed(const MessageList& list, const Tensor& weights, const Tensor& rows)
{
    const auto x = rows.contiguous();
    const auto w = weights.contiguous();
    const auto heads = x.size(1);
    const auto width = x.size(2);
    const auto nodes = list.begin.numel() - 1;
    auto out = torch::zeros({nodes, heads, width}, x.options());
    const auto* begin = list.begin.data_ptr<std::int64_t>();
    const auto* source = list.source.data_ptr<std::int64_t>();
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "messageSum", [&] {
        const auto* from = x.data_ptr<scalar_t>();
        const scalar_t* factors = w.numel() > 0 ? w.data_ptr<scalar_t>() : nullptr;
        auto* to = out.data_ptr<scalar_t>();
        at::parallel_for(0, nodes, kNodesAtOnce, [&](std::int64_t first, std::int64_t last) {
            for (auto node = first; node < last; ++node) {
                for (auto i = begin[node]; i < begin[node + 1]; ++i) {
                    for (std::int64_t head = 0; head < heads; ++head) {
                        const scalar_t factor =
                            factors == nullptr ? scalar_t(1) : factors[i * heads + head];
                        if (factor == 0) { // most candidates for an edge are none
                            continue;
                        }
                        const auto* row = from + (source[i] * heads + head) * width;
                        auto* sums = to + (node * heads + head) * width;
                        for (std::int64_t j = 0; j < width; ++j) {
                            sums[j] += factor * row[j];
                        }
                    }
                }
            }
        });
    });
    return out;
}

Tensor multiplied(const MessageList& list, const Tensor& targets, const Tensor& sources)
{
    const auto g = targets.contiguous();
    const auto x = sources.contiguous();
    const auto heads = x.size(1);
    const auto width = x.size(2);
    const auto messages = list.source.numel();
    auto out = torch::empty({messages, heads}, x.options());
    const auto* source = list.source.data_ptr<std::int64_t>();
    const auto* target = list.target.data_ptr<std::int64_t>();
    AT_DISPATCH_FLOATING_TYPES(x.scalar_type(), "messageProduct", [&] {
        const auto* left = g.data_ptr<scalar_t>();
        const auto* right = x.data_ptr<scalar_t>();
        auto* to = out.data_ptr<scalar_t>();
        at::parallel_for(0, messages, kMessagesAtOnce, [&](std::int64_t first, std::int64_t last) {
            for (auto i = first; i < last; ++i) {
                for (std::int64_t head = 0; head < heads; ++head) {
                    const auto* a = left + (target[i] * heads + head) * width;
                    const auto* b = right + (source[i] * heads + head) * width;
                    scalar_t dot = 0;
                    for (std::int64_t j = 0; j < width; ++j) {
                        dot += a[j] * b[j];
                    }
                    to[i * heads + head] = dot;
                }
            }
        });
    });
    return out;
}

Tensor reversed(const MessageList& list, const Tensor& weights)
{
    return weights.numel() > 0 ? weights.index_select(0, list.reverse) : weights;
}

void keep(AutogradContext* context, const MessageList& list, const Tensor& one, const Tensor& other)
{
    context->save_for_backward({list.begin, list.source, list.target, list.reverse, one, other});
}

MessageList keptList(const variable_list& kept)
{
    return {.begin = kept[0], .source = kept[1], .target = kept[2], .reverse = kept[3]};
}

// NOLINTBEGIN(readability-identifier-naming): names of LibTorch
struct MessageSum : torch::autograd::Function<MessageSum> {
    static Tensor forward(AutogradContext* context, const Tensor& weights, const Tensor& x,
                          const MessageList& list)
    {
        keep(context, list, weights, x);
        return summed(list, weights, x);
    }

    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        const auto kept = context->get_saved_variables();
        const auto list = keptList(kept);
        Tensor ofWeights;
        if (kept[4].requires_grad()) {
            ofWeights = messageProduct(list, gradients[0], kept[5]);
        }
        return {ofWeights, messageSum(list, reversed(list, kept[4]), gradients[0]), Tensor()};
    }
};

struct MessageProduct : torch::autograd::Function<MessageProduct> {
    static Tensor forward(AutogradContext* context, const Tensor& g, const Tensor& x,
                          const MessageList& list)
    {
        keep(context, list, g, x);
        return multiplied(list, g, x);
    }

    static variable_list backward(AutogradContext* context, const variable_list& gradients)
    {
        const auto kept = context->get_saved_variables();
        const auto list = keptList(kept);
        return {messageSum(list, gradients[0], kept[5]),
                messageSum(list, reversed(list, gradients[0]), kept[4]), Tensor()};
    }
};
// NOLINTEND(readability-identifier-naming)

} // namespace

Tensor messageSum(const MessageList& list, const Tensor& weights, const Tensor& x)
{
    // LibTorch takes no undefined tensors here: without weights there are none.
    return MessageSum::apply(weights.defined() ? weights : torch::empty({0}, x.options()), x, list);
}

Tensor messageProduct(const MessageList& list, const Tensor& g, const Tensor& x)
{
    return MessageProduct::apply(g, x, list);
}

} // namespace mlab::stimuli
