// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trial/recognition.h"
#include "stimuli/catalog/imagenet_categories.h"
#include "tests/conformance/synthesis/inputs.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <set>
#include <string>
#include <vector>

namespace mlab::conformance {
namespace {

// The 16 categories of Geirhos et al. 2018, as Feather et al. 2023 use them: photographs of
// ImageNet in a sub-folder for each class, named by its WordNet ID.
TEST(RecognitionCategories, PutEveryWordNetIdIntoExactlyItsCategory)
{
    const auto data = synthesisData("imagenet_16_class_wnids.json")["categories"];
    std::vector<Category> categories;
    std::set<std::string> ids;
    for (const auto& [name, wordNetIds] : data.items()) {
        Category category{.name = name, .label = name, .references = {}};
        for (const auto& id : wordNetIds) {
            category.references.push_back(id.get<std::string>() + "/*");
            EXPECT_TRUE(ids.insert(id.get<std::string>()).second) << id << " is in two categories";
        }
        categories.push_back(std::move(category));
    }
    ASSERT_EQ(categories.size(), 16U);
    EXPECT_EQ(ids.size(), 231U);
    for (std::size_t i = 0; i < categories.size(); ++i) {
        for (const auto& id : data[categories[i].name]) {
            const auto reference = id.get<std::string>() + "/ILSVRC2012_val_00000001";
            EXPECT_EQ(categoryOfReference(categories, reference), i) << reference;
        }
    }
    // A tench, a word longer by a digit, one shorter, and a file beside the sub-folders.
    for (const auto* id :
         {"n01440764/a", "n030416320/a", "n0304163/a", "n03041632", "x/n03041632/a"}) {
        EXPECT_EQ(categoryOfReference(categories, id), std::nullopt) << id;
    }
}

// The WordNet IDs of ImageNet's 1000 classes, in the order of torchvision's logits: sorted.
std::vector<std::string> imageNetIds()
{
    std::ifstream file(MLAB_SOURCE_DIR "/tests/conformance/synthesis/imagenet_wnids.txt");
    std::vector<std::string> ids;
    for (std::string id; std::getline(file, id);) {
        ids.push_back(id);
    }
    return ids;
}

TEST(RecognitionCategories, TakeTheClassesOfANetworkOfImageNetByTheSameTable)
{
    const auto ids = imageNetIds();
    ASSERT_EQ(ids.size(), 1000U);
    ASSERT_TRUE(std::ranges::is_sorted(ids));
    const auto data = synthesisData("imagenet_16_class_wnids.json")["categories"];
    std::vector<std::string> names;
    std::vector<std::vector<std::size_t>> expected;
    for (const auto& [name, wordNetIds] : data.items()) {
        names.push_back(name);
        expected.emplace_back();
        for (const auto& id : wordNetIds) { // some are not among the 1000
            const auto found = std::ranges::find(ids, id.get<std::string>());
            if (found != ids.end()) {
                expected.back().push_back(static_cast<std::size_t>(found - ids.begin()));
            }
        }
        std::ranges::sort(expected.back());
    }
    std::vector<std::string> numbered;
    for (int i = 0; i < 1000; ++i) {
        numbered.push_back(std::to_string(i));
    }
    EXPECT_EQ(stimuli::classesOfCategories(names, numbered), expected);
}

} // namespace
} // namespace mlab::conformance
