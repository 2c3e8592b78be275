// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "core/base/random_stream.h"
#include "core/comparison/classifier_temperature.h"
#include "core/comparison/confusion_agreement.h"

#include <gtest/gtest.h>

#include <cmath>
#include <vector>

namespace mlab {
namespace {

// Four observers and twelve units, some not judged by all: the example of Krippendorff (2011),
// "Computing Krippendorff's alpha-reliability", section C, nominal data.
TEST(KrippendorffAlpha, IsThatOfThePublishedExample)
{
    const std::vector<std::vector<std::size_t>> answers = {
        {1, 1, 1},    {2, 2, 3, 2}, {3, 3, 3, 3}, {3, 3, 3, 3}, {2, 2, 2, 2}, {1, 2, 3, 4},
        {4, 4, 4, 4}, {1, 1, 2, 1}, {2, 2, 2, 2}, {5, 5, 5},    {1, 1},       {3}};
    EXPECT_NEAR(*krippendorffAlpha(answers), 0.743, 0.0005);
}

TEST(KrippendorffAlpha, IsAbsentWhereNothingCanDisagree)
{
    EXPECT_FALSE(krippendorffAlpha(std::vector<std::vector<std::size_t>>{}));
    EXPECT_FALSE(krippendorffAlpha(std::vector<std::vector<std::size_t>>{{1}, {2}}));
    EXPECT_FALSE(krippendorffAlpha(std::vector<std::vector<std::size_t>>{{1, 1}, {1, 1}}));
    EXPECT_EQ(*krippendorffAlpha(std::vector<std::vector<std::size_t>>{{1, 1}, {2, 2}}), 1.0);
}

TEST(ConfusionCorrelation, ComparesWrongAnswersOnly)
{
    const Confusions first = {{90, 8, 2}, {8, 90, 2}, {2, 4, 94}};
    EXPECT_NEAR(*confusionCorrelation(first, first), 1.0, 1e-12);
    // The same errors at twice their number.
    const Confusions worse = {{80, 16, 4}, {16, 80, 4}, {4, 8, 88}};
    EXPECT_GT(*confusionCorrelation(first, worse), 0.99);
    const Confusions opposite = {{90, 2, 8}, {2, 90, 8}, {8, 4, 88}};
    EXPECT_LT(*confusionCorrelation(first, opposite), -0.9);
    // By hand: x = ln(8.5 / 92.5), ln(2.5 / 98.5) against themselves exchanged, and no third row.
    const Confusions two = {{90, 8, 2}, {8, 90, 2}, {0, 0, 0}};
    const Confusions exchanged = {{90, 2, 8}, {2, 90, 8}, {5, 5, 90}};
    EXPECT_NEAR(*confusionCorrelation(two, exchanged), -1.0, 1e-12);
}

TEST(ConfusionCorrelation, IsAbsentForTwoCategoriesAndWithoutVariation)
{
    const Confusions two = {{9, 1}, {2, 8}};
    EXPECT_FALSE(confusionCorrelation(two, two));
    const Confusions equal = {{8, 1, 1}, {1, 8, 1}, {1, 1, 8}};
    EXPECT_FALSE(confusionCorrelation(equal, equal));
    EXPECT_THROW(confusionCorrelation(two, equal), InvalidArgument);
}

TEST(ClassifierTemperature, IsFoundAgainFromAnswersDrawnAtIt)
{
    constexpr double kTemperature = 0.7;
    RandomStream random(1, "temperature test");
    std::vector<std::vector<double>> evidence;
    std::vector<std::size_t> answers;
    for (int i = 0; i < 2000; ++i) {
        auto& own = evidence.emplace_back();
        for (int k = 0; k < 4; ++k) {
            own.push_back(random.normal());
        }
        double left = random.uniform();
        std::size_t answer = 0;
        for (const double p : answerProbabilities(own, kTemperature)) {
            if (left < p || answer == 3) {
                break;
            }
            left -= p;
            ++answer;
        }
        answers.push_back(answer);
    }
    std::vector<ClassifiedAnswer> given;
    for (std::size_t i = 0; i < answers.size(); ++i) {
        given.push_back({.evidence = evidence[i], .answer = answers[i]});
    }
    const auto fit = fitTemperature(given);
    ASSERT_TRUE(fit);
    EXPECT_NEAR(fit->value, kTemperature, 0.08);
    EXPECT_LT(*fit->lower, kTemperature);
    EXPECT_GT(*fit->upper, kTemperature);
}

TEST(ClassifierTemperature, HasNoLowerLimitWhereEveryAnswerIsTheLikeliest)
{
    const std::vector<double> evidence = {1000.0, 0.0};
    const std::vector<ClassifiedAnswer> right(10, {.evidence = evidence, .answer = 0});
    EXPECT_FALSE(fitTemperature(right)->lower);
    const auto sure = answerProbabilities(evidence, 1.0);
    EXPECT_EQ(sure[0], 1.0);
    EXPECT_EQ(sure[1], 0.0);
    const std::vector<double> equal = {2.0, 2.0};
    EXPECT_FALSE(fitTemperature(std::vector<ClassifiedAnswer>{{.evidence = equal, .answer = 1}}));
    EXPECT_THROW(fitTemperature({}), InvalidArgument);
}

} // namespace
} // namespace mlab
