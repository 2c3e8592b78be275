// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/representation.h"

#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// The natural logarithm, but for a constant, of each category's probability: the mean of the
/// probabilities of its classes (Geirhos et al. 2018).
/// @param logits of all classes @param classes see classesOfCategories()
std::vector<double> evidenceOfClasses(std::span<const float> logits,
                                      const std::vector<std::vector<std::size_t>>& classes);

/// A classifier for models without such classes: the category whose mean is nearest. The means are
/// over a category's natural stimuli without the one that is judged or that it was made from, which
/// would recognise itself.
class CategoryMeans {
public:
    CategoryMeans(RepresentationSpace space, std::size_t categories)
        : space_(space), members_(categories)
    {
    }

    /// @param reference identifies the stimulus @param numbers that represent it, as many each time
    void add(std::size_t category, const std::string& reference, std::vector<float> numbers);
    /// Minus the distance to each category's mean, as RepresentationDistance::delta.
    /// @param reference the stimulus judged, or the one that it was made from
    /// @throws InvalidArgument with the index of a category of which nothing else is left
    std::vector<double> evidence(const std::string& reference,
                                 std::span<const float> numbers) const;

private:
    struct Members {
        std::map<std::string, std::vector<float>> byReference;
        std::vector<double> sum;
    };
    RepresentationSpace space_;
    std::vector<Members> members_; ///< by category
};

} // namespace mlab::stimuli
