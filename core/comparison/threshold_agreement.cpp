// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/comparison/threshold_agreement.h"

#include "core/base/error.h"
#include "core/fits/group_statistics.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <set>
#include <string>

namespace mlab {
namespace {

constexpr double kDbPerLn = 8.685889638065037; // 20 / ln 10

void requireValid(const PeopleThresholds& people)
{
    const std::size_t dimensions = people.groups.size();
    const auto fits = [&](const LogThresholds& row) { return row.size() == dimensions; };
    if (people.logThresholds.empty() || dimensions == 0) {
        throw InvalidArgument("thresholds cannot be compared without participants or dimensions");
    }
    if (!std::ranges::all_of(people.logThresholds, fits) ||
        !std::ranges::all_of(people.standardErrors, fits) ||
        (!people.standardErrors.empty() &&
         people.standardErrors.size() != people.logThresholds.size())) {
        throw InvalidArgument("every participant needs a value or a gap for each of the " +
                              std::to_string(dimensions) + " dimensions");
    }
}

void requireValid(const PeopleThresholds& people, const ModelThresholds& model)
{
    requireValid(people);
    if (model.logThresholds.size() != people.groups.size()) {
        throw InvalidArgument("a model with " + std::to_string(model.logThresholds.size()) +
                              " thresholds cannot be compared with people who have " +
                              std::to_string(people.groups.size()) + " dimensions");
    }
    if (!(model.errorVariance >= 0)) {
        throw InvalidArgument("the error variance of a model's thresholds must be at least 0");
    }
}

double productsOf(const std::vector<double>& a, const std::vector<double>& b)
{
    return std::inner_product(a.begin(), a.end(), b.begin(), 0.0);
}

/// The dimensions with both values, and the values less the means of their groups.
struct Pairs {
    std::vector<double> x, y;
    std::vector<std::size_t> groups;

    Pairs(const LogThresholds& first, const LogThresholds& second,
          std::span<const std::size_t> groupOf)
    {
        for (std::size_t k = 0; k < first.size(); ++k) {
            if (first[k] && second[k]) {
                x.push_back(*first[k]);
                y.push_back(*second[k]);
                groups.push_back(groupOf[k]);
            }
        }
        x = centredWithin(x, groups);
        y = centredWithin(y, groups);
    }

