// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/page/svg_charts.h"
#include "core/page/svg_figure.h"

#include <gmock/gmock.h>

#include <limits>

namespace mlab {
namespace {

using testing::HasSubstr;
using testing::Not;

std::size_t countOf(const std::string& text, const std::string& part)
{
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

TEST(SvgFigure, EscapesTextsAndTips)
{
    SvgFigure figure(10, 20);
    figure.text({.x = 1, .y = 2}, "a < b & \"c\"");
    figure.circle({.x = 1, .y = 2}, 3, "none", kSvgInk, "<tip>");
    const auto svg = figure.document();
    EXPECT_THAT(svg, HasSubstr("a &lt; b &amp; &quot;c&quot;</text>"));
    EXPECT_THAT(svg, HasSubstr("<title>&lt;tip&gt;</title></circle>"));
    EXPECT_THAT(svg, HasSubstr(R"(width="10" height="20")"));
}

TEST(ScatterChart, HasAPointForEachValueInItsPlace)
{
    const auto svg =
        scatterChart("title", {.title = "x"}, {.title = "y"},
                     {{.name = "first", .points = {{0, 0, "corner"}, {1, 1, ""}}},
                      {.name = "others", .points = {}, .mark = ChartMark::cross},
                      {.name = "null", .points = {{0.5, 0.5, ""}}, .mark = ChartMark::ring}},
                     true);
    EXPECT_EQ(countOf(svg, "<circle"), 3U + 2U); // and the legend
    EXPECT_THAT(svg, Not(HasSubstr("others")));  // nor is it in the legend
    EXPECT_THAT(svg, HasSubstr(R"(cx="56.0" cy="326.0" r="4.0")"));
    EXPECT_THAT(svg, HasSubstr(R"(cx="356.0" cy="26.0" r="4.0")"));
    EXPECT_THAT(svg, HasSubstr("stroke-dasharray"));
    // Rings have the colour of the dots before.
    EXPECT_THAT(svg, HasSubstr("fill=\"none\" stroke=\"" + svgColour(0) + "\""));
}

TEST(ScatterChart, DrawsIntervalsAsFarAsTheAxisGoes)
{
    const double infinity = std::numeric_limits<double>::infinity();
    const auto svg = scatterChart(
        "title", {.title = "x"}, {.title = "y"},
        {{.name = "d'",
          .points = {{.x = 0, .y = 0.5, .tip = {}, .interval = {{0.25, infinity}}},
                     {.x = 1, .y = infinity, .tip = {}, .interval = {{0.5, infinity}}}}}},
        false);
    EXPECT_EQ(countOf(svg, "<circle"), 1U + 1U); // and the legend
    EXPECT_THAT(svg, HasSubstr(R"(x1="56.0" y1="251.0" x2="56.0" y2="26.0")"));
    EXPECT_THAT(svg, HasSubstr(R"(x1="356.0" y1="176.0" x2="356.0" y2="26.0")"));
    EXPECT_THAT(svg, Not(HasSubstr("inf")));
}

TEST(StackedBarChart, PutsNegativePartsLeftOfZero)
{
    const auto svg = stackedBarChart("title", "axis", {"a", "b"}, {{"bar", {3, -1}}});
    EXPECT_THAT(svg, HasSubstr("bar, a: 3"));
    EXPECT_THAT(svg, HasSubstr("bar, b: -1"));
    // 4 units are 420 pixels: from -1 to 0, and from 0 to 3.
    EXPECT_THAT(svg, HasSubstr(R"(width="105.0")"));
    EXPECT_THAT(svg, HasSubstr(R"(width="315.0")"));
    EXPECT_THAT(stackedBarChart("title", "axis", {"a"}, {}), HasSubstr("title"));
}

TEST(MatrixChart, WritesPercents)
{
    const auto svg = matrixChart("title", {"r"}, {"c", "d"}, {{0.5, std::nullopt}});
    EXPECT_THAT(svg, HasSubstr(">50</text>"));
    EXPECT_THAT(svg, HasSubstr("r / d: – %"));
}

// Titles are bold, so that the width of plain text cut one off.
TEST(MatrixChart, IsAsWideAsItsTitle)
{
    const auto svg =
        matrixChart("karate, layer 1, features, gauss-newton, gauss-newton", {"r"}, {"c"}, {{0.5}});
    // 53 characters of 13 pixels, and 8 pixels at both ends.
    EXPECT_THAT(svg, HasSubstr(R"(width="471")"));
}

TEST(NullChart, HasOneColourForEachName)
{
    const auto svg = nullChart(
        "title", {{.name = "cosine", .interval = {{0.1, 0.2}}, .series = {{"gcn", {{1, 0, ""}}}}},
                  {.name = "empty", .interval = std::nullopt},
                  {.name = "same", .interval = {{1, 1}}, .series = {{"gcn", {{1, 0, ""}}}}}});
    EXPECT_EQ(countOf(svg, "<circle"), 2U + 2U); // and the legend: null, gcn
    EXPECT_THAT(svg, Not(HasSubstr("nan")));
    EXPECT_THAT(svg, HasSubstr("null 0.1 to 0.2"));
}

TEST(NullChart, CrossesHaveTheColourOfTheirDotsInEveryLine)
{
    const ChartSeries dots{.name = "gcn", .points = {{1, 0, ""}}};
    const ChartSeries crosses{.name = "no match", .points = {{2, 0, ""}}, .mark = ChartMark::cross};
    const auto svg = nullChart(
        "title", {{.name = "first", .interval = std::nullopt, .series = {dots, crosses}},
                  {.name = "second",
                   .interval = std::nullopt,
                   .series = {{.name = "reference", .points = {{1, 0, ""}}}, dots, crosses}}});
    EXPECT_EQ(countOf(svg, "<path"), 2U + 1U); // and the legend
    EXPECT_EQ(countOf(svg, "<path d=\"M"), countOf(svg, "stroke=\"" + svgColour(0) + "\""));
    EXPECT_EQ(countOf(svg, "fill=\"" + svgColour(1) + "\""), 1U + 1U); // the reference
}

} // namespace
} // namespace mlab
