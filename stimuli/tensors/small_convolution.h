// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <memory>
#include <vector>

namespace at {
class Tensor;
}

namespace torch::jit {
struct Graph;
}

namespace mlab::stimuli {

/// Internal to stimuli/. LibTorch computes the convolution of one small image (at most 20480
/// numbers) with its own routine, which on two threads can take twenty times as long as oneDNN,
/// which it uses for all others. Replaces the plain 2-D convolutions of a frozen graph, their
/// weights being constants, by ones that use oneDNN for such an image as well, in both directions;
/// anything else is computed as before. For the processor and float32 only; does nothing where
/// LibTorch was built without oneDNN.
/// @return additional inputs that the graph takes from now on: the weights in oneDNN's layout
std::vector<at::Tensor> useOneDnnForSmallImages(const std::shared_ptr<torch::jit::Graph>& graph);

} // namespace mlab::stimuli
