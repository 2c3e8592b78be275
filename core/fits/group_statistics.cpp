// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/fits/group_statistics.h"

#include "core/base/error.h"
#include "core/base/parallel.h"
#include "core/base/random_stream.h"

#include <boost/math/distributions/students_t.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <utility>

namespace mlab {
namespace {

constexpr int kRandomRearrangements = 100'000;
constexpr std::size_t kMostSigns = 20; ///< 2^20 sign changes are counted one by one
constexpr double kMostRearrangements = 200'000;
// Sums of the same numbers in another order may differ in their last bits.
constexpr double kAsLarge = 1e-9;

double sumOf(std::span<const double> values)
{
    return std::accumulate(values.begin(), values.end(), 0.0);
}

std::vector<double> ranksOf(std::span<const double> values)
{
    std::vector<double> ranks;
    for (const double value : values) {
        double below = 0.0;
        double equal = 0.0;
        for (const double other : values) {
            below += other < value ? 1 : 0;
            equal += other == value ? 1 : 0;
        }
        ranks.push_back(below + (equal + 1) / 2);
    }
    return ranks;
}

double squaredRankSums(const std::vector<std::vector<double>>& ranks)
{
    double squares = 0.0;
    for (std::size_t condition = 0; condition < ranks.front().size(); ++condition) {
        double sum = 0.0;
        for (const auto& row : ranks) {
            sum += row[condition];
        }
        squares += sum * sum;
    }
    return squares;
}

// The next combination of distinct arrangements of the rows; the last row changes fastest.
bool nextArrangement(std::vector<std::vector<double>>& rows)
{
    for (std::size_t i = rows.size(); i-- > 0;) {
        if (std::next_permutation(rows[i].begin(), rows[i].end())) {
            return true;
        }
    }
    return false;
}

void shuffle(std::vector<double>& row, RandomStream& random)
{
    for (std::size_t i = row.size(); i > 1; --i) {
        std::swap(row[i - 1], row[random.below(i)]);
    }
}

// n! over the factorials of the numbers of equal values.
double arrangementsOf(std::vector<double> row)
{
    std::sort(row.begin(), row.end());
    double count = 1.0;
    double equal = 1.0;
    for (std::size_t i = 1; i < row.size(); ++i) {
        equal = row[i] == row[i - 1] ? equal + 1 : 1;
        count *= static_cast<double>(i + 1) / equal;
    }
    return count;
}

} // namespace

std::optional<MeanEstimate> meanOf(std::span<const double> values)
{
    if (values.empty()) {
        return std::nullopt;
    }
    const auto n = static_cast<double>(values.size());
    MeanEstimate out{.mean = sumOf(values) / n,
                     .count = static_cast<int>(values.size()),
                     .interval95 = {},
                     .interval68 = {}};
    if (values.size() > 1) {
        double squares = 0.0;
        for (const double value : values) {
            squares += (value - out.mean) * (value - out.mean);
        }
        const double standardError = std::sqrt(squares / (n - 1) / n);
        const boost::math::students_t distribution(n - 1);
        const auto within = [&](double probability) {
            const double reach =
                boost::math::quantile(distribution, (1 + probability) / 2) * standardError;
            return std::array<double, 2>{out.mean - reach, out.mean + reach};
        };
        out.interval95 = within(0.95);
        out.interval68 = within(0.68);
    }
    return out;
}

std::optional<Correlation> correlate(std::span<const double> x, std::span<const double> y)
{
    if (x.size() < 3) {
        return std::nullopt;
    }
    const auto n = static_cast<double>(x.size());
    const double meanX = sumOf(x) / n;
    const double meanY = sumOf(y) / n;
    double xx = 0.0;
    double yy = 0.0;
    double xy = 0.0;
    for (std::size_t i = 0; i < x.size(); ++i) {
        xx += (x[i] - meanX) * (x[i] - meanX);
        yy += (y[i] - meanY) * (y[i] - meanY);
        xy += (x[i] - meanX) * (y[i] - meanY);
    }
    if (!(xx > 0 && yy > 0)) {
        return std::nullopt;
    }
    Correlation out{.r = std::clamp(xy / std::sqrt(xx * yy), -1.0, 1.0),
                    .count = static_cast<int>(x.size()),
                    .interval95 = {}};
    if (x.size() > 3 && std::abs(out.r) < 1) {
        constexpr double kQuantile = 1.959963984540054; // of the normal, 97.5 %
        const double reach = kQuantile / std::sqrt(n - 3);
        out.interval95 = {std::tanh(std::atanh(out.r) - reach),
                          std::tanh(std::atanh(out.r) + reach)};
    }
    return out;
}

std::optional<double> rankCorrelation(std::span<const double> x, std::span<const double> y)
{
    const auto found = correlate(ranksOf(x), ranksOf(y));
    return found ? std::optional(found->r) : std::nullopt;
}

PermutationTest signFlipTest(std::span<const double> differences, std::uint64_t seed)
{
    if (differences.empty()) {
        throw InvalidArgument("a test of differences needs at least one difference");
    }
    const std::size_t n = differences.size();
    PermutationTest out{.statistic = sumOf(differences) / static_cast<double>(n),
                        .p = 1.0,
                        .exact = n <= kMostSigns,
                        .smallestP = 1.0};
    double scale = 0.0;
    for (const double difference : differences) {
        scale += std::abs(difference);
    }
    const double observed = std::abs(sumOf(differences)) - kAsLarge * scale;
    if (out.exact) {
        // Gray code: each step changes one sign. The sum is recomputed from time to time, because
        // rounding errors add up.
        const std::uint64_t all = std::uint64_t{1} << n;
        std::uint64_t asLarge = 0;
        std::vector<double> turned(differences.begin(), differences.end());
        double sum = sumOf(turned);
        for (std::uint64_t i = 0; i < all; ++i) {
            asLarge += std::abs(sum) >= observed ? 1 : 0;
            if (i + 1 < all) {
                std::size_t turn = 0;
                while (((i + 1) >> turn & 1U) == 0) {
                    ++turn;
                }
                turned[turn] = -turned[turn];
                sum = (i & 0xFFU) == 0 ? sumOf(turned) : sum + 2 * turned[turn];
            }
        }
        out.p = static_cast<double>(asLarge) / static_cast<double>(all);
        out.smallestP = 2.0 / static_cast<double>(all);
        return out;
    }
    RandomStream random(seed, "sign-flip test");
    int asLarge = 0;
    for (int sample = 0; sample < kRandomRearrangements; ++sample) {
        double sum = 0.0;
        for (const double difference : differences) {
            sum += (random() & 1U) != 0 ? difference : -difference;
        }
        asLarge += std::abs(sum) >= observed ? 1 : 0;
    }
    out.p = (asLarge + 1.0) / (kRandomRearrangements + 1.0);
    out.smallestP = 1.0 / (kRandomRearrangements + 1.0);
    return out;
}

PermutationTest friedmanTest(const std::vector<std::vector<double>>& rows, std::uint64_t seed)
{
    if (rows.empty() || rows.front().size() < 2 || std::ranges::any_of(rows, [&](const auto& row) {
            return row.size() != rows.front().size();
        })) {
        throw InvalidArgument("Friedman's test needs at least one participant, and the same two or "
                              "more conditions for each");
    }
    const auto n = static_cast<double>(rows.size());
    const auto k = static_cast<double>(rows.front().size());
    std::vector<std::vector<double>> ranks;
    double rankSquares = 0.0;
    double arrangements = 1.0;
    for (const auto& row : rows) {
        ranks.push_back(ranksOf(row));
        for (const double rank : ranks.back()) {
            rankSquares += rank * rank;
        }
        arrangements *= arrangementsOf(ranks.back());
    }
    const double expected = n * n * k * (k + 1) * (k + 1) / 4; // sum of squares if all are alike
    const double varied = rankSquares - n * k * (k + 1) * (k + 1) / 4;
    const double observed = squaredRankSums(ranks);
    PermutationTest out;
    if (!(varied > 0)) {
        return out; // every participant gave all conditions the same value
    }
    out.statistic = (k - 1) * (observed - expected) / varied;
    const double asLargeAs = observed - kAsLarge * observed;
    out.exact = arrangements <= kMostRearrangements;
    if (out.exact) {
        for (auto& row : ranks) {
            std::sort(row.begin(), row.end());
        }
        double asLarge = 0.0;
        double largest = 0.0;
        double ofLargest = 0.0;
        do {
            const double squares = squaredRankSums(ranks);
            asLarge += squares >= asLargeAs ? 1 : 0;
            if (squares > largest * (1 + kAsLarge)) {
                largest = squares;
                ofLargest = 0.0;
            }
            ofLargest += squares >= largest * (1 - kAsLarge) ? 1 : 0;
        } while (nextArrangement(ranks));
        out.p = asLarge / arrangements;
        out.smallestP = ofLargest / arrangements;
        return out;
    }
    RandomStream random(seed, "Friedman test");
    int asLarge = 0;
    auto shuffled = ranks;
    for (int sample = 0; sample < kRandomRearrangements; ++sample) {
        for (auto& row : shuffled) {
            shuffle(row, random);
        }
        asLarge += squaredRankSums(shuffled) >= asLargeAs ? 1 : 0;
    }
    out.p = (asLarge + 1.0) / (kRandomRearrangements + 1.0);
    out.smallestP = 1.0 / (kRandomRearrangements + 1.0);
    return out;
}

std::vector<double> centredWithin(std::span<const double> values,
                                  std::span<const std::size_t> groups)
{
    std::map<std::size_t, std::vector<double>> members;
    for (std::size_t i = 0; i < values.size(); ++i) {
        members[groups[i]].push_back(values[i]);
    }
    std::vector<double> out;
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto& own = members.at(groups[i]);
        // The mean of equal values may differ from them in its last bit.
        const auto [least, most] = std::ranges::minmax(own);
        const double mean = least == most ? least : sumOf(own) / static_cast<double>(own.size());
        out.push_back(values[i] - mean);
    }
    return out;
}

