// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/base/error.h"
#include "core/procedures/hierarchical_procedure.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace mlab {

/// The dimensions of a session with their layers, without a session.
///
/// A value. Its state is a function of the answers and of when it learnt.
class HierarchicalGroup {
public:
    /// @param layers  of each dimension
    /// @throws InvalidArgument without any dimension, or if the specification contradicts itself.
    HierarchicalGroup(const HierarchicalSpec& spec, std::vector<std::string> layers)
        : layers_(std::move(layers))
    {
        if (layers_.empty()) {
            throw InvalidArgument("a hierarchical session needs at least one dimension");
        }
        const auto model = std::make_shared<const HierarchicalModel>(spec);
        dimensions_.assign(layers_.size(), HierarchicalDimension(model));
    }

    double nextLevel(std::size_t dimension) const { return at(dimension).nextLevel(); }
    void tell(std::size_t dimension, double level, bool correct)
    {
        dimensions_.at(dimension).tell(level, correct);
    }
    /// Takes all answers so far into every dimension's prior.
    void learn()
    {
        std::vector<const HierarchicalDimension*> all;
        for (const auto& dimension : dimensions_) {
            all.push_back(&dimension);
        }
        const auto priors = learnPriors(all, layers_);
        for (std::size_t d = 0; d < dimensions_.size(); ++d) {
            dimensions_[d].setPrior(*priors[d]);
        }
    }
    std::optional<ProcedureEstimate> estimate(std::size_t dimension) const
    {
        return at(dimension).estimate();
    }
    const HierarchicalDimension& at(std::size_t dimension) const
    {
        return dimensions_.at(dimension);
    }
    std::size_t size() const { return dimensions_.size(); }

    bool operator==(const HierarchicalGroup&) const = default;

private:
    std::vector<std::string> layers_;
    std::vector<HierarchicalDimension> dimensions_;
};

} // namespace mlab
