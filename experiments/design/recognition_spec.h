// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"
#include "core/trial/recognition.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace mlab::experiments {

/// What a design of N-way recognition shows, and the possible answers.
struct RecognitionSpec {
    std::vector<Category> categories; ///< at least 2; at most kMostCategories
    /// The icon of each category: a file, or kExampleIcon; empty: only the label.
    std::vector<std::filesystem::path> icons;
    std::vector<std::string> layers; ///< the metamers of each are a condition
    int trialsPerCategory = 2;       ///< in each condition; the number of blocks
    int catchPerBlock = 2;           ///< catch trials: see RecognitionPlan
    MetamerSpec metamers;

    bool operator==(const RecognitionSpec&) const = default;
};

inline constexpr std::size_t kMostCategories = 32;
/// The icon is the category's example, the reference that practice shows. Images only.
inline constexpr const char* kExampleIcon = "example";

/// The conditions that a design of recognition compares: "natural" and the layers.
std::vector<std::string> conditionsOf(const RecognitionSpec& spec);
/// The number of references that each category must have: its example, and one for each trial.
int referencesNeeded(const RecognitionSpec& spec);

/// Trials after practice, catch trials included.
int mainTrials(const RecognitionSpec& spec);

/// The references of each category, in the order in which their source lists them.
/// @throws InvalidArgument if a category has fewer than referencesNeeded(), or a reference belongs
///         to two categories or is listed twice
std::vector<std::vector<std::string>>
referencesByCategory(const RecognitionSpec& spec, const std::vector<std::string>& referenceIds);

} // namespace mlab::experiments
