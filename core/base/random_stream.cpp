// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/random_stream.h"

#include <boost/random/normal_distribution.hpp>

#include <numeric>
#include <utility>

namespace mlab {
namespace {

std::uint64_t mix(std::uint64_t z)
{
    z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9ULL;
    z = (z ^ (z >> 27U)) * 0x94d049bb133111ebULL;
    return z ^ (z >> 31U);
}

// FNV-1a: any fixed hash of the name will do, it is mixed again below.
std::uint64_t hashOf(std::string_view text)
{
    std::uint64_t h = 0xcbf29ce484222325ULL;
    for (const char c : text) {
        h = (h ^ static_cast<std::uint8_t>(c)) * 0x100000001b3ULL;
    }
    return h;
}

} // namespace

RandomStream::RandomStream(std::uint64_t seed, std::string_view purpose, std::uint64_t index)
    : state_(mix(mix(mix(seed + 0x9e3779b97f4a7c15ULL) ^ hashOf(purpose)) + index))
{
}

RandomStream::result_type RandomStream::operator()()
{
    state_ += 0x9e3779b97f4a7c15ULL;
    return mix(state_);
}

double RandomStream::uniform()
{
    return static_cast<double>((*this)() >> 11U) * 0x1.0p-53;
}

std::uint64_t RandomStream::below(std::uint64_t n)
{
    // Reject the incomplete last cycle of n.
    const std::uint64_t limit = max() - max() % n;
    std::uint64_t x = (*this)();
    while (x >= limit) {
        x = (*this)();
    }
    return x % n;
}

double RandomStream::normal()
{
    return boost::random::normal_distribution<double>()(*this);
}

std::vector<std::size_t> RandomStream::permutation(std::size_t n)
{
    std::vector<std::size_t> order(n);
    std::iota(order.begin(), order.end(), std::size_t{0});
    for (std::size_t i = n; i > 1; --i) {
        std::swap(order[i - 1], order[below(i)]);
    }
    return order;
}

} // namespace mlab
