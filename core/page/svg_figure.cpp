// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/page/svg_figure.h"

#include "core/base/markup_text.h"
#include "core/base/number_text.h"

#include <array>

namespace mlab {
namespace {

/// ` name="0.1"`, with a tenth of a pixel.
std::string number(const char* name, double value)
{
    return std::string(" ") + name + "=\"" + fixedNumber(value, 1) + "\"";
}

std::string word(const char* name, const std::string& value)
{
    return std::string(" ") + name + "=\"" + escaped(value) + "\"";
}

const char* nameOf(SvgAnchor anchor)
{
    switch (anchor) {
    case SvgAnchor::middle:
        return "middle";
    case SvgAnchor::end:
        return "end";
    case SvgAnchor::start:
        break;
    }
    return "start";
}

} // namespace

std::string svgColour(std::size_t index)
{
    constexpr std::array kColours = {"#0072b2", "#d55e00", "#009e73", "#cc79a7",
                                     "#e69f00", "#56b4e9", "#7a6a00", "#555555"};
    return kColours.at(index % kColours.size());
}

double svgTextWidth(const std::string& text, double size, bool bold)
{
    const double ofSize = bold ? 0.66 : 0.56; // of sans serif on average
    double characters = 0;
    for (const char c : text) {
        // Not the further bytes of one character in UTF-8.
        characters += (static_cast<unsigned char>(c) & 0xC0U) == 0x80U ? 0 : 1;
    }
    return ofSize * size * characters;
}

SvgFigure::SvgFigure(double width, double height) : width_(width), height_(height) {}

void SvgFigure::element(const std::string& start, const std::string& tip)
{
    parts_ += "<" + start;
    if (tip.empty()) {
        parts_ += "/>\n";
        return;
    }
    parts_ += "><title>" + escaped(tip) + "</title></" + start.substr(0, start.find(' ')) + ">\n";
}

void SvgFigure::line(SvgPoint from, SvgPoint to, const std::string& colour, double width,
                     bool dashed)
{
    element("line" + number("x1", from.x) + number("y1", from.y) + number("x2", to.x) +
                number("y2", to.y) + word("stroke", colour) + number("stroke-width", width) +
                (dashed ? " stroke-dasharray=\"4 3\"" : ""),
            {});
}

void SvgFigure::circle(SvgPoint centre, double radius, const std::string& fill,
                       const std::string& edge, const std::string& tip)
{
    element("circle" + number("cx", centre.x) + number("cy", centre.y) + number("r", radius) +
                word("fill", fill) + word("stroke", edge),
            tip);
}

void SvgFigure::cross(SvgPoint centre, double radius, const std::string& colour,
                      const std::string& tip)
{
    const auto point = [&](double right, double down) {
        return fixedNumber(centre.x + right * radius, 1) + " " +
               fixedNumber(centre.y + down * radius, 1);
    };
    const std::string lines =
        "M" + point(-1, -1) + "L" + point(1, 1) + "M" + point(-1, 1) + "L" + point(1, -1);
    element("path" + word("d", lines) + word("stroke", colour) + number("stroke-width", 1.5), tip);
}

void SvgFigure::rectangle(SvgPoint corner, double width, double height, const std::string& fill,
                          const std::string& tip)
{
    element("rect" + number("x", corner.x) + number("y", corner.y) + number("width", width) +
                number("height", height) + word("fill", fill),
            tip);
}

void SvgFigure::text(SvgPoint at, const std::string& words, const SvgText& how,
                     const std::string& colour)
{
    parts_ += "<text" + number("x", at.x) + number("y", at.y) + number("font-size", how.size) +
              word("fill", colour) + word("text-anchor", nameOf(how.anchor)) +
              (how.bold ? " font-weight=\"bold\"" : "");
    if (how.turnedDeg != 0) {
        parts_ += word("transform", "rotate(" + fixedNumber(how.turnedDeg, 0) + " " +
                                        fixedNumber(at.x, 1) + " " + fixedNumber(at.y, 1) + ")");
    }
    parts_ += ">" + escaped(words) + "</text>\n";
}

std::string SvgFigure::document() const
{
    const auto width = fixedNumber(width_, 0);
    const auto height = fixedNumber(height_, 0);
    return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
           "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" +
           width + "\" height=\"" + height + "\" viewBox=\"0 0 " + width + " " + height +
           "\" font-family=\"sans-serif\">\n<rect width=\"100%\" height=\"100%\" "
           "fill=\"#fff\"/>\n" +
           parts_ + "</svg>\n";
}

} // namespace mlab
