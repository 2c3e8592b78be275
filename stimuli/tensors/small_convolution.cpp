// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/tensors/small_convolution.h"

#include "stimuli/tensors/recorded_gradient.h"
#include "stimuli/tensors/stimulus_tensor.h"

#include <torch/autograd.h>
#include <torch/csrc/jit/ir/constants.h>
#include <torch/csrc/jit/ir/ir.h>
#include <torch/library.h>
#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <omp.h>
#include <optional>
#include <vector>

namespace mlab::stimuli {
namespace {

using torch::Tensor;
using torch::autograd::AutogradContext;
using torch::autograd::Function;
using torch::autograd::tensor_list;

constexpr std::array<std::int64_t, 2> kNoDilation = {1, 1};

// The weights in oneDNN's own layout, which it would otherwise create in each call.
Tensor packed(const Tensor& weight, c10::IntArrayRef padding, c10::IntArrayRef stride)
{
    return at::mkldnn_reorder_conv2d_weight(weight.contiguous().to_mkldnn(), padding, stride,
                                            kNoDilation, 1);
}

// One thread does so little work faster than two threads can synchronise, and other programs that
// occupy a core cannot delay it.
class OneOmpThread {
public:
    OneOmpThread() { omp_set_num_threads(1); }
    ~OneOmpThread() { omp_set_num_threads(threads_); }
    OneOmpThread(const OneOmpThread&) = delete;
    OneOmpThread& operator=(const OneOmpThread&) = delete;

private:
    int threads_ = omp_get_max_threads();
};

// The gradient of a convolution of stride 1 is the convolution with the weights turned round.
std::vector<std::int64_t> turnedPadding(const Tensor& weight, c10::IntArrayRef padding)
{
    return {weight.size(2) - 1 - padding[0], weight.size(3) - 1 - padding[1]};
}

bool isOnes(c10::IntArrayRef values)
{
    return std::ranges::all_of(values, [](std::int64_t value) { return value == 1; });
}

struct OneDnnConvolution : Function<OneDnnConvolution> {
    static Tensor forward(AutogradContext* context, const Tensor& image, const Tensor& weight,
                          const Tensor& packedWeight, const Tensor& packedTurned,
                          const c10::optional<Tensor>& bias,
                          const std::vector<std::int64_t>& stride,
                          const std::vector<std::int64_t>& padding)
    {
        const OneOmpThread alone;
        context->saved_data["weight"] = weight;
        context->saved_data["turned"] = packedTurned;
        context->saved_data["image"] = image;
        context->saved_data["stride"] = stride;
        context->saved_data["padding"] = padding;
        return at::mkldnn_convolution(image.contiguous(), packedWeight, bias, padding, stride,
                                      kNoDilation, 1);
    }

