// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "experiments/design/recognition_spec.h"
#include "experiments/design/semantic_checks.h"

#include <filesystem>
#include <set>
#include <string>
#include <system_error>
#include <vector>

namespace mlab::experiments {
namespace {

const std::string kCategoriesAt = "/recognition/categories";
const std::string kLayersAt = "/recognition/layers";

void checkIcon(CheckedDesign& design, const std::filesystem::path& icon, const std::string& at)
{
    if (icon.empty()) {
        return;
    }
    if (icon == kExampleIcon) {
        if (!design.modality().onScreen()) {
            design.add(at, "the examples of a design with sounds cannot be shown as icons; give "
                           "the file of a picture");
        }
        return;
    }
    if (!design.context().iconProblem) {
        return;
    }
    std::error_code error;
    if (!std::filesystem::exists(icon, error)) {
        design.add(at,
                   "file not found: " + icon.string() + " (paths are relative to the design file)");
    } else if (const auto problem = design.context().iconProblem(icon); !problem.empty()) {
        design.add(at, problem);
    }
}

enum class Categories { distinct, alike, refused };

Categories checkCategories(CheckedDesign& design, const RecognitionSpec& spec)
{
    auto found = Categories::distinct;
    std::set<std::string> names;
    std::set<std::string> labels;
    for (std::size_t i = 0; design.has(childPointer(kCategoriesAt, i)); ++i) {
        const auto at = childPointer(kCategoriesAt, i);
        if (!design.usable({at, at + "/name", at + "/references", at + "/label", at + "/icon"})) {
            return Categories::refused; // those of `spec` are not those of the file
        }
        const auto& category = spec.categories.at(i);
        if (!names.insert(category.name).second) {
            found = Categories::alike;
            design.add(at + "/name", "two categories have the name " + inQuotes(category.name));
        }
        if (!labels.insert(category.label).second) {
            found = Categories::alike;
            design.add(design.writtenOr(at + "/label", at),
                       "two categories have the label " + inQuotes(category.label) +
                           "; participants could not tell them apart");
        }
        checkIcon(design, spec.icons.at(i), at + "/icon");
    }
    return found;
}

void checkConditions(CheckedDesign& design, const RecognitionSpec& spec)
{
    for (std::size_t i = 0; design.usable({kLayersAt}) && i < spec.layers.size(); ++i) {
        if (spec.layers[i] == kNaturalCondition) {
            design.add(childPointer(kLayersAt, i),
                       "a layer of this name cannot be a condition, because natural stimuli are "
                       "the condition " +
                           inQuotes(kNaturalCondition) + "; rename the model's layer");
        }
    }
}

void checkCatchTrials(CheckedDesign& design, const RecognitionSpec& spec)
{
    const auto categories = static_cast<int>(spec.categories.size());
    if (spec.catchPerBlock > 0 && design->practice.trials < categories &&
        design.usable({"/recognition/catch_per_block", "/practice/trials"})) {
        design.add(design.writtenOr("/practice/trials", "/recognition"),
                   "catch trials repeat the examples shown in practice, so practice needs a trial "
                   "for each of the " +
                       std::to_string(categories) +
                       " categories (practice.trials), or catch_per_block must be 0");
    }
}

void checkReferencesOfCategories(CheckedDesign& design, const RecognitionSpec& spec)
{
    if (!design.context().referenceIds ||
        !design.usable({"/references", "/references/folder", "/references/builtin",
                        "/references/builtin/count", kLayersAt,
                        "/recognition/trials_per_category"})) {
        return;
    }
    std::vector<std::string> ids;
    try {
        ids = design.context().referenceIds(design->synthesis.references, design->synthesis.format);
    } catch (const Error&) {
        return; // checkReferences() says what is wrong with the folder
    }
    try {
        referencesByCategory(spec, ids);
    } catch (const InvalidArgument& problem) {
        design.add(kCategoriesAt, problem.what());
    }
}

} // namespace

void checkRecognition(CheckedDesign& design)
{
    const auto& spec = design->recognition;
    if (!spec || !design.usable({"/recognition", kCategoriesAt})) {
        return;
    }
    const auto categories = checkCategories(design, *spec);
    if (categories == Categories::refused) {
        return;
    }
    checkConditions(design, *spec);
    checkCatchTrials(design, *spec);
    if (categories == Categories::distinct) {
        checkReferencesOfCategories(design, *spec);
    }
}

} // namespace mlab::experiments
