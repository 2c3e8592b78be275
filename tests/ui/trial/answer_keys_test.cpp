// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "ui/trial/answer_keys.h"

#include <QtCore/qnamespace.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <set>
#include <vector>

namespace mlab::ui {
namespace {

experiments::TrialView recognition(std::size_t categories)
{
    experiments::TrialView view;
    view.task = Task::recognition;
    view.choices = std::make_shared<const std::vector<experiments::Choice>>(categories);
    return view;
}

TEST(AnswerKeys, OfCategoriesAreTheDigitsFromOneThenTheLetters)
{
    const auto view = recognition(32);
    EXPECT_EQ(answerOf(view, Qt::Key_1), categoryAnswer(0));
    EXPECT_EQ(answerOf(view, Qt::Key_9), categoryAnswer(8));
    EXPECT_EQ(answerOf(view, Qt::Key_A), categoryAnswer(9));
    EXPECT_EQ(answerOf(view, Qt::Key_W), categoryAnswer(31));
    for (const int key : {Qt::Key_0, Qt::Key_X, Qt::Key_Space, Qt::Key_Left, Qt::Key_Escape}) {
        EXPECT_EQ(answerOf(view, key), std::nullopt) << key;
    }
    EXPECT_EQ(capOfCategory(0), "1");
    EXPECT_EQ(capOfCategory(8), "9");
    EXPECT_EQ(capOfCategory(9), "A");
    EXPECT_EQ(capOfCategory(31), "W");
}

TEST(AnswerKeys, OfEachCategoryLeadBackToItAndAreAllDifferent)
{
    const auto view = recognition(kMostCategories);
    std::set<int> keys;
    for (std::size_t i = 0; i < kMostCategories; ++i) {
        const int key = keyOf(Task::recognition, categoryAnswer(i));
        EXPECT_EQ(answerOf(view, key), categoryAnswer(i));
        keys.insert(key);
    }
    EXPECT_EQ(keys.size(), kMostCategories);
    EXPECT_THROW(keyOf(Task::recognition, categoryAnswer(kMostCategories)), InternalError);
    EXPECT_THROW(capOfCategory(kMostCategories), InternalError);
}

TEST(AnswerKeys, AKeyBeyondTheLastCategoryMeansNothing)
{
    EXPECT_EQ(answerOf(recognition(3), Qt::Key_3), categoryAnswer(2));
    EXPECT_EQ(answerOf(recognition(3), Qt::Key_4), std::nullopt);
    EXPECT_EQ(answerOf(recognition(10), Qt::Key_A), categoryAnswer(9));
    EXPECT_EQ(answerOf(recognition(10), Qt::Key_B), std::nullopt);
}

// Key codes as X11 and Wayland give them: 10 is where a US keyboard has its 1, 38 where it has A.
TEST(AnswerKeys, OfOtherLayoutsAreFoundByTheirPosition)
{
    const auto view = recognition(16);
    EXPECT_EQ(answerOf(view, Qt::Key_Ampersand, 10), categoryAnswer(0)) << "AZERTY's 1, unshifted";
    EXPECT_EQ(answerOf(view, Qt::Key_Ccedilla, 18), categoryAnswer(8)) << "AZERTY's 9";
    EXPECT_EQ(answerOf(view, 0x0424, 38), categoryAnswer(9)) << "Cyrillic, with A in its place";
    EXPECT_EQ(answerOf(view, Qt::Key_Agrave, 19), std::nullopt) << "AZERTY's 0";
    EXPECT_EQ(answerOf(view, Qt::Key_Q, 38), std::nullopt) << "AZERTY's Q is not its A";
    EXPECT_EQ(answerOf(view, Qt::Key_A, 24), categoryAnswer(9)) << "AZERTY's A";
    EXPECT_EQ(answerOf(view, Qt::Key_1, 87), categoryAnswer(0)) << "on the key pad";
    EXPECT_EQ(answerOf(view, Qt::Key_Shift, 50), std::nullopt);
    EXPECT_EQ(answerOf(experiments::TrialView(), Qt::Key_Ampersand, 10), std::nullopt);
    EXPECT_EQ(answerOf(experiments::TrialView(), Qt::Key_Left, 113), Answer::first);
}

} // namespace
} // namespace mlab::ui
