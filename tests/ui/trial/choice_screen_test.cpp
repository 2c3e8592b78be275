// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "ui/trial/answer_keys.h"
#include "ui/trial/choice_screen.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mlab::ui {
namespace {

using experiments::Choice;

constexpr QColor kGrey(186, 186, 186);
constexpr std::array<QSize, 3> kWindows = {QSize(1280, 800), QSize(1920, 1080), QSize(1024, 768)};

ImagePtr icon(int width, int height, std::array<std::uint8_t, 3> colour = {200, 30, 30})
{
    RgbImage image{.width = width, .height = height, .pixels = {}};
    for (int i = 0; i < width * height; ++i) {
        image.pixels.insert(image.pixels.end(), colour.begin(), colour.end());
    }
    return std::make_shared<const RgbImage>(std::move(image));
}

ChoiceScreen::Choices choices(std::size_t count, const ImagePtr& picture = nullptr)
{
    std::vector<Choice> out;
    for (std::size_t i = 0; i < count; ++i) {
        out.push_back({.label = "category " + std::to_string(i + 1), .icon = picture});
    }
    return std::make_shared<const std::vector<Choice>>(std::move(out));
}

ChoiceScreen screenOf(QSize window, ChoiceScreen::Choices what)
{
    return {window, kGrey, std::move(what), "What did you see?"};
}

/// The box around all pixels of a colour.
QRect boxOf(const QImage& image, QRgb colour)
{
    QRect box;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            if (image.pixel(x, y) == colour) {
                box |= QRect(x, y, 1, 1);
            }
        }
    }
    return box;
}

TEST(ChoiceScreen, BoxesAreEqualInsideTheWindowAndApartForEveryNumberOfThem)
{
    for (const QSize window : kWindows) {
        for (const auto& picture : {ImagePtr(), icon(64, 64)}) {
            for (std::size_t count = 2; count <= kMostCategories; ++count) {
                SCOPED_TRACE(testing::Message()
                             << count << " on " << window.width() << (picture ? " icons" : ""));
                const ChoiceScreen screen = screenOf(window, choices(count, picture));
                for (std::size_t i = 0; i < count; ++i) {
                    const QRect box = screen.boxAt(i);
                    EXPECT_TRUE(QRect({0, 0}, window).contains(box));
                    EXPECT_EQ(box.size(), screen.boxAt(0).size());
                    EXPECT_FALSE(box.intersects(screen.headingAt()));
                    for (std::size_t j = 0; j < i; ++j) {
                        EXPECT_FALSE(box.intersects(screen.boxAt(j)));
                    }
                }
            }
        }
    }
}

TEST(ChoiceScreen, BoxesFollowTheirKeysInReadingOrder)
{
    const ChoiceScreen screen = screenOf({1280, 800}, choices(16));
    for (std::size_t i = 1; i < 16; ++i) {
        const QPoint before = screen.boxAt(i - 1).topLeft();
        const QPoint at = screen.boxAt(i).topLeft();
        EXPECT_TRUE(at.y() > before.y() || (at.y() == before.y() && at.x() > before.x())) << i;
    }
}

TEST(ChoiceScreen, APointBelongsToTheBoxAroundItAndToNoneOutside)
{
    const ChoiceScreen screen = screenOf({1280, 800}, choices(6));
    for (std::size_t i = 0; i < 6; ++i) {
        const QRect box = screen.boxAt(i);
        for (const QPoint at : {box.topLeft(), box.center(), box.bottomRight()}) {
            EXPECT_EQ(screen.boxUnder(at), i);
        }
        EXPECT_EQ(screen.boxUnder(box.topLeft() - QPoint(1, 0)), std::nullopt);
        EXPECT_EQ(screen.boxUnder(box.bottomLeft() + QPoint(0, 1)), std::nullopt);
    }
    EXPECT_EQ(screen.boxUnder({0, 0}), std::nullopt);
    EXPECT_EQ(screen.boxUnder(screen.headingAt().center()), std::nullopt);
}

TEST(ChoiceScreen, TheLooksOfABoxDifferInShapeAndOnlyThatBoxDiffers)
{
    using Look = ChoiceScreen::Look;
    const ChoiceScreen screen = screenOf({1280, 800}, choices(6));
    const QImage page = screen.page();
    EXPECT_EQ(page.copy(screen.boxAt(4)), screen.box(4, Look::plain));
    std::vector<QImage> looks;
    for (const Look look :
         {Look::plain, Look::pointed, Look::chosenRight, Look::chosenWrong, Look::missed}) {
        const QImage box = screen.box(4, look);
        EXPECT_EQ(box.size(), screen.boxAt(4).size());
        for (const QImage& other : looks) {
            EXPECT_NE(box, other);
        }
        looks.push_back(box);
    }
    EXPECT_NE(screen.verdict(true), screen.verdict(false));
    EXPECT_EQ(screen.verdict(true).size(), screen.headingAt().size());
}

TEST(ChoiceScreen, AnIconKeepsItsAspectWhateverItsSize)
{
    for (const auto& [width, height] : {std::pair{30, 10}, {10, 30}, {900, 300}, {32, 32}}) {
        const ChoiceScreen screen = screenOf({1280, 800}, choices(4, icon(width, height)));
        const QRect drawn = boxOf(screen.box(1, ChoiceScreen::Look::plain), qRgb(200, 30, 30));
        ASSERT_FALSE(drawn.isEmpty());
        EXPECT_NEAR(static_cast<double>(drawn.width()) / drawn.height(),
                    static_cast<double>(width) / height, 0.05 * width / height);
    }
}

TEST(ChoiceScreen, LabelsStayInsideTheirBoxesHoweverLong)
{
    const std::string words = "a very long description of one category that no box can hold whole";
    const std::string word(120, 'm');
    for (const auto& label : {words, word}) {
        for (const auto& picture : {ImagePtr(), icon(64, 64)}) {
            auto all = *choices(32, picture);
            all[5].label = label;
            const auto shared = std::make_shared<const std::vector<Choice>>(all);
            const ChoiceScreen screen = screenOf({1280, 800}, shared);
            // On the page nothing may reach beyond the box, into the space between.
            QImage page = screen.page();
            const QRect box = screen.boxAt(5);
            for (const int x : {box.left() - 2, box.right() + 2}) {
                for (int y = box.top(); y <= box.bottom(); ++y) {
                    EXPECT_EQ(page.pixel(x, y), kGrey.rgb());
                }
            }
            for (const int y : {box.top() - 2, box.bottom() + 2}) {
                for (int x = box.left(); x <= box.right(); ++x) {
                    EXPECT_EQ(page.pixel(x, y), kGrey.rgb());
                }
            }
        }
    }
}

TEST(ChoiceScreen, RefusesTooFewTooManyAndAnIconWithoutPixels)
{
    EXPECT_THROW(screenOf({1280, 800}, nullptr), InternalError);
    EXPECT_THROW(screenOf({1280, 800}, choices(1)), InternalError);
    EXPECT_THROW(screenOf({1280, 800}, choices(kMostCategories + 1)), InternalError);
    RgbImage torn{.width = 4, .height = 4, .pixels = {1, 2, 3}};
    EXPECT_THROW(screenOf({1280, 800}, choices(3, std::make_shared<const RgbImage>(torn))),
                 InvalidArgument);
}

} // namespace
} // namespace mlab::ui