std::optional<PermutationTest> correlationWithinTest(std::span<const double> x,
                                                     std::span<const double> y,
                                                     std::span<const std::size_t> groups,
                                                     std::uint64_t seed)
{
    if (x.size() != y.size() || x.size() != groups.size()) {
        throw InvalidArgument("a correlation within groups needs as many values as groups");
    }
    const auto centredX = centredWithin(x, groups);
    const auto centredY = centredWithin(y, groups);
    const auto found = correlate(centredX, centredY);
    if (!found) {
        return std::nullopt;
    }
    // Rows of the groups' values. Permuting changes the sum of products only.
    std::map<std::size_t, std::size_t> rowOf;
    std::vector<std::vector<double>> xs;
    std::vector<std::vector<double>> ys;
    for (std::size_t i = 0; i < x.size(); ++i) {
        const auto row = rowOf.try_emplace(groups[i], rowOf.size()).first->second;
        xs.resize(rowOf.size());
        ys.resize(rowOf.size());
        xs[row].push_back(centredX[i]);
        ys[row].push_back(centredY[i]);
    }
    const auto products = [&] {
        double sum = 0.0;
        for (std::size_t row = 0; row < xs.size(); ++row) {
            sum += std::inner_product(xs[row].begin(), xs[row].end(), ys[row].begin(), 0.0);
        }
        return std::abs(sum);
    };
    double scale = 0.0;
    double arrangements = 1.0;
    for (std::size_t row = 0; row < xs.size(); ++row) {
        arrangements *= arrangementsOf(ys[row]);
        for (std::size_t i = 0; i < xs[row].size(); ++i) {
            scale += std::abs(xs[row][i] * ys[row][i]);
        }
    }
    const double observed = products() - kAsLarge * scale;
    PermutationTest out{.statistic = found->r,
                        .p = 1.0,
                        .exact = arrangements <= kMostRearrangements,
                        .smallestP = 1.0 / arrangements};
    if (out.exact) {
        for (auto& row : ys) {
            std::sort(row.begin(), row.end());
        }
        double asLarge = 0.0;
        do {
            asLarge += products() >= observed ? 1 : 0;
        } while (nextArrangement(ys));
        out.p = asLarge / arrangements;
        return out;
    }
    constexpr int kRandom = 10'000;
    RandomStream random(seed, "correlation within groups");
    int asLarge = 0;
    for (int sample = 0; sample < kRandom; ++sample) {
        for (auto& row : ys) {
            shuffle(row, random);
        }
        asLarge += products() >= observed ? 1 : 0;
    }
    out.p = (asLarge + 1.0) / (kRandom + 1.0);
    out.smallestP = 1.0 / (kRandom + 1.0);
    return out;
}

