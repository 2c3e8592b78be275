// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/distortions/unit_vectors.h"

#include "core/base/random_stream.h"

#include <torch/types.h>

namespace mlab::stimuli {

torch::Tensor randomUnitVector(std::int64_t size, std::uint64_t seed, std::string_view purpose)
{
    RandomStream random(seed, purpose);
    auto vector = torch::empty({size}, torch::kFloat64);
    auto* values = vector.data_ptr<double>();
    for (std::int64_t i = 0; i < size; ++i) {
        values[i] = random.normal();
    }
    return vector.div_(vector.norm());
}

std::vector<double> withLargestPositive(const torch::Tensor& vector)
{
    const auto place = vector.abs().argmax().item<std::int64_t>();
    const auto chosen = (vector[place].item<double>() < 0 ? -vector : vector).contiguous();
    return {chosen.data_ptr<double>(), chosen.data_ptr<double>() + chosen.numel()};
}

torch::Tensor vectorOf(const std::vector<double>& numbers)
{
    return torch::tensor(at::ArrayRef<double>(numbers), torch::kFloat64);
}

} // namespace mlab::stimuli
