// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/catalog/imagenet_categories.h"
#include "stimuli/distances/category_evidence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

namespace mlab::stimuli {
namespace {

using testing::DoubleNear;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(CategoryEvidence, OfClassesIsTheMeanProbabilityOfACategorysClasses)
{
    // Probabilities 1/10, 2/10, 3/10, 4/10.
    const std::vector<float> logits = {std::log(1.0F), std::log(2.0F), std::log(3.0F),
                                       std::log(4.0F)};
    const auto evidence = evidenceOfClasses(logits, {{0, 3}, {2}});
    EXPECT_NEAR(evidence[1] - evidence[0], std::log(0.3) - std::log((0.1 + 0.4) / 2), 1e-6);
    // The same for logits that no exponential holds.
    const std::vector<float> large = {1000.0F + logits[0], 1000.0F + logits[1], 1000.0F + logits[2],
                                      1000.0F + logits[3]};
    const auto same = evidenceOfClasses(large, {{0, 3}, {2}});
    EXPECT_NEAR(same[1] - same[0], evidence[1] - evidence[0], 1e-3);
    // And for one category far below the other.
    EXPECT_EQ(evidenceOfClasses(std::vector<float>{2000.0F, 0.0F}, {{0}, {1}}),
              (std::vector<double>{0.0, -2000.0}));
}

TEST(CategoryEvidence, OfMeansIsMinusTheDistanceWithoutTheStimulusItself)
{
    CategoryMeans means(RepresentationSpace::features, 2);
    means.add(0, "a", {0, 0});
    means.add(0, "b", {2, 0});
    means.add(1, "c", {10, 0});
    means.add(1, "d", {10, 4});
    // To (1, 0) and (10, 2), over the root of 2 units.
    EXPECT_THAT(means.evidence("new", std::vector<float>{1, 2}),
                ElementsAre(DoubleNear(-std::sqrt(4 / 2.0), 1e-12),
                            DoubleNear(-std::sqrt(81 / 2.0), 1e-12)));
    EXPECT_THAT(means.evidence("a", std::vector<float>{0, 0}),
                ElementsAre(DoubleNear(-std::sqrt(4 / 2.0), 1e-12),
                            DoubleNear(-std::sqrt(104 / 2.0), 1e-12)))
        << "to b alone";
    CategoryMeans angles(RepresentationSpace::angular, 1);
    angles.add(0, "a", {1, 0});
    EXPECT_THAT(angles.evidence("b", std::vector<float>{0, 3}), ElementsAre(-0.5));
    EXPECT_THROW(angles.evidence("a", std::vector<float>{0, 3}), InvalidArgument);
}

TEST(CategoryEvidence, ClassesBelongToTheCategoryOfTheirNameOrOfImageNets)
{
    EXPECT_THAT(classesOfCategories({"music", "speech"}, {"noise", "speech", "music"}),
                ElementsAre(ElementsAre(2U), ElementsAre(1U)));
    EXPECT_THAT(classesOfCategories({"music", "cats"}, {"music", "dogs"}), IsEmpty());
    std::vector<std::string> numbered;
    for (int i = 0; i < 1000; ++i) {
        numbered.push_back(std::to_string(i));
    }
    EXPECT_THAT(classesOfCategories({"knife", "bear"}, numbered),
                ElementsAre(ElementsAre(499U), ElementsAre(294U, 295U, 296U, 297U)));
    EXPECT_THAT(classesOfCategories({"knife", "leaves"}, numbered), IsEmpty());
    numbered.pop_back();
    EXPECT_THAT(classesOfCategories({"knife"}, numbered), IsEmpty()) << "not ImageNet's";
}

} // namespace
} // namespace mlab::stimuli
