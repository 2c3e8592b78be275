// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "stimuli/preview/contact_sheet.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstddef>

namespace mlab::stimuli {
namespace {

using Colour = std::array<std::uint8_t, 3>;

RgbImage square(int side, std::uint8_t value)
{
    return {.width = side,
            .height = side,
            .pixels = std::vector<std::uint8_t>(static_cast<std::size_t>(side * side * 3), value)};
}

std::ptrdiff_t pixelsOf(const RgbImage& image, const Colour& colour)
{
    std::ptrdiff_t count = 0;
    for (std::size_t i = 0; i < image.pixels.size(); i += 3) {
        count += std::equal(colour.begin(), colour.end(),
                            image.pixels.begin() + static_cast<std::ptrdiff_t>(i));
    }
    return count;
}

ContactSheet sheet()
{
    return {.title = "layer band",
            .columns = {"-1 SD", "+1 SD"},
            .rows = {{.label = "component 1\n12 %",
                      .tiles = {{.image = square(40, 100), .caption = {}},
                                {.image = square(40, 101), .caption = {}}}},
                     {.label = "component 2\n8 %",
                      .tiles = {{.image = square(40, 102), .caption = {}},
                                {.image = square(40, 103), .caption = {}}}}}};
}

constexpr Colour kRed = {210, 0, 0};

TEST(ContactSheet, ShowsEveryTilePixelByPixel)
{
    const auto drawn = drawContactSheet(sheet());
    ASSERT_EQ(drawn.pixels.size(), static_cast<std::size_t>(drawn.width * drawn.height * 3));
    for (const std::uint8_t value : std::array<std::uint8_t, 4>{100, 101, 102, 103}) {
        EXPECT_EQ(pixelsOf(drawn, {value, value, value}), 40 * 40) << int{value};
    }
    EXPECT_EQ(pixelsOf(drawn, kRed), 0);
    EXPECT_GT(pixelsOf(drawn, {30, 30, 30}), 500) << "no text";
}

TEST(ContactSheet, AMarkFramesTheTileAndColoursItsCaption)
{
    auto marked = sheet();
    marked.rows[1].tiles[0].marked = true;
    const auto framed = pixelsOf(drawContactSheet(marked), kRed);
    EXPECT_EQ(framed, 50 * 50 - 40 * 40);
    marked.rows[1].tiles[0].caption = "reached -0.5 SD";
    const auto drawn = drawContactSheet(marked);
    EXPECT_GT(pixelsOf(drawn, kRed), framed + 50);
    EXPECT_EQ(pixelsOf(drawn, {102, 102, 102}), 40 * 40) << "the frame covers the picture";
}

TEST(ContactSheet, TextOfAnyBytesIsDrawnInsideThePicture)
{
    auto strange = sheet();
    for (int c = 1; c < 256; ++c) {
        strange.title += static_cast<char>(c);
    }
    const auto drawn = drawContactSheet(strange);
    EXPECT_EQ(drawn.pixels.size(), static_cast<std::size_t>(drawn.width * drawn.height * 3));
}

TEST(ContactSheet, WhatIsNoGridIsRefused)
{
    auto ragged = sheet();
    ragged.rows[1].tiles.pop_back();
    EXPECT_THROW(drawContactSheet(ragged), InvalidArgument);
    auto uneven = sheet();
    uneven.rows[1].tiles[1].image = square(41, 9);
    EXPECT_THROW(drawContactSheet(uneven), InvalidArgument);
    EXPECT_THROW(drawContactSheet({}), InvalidArgument);
}

} // namespace
} // namespace mlab::stimuli