    static tensor_list backward(AutogradContext* context, tensor_list gradients)
    {
        const OneOmpThread alone;
        const auto weight = context->saved_data["weight"].toTensor();
        const auto stride = context->saved_data["stride"].toIntVector();
        const auto padding = context->saved_data["padding"].toIntVector();
        const auto gradient = gradients[0].contiguous();
        Tensor result;
        // oneDNN's convolution has no gradient of its own; LibTorch's backward pass has one.
        if (isOnes(stride) && !isRecorded(gradient)) {
            result = at::mkldnn_convolution(gradient, context->saved_data["turned"].toTensor(), {},
                                            turnedPadding(weight, padding), stride, kNoDilation, 1);
        } else {
            result = std::get<0>(at::convolution_backward(
                gradient, context->saved_data["image"].toTensor(), weight, {}, stride, padding,
                kNoDilation, /*transposed=*/false, {0, 0}, 1, {true, false, false}));
        }
        return {result, {}, {}, {}, {}, {}, {}};
    }
};

Tensor convolution(const Tensor& images, const Tensor& weight, const Tensor& packedWeight,
                   const Tensor& packedTurned, const c10::optional<Tensor>& bias,
                   std::vector<std::int64_t> stride, std::vector<std::int64_t> padding)
{
    constexpr std::int64_t kLeftToLibTorch = 20480; // numbers, see its ConvUtils.h
    if (images.dim() == 4 && images.size(0) == 1 && images.numel() <= kLeftToLibTorch) {
        return OneDnnConvolution::apply(images, weight, packedWeight, packedTurned, bias, stride,
                                        padding);
    }
    return at::conv2d(images, weight, bias, stride, padding);
}

// NOLINTNEXTLINE(cert-err58-cpp,cppcoreguidelines-avoid-non-const-global-variables): the macro's
TORCH_LIBRARY(mlab, library)
{
    library.def("convolution(Tensor images, Tensor weight, Tensor packed, Tensor turned, "
                "Tensor? bias, int[] stride, int[] padding) -> Tensor",
                &convolution);
}

std::optional<std::vector<std::int64_t>> pairOf(const torch::jit::Value* value)
{
    const auto constant = torch::jit::toIValue(value);
    if (!constant || !constant->isIntList()) {
        return std::nullopt;
    }
    const auto numbers = constant->toIntVector();
    return numbers.size() == 1 ? std::vector<std::int64_t>(2, numbers[0]) : numbers;
}

void replace(torch::jit::Graph& graph, torch::jit::Node* node, std::vector<Tensor>& inputs)
{
    const auto weight = torch::jit::toIValue(node->input(1));
    const auto stride = pairOf(node->input(3));
    const auto padding = pairOf(node->input(4));
    const auto dilation = pairOf(node->input(5));
    // A traced model has the general convolution, a scripted one conv2d.
    const bool traced = node->kind() == c10::aten::_convolution;
    const auto groups = torch::jit::toIValue(node->input(traced ? 8 : 6));
    const auto transposed =
        traced ? torch::jit::toIValue(node->input(6)) : c10::optional<c10::IValue>(false);
    if (!transposed || transposed->toBool() || !weight || !weight->isTensor() ||
        weight->toTensor().dim() != 4 || weight->toTensor().scalar_type() != torch::kFloat32 ||
        !stride || !padding || !dilation || !isOnes(*dilation) || !groups || groups->toInt() != 1) {
        return;
    }
    const auto& values = weight->toTensor();
    const auto turned = turnedPadding(values, *padding);
    const bool oneDnnBothWays =
        isOnes(*stride) && std::ranges::all_of(turned, [](std::int64_t n) { return n >= 0; });
    if (isOnes(*stride) && !oneDnnBothWays) {
        return;
    }
    const torch::jit::WithInsertPoint here(node);
    auto* made = graph.create(c10::Symbol::fromQualString("mlab::convolution"), 1);
    made->addInput(node->input(0));
    made->addInput(node->input(1));
    // Constants of a graph cannot have oneDNN's layout.
    inputs.push_back(packed(values, *padding, *stride));
    made->addInput(graph.addInput());
    if (oneDnnBothWays) {
        inputs.push_back(packed(values.flip({2, 3}).transpose(0, 1), turned, kNoDilation));
        made->addInput(graph.addInput());
    } else {
        made->addInput(node->input(1));
    }
    made->addInput(node->input(2));
    made->addInput(graph.insertConstant(*stride));
    made->addInput(graph.insertConstant(*padding));
    made->output()->setType(node->output()->type());
    graph.insertNode(made);
    node->output()->replaceAllUsesWith(made->output());
}

} // namespace

std::vector<Tensor> useOneDnnForSmallImages(const std::shared_ptr<torch::jit::Graph>& graph)
{
    if (!at::hasMKLDNN()) {
        return {};
    }
    const torch::NoGradGuard noGradients;
    std::vector<torch::jit::Node*> convolutions;
    for (auto* node : graph->nodes()) {
        if (node->kind() == c10::aten::conv2d || node->kind() == c10::aten::_convolution) {
            convolutions.push_back(node);
        }
    }
    std::vector<Tensor> inputs;
    for (auto* node : convolutions) {
        replace(*graph, node, inputs);
    }
    return inputs;
}

} // namespace mlab::stimuli
