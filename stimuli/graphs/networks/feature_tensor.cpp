// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/networks/feature_tensor.h"

#include <torch/types.h>

#include <algorithm>
#include <cstdint>
#include <numeric>
#include <variant>

namespace mlab::stimuli {

using torch::Tensor;

Tensor featureTensor(const Features& features)
{
    std::vector<int> nodes(static_cast<std::size_t>(rowsOf(features)));
    std::iota(nodes.begin(), nodes.end(), 0);
    return featureTensor(features, nodes);
}

Tensor featureTensor(const Features& features, const std::vector<int>& nodes)
{
    const std::int64_t columns = columnsOf(features);
    auto out = torch::zeros({static_cast<std::int64_t>(nodes.size()), columns},
                            torch::dtype(torch::kFloat64));
    auto* row = out.data_ptr<double>();
    for (const auto node : nodes) {
        if (const auto* binary = std::get_if<BinaryFeatures>(&features)) {
            for (const auto column : binary->row(node)) {
                row[column] = 1;
            }
        } else {
            std::ranges::copy(std::get<DenseFeatures>(features).row(node), row);
        }
        row += columns;
    }
    return out;
}

DenseFeatures featuresOf(const Tensor& x)
{
    const auto rows = x.contiguous();
    const auto* numbers = rows.data_ptr<double>();
    return {.rows = static_cast<int>(rows.size(0)),
            .columns = static_cast<int>(rows.size(1)),
            .values = {numbers, numbers + rows.numel()}};
}

} // namespace mlab::stimuli
