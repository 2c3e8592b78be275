// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/preview/contact_sheet.h"

#include "core/base/error.h"

#include <stb/stb_easy_font.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace mlab::stimuli {
namespace {

using Colour = std::array<std::uint8_t, 3>;
constexpr Colour kText = {30, 30, 30};
constexpr Colour kMark = {210, 0, 0};
constexpr int kTitleScale = 3;
constexpr int kLabelScale = 2;
constexpr int kMargin = 20; // around the sheet and between its parts
constexpr int kGap = 8;     // between a picture and its caption
constexpr int kFrame = 5;   // thickness of a mark, outside the picture

// The characters in the font.
std::string drawable(std::string text)
{
    for (auto& c : text) {
        c = c == '\n' || (c >= ' ' && c <= '~') ? c : '?';
    }
    return text;
}

int textWidth(const std::string& text, int scale)
{
    return scale * stb_easy_font_width(drawable(text).data());
}

int textHeight(const std::string& text, int scale)
{
    return text.empty() ? 0 : scale * stb_easy_font_height(drawable(text).data());
}

class Canvas {
public:
    Canvas(int width, int height)
        : image_{.width = width,
                 .height = height,
                 .pixels = std::vector<std::uint8_t>(
                     static_cast<std::size_t>(width) * static_cast<std::size_t>(height) * 3, 255)}
    {
    }

    void fill(int left, int top, int width, int height, const Colour& colour)
    {
        for (int y = std::max(0, top); y < std::min(image_.height, top + height); ++y) {
            for (int x = std::max(0, left); x < std::min(image_.width, left + width); ++x) {
                std::ranges::copy(colour, at(x, y));
            }
        }
    }

    void text(int left, int top, const std::string& text, int scale, const Colour& colour)
    {
        struct Vertex {
            float x;
            float y;
            float z;
            std::array<std::uint8_t, 4> colour;
        };
        std::string printed = drawable(text);
        constexpr std::size_t kVerticesPerCharacter = 100;
        std::vector<Vertex> vertices(printed.size() * kVerticesPerCharacter);
        const int quads = stb_easy_font_print(0, 0, printed.data(), nullptr, vertices.data(),
                                              static_cast<int>(vertices.size() * sizeof(Vertex)));
        for (std::size_t q = 0; q < static_cast<std::size_t>(quads); ++q) {
            const auto& first = vertices[4 * q];
            const auto& opposite = vertices[4 * q + 2];
            fill(left + scale * static_cast<int>(first.x), top + scale * static_cast<int>(first.y),
                 scale * static_cast<int>(opposite.x - first.x),
                 scale * static_cast<int>(opposite.y - first.y), colour);
        }
    }

    void picture(int left, int top, const RgbImage& picture)
    {
        const auto bytes = static_cast<std::ptrdiff_t>(picture.width) * 3;
        for (int y = 0; y < picture.height; ++y) {
            std::copy_n(picture.pixels.begin() + y * bytes, bytes, at(left, top + y));
        }
    }

    RgbImage take() { return std::move(image_); }

private:
    std::vector<std::uint8_t>::iterator at(int x, int y)
    {
        return image_.pixels.begin() + (static_cast<std::ptrdiff_t>(y) * image_.width + x) * 3;
    }

    RgbImage image_;
};

void requireRectangular(const ContactSheet& sheet)
{
    for (const auto& row : sheet.rows) {
        if (row.tiles.size() != sheet.columns.size()) {
            throw InvalidArgument("a contact sheet of " + std::to_string(sheet.columns.size()) +
                                  " columns has a row of " + std::to_string(row.tiles.size()) +
                                  " tiles");
        }
        for (const auto& tile : row.tiles) {
            const auto& first = sheet.rows.front().tiles.front().image;
            if (tile.image.width != first.width || tile.image.height != first.height) {
                throw InvalidArgument("the tiles of a contact sheet differ in size");
            }
        }
    }
    if (sheet.rows.empty() || sheet.columns.empty()) {
        throw InvalidArgument("a contact sheet needs at least one tile");
    }
}

} // namespace

RgbImage drawContactSheet(const ContactSheet& sheet)
{
    requireRectangular(sheet);
    const int tileWidth = sheet.rows.front().tiles.front().image.width;
    const int tileHeight = sheet.rows.front().tiles.front().image.height;
    int labelWidth = 0;
    int labelHeight = 0;
    int columnWidth = tileWidth;
    int captionHeight = 0;
    for (const auto& row : sheet.rows) {
        labelWidth = std::max(labelWidth, textWidth(row.label, kLabelScale));
        labelHeight = std::max(labelHeight, textHeight(row.label, kLabelScale));
        for (const auto& tile : row.tiles) {
            columnWidth = std::max(columnWidth, textWidth(tile.caption, kLabelScale));
            captionHeight = std::max(captionHeight, textHeight(tile.caption, kLabelScale));
        }
    }
    int headingHeight = 0;
    for (const auto& heading : sheet.columns) {
        columnWidth = std::max(columnWidth, textWidth(heading, kLabelScale));
        headingHeight = std::max(headingHeight, textHeight(heading, kLabelScale));
    }
    const int rowHeight = std::max(tileHeight + kGap + captionHeight, labelHeight) + kMargin;
    const int firstColumn = kMargin + labelWidth + kMargin;
    const int headingTop = kMargin + textHeight(sheet.title, kTitleScale) + kMargin;
    const int firstRow = headingTop + headingHeight + kGap;
    const int columns = static_cast<int>(sheet.columns.size());
    Canvas canvas(std::max(firstColumn + columns * (columnWidth + kMargin),
                           kMargin + textWidth(sheet.title, kTitleScale) + kMargin),
                  firstRow + static_cast<int>(sheet.rows.size()) * rowHeight);

    canvas.text(kMargin, kMargin, sheet.title, kTitleScale, kText);
    const auto columnLeft = [&](int column) {
        return firstColumn + column * (columnWidth + kMargin);
    };
    const auto centred = [&](int column, int width) {
        return columnLeft(column) + (columnWidth - width) / 2;
    };
    for (int column = 0; column < columns; ++column) {
        const auto& heading = sheet.columns[static_cast<std::size_t>(column)];
        canvas.text(centred(column, textWidth(heading, kLabelScale)), headingTop, heading,
                    kLabelScale, kText);
    }
    int top = firstRow;
    for (const auto& row : sheet.rows) {
        canvas.text(kMargin,
                    top + std::max(0, (tileHeight - textHeight(row.label, kLabelScale)) / 2),
                    row.label, kLabelScale, kText);
        for (int column = 0; column < columns; ++column) {
            const auto& tile = row.tiles[static_cast<std::size_t>(column)];
            const int left = centred(column, tileWidth);
            if (tile.marked) {
                canvas.fill(left - kFrame, top - kFrame, tileWidth + 2 * kFrame,
                            tileHeight + 2 * kFrame, kMark);
            }
            canvas.picture(left, top, tile.image);
            canvas.text(centred(column, textWidth(tile.caption, kLabelScale)),
                        top + tileHeight + kGap, tile.caption, kLabelScale,
                        tile.marked ? kMark : kText);
        }
        top += rowHeight;
    }
    return canvas.take();
}

} // namespace mlab::stimuli
