// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/training/input_dropout.h"

#include <torch/types.h>

#include <cstddef>
#include <memory>
#include <utility>

namespace mlab::stimuli {
namespace {

SparseMatrixPtr withDropout(const SparseRows& input, double share, RandomStream& stream)
{
    SparseRows out{.columns = input.columns, .indices = {}, .values = {}};
    for (std::int64_t row = 0; row < input.rows(); ++row) {
        const auto at = static_cast<std::size_t>(row);
        for (auto entry = input.offsets[at]; entry < input.offsets[at + 1]; ++entry) {
            if (stream.uniform() >= share) {
                const auto from = static_cast<std::size_t>(entry);
                const double value = input.values.empty() ? 1 : input.values[from];
                out.indices.push_back(input.indices[from]);
                out.values.push_back(value / (1 - share));
            }
        }
        out.offsets.push_back(static_cast<std::int64_t>(out.indices.size()));
    }
    return std::make_shared<SparseMatrix>(std::move(out));
}

} // namespace

NodeRows withDropout(const NodeRows& input, double share, RandomStream& stream)
{
    if (!input.dense.defined()) {
        return {.sparse = withDropout(input.sparse->rows(), share, stream)};
    }
    auto factors = torch::empty(input.dense.sizes(), torch::dtype(torch::kFloat32));
    auto* factor = factors.data_ptr<float>();
    for (std::int64_t i = 0; i < factors.numel(); ++i) {
        factor[i] = stream.uniform() < share ? 0.0F : static_cast<float>(1 / (1 - share));
    }
    return {.dense = input.dense * factors};
}

} // namespace mlab::stimuli
