// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/page/html_page.h"

#include "core/base/markup_text.h"
#include "core/base/number_text.h"
#include "core/base/utc_time.h"
#include "core/base/version.h"

namespace mlab {
namespace {

/// More columns of a matrix than this have vertical headings.
constexpr std::size_t kMostLevelHeads = 10;
/// A table with fewer rows is not split between printed pages.
constexpr std::size_t kManyRows = 13;
/// A last column with this name holds sentences, which are shown below their row, since on paper
/// they do not fit beside the numbers.
constexpr const char* kNotes = "warnings";

constexpr const char* kStyle = R"(
body { font: 14px/1.45 sans-serif; margin: 2em auto; padding: 0 1em; max-width: 62em; color: #222; }
h1 { margin-bottom: 0.2em; } h2 { margin: 2.2em 0 0.3em; border-bottom: 2px solid #0072b2; }
h3 { margin: 1.8em 0 0.4em; } nav ul { padding: 0; } nav li { list-style: none; }
nav a { margin-right: 1em; } a { color: #0072b2; }
figure { margin: 1em 1em 0 0; break-inside: avoid; display: inline-block; vertical-align: top; }
figure svg { max-width: 100%; height: auto; display: block; }
figcaption, .small { font-size: 12px; color: #555; }
table { border-collapse: collapse; font-size: 12px; margin: 0.6em 0; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: bold; padding: 0.3em 0; }
th, td { border-bottom: 1px solid #ddd; padding: 2px 14px 2px 0; text-align: left; vertical-align: top; }
th { border-bottom: 1px solid #888; } td:not(:last-child) { white-space: nowrap; }
.matrix th, .matrix td, .matrix td:not(:last-child) { padding: 2px 6px; text-align: right;
  print-color-adjust: exact; -webkit-print-color-adjust: exact; }
.matrix th:first-child, .matrix td:first-child { text-align: left; white-space: nowrap; }
.noted td { border-bottom: none; } .noted { break-after: avoid; }
.note td, .note td:not(:last-child) { white-space: normal; padding-left: 2em; color: #8a4b00; }
.matrix caption { white-space: nowrap; }
.dense th, .dense td, .dense td:not(:last-child) { padding: 1px 2px; }
.matrix th.upright { vertical-align: bottom; } .matrix th.upright span { writing-mode: vertical-rl; }
thead { display: table-header-group; } tr, .matrix, .short { break-inside: avoid; }
@media (min-width: 48em) { figure.half { width: 48%; margin-right: 1%; } }
section { orphans: 1; widows: 1; } p { orphans: 2; widows: 2; } p:has(+ table) { break-after: avoid; }
@media screen and (prefers-color-scheme: dark) {
  :root { color-scheme: dark; } body { background: #181a1b; color: #ddd; } a { color: #6cb8e6; }
  figcaption, .small { color: #aaa; } th, td { border-color: #444; } .note td { color: #e0a060; }
  figure svg { background: #fff; }
}
@media print {
  @page { size: A4; margin: 14mm; }
  body { margin: 0; padding: 0; max-width: none; font-size: 9.5pt; line-height: 1.3; }
  p { margin: 0.4em 0; } h2 { margin-top: 1.2em; } h3 { margin-top: 1em; } figure { margin-top: 0.5em; }
  table, figcaption, .small { font-size: 7.5pt; } th, td { padding: 1px 5px 1px 0; }
  .dense { font-size: 6.5pt; }
  h2 { break-after: avoid; } h3 { break-after: avoid; } nav { display: none; }
  figure svg { max-height: 240mm; } figure.half { width: 48%; margin-right: 1%; }
}
)";

std::string cell(const char* tag, const std::string& content)
{
    return std::string("<") + tag + ">" + escaped(content) + "</" + tag + ">";
}

// The colour of a shade in [0, 1], pale enough for text on it to be legible.
std::string shadeStyle(double shade)
{
    constexpr double kDarkest = 0.55;
    return " style=\"background: rgba(0, 114, 178, " + shortNumber(kDarkest * shade) + ")\"";
}

std::string headsHtml(const ReportTable& table, std::size_t columns, bool upright)
{
    std::string html;
    for (std::size_t i = 0; i < columns; ++i) {
        const auto& column = table.columns[i];
        const auto head = column.name + (column.unit.empty() ? "" : " (" + column.unit + ")");
        html += upright ? "<th class=\"upright\"><span>" + escaped(head) + "</span></th>"
                        : cell("th", head);
    }
    return "<thead><tr>" + html + "</tr></thead>\n";
}

// Without the XML declaration, which is not allowed inside a page.
std::string inlined(const std::string& svg)
{
    return svg.substr(svg.find("<svg"));
}

std::string sectionHtml(const PageSection& section, const std::string& anchor)
{
    std::string html = "<section>\n<h2 id=\"" + anchor + "\">" + escaped(section.title) + "</h2>\n";
    for (const auto& paragraph : section.paragraphs) {
        html += "<p>" + escaped(paragraph) + "</p>\n";
    }
    for (const auto& figure : section.figures) {
        html += figureHtml(figure.svg, figure.caption, figure.narrow);
    }
    for (const auto& table : section.tables) {
        html += tableHtml(table);
    }
    return html + "</section>\n";
}

} // namespace

std::string tableHtml(const ReportTable& table)
{
    const bool isMatrix = !table.shades.empty();
    const bool isDense = isMatrix && table.columns.size() > kMostLevelHeads;
    const char* kind = isDense                         ? " class=\"matrix dense\""
                       : isMatrix                      ? " class=\"matrix\""
                       : table.rows.size() < kManyRows ? " class=\"short\""
                                                       : "";
    const bool hasNotes = table.columns.back().name == kNotes;
    const std::size_t columns = table.columns.size() - (hasNotes ? 1 : 0);
    std::string html = std::string("<table") + kind + ">\n<caption>" + escaped(table.name) +
                       "</caption>\n" + headsHtml(table, columns, isDense) + "<tbody>\n";
    for (std::size_t row = 0; row < table.rows.size(); ++row) {
        const auto& values = table.rows[row];
        const bool noted = hasNotes && !values.back().empty();
        html += noted ? "<tr class=\"noted\">" : "<tr>";
        for (std::size_t column = 0; column < columns; ++column) {
            html += "<td" + (isMatrix ? shadeStyle(table.shades[row][column]) : std::string()) +
                    ">" + escaped(values[column]) + "</td>";
        }
        html += "</tr>\n";
        if (noted) {
            html += R"(<tr class="note"><td colspan=")" + std::to_string(columns) + "\">" +
                    escaped(values.back()) + "</td></tr>\n";
        }
    }
    return html + "</tbody></table>\n";
}

std::string figureHtml(const std::string& svg, const std::string& caption, bool narrow)
{
    return std::string(narrow ? "<figure class=\"half\">" : "<figure>") + inlined(svg) +
           "<figcaption>" + escaped(caption) + "</figcaption></figure>\n";
}

std::string htmlPage(const std::string& title, const std::string& contents, const std::string& body)
{
    return "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>" +
           escaped(title) + "</title><style>" + kStyle + "</style></head>\n<body>\n<h1>" +
           escaped(title) + "</h1>\n<p class=\"small\">MetamerLab " + escaped(kSoftwareVersion) +
           ", " + utcNow() + "</p>\n<nav>" + contents + "</nav>\n" + body + "</body></html>\n";
}

std::string sectionsPage(const std::string& title, std::span<const PageSection> sections)
{
    std::string contents;
    std::string body;
    for (std::size_t i = 0; i < sections.size(); ++i) {
        const std::string anchor = "s" + std::to_string(i);
        contents += "<a href=\"#" + anchor + "\">" + escaped(sections[i].title) + "</a>\n";
        body += sectionHtml(sections[i], anchor);
    }
    return htmlPage(title, contents, body);
}

} // namespace mlab
