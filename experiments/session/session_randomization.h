// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial/trial.h"
#include "experiments/design/design.h"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mlab::experiments {

/// The request of a condition of whole metamers for the reference of that index. What a synthesis
/// starts from depends on the reference alone, so that all participants share its metamers.
ProbeRequest metamerRequest(const Dimension& condition, double level,
                            const std::vector<std::string>& referenceIds, std::size_t reference);

/// Those of the references that a dimension is measured with: of a rewiring the drawings of its
/// graph, otherwise all.
std::vector<std::string> referencesOf(const Dimension& dimension,
                                      const std::vector<std::string>& referenceIds);

/// The seed of the rewiring that the `count`-th (from 0) main trial of a dimension shows.
std::uint64_t rewiringSeed(std::uint64_t sessionSeed, const Dimension& dimension, int count);

/// Everything random about a session, which depends only on design and seed: the order of
/// dimensions in a block, the references of a trial, the order of its intervals. Every random
/// number comes from a stream that is named after its purpose and the dimension's id, so adding or
/// removing a dimension leaves the numbers of the others unchanged. Dimensions are given by their
/// position in the design.
class SessionRandomization {
public:
    /// @param referenceIds  the references in the order in which their source lists them
    /// @throws InvalidArgument if there is no dimension or no reference, or one is listed twice.
    SessionRandomization(std::shared_ptr<const Design> design, std::uint64_t seed,
                         std::vector<std::string> referenceIds);

    SessionRandomization withSeed(std::uint64_t seed) const;

    const Design& design() const { return *design_; }
    const MeasuredDimension& measured(std::size_t dimension) const
    {
        return design_->dimensions[dimension];
    }

    /// The given unfinished dimensions in the order in which the block shows them.
    std::vector<std::size_t> blockOrder(int block, std::vector<std::size_t> unfinished) const;
    /// The probe request of the `count`-th (from 0) main trial of a dimension at `level`. Each
    /// trial of a rewiring has another one, and a whole number of swaps. Of whole metamers each
    /// trial has another reference, as long as there are any, and the nearest level of the design's
    /// matches.
    ProbeRequest request(std::size_t dimension, int count, double level) const;
    /// The intervals of the `count`-th (from 0) main trial of a dimension: intervalOrdersOf() the
    /// task in random order; all of them are used before any is repeated.
    const std::vector<Interval>& intervals(std::size_t dimension, int count) const;

    /// Practice uses all dimensions, references and orders of intervals before any is repeated.
    std::size_t practiceDimension(int trial) const;
    ProbeRequest practiceRequest(int trial) const;
    const std::vector<Interval>& practiceIntervals(int trial) const;

    /// Whole metamers: whether a main trial is a catch trial. One of each `catch_every` is, at a
    /// random place among them.
    bool isCatch(int mainTrial) const;
    /// Two originals that differ obviously, for the catch or practice trial of that index. Both
    /// kinds use every reference before any is repeated.
    ProbeRequest catchRequest(int trial) const;

private:
    const std::vector<Interval>& dealtIntervals(const std::string& purpose, int count) const;
    std::vector<std::size_t> shuffled(const std::string& purpose, int index,
                                      std::vector<std::size_t> dimensions) const;
    ProbeRequest requestFor(std::size_t dimension, double level, const std::string& deck,
                            int count) const;

    std::shared_ptr<const Design> design_;
    std::uint64_t seed_;
    std::vector<std::string> referenceIds_;
    std::vector<std::string> dimensionIds_;
};

} // namespace mlab::experiments
