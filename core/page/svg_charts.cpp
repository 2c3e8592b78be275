// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/page/svg_charts.h"

#include "core/base/number_text.h"
#include "core/page/report_text.h"
#include "core/page/svg_figure.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <span>

namespace mlab {
namespace {

constexpr double kTitleHeight = 26;
constexpr double kTextSize = 11;
constexpr double kTitleSize = 13;
constexpr double kLegendHeight = 18;

/// 1, 2 or 5 times a power of 10, for 3 to 7 ticks.
double stepOf(double range)
{
    if (!(range > 0)) {
        return 1;
    }
    const double power = std::pow(10, std::floor(std::log10(range)));
    for (const double factor : {0.2, 0.5, 1.0}) {
        if (range / (factor * power) <= 6) {
            return factor * power;
        }
    }
    return 2 * power;
}

std::vector<double> ticksOf(double low, double high)
{
    // So that rounding does not leave out the last one.
    constexpr double kRounding = 1e-9;
    const double step = stepOf(high - low);
    std::vector<double> out;
    for (double tick = std::ceil(low / step - kRounding); tick * step <= high + kRounding * step;
         ++tick) {
        out.push_back(tick * step);
    }
    return out;
}

double widthOf(std::span<const std::string> texts, double size)
{
    double width = 0;
    for (const auto& text : texts) {
        width = std::max(width, svgTextWidth(text, size));
    }
    return width;
}

/// The width of a figure, or more where its title needs more.
double widthWithTitle(double width, const std::string& title)
{
    return std::max(width, svgTextWidth(title, kTitleSize, /*bold=*/true) + 16);
}

struct LegendEntry {
    std::string name;
    std::string colour;
    ChartMark mark = ChartMark::dot;
};

void drawMark(SvgFigure& figure, SvgPoint at, ChartMark mark, const std::string& colour,
              const std::string& tip = {})
{
    constexpr double kRadius = 4;
    if (mark == ChartMark::cross) {
        figure.cross(at, kRadius, colour, tip);
    } else {
        const bool isDot = mark == ChartMark::dot;
        figure.circle(at, kRadius, isDot ? colour : "none", isDot ? "#ffffff" : colour, tip);
    }
}

constexpr double kLegendMark = 14;
constexpr double kLegendGap = 16;

/// Lines of entries that fit beside each other.
std::vector<std::vector<LegendEntry>> legendLines(const std::vector<LegendEntry>& entries,
                                                  double width)
{
    std::vector<std::vector<LegendEntry>> out;
    double used = width;
    for (const auto& entry : entries) {
        const double wide = kLegendMark + svgTextWidth(entry.name, kTextSize) + kLegendGap;
        if (out.empty() || used + wide > width) {
            out.emplace_back();
            used = 0;
        }
        out.back().push_back(entry);
        used += wide;
    }
    return out;
}

void drawLegend(SvgFigure& figure, SvgPoint corner,
                const std::vector<std::vector<LegendEntry>>& lines)
{
    for (const auto& line : lines) {
        double x = corner.x;
        for (const auto& entry : line) {
            drawMark(figure, {.x = x + 5, .y = corner.y + 7}, entry.mark, entry.colour);
            figure.text({.x = x + kLegendMark, .y = corner.y + 11}, entry.name);
            x += kLegendMark + svgTextWidth(entry.name, kTextSize) + kLegendGap;
        }
        corner.y += kLegendHeight;
    }
}

/// The colour of each series: another one for each series of dots.
std::vector<LegendEntry> entriesOf(const std::vector<ChartSeries>& series)
{
    std::vector<LegendEntry> out;
    std::size_t colour = 0;
    for (const auto& one : series) {
        colour += one.mark != ChartMark::dot || out.empty() ? 0 : 1;
        out.push_back({.name = one.name, .colour = svgColour(colour), .mark = one.mark});
    }
    return out;
}

/// White ink on dark squares.
std::string inkOn(double shade)
{
    constexpr double kDark = 0.6;
    return shade > kDark ? "#ffffff" : kSvgInk;
}

/// White to the first colour of the palette.
std::string shadeColour(double shade)
{
    const auto mixed = [&](double full) {
        return std::to_string(static_cast<int>(std::lround(255 + shade * (full - 255))));
    };
    return "rgb(" + mixed(0) + "," + mixed(114) + "," + mixed(178) + ")";
}

} // namespace

std::string scatterChart(const std::string& title, const ChartAxis& x, const ChartAxis& y,
                         const std::vector<ChartSeries>& series, bool diagonal)
{
    constexpr double kSide = 300;
    constexpr double kLeft = 56;
    constexpr double kBelow = 42;
    const double width = widthWithTitle(kLeft + kSide + 16, title);
    const auto entries = entriesOf(series);
    std::vector<LegendEntry> drawn;
    for (std::size_t i = 0; i < series.size(); ++i) {
        if (!series[i].points.empty()) {
            drawn.push_back(entries[i]);
        }
    }
    const auto legend = legendLines(drawn, width - 12);
    SvgFigure figure(width, kTitleHeight + kSide + kBelow +
                                kLegendHeight * static_cast<double>(legend.size()) + 4);
    figure.text({.x = 8, .y = 17}, title, {.size = kTitleSize, .bold = true});
    const auto at = [&](double px, double py) {
        return SvgPoint{.x = kLeft + kSide * (px - x.low) / (x.high - x.low),
                        .y = kTitleHeight + kSide * (y.high - py) / (y.high - y.low)};
    };
    for (const double tick : ticksOf(x.low, x.high)) {
        figure.line(at(tick, y.low), at(tick, y.high), kSvgPale, 0.5);
        figure.text({.x = at(tick, y.low).x, .y = kTitleHeight + kSide + 14}, rounded(tick),
                    {.anchor = SvgAnchor::middle});
    }
    for (const double tick : ticksOf(y.low, y.high)) {
        figure.line(at(x.low, tick), at(x.high, tick), kSvgPale, 0.5);
        figure.text({.x = kLeft - 6, .y = at(x.low, tick).y + 4}, rounded(tick),
                    {.anchor = SvgAnchor::end});
    }
    if (diagonal) {
        const double low = std::max(x.low, y.low);
        const double high = std::min(x.high, y.high);
        figure.line(at(low, low), at(high, high), kSvgInk, 1, /*dashed=*/true);
    }
    figure.line(at(x.low, y.low), at(x.high, y.low), kSvgInk);
    figure.line(at(x.low, y.low), at(x.low, y.high), kSvgInk);
    figure.text({.x = kLeft + kSide / 2, .y = kTitleHeight + kSide + 32}, x.title,
                {.anchor = SvgAnchor::middle});
    figure.text({.x = 14, .y = kTitleHeight + kSide / 2}, y.title,
                {.anchor = SvgAnchor::middle, .turnedDeg = -90});
    for (std::size_t i = 0; i < series.size(); ++i) {
        for (const auto& point : series[i].points) {
            if (point.interval) {
                const auto [low, high] = *point.interval;
                figure.line(at(point.x, std::max(low, y.low)), at(point.x, std::min(high, y.high)),
                            entries[i].colour);
            }
            if (point.y < y.low || point.y > y.high) {
                continue;
            }
            drawMark(figure, at(point.x, point.y), series[i].mark, entries[i].colour, point.tip);
        }
    }
    drawLegend(figure, {.x = 8, .y = kTitleHeight + kSide + kBelow}, legend);
    return figure.document();
}

std::string stackedBarChart(const std::string& title, const std::string& axis,
                            const std::vector<std::string>& partNames,
                            const std::vector<StackedBar>& bars)
{
    constexpr double kBar = 16;
    constexpr double kPlot = 420;
    std::vector<std::string> names;
    double low = 0;
    double high = 0;
    for (const auto& bar : bars) {
        names.push_back(bar.name);
        double up = 0;
        double down = 0;
        for (const double part : bar.parts) {
            (part > 0 ? up : down) += part;
        }
        low = std::min(low, down);
        high = std::max(high, up);
    }
    high = high > low ? high : low + 1;
    const double left = widthOf(names, kTextSize) + 16;
    std::vector<LegendEntry> entries;
    for (std::size_t i = 0; i < partNames.size(); ++i) {
        entries.push_back({.name = partNames[i], .colour = svgColour(i)});
    }
    const double width = widthWithTitle(left + kPlot + 20, title);
    const auto legend = legendLines(entries, width - 12);
    const double bottom = kTitleHeight + kBar * static_cast<double>(bars.size()) + 4;
    SvgFigure figure(width, bottom + 42 + kLegendHeight * static_cast<double>(legend.size()) + 4);
    figure.text({.x = 8, .y = 17}, title, {.size = kTitleSize, .bold = true});
    const auto at = [&](double value) { return left + kPlot * (value - low) / (high - low); };
    for (const double tick : ticksOf(low, high)) {
        figure.line({.x = at(tick), .y = kTitleHeight}, {.x = at(tick), .y = bottom}, kSvgPale,
                    0.5);
        figure.text({.x = at(tick), .y = bottom + 14}, rounded(tick),
                    {.anchor = SvgAnchor::middle});
    }
    double y = kTitleHeight + 2;
    for (const auto& bar : bars) {
        figure.text({.x = left - 8, .y = y + kBar - 5}, bar.name, {.anchor = SvgAnchor::end});
        double up = 0;
        double down = 0;
        for (std::size_t i = 0; i < bar.parts.size(); ++i) {
            const double part = bar.parts[i];
            double& end = part > 0 ? up : down;
            figure.rectangle({.x = at(std::min(end, end + part)), .y = y + 1},
                             at(std::abs(part)) - at(0), kBar - 4, svgColour(i),
                             bar.name + ", " + partNames[i] + ": " + rounded(part));
            end += part;
        }
        y += kBar;
    }
    figure.line({.x = at(0), .y = kTitleHeight}, {.x = at(0), .y = bottom}, kSvgInk);
    figure.text({.x = left + kPlot / 2, .y = bottom + 32}, axis, {.anchor = SvgAnchor::middle});
    drawLegend(figure, {.x = 8, .y = bottom + 42}, legend);
    return figure.document();
}

std::string matrixChart(const std::string& title, const std::vector<std::string>& rows,
                        const std::vector<std::string>& columns,
                        const std::vector<std::vector<std::optional<double>>>& values)
{
    // Many columns leave no room for numbers.
    constexpr std::size_t kMostNumbered = 20;
    const bool numbered = columns.size() <= kMostNumbered;
    const double cell = numbered ? 30 : 10;
    const double size = numbered ? kTextSize : 8;
    const double left = widthOf(rows, size) + 16;
    const double above = kTitleHeight + widthOf(columns, size) + 8;
    const double width = left + cell * static_cast<double>(columns.size()) + 16;
    SvgFigure figure(widthWithTitle(width, title),
                     above + cell * static_cast<double>(rows.size()) + 8);
    figure.text({.x = 8, .y = 17}, title, {.size = kTitleSize, .bold = true});
    for (std::size_t column = 0; column < columns.size(); ++column) {
        figure.text(
            {.x = left + cell * (static_cast<double>(column) + 0.5) + size / 3, .y = above - 6},
            columns[column], {.size = size, .turnedDeg = -90});
    }
    for (std::size_t row = 0; row < rows.size(); ++row) {
        const double y = above + cell * static_cast<double>(row);
        figure.text({.x = left - 6, .y = y + cell / 2 + size / 3}, rows[row],
                    {.size = size, .anchor = SvgAnchor::end});
        for (std::size_t column = 0; column < columns.size(); ++column) {
            const auto value = values[row][column];
            const double x = left + cell * static_cast<double>(column);
            const double shade = value.value_or(0);
            const std::string words = value ? fixedNumber(100 * shade, 0) : "–";
            figure.rectangle({.x = x, .y = y}, cell - 1, cell - 1, shadeColour(shade),
                             rows[row] + " / " + columns[column] + ": " + words + " %");
            if (numbered) {
                figure.text({.x = x + cell / 2, .y = y + cell / 2 + size / 3}, words,
                            {.size = size, .anchor = SvgAnchor::middle}, inkOn(shade));
            }
        }
    }
    return figure.document();
}

std::string nullChart(const std::string& title, const std::vector<NullRow>& rows)
{
    constexpr double kRow = 26;
    constexpr double kPlot = 330;
    constexpr double kEnds = 60; // for the numbers at both ends of an axis
    std::vector<std::string> names;
    std::vector<LegendEntry> entries = {{.name = "null, 2.5 to 97.5 %", .colour = kSvgPale}};
    std::map<std::string, std::string> colours; // of the series
    std::size_t dots = 0;
    for (const auto& row : rows) {
        names.push_back(row.name);
        std::string colour;
        for (const auto& series : row.series) {
            if (!colours.contains(series.name)) {
                colours[series.name] = series.mark == ChartMark::dot ? svgColour(dots++) : colour;
            }
            colour = colours.at(series.name);
            const bool isNew =
                std::ranges::find(entries, series.name, &LegendEntry::name) == entries.end();
            if (isNew && !series.points.empty()) {
                entries.push_back({.name = series.name, .colour = colour, .mark = series.mark});
            }
        }
    }
    const double left = widthOf(names, kTextSize) + 16 + kEnds;
    const double width = widthWithTitle(left + kPlot + kEnds + 8, title);
    const auto legend = legendLines(entries, width - 12);
    const double bottom = kTitleHeight + kRow * static_cast<double>(rows.size());
    SvgFigure figure(width, bottom + 8 + kLegendHeight * static_cast<double>(legend.size()));
    figure.text({.x = 8, .y = 17}, title, {.size = kTitleSize, .bold = true});
    double y = kTitleHeight + kRow / 2;
    for (const auto& row : rows) {
        std::vector<double> all;
        if (row.interval) {
            all.assign(row.interval->begin(), row.interval->end());
        }
        for (const auto& series : row.series) {
            for (const auto& point : series.points) {
                all.push_back(point.x);
            }
        }
        figure.text({.x = left - kEnds - 6, .y = y + 4}, row.name, {.anchor = SvgAnchor::end});
        if (!all.empty()) {
            const double low = *std::ranges::min_element(all);
            const double high = *std::ranges::max_element(all);
            const double span = high > low ? high - low : 1;
            const auto at = [&](double value) { return left + kPlot * (value - low) / span; };
            figure.line({.x = left, .y = y}, {.x = left + kPlot, .y = y}, kSvgPale, 0.5);
            figure.text({.x = left - 8, .y = y + 4}, rounded(low), {.anchor = SvgAnchor::end});
            figure.text({.x = left + kPlot + 8, .y = y + 4}, rounded(high));
            if (row.interval) {
                const auto [from, to] = *row.interval;
                figure.rectangle({.x = at(from), .y = y - 6}, std::max(2.0, at(to) - at(from)), 12,
                                 kSvgPale, "null " + mlab::range(from, to));
            }
            for (const auto& series : row.series) {
                for (const auto& point : series.points) {
                    drawMark(figure, {.x = at(point.x), .y = y}, series.mark,
                             colours.at(series.name), point.tip);
                }
            }
        }
        y += kRow;
    }
    drawLegend(figure, {.x = 8, .y = bottom + 4}, legend);
    return figure.document();
}

} // namespace mlab
