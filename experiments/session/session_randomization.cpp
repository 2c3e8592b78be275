// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/session/session_randomization.h"

#include "core/base/error.h"
#include "core/base/random_stream.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

namespace mlab::experiments {
namespace {

/// The mismatch of two references, by definition: nothing of one is in the other.
constexpr double kUnrelatedMismatch = 1.0;

/// Deals `size` cards again and again, each time in a new order: the `count`-th card, followed by
/// the others of the same deal, cyclically.
std::vector<std::size_t> dealt(std::uint64_t seed, const std::string& purpose, std::size_t size,
                               int count)
{
    const auto dealtBefore = static_cast<std::size_t>(count);
    auto cards = RandomStream(seed, purpose, dealtBefore / size).permutation(size);
    const auto top = cards.begin() + static_cast<std::ptrdiff_t>(dealtBefore % size);
    std::rotate(cards.begin(), top, cards.end());
    return cards;
}

void requireDistinct(std::vector<std::string> names, const char* what)
{
    if (names.empty()) {
        throw InvalidArgument("a session needs at least one " + std::string(what));
    }
    std::ranges::sort(names);
    const auto twice = std::ranges::adjacent_find(names);
    if (twice != names.end()) {
        throw InvalidArgument("the " + std::string(what) + " \"" + *twice +
                              "\" is listed twice; list each only once");
    }
}

} // namespace

ProbeRequest metamerRequest(const Dimension& condition, double level,
                            const std::vector<std::string>& referenceIds, std::size_t reference)
{
    ProbeRequest request{.layer = condition.layer,
                         .component = condition.component,
                         .level = level,
                         .references = {},
                         .metamers = condition.metamers};
    for (int i = 0; i < referencesOf(*condition.metamers); ++i) {
        request.references.push_back(
            referenceIds[(reference + static_cast<std::size_t>(i)) % referenceIds.size()]);
    }
    return request;
}

std::vector<std::string> referencesOf(const Dimension& dimension,
                                      const std::vector<std::string>& referenceIds)
{
    if (!dimension.rewiring) {
        return referenceIds;
    }
    std::vector<std::string> own;
    std::ranges::copy_if(referenceIds, std::back_inserter(own), [&](const std::string& id) {
        return graphOfDrawing(id) == dimension.layer;
    });
    return own;
}

std::uint64_t rewiringSeed(std::uint64_t sessionSeed, const Dimension& dimension, int count)
{
    return RandomStream(sessionSeed, "rewiring/" + dimension.id(),
                        static_cast<std::uint64_t>(count))();
}

SessionRandomization::SessionRandomization(std::shared_ptr<const Design> design, std::uint64_t seed,
                                           std::vector<std::string> referenceIds)
    : design_(std::move(design)), seed_(seed), referenceIds_(std::move(referenceIds))
{
    for (const auto& measured : design_->dimensions) {
        dimensionIds_.push_back(measured.dimension.id());
    }
    requireDistinct(dimensionIds_, "dimension");
    requireDistinct(referenceIds_, "reference");
    if (design_->referencesPerTrial < 1) {
        throw InvalidArgument("references_per_trial is " +
                              std::to_string(design_->referencesPerTrial) +
                              "; a trial needs at least one reference");
    }
}

SessionRandomization SessionRandomization::withSeed(std::uint64_t seed) const
{
    SessionRandomization out = *this;
    out.seed_ = seed;
    return out;
}

std::vector<std::size_t> SessionRandomization::blockOrder(int block,
                                                          std::vector<std::size_t> unfinished) const
{
    return shuffled("block-order", block, std::move(unfinished));
}

ProbeRequest SessionRandomization::request(std::size_t dimension, int count, double level) const
{
    auto request = requestFor(dimension, level, "reference/" + dimensionIds_[dimension], count);
    if (request.rewiring) {
        request.seed = rewiringSeed(seed_, measured(dimension).dimension, count);
    }
    return request;
}

const std::vector<Interval>& SessionRandomization::intervals(std::size_t dimension, int count) const
{
    return dealtIntervals("interval-order/" + dimensionIds_[dimension], count);
}

std::size_t SessionRandomization::practiceDimension(int trial) const
{
    std::vector<std::size_t> all(dimensionIds_.size());
    std::iota(all.begin(), all.end(), std::size_t{0});
    const int size = static_cast<int>(all.size());
    return shuffled("practice-order", trial / size,
                    std::move(all))[static_cast<std::size_t>(trial % size)];
}

bool SessionRandomization::isCatch(int mainTrial) const
{
    const int every = design_->wholeMetamers ? design_->wholeMetamers->catchEvery : 0;
    if (every == 0) {
        return false;
    }
    RandomStream place(seed_, "catch-place", static_cast<std::uint64_t>(mainTrial / every));
    return place.below(static_cast<std::uint64_t>(every)) ==
           static_cast<std::uint64_t>(mainTrial % every);
}

ProbeRequest SessionRandomization::catchRequest(int trial) const
{
    const auto shown = catchDimension(*design_->wholeMetamers);
    const auto cards = dealt(seed_, "catch-reference", referenceIds_.size(), trial);
    return {.layer = shown.layer,
            .component = shown.component,
            .level = kUnrelatedMismatch,
            .references = {referenceIds_[cards.at(0)], referenceIds_[cards.at(1)]},
            .metamers = shown.metamers};
}

ProbeRequest SessionRandomization::practiceRequest(int trial) const
{
    if (design_->wholeMetamers) {
        return catchRequest(trial);
    }
    const auto dimension = practiceDimension(trial);
    double level = design_->practice.level;
    if (!design_->highestLevels.empty()) {
        level = std::min(level, design_->highestLevels.at(dimension));
    }
    auto request = requestFor(dimension, level, "practice-reference", trial);
    if (request.rewiring) {
        request.seed =
            RandomStream(seed_, "practice-rewiring", static_cast<std::uint64_t>(trial))();
    }
    return request;
}

const std::vector<Interval>& SessionRandomization::practiceIntervals(int trial) const
{
    return dealtIntervals("practice-interval-order", trial);
}

const std::vector<Interval>& SessionRandomization::dealtIntervals(const std::string& purpose,
                                                                  int count) const
{
    const auto& orders = intervalOrdersOf(design_->task);
    return orders[dealt(seed_, purpose, orders.size(), count).front()];
}

std::vector<std::size_t> SessionRandomization::shuffled(const std::string& purpose, int index,
                                                        std::vector<std::size_t> dimensions) const
{
    // Sorting by a random number of each dimension's own is a fair shuffle in which the others keep
    // their order when one is missing.
    std::vector<std::pair<std::uint64_t, std::size_t>> drawn;
    drawn.reserve(dimensions.size());
    for (const auto dimension : dimensions) {
        RandomStream stream(seed_, purpose + "/" + dimensionIds_[dimension],
                            static_cast<std::uint64_t>(index));
        drawn.emplace_back(stream(), dimension);
    }
    std::ranges::sort(drawn);
    std::ranges::transform(drawn, dimensions.begin(), [](const auto& pair) { return pair.second; });
    return dimensions;
}

ProbeRequest SessionRandomization::requestFor(std::size_t dimension, double level,
                                              const std::string& deck, int count) const
{
    const auto& moved = measured(dimension).dimension;
    if (moved.metamers) {
        const double shown =
            moved.metamers->match ? level : nearestLevel(*design_->wholeMetamers, level);
        return metamerRequest(moved, shown, referenceIds_,
                              dealt(seed_, deck, referenceIds_.size(), count).front());
    }
    ProbeRequest request{.layer = moved.layer,
                         .component = moved.component,
                         .direction = moved.direction,
                         .level = shownLevel(moved, level),
                         .references = {},
                         .distortion = moved.distortion,
                         .rewiring = moved.rewiring};
    std::vector<std::string> drawings; // other lists may be long: they are not copied
    if (moved.rewiring) {
        drawings = referencesOf(moved, referenceIds_);
    }
    const auto& references = moved.rewiring ? drawings : referenceIds_;
    auto cards = dealt(seed_, deck, references.size(), count);
    cards.resize(std::min(cards.size(), static_cast<std::size_t>(design_->referencesPerTrial)));
    for (const auto card : cards) {
        request.references.push_back(references[card]);
    }
    return request;
}

} // namespace mlab::experiments
