// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace at {
class Tensor;
}

namespace mlab::stimuli {

/// Internal to stimuli/. A vector of length 1 in a random direction, [size] float64 on the host;
/// the same on every machine.
at::Tensor randomUnitVector(std::int64_t size, std::uint64_t seed, std::string_view purpose);

/// Internal to stimuli/. The numbers of a vector on the host, or of its opposite, which is as good
/// an eigenvector: the largest is positive.
std::vector<double> withLargestPositive(const at::Tensor& vector);
/// Internal to stimuli/. [size] float64 on the host.
at::Tensor vectorOf(const std::vector<double>& numbers);

} // namespace mlab::stimuli
