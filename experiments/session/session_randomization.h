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

/// What design and seed decide before anything is answered: orders, decks of references, orders of
/// intervals. Every random number comes from a stream that is named after what it is for and the
/// dimension's id, so a dimension more or less in the design leaves the numbers of the others as
/// they were. Dimensions are given by their position in the design.
class SessionRandomization {
public:
    /// @param referenceIds  the references in the order in which their source lists them
    /// @throws InvalidArgument if there is no dimension or reference, or one is given twice.
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
    /// What the `count`-th (from 0) main trial of a dimension asks for at `level`.
    ProbeRequest request(std::size_t dimension, int count, double level) const;
    /// The intervals of the `count`-th (from 0) main trial of a dimension: intervalOrdersOf() the
    /// task, dealt in random order, all of them before they are dealt again.
    const std::vector<Interval>& intervals(std::size_t dimension, int count) const;

    /// Practice goes through the dimensions, the references and the orders of intervals before it
    /// repeats one.
    std::size_t practiceDimension(int trial) const;
    ProbeRequest practiceRequest(int trial) const;
    const std::vector<Interval>& practiceIntervals(int trial) const;

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
