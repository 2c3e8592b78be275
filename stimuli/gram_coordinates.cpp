// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/gram_coordinates.h"

#include <torch/torch.h>

namespace mlab::stimuli {
namespace {

// In networks many channels go with few positions, and then sum_p f_p^T W_k f_p is had sooner than
// a Gram matrix that is several times as large as the activations.
constexpr std::int64_t kMostChannelsOfAGram = 512;

// W_k F for all k: [retained, channels, positions].
torch::Tensor productsOf(const torch::Tensor& components, const torch::Tensor& activations)
{
    const auto retained = components.size(0);
    const auto channels = components.size(1);
    return torch::mm(components.view({retained * channels, channels}), activations)
        .view({retained, channels, activations.size(1)});
}

} // namespace

GramCoordinates::GramCoordinates(const torch::Tensor& components, const torch::Tensor& mean)
    : components_(components.contiguous())
{
    // The sums over a layer's Gram entries lose digits in float32 where large terms cancel.
    const auto wide = components_.flatten(1).to(torch::kFloat64);
    offset_ = torch::mv(wide, mean.flatten().to(torch::kFloat64)).cpu();
    if (components_.size(1) <= kMostChannelsOfAGram) {
        wide_ = wide;
    }
}

torch::Tensor GramCoordinates::fromProducts(const torch::Tensor& activations,
                                            const torch::Tensor& products) const
{
    const auto terms = products.to(torch::kFloat64).mul_(activations.to(torch::kFloat64));
    return terms.flatten(1).sum(1).div_(activations.size(1)).cpu() - offset_;
}

torch::Tensor GramCoordinates::of(const torch::Tensor& activations) const
{
    if (!wide_.defined()) {
        return fromProducts(activations, productsOf(components_, activations));
    }
    const auto gram = torch::mm(activations, activations.t()).div_(activations.size(1));
    return torch::mv(wide_, gram.flatten().to(torch::kFloat64)).cpu() - offset_;
}

std::pair<torch::Tensor, torch::Tensor>
GramCoordinates::withGradients(const torch::Tensor& activations) const
{
    const auto products = productsOf(components_, activations);
    return {wide_.defined() ? of(activations) : fromProducts(activations, products),
            products * (2.0 / static_cast<double>(activations.size(1)))};
}

torch::Tensor GramCoordinates::combinedGradient(const torch::Tensor& activations,
                                                const torch::Tensor& weights) const
{
    const auto channels = components_.size(1);
    const auto combined = torch::mv(components_.flatten(1).t(), weights.to(components_.dtype()))
                              .view({channels, channels});
    return torch::mm(combined, activations).mul_(2.0 / static_cast<double>(activations.size(1)));
}

} // namespace mlab::stimuli