std::vector<double> holmAdjusted(std::span<const double> p)
{
    std::vector<std::size_t> order(p.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::ranges::sort(order, {}, [&](std::size_t i) { return p[i]; });
    std::vector<double> adjusted(p.size());
    double largest = 0.0;
    for (std::size_t i = 0; i < order.size(); ++i) {
        largest = std::max(largest, static_cast<double>(p.size() - i) * p[order[i]]);
        adjusted[order[i]] = std::min(1.0, largest);
    }
    return adjusted;
}

std::optional<WithinComparison> compareWithin(const std::vector<std::vector<double>>& rows)
{
    if (rows.size() < 2) {
        return std::nullopt;
    }
    constexpr std::uint64_t kSeed = 1; // the same report every time
    WithinComparison out{.omnibus = {}, .pairs = {}, .smallestPairP = 1.0};
    const std::size_t conditions = rows.front().size();
    std::vector<std::vector<double>> differences; // of the pairs
    for (std::size_t first = 0; first < conditions; ++first) {
        for (std::size_t second = first + 1; second < conditions; ++second) {
            auto& ofPair = differences.emplace_back();
            ofPair.reserve(rows.size());
            for (const auto& row : rows) {
                ofPair.push_back(row[second] - row[first]);
            }
            out.pairs.push_back({.first = first,
                                 .second = second,
                                 .difference = *meanOf(ofPair),
                                 .test = {},
                                 .adjustedP = 1.0});
        }
    }
    // The tests of many participants take seconds each.
    const auto pairs = static_cast<int>(out.pairs.size());
    inParallel(pairs + 1, allCores(), [&](int test) {
        const auto pair = static_cast<std::size_t>(test);
        if (test == pairs) {
            out.omnibus = friedmanTest(rows, kSeed);
        } else {
            out.pairs[pair].test = signFlipTest(differences[pair], kSeed);
        }
    });
    std::vector<double> p;
    for (const auto& pair : out.pairs) {
        p.push_back(pair.test.p);
    }
    const auto adjusted = holmAdjusted(p);
    for (std::size_t i = 0; i < adjusted.size(); ++i) {
        out.pairs[i].adjustedP = adjusted[i];
    }
    out.smallestPairP =
        std::min(1.0, out.pairs.front().test.smallestP * static_cast<double>(out.pairs.size()));
    return out;
}

} // namespace mlab
