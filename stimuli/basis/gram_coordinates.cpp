// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/basis/gram_coordinates.h"

#include <torch/types.h>

namespace mlab::stimuli {
namespace {

// Layers of networks often have many channels and few positions. Then sum_p f_p^T W_k f_p is faster
// to compute than a Gram matrix that is several times as large as the activations.
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

struct GramCoordinates::Tensors {
    torch::Tensor components; // [retained, channels, channels]
    torch::Tensor wide;       // the same [retained, channels^2] in float64, if Grams are formed
    torch::Tensor offset;     // [retained] float64 on the host: <W_k, mean>
};

GramCoordinates::GramCoordinates(const torch::Tensor& components, const torch::Tensor& mean)
    : tensors_(std::make_unique<Tensors>())
{
    tensors_->components = components.contiguous();
    // The sums over a layer's Gram entries lose digits in float32 where large terms cancel.
    const auto wide = tensors_->components.flatten(1).to(torch::kFloat64);
    tensors_->offset = torch::mv(wide, mean.flatten().to(torch::kFloat64)).cpu();
    if (tensors_->components.size(1) <= kMostChannelsOfAGram) {
        tensors_->wide = wide;
    }
}

GramCoordinates::~GramCoordinates() = default;

int GramCoordinates::retained() const
{
    return static_cast<int>(tensors_->components.size(0));
}

torch::Tensor GramCoordinates::fromProducts(const torch::Tensor& activations,
                                            const torch::Tensor& products) const
{
    const auto terms = products.to(torch::kFloat64).mul_(activations.to(torch::kFloat64));
    return terms.flatten(1).sum(1).div_(activations.size(1)).cpu() - tensors_->offset;
}

torch::Tensor GramCoordinates::of(const torch::Tensor& activations) const
{
    if (!tensors_->wide.defined()) {
        return fromProducts(activations, productsOf(tensors_->components, activations));
    }
    const auto gram = torch::mm(activations, activations.t()).div_(activations.size(1));
    return torch::mv(tensors_->wide, gram.flatten().to(torch::kFloat64)).cpu() - tensors_->offset;
}

std::pair<torch::Tensor, torch::Tensor>
GramCoordinates::withGradients(const torch::Tensor& activations) const
{
    const auto products = productsOf(tensors_->components, activations);
    return {tensors_->wide.defined() ? of(activations) : fromProducts(activations, products),
            products * (2.0 / static_cast<double>(activations.size(1)))};
}

torch::Tensor GramCoordinates::combinedGradient(const torch::Tensor& activations,
                                                const torch::Tensor& weights) const
{
    const auto channels = tensors_->components.size(1);
    const auto combined =
        torch::mv(tensors_->components.flatten(1).t(), weights.to(tensors_->components.dtype()))
            .view({channels, channels});
    return torch::mm(combined, activations).mul_(2.0 / static_cast<double>(activations.size(1)));
}

} // namespace mlab::stimuli