    std::optional<double> r() const
    {
        // Smaller differences of ln thresholds are what a solver leaves.
        constexpr double kLeastSpread = 1e-5;
        const double least = kLeastSpread * kLeastSpread * degrees();
        if (!(productsOf(x, x) > least && productsOf(y, y) > least)) {
            return std::nullopt;
        }
        const auto found = correlate(x, y);
        return found ? std::optional(found->r) : std::nullopt;
    }
    /// Values that vary freely.
    double degrees() const
    {
        const std::set<std::size_t> all(groups.begin(), groups.end());
        return static_cast<double>(x.size()) - static_cast<double>(all.size());
    }
};

std::optional<double> meanOfPresent(std::span<const std::optional<double>> values)
{
    double sum = 0.0;
    int count = 0;
    for (const auto& value : values) {
        sum += value.value_or(0.0);
        count += value ? 1 : 0;
    }
    return count > 0 ? std::optional(sum / count) : std::nullopt;
}

/// Additive effects of participants and dimensions in one group of dimensions, by least squares.
struct GroupEffects {
    std::vector<double> dimension; ///< less their mean
    double residuals = 0.0;        ///< sum of squares
    double degrees = 0.0;          ///< of freedom of that sum
};

/// @param rows [participants][dimensions of the group]
GroupEffects effectsOf(const std::vector<LogThresholds>& rows)
{
    const std::size_t count = rows.front().size();
    GroupEffects out;
    out.dimension.assign(count, 0.0);
    std::vector<double> participant(rows.size(), 0.0);
    // Either effect given the other, in turn: after one round for complete data.
    constexpr int kMostRounds = 10'000;
    for (int round = 0; round < kMostRounds; ++round) {
        double change = 0.0;
        for (std::size_t p = 0; p < rows.size(); ++p) {
            LogThresholds rest;
            for (std::size_t k = 0; k < count; ++k) {
                rest.push_back(rows[p][k] ? std::optional(*rows[p][k] - out.dimension[k])
                                          : std::nullopt);
            }
            participant[p] = meanOfPresent(rest).value_or(0.0);
        }
        std::vector<double> next;
        for (std::size_t k = 0; k < count; ++k) {
            LogThresholds rest;
            for (std::size_t p = 0; p < rows.size(); ++p) {
                rest.push_back(rows[p][k] ? std::optional(*rows[p][k] - participant[p])
                                          : std::nullopt);
            }
            next.push_back(meanOfPresent(rest).value());
        }
        const double mean =
            std::accumulate(next.begin(), next.end(), 0.0) / static_cast<double>(count);
        for (std::size_t k = 0; k < count; ++k) {
            change = std::max(change, std::abs(next[k] - mean - out.dimension[k]));
            out.dimension[k] = next[k] - mean;
        }
        if (change < 1e-13) {
            break;
        }
    }
    int cells = 0;
    int people = 0;
    for (const auto& row : rows) {
        // The dimensions' effects have mean 0, so the participant's takes up the rest.
        LogThresholds rest;
        for (std::size_t k = 0; k < count; ++k) {
            rest.push_back(row[k] ? std::optional(*row[k] - out.dimension[k]) : std::nullopt);
        }
        const auto own = meanOfPresent(rest);
        people += own ? 1 : 0;
        for (const auto& value : rest) {
            cells += value ? 1 : 0;
            out.residuals += value ? (*value - *own) * (*value - *own) : 0.0;
        }
    }
    out.degrees = static_cast<double>(cells) - people - static_cast<double>(count) + 1;
    return out;
}

/// The slope of y on x when both are known with errors.
std::optional<double> demingSlope(const Pairs& pairs, double errorX, double errorY)
{
    const double xx = productsOf(pairs.x, pairs.x);
    const double yy = productsOf(pairs.y, pairs.y);
    const double xy = productsOf(pairs.x, pairs.y);
    if (!(errorX + errorY > 0) || xy == 0) {
        return std::nullopt;
    }
    const double difference = errorX * yy - errorY * xx;
    const double root = std::sqrt(difference * difference + 4 * errorX * errorY * xy * xy);
    // Two forms of one root: neither subtracts what is nearly equal.
    return difference > 0 ? (difference + root) / (2 * errorX * xy)
                          : 2 * errorY * xy / (root - difference);
}

ThresholdAgreement agreementOf(const PeopleThresholds& people, const MeanThresholds& known,
                               const ModelThresholds& model)
{
    const Pairs pairs(model.logThresholds, known.means, people.groups);
    ThresholdAgreement out;
    out.dimensions = static_cast<int>(pairs.x.size());
    out.r = pairs.r();
    if (out.r) {
        out.spearman = rankCorrelation(pairs.x, pairs.y);
    }
    const double degrees = pairs.degrees();
    if (!(degrees > 0)) {
        return out;
    }
    const double modelVariance = productsOf(pairs.x, pairs.x) / degrees;
    const double variance = productsOf(pairs.y, pairs.y) / degrees;
    double squares = 0.0;
    for (std::size_t i = 0; i < pairs.x.size(); ++i) {
        squares += (pairs.y[i] - pairs.x[i]) * (pairs.y[i] - pairs.x[i]);
    }
    squares /= degrees;
    out.residualDb = kDbPerLn * std::sqrt(squares);
    if (!known.errorVariance) {
        return out;
    }
    const double reliability = variance > 0 ? 1 - *known.errorVariance / variance : 0.0;
    const double modelReliability =
        modelVariance > 0 ? 1 - model.errorVariance / modelVariance : 0.0;
    if (out.r && std::min(reliability, modelReliability) >= kLeastReliability) {
        out.normalisedR = *out.r / std::sqrt(reliability * modelReliability);
    }
    if (variance > *known.errorVariance) {
        out.explainedShare = 1 - (squares - *known.errorVariance - model.errorVariance) /
                                     (variance - *known.errorVariance);
    }
    out.slope = demingSlope(pairs, model.errorVariance, *known.errorVariance);
    return out;
}

} // namespace

PeopleThresholds participantsOf(const PeopleThresholds& people, std::span<const std::size_t> chosen)
{
    PeopleThresholds out{.logThresholds = {}, .standardErrors = {}, .groups = people.groups};
    for (const auto p : chosen) {
        out.logThresholds.push_back(people.logThresholds[p]);
        if (!people.standardErrors.empty()) {
            out.standardErrors.push_back(people.standardErrors[p]);
        }
    }
    return out;
}

MeanThresholds meanThresholds(const PeopleThresholds& people)
{
    requireValid(people);
    const std::size_t participants = people.logThresholds.size();
    MeanThresholds out;
    out.means.resize(people.groups.size());
    double residuals = 0.0;
    double degrees = 0.0;
    double reciprocals = 0.0; // of the numbers of participants behind each mean
    double squaredErrors = 0.0;
    double squares = 0.0;
    double freeMeans = 0.0;
    bool errorsKnown = !people.standardErrors.empty();
    for (const auto group : std::set(people.groups.begin(), people.groups.end())) {
        std::vector<std::size_t> members;
        for (std::size_t k = 0; k < people.groups.size(); ++k) {
            const auto located = static_cast<std::size_t>(std::ranges::count_if(
                people.logThresholds, [k](const auto& row) { return row[k].has_value(); }));
            if (people.groups[k] == group && 2 * located > participants) {
                members.push_back(k);
                reciprocals += 1 / static_cast<double>(located);
            }
        }
        if (members.empty()) {
            continue;
        }
        std::vector<LogThresholds> rows;
        for (const auto& row : people.logThresholds) {
            auto& own = rows.emplace_back();
            for (const auto k : members) {
                own.push_back(row[k]);
            }
        }
        const auto effects = effectsOf(rows);
        residuals += effects.residuals;
        degrees += effects.degrees;
        freeMeans += static_cast<double>(members.size()) - 1;
        for (std::size_t i = 0; i < members.size(); ++i) {
            const double mean = effects.dimension[i];
            out.means[members[i]] = mean;
            squares += mean * mean;
            ++out.dimensions;
            if (participants == 1 && errorsKnown) {
                const auto error = people.standardErrors.front()[members[i]];
                errorsKnown = error.has_value();
                squaredErrors += error.value_or(0.0) * error.value_or(0.0);
            }
        }
    }
    if (freeMeans > 0) {
        out.variance = squares / freeMeans;
        if (degrees > 0) {
            out.errorVariance = residuals / degrees * reciprocals / out.dimensions;
        } else if (participants == 1 && errorsKnown) {
            out.errorVariance = squaredErrors / out.dimensions;
        }
    }
    if (out.errorVariance && out.variance > 0) {
        out.reliability = 1 - *out.errorVariance / out.variance;
    }
    return out;
}

std::optional<double> splitHalfReliability(const PeopleThresholds& people, int splits,
                                           std::uint64_t seed)
{
    requireValid(people);
    if (splits < 1) {
        throw InvalidArgument("the reliability by halves needs at least one split");
    }
    const std::size_t participants = people.logThresholds.size();
    if (participants < 2) {
        return std::nullopt;
    }
    std::vector<std::optional<double>> all;
    for (int split = 0; split < splits; ++split) {
        RandomStream random(seed, "split halves", static_cast<std::uint64_t>(split));
        const auto order = random.permutation(participants);
        const std::span<const std::size_t> shuffled(order);
        const auto first = meanThresholds(participantsOf(people, shuffled.first(participants / 2)));
        const auto second =
            meanThresholds(participantsOf(people, shuffled.subspan(participants / 2)));
        all.push_back(Pairs(first.means, second.means, people.groups).r());
    }
    const auto half = meanOfPresent(all);
    return half && *half > -1 ? std::optional(2 * *half / (1 + *half)) : std::nullopt;
}

NoiseCeiling noiseCeiling(const PeopleThresholds& people)
{
    const auto all = meanThresholds(people);
    const std::size_t participants = people.logThresholds.size();
    if (participants < 2) {
        return {};
    }
    std::vector<std::optional<double>> lower;
    std::vector<std::optional<double>> upper;
    for (std::size_t p = 0; p < participants; ++p) {
        std::vector<std::size_t> others;
        for (std::size_t other = 0; other < participants; ++other) {
            if (other != p) {
                others.push_back(other);
            }
        }
        const auto& own = people.logThresholds[p];
        const auto rest = meanThresholds(participantsOf(people, others));
        lower.push_back(Pairs(own, rest.means, people.groups).r());
        upper.push_back(Pairs(own, all.means, people.groups).r());
    }
    return {.lower = meanOfPresent(lower), .upper = meanOfPresent(upper)};
}

ThresholdAgreement thresholdAgreement(const PeopleThresholds& people, const ModelThresholds& model)
{
    requireValid(people, model);
    auto out = agreementOf(people, meanThresholds(people), model);
    std::vector<std::optional<double>> single;
    for (const auto& row : people.logThresholds) {
        single.push_back(Pairs(model.logThresholds, row, people.groups).r());
    }
    out.participantR = meanOfPresent(single);
    return out;
}

std::optional<double> agreementP(const PeopleThresholds& people, const ModelThresholds& model,
                                 std::uint64_t seed)
{
    requireValid(people, model);
    const Pairs pairs(model.logThresholds, meanThresholds(people).means, people.groups);
    if (!pairs.r()) {
        return std::nullopt;
    }
    return correlationWithinTest(pairs.x, pairs.y, pairs.groups, seed)->p;
}

AgreementBootstrap bootstrapAgreement(const PeopleThresholds& people,
                                      std::span<const ModelThresholds> models,
                                      const BootstrapSettings& settings)
{
    for (const auto& model : models) {
        requireValid(people, model);
    }
    constexpr std::size_t kStatistics = 5;
    const auto values =
        bootstrap(people.logThresholds.size(), settings,
                  [&](std::span<const std::size_t> drawn, RandomStream& random) {
                      auto sample = participantsOf(people, drawn);
                      for (std::size_t p = 0; p < sample.standardErrors.size(); ++p) {
                          for (std::size_t k = 0; k < people.groups.size(); ++k) {
                              auto& value = sample.logThresholds[p][k];
                              const auto& error = sample.standardErrors[p][k];
                              if (value && error) {
                                  *value += *error * random.normal();
                              }
                          }
                      }
                      const auto known = meanThresholds(sample);
                      std::vector<std::optional<double>> out;
                      for (const auto& model : models) {
                          const auto each = agreementOf(sample, known, model);
                          out.insert(out.end(), {each.r, each.normalisedR, each.explainedShare,
                                                 each.slope, each.residualDb});
                      }
                      return out;
                  });
    AgreementBootstrap out;
    for (std::size_t m = 0; m < models.size(); ++m) {
        const auto interval = [&](std::size_t statistic) {
            return bootstrapInterval(values[m * kStatistics + statistic]);
        };
        out.models.push_back({.r = interval(0),
                              .normalisedR = interval(1),
                              .explainedShare = interval(2),
                              .slope = interval(3),
                              .residualDb = interval(4)});
    }
    std::vector<double> p;
    for (std::size_t first = 0; first < models.size(); ++first) {
        for (std::size_t second = first + 1; second < models.size(); ++second) {
            out.differences.push_back({.first = first,
                                       .second = second,
                                       .p = bootstrapDifferenceP(values[first * kStatistics],
                                                                 values[second * kStatistics]),
                                       .adjustedP = {}});
            if (out.differences.back().p) {
                p.push_back(*out.differences.back().p);
            }
        }
    }
    const auto adjusted = holmAdjusted(p);
    std::size_t at = 0;
    for (auto& difference : out.differences) {
        if (difference.p) {
            difference.adjustedP = adjusted[at++];
        }
    }
    return out;
}

} // namespace mlab
