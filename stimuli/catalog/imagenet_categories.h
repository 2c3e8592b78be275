// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace mlab::stimuli {

/// Which of a model's classes belong to each category that a participant chooses from: the class of
/// the same name; or, where the model has ImageNet's 1000 classes in torchvision's order, those
/// that Geirhos et al. (2018) assign to a category of that name (knife, keyboard, elephant,
/// bicycle, airplane, clock, oven, chair, bear, boat, cat, bottle, truck, car, bird, dog).
/// @param classes in the order of the logits
/// @return indices of classes, for each category; empty unless every category has some
std::vector<std::vector<std::size_t>>
classesOfCategories(const std::vector<std::string>& categories,
                    const std::vector<std::string>& classes);

} // namespace mlab::stimuli
