// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/graphs/feature_solvers/bit_pairs.h"

#include <torch/types.h>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace mlab::stimuli {
namespace {

using torch::Tensor;

struct BitPair {
    std::size_t on = 0;  ///< becomes 1
    std::size_t off = 0; ///< becomes 0
    double change = 0;   ///< of the objective, to first order
};

/// The pairs of one group, each bit in one pair, the most promising first; at most `most`.
void addPairs(const std::vector<std::uint8_t>& bits, const double* gradient, std::size_t begin,
              std::size_t end, std::size_t most, std::vector<BitPair>& out)
{
    std::vector<std::size_t> zeros;
    std::vector<std::size_t> ones;
    for (std::size_t i = begin; i < end; ++i) {
        (bits[i] == 0 ? zeros : ones).push_back(i);
    }
    const auto pairs = std::min({most, zeros.size(), ones.size()});
    const auto count = static_cast<std::ptrdiff_t>(pairs);
    // Equal gradients in the order of the bits, so that the result does not depend on the sort.
    std::partial_sort(zeros.begin(), zeros.begin() + count, zeros.end(), [&](auto a, auto b) {
        return std::pair(gradient[a], a) < std::pair(gradient[b], b);
    });
    std::partial_sort(ones.begin(), ones.begin() + count, ones.end(), [&](auto a, auto b) {
        return std::pair(-gradient[a], a) < std::pair(-gradient[b], b);
    });
    for (std::size_t i = 0; i < pairs; ++i) {
        const double change = gradient[zeros[i]] - gradient[ones[i]];
        if (change < 0) {
            out.push_back({.on = zeros[i], .off = ones[i], .change = change});
        }
    }
}

std::vector<BitPair> promisingPairs(const std::vector<std::uint8_t>& bits, std::size_t groups,
                                    const Tensor& gradient, std::size_t most)
{
    const auto slopes = gradient.contiguous();
    const auto size = bits.size() / groups;
    const auto ofEach = groups == 1 ? most : std::min<std::size_t>(most, 4);
    std::vector<BitPair> out;
    for (std::size_t group = 0; group < groups; ++group) {
        addPairs(bits, slopes.data_ptr<double>(), group * size, (group + 1) * size, ofEach, out);
    }
    std::ranges::stable_sort(out, {}, &BitPair::change);
    out.resize(std::min(out.size(), most));
    return out;
}

void flip(std::vector<std::uint8_t>& bits, const BitPair* first, std::size_t count)
{
    for (std::size_t i = 0; i < count; ++i) {
        std::swap(bits[first[i].on], bits[first[i].off]);
    }
}

} // namespace

std::vector<std::uint8_t> improveByPairs(std::vector<std::uint8_t> bits, std::size_t groups,
                                         const BitsLossOf& lossOf, StopRule& rule)
{
    constexpr std::size_t kTries = 50;
    auto atOnce = std::max<std::size_t>(
        1, static_cast<std::size_t>(std::ranges::count(bits, std::uint8_t{1})) / 10);
    auto now = lossOf(bits, true);
    while (rule.goesOn(now.loss)) {
        const auto pairs = promisingPairs(bits, groups, now.gradient, std::max(atOnce, kTries));
        const auto lowers = [&](std::size_t first, std::size_t count) {
            rule.poll();
            flip(bits, pairs.data() + first, count);
            const double loss = lossOf(bits, false).loss;
            if (loss < now.loss) {
                return true;
            }
            flip(bits, pairs.data() + first, count);
            return false;
        };
        atOnce = std::min(atOnce, pairs.size());
        while (atOnce > 1 && !lowers(0, atOnce)) {
            atOnce /= 2;
        }
        if (atOnce <= 1) {
            const auto tries = std::min(pairs.size(), kTries);
            std::size_t pair = 0;
            while (pair < tries && !lowers(pair, 1)) {
                ++pair;
            }
            if (pair == tries) {
                rule.end(GraphStop::noProgress);
                return bits;
            }
        }
        now = lossOf(bits, true);
    }
    return bits;
}

} // namespace mlab::stimuli
