// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/feature_solvers/soft_bits.h"

#include <torch/types.h>
#include <torch/utils.h>

#include <algorithm>
#include <functional>
#include <utility>

namespace mlab::stimuli {

using torch::Tensor;

std::vector<std::uint8_t> largestOnes(const Tensor& values, const std::vector<std::size_t>& ones)
{
    const auto all = values.contiguous();
    const auto* from = all.data_ptr<float>();
    const auto group = static_cast<std::size_t>(all.numel()) / ones.size();
    std::vector<std::uint8_t> out(static_cast<std::size_t>(all.numel()), 0);
    std::vector<float> sorted(group);
    for (std::size_t g = 0; g < ones.size(); ++g) {
        const auto* begin = from + g * group;
        auto* bits = out.data() + g * group;
        if (ones[g] == 0) {
            continue;
        }
        std::copy_n(begin, group, sorted.begin());
        const auto last = sorted.begin() + static_cast<std::ptrdiff_t>(ones[g] - 1);
        std::nth_element(sorted.begin(), last, sorted.end(), std::greater<>());
        const float least = *last;
        std::size_t left = ones[g];
        for (std::size_t i = 0; i < group; ++i) {
            bits[i] = begin[i] > least ? 1 : 0;
            left -= bits[i];
        }
        for (std::size_t i = 0; left > 0; ++i) {
            if (begin[i] == least) {
                bits[i] = 1;
                --left;
            }
        }
    }
    return out;
}

SoftBits::SoftBits(const Tensor& start, std::vector<std::size_t> ones)
    : ones_(std::move(ones)),
      soft_(start.to(torch::kFloat32, /*non_blocking=*/false, /*copy=*/true)), adam_(soft_),
      bits_(largestOnes(soft_, ones_))
{
}

void SoftBits::step(const Tensor& gradient, double rate)
{
    const torch::NoGradGuard noGradients;
    const auto share = (soft_ * kSoftSlope).sigmoid_();
    adam_.step(soft_, gradient.to(torch::kFloat32).mul_(kSoftSlope * share * (1 - share)), rate);
    bits_ = largestOnes(soft_, ones_);
}

std::vector<std::size_t> onesOf(const BinaryFeatures& features, OnesKept kept)
{
    if (kept == OnesKept::graph) {
        return {features.ones.size()};
    }
    std::vector<std::size_t> out;
    for (int node = 0; node < features.rows(); ++node) {
        out.push_back(features.row(node).size());
    }
    return out;
}

BinaryFeatures featuresOfBits(const std::vector<std::uint8_t>& bits, int columns)
{
    BinaryFeatures out{.columns = columns};
    for (std::size_t begin = 0; begin < bits.size(); begin += static_cast<std::size_t>(columns)) {
        for (int column = 0; column < columns; ++column) {
            if (bits[begin + static_cast<std::size_t>(column)] != 0) {
                out.ones.push_back(column);
            }
        }
        out.offsets.push_back(out.ones.size());
    }
    return out;
}

std::vector<std::uint8_t> bitsOf(const BinaryFeatures& features)
{
    const auto columns = static_cast<std::size_t>(features.columns);
    std::vector<std::uint8_t> out(static_cast<std::size_t>(features.rows()) * columns, 0);
    for (int node = 0; node < features.rows(); ++node) {
        for (const auto column : features.row(node)) {
            out[static_cast<std::size_t>(node) * columns + static_cast<std::size_t>(column)] = 1;
        }
    }
    return out;
}

} // namespace mlab::stimuli
