// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <string>

namespace mlab {

/// In pixels, x to the right and y down.
struct SvgPoint {
    double x = 0;
    double y = 0;
};

/// The palette of Okabe & Ito (2008), which colour-blind readers can tell apart; again from its
/// start after eight.
std::string svgColour(std::size_t index);
inline constexpr const char* kSvgInk = "#282828";
inline constexpr const char* kSvgPale = "#c8c8c8";

/// About how wide a text is, in pixels.
double svgTextWidth(const std::string& text, double size, bool bold = false);

enum class SvgAnchor { start, middle, end };

struct SvgText {
    double size = 11; ///< in pixels
    SvgAnchor anchor = SvgAnchor::start;
    bool bold = false;
    double turnedDeg = 0; ///< clockwise around its place
};

/// A figure that is drawn part by part, later parts over earlier ones. Colours are those of CSS.
class SvgFigure {
public:
    SvgFigure(double width, double height);

    void line(SvgPoint from, SvgPoint to, const std::string& colour, double width = 1,
              bool dashed = false);
    /// @param tip shown under the mouse; may be empty
    void circle(SvgPoint centre, double radius, const std::string& fill, const std::string& edge,
                const std::string& tip = {});
    /// Two lines, like an x. @param radius from its centre to its ends, along x and y
    void cross(SvgPoint centre, double radius, const std::string& colour,
               const std::string& tip = {});
    void rectangle(SvgPoint corner, double width, double height, const std::string& fill,
                   const std::string& tip = {});
    void text(SvgPoint at, const std::string& words, const SvgText& how = {},
              const std::string& colour = kSvgInk);

    /// The SVG document.
    std::string document() const;

private:
    void element(const std::string& start, const std::string& tip);

    double width_;
    double height_;
    std::string parts_;
};

} // namespace mlab
