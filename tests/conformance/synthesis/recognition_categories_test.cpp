// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/trial/recognition.h"
#include "tests/conformance/synthesis/inputs.h"

#include <gtest/gtest.h>

#include <set>

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

} // namespace
} // namespace mlab::conformance
