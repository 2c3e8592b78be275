// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

namespace mlab {

/// A named, counted stream of random numbers. `(seed, purpose, index)` alone decides its numbers,
/// so drawing more for one purpose never shifts those of another, and the numbers of trial 40 do
/// not depend on whether trial 39 was computed in this run. The numbers are the same on every
/// platform: the generator is SplitMix64 (Steele, Lea & Flood 2014) and no `std::` distribution is
/// used.
class RandomStream {
public:
    RandomStream(std::uint64_t seed, std::string_view purpose, std::uint64_t index = 0);

    using result_type = std::uint64_t; // NOLINT: the name the standard asks for
    static constexpr result_type min() { return 0; }
    static constexpr result_type max() { return std::numeric_limits<result_type>::max(); }
    result_type operator()();

    /// Uniform in [0, 1), 53 bits.
    double uniform();
    /// Uniform in {0, ..., n - 1}, without modulo bias. n must be positive.
    std::uint64_t below(std::uint64_t n);
    /// Standard normal.
    double normal();
    /// The numbers 0 ... n-1 in random order (Fisher-Yates).
    std::vector<std::size_t> permutation(std::size_t n);

private:
    std::uint64_t state_;
};

} // namespace mlab
