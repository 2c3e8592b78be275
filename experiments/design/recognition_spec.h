// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/synthesis_spec.h"
#include "core/trial/recognition.h"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace mlab::experiments {

/// N-way recognition in place of dimensions: what is shown, and what can be answered.
struct RecognitionSpec {
    std::vector<Category> categories; ///< at least 2; at most kMostCategories
    /// A picture for each category, of the same index: a file, or kExampleIcon; empty: words alone.
    std::vector<std::filesystem::path> icons;
    std::vector<std::string> layers; ///< whose metamers are shown, each a condition
    int trialsPerCategory = 2;       ///< of every condition, and so the number of blocks
    int catchPerBlock = 2;           ///< catch trials: see RecognitionPlan
    MetamerSpec metamers;

    bool operator==(const RecognitionSpec&) const = default;
};

inline constexpr std::size_t kMostCategories = 32;
/// An icon that is the category's example, the reference that practice shows. Images only.
inline constexpr const char* kExampleIcon = "example";

/// "natural" and the layers: what a design of recognition compares.
std::vector<std::string> conditionsOf(const RecognitionSpec& spec);
/// References that each category must have: its example, and one for each of its trials.
int referencesNeeded(const RecognitionSpec& spec);

/// Trials after practice, catch trials included.
int mainTrials(const RecognitionSpec& spec);

/// The references of each category, in the order in which their source lists them.
/// @throws InvalidArgument if a category has fewer than referencesNeeded(), a reference belongs to
///         two categories or is there twice
std::vector<std::vector<std::string>>
referencesByCategory(const RecognitionSpec& spec, const std::vector<std::string>& referenceIds);

} // namespace mlab::experiments
