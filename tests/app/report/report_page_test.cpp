// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/report/report_page.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace mlab::app {
namespace {

std::size_t occurrences(const std::string& text, const std::string& part)
{
    std::size_t count = 0;
    for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
        ++count;
    }
    return count;
}

ReportTable matrix(std::size_t categories)
{
    ReportTable table{.name = "matrix", .columns = {{"shown", "", ""}}, .rows = {}, .shades = {}};
    for (std::size_t i = 0; i < categories; ++i) {
        table.columns.push_back({"category " + std::to_string(i), "", ""});
        std::vector<std::string> row(categories + 1, "0");
        std::vector<double> shades(categories + 1, 0.0);
        row[i + 1] = "100";
        shades[i + 1] = 1.0;
        table.rows.push_back(row);
        table.shades.push_back(shades);
    }
    return table;
}

std::string pageOf(const std::vector<ReportSection>& document)
{
    return reportPage(document, "A title", {}, [](const ReportFigure&) {
        return std::string("<?xml version=\"1.0\"?>\n<svg></svg>");
    });
}

ReportSection sectionWith(const ReportTable& table)
{
    return {.title = "section",
            .isDesign = false,
            .participant = {},
            .paragraphs = {},
            .figures = {},
            .tables = {table}};
}

TEST(ReportPage, NamesAreTextAndNeverMarkup)
{
    auto section = sectionWith({.name = "<b>", .columns = {{"a<b", "", ""}}, .rows = {{"x & y"}}});
    section.title = "Participant \"<script>\"";
    section.paragraphs = {"p < 0.05"};
    section.figures = {{.kind = FigureKind::accuracy,
                        .design = 0,
                        .participant = 0,
                        .name = "f",
                        .caption = "a < b"}};
    const auto page = pageOf({section});
    EXPECT_EQ(page.find("<script>"), std::string::npos);
    for (const char* shown :
         {"&lt;script&gt;", "p &lt; 0.05", "a &lt; b", "x &amp; y", "a&lt;b",
          "<caption>&lt;b&gt;</caption>", "<figure class=\"half\"><svg></svg>"}) {
        EXPECT_NE(page.find(shown), std::string::npos) << shown;
    }
}

TEST(ReportPage, AMatrixIsShadedAndManyHeadingsAreVertical)
{
    const auto few = pageOf({sectionWith(matrix(4))});
    EXPECT_EQ(occurrences(few, "<table class=\"matrix\">"), 1U);
    EXPECT_EQ(occurrences(few, "rgba(0, 114, 178, 0)"), 16U); // 4 x 5 cells but the diagonal
    EXPECT_EQ(occurrences(few, "rgba(0, 114, 178, 0.55)"), 4U);
    EXPECT_EQ(occurrences(few, "class=\"upright\""), 0U);
    const auto many = pageOf({sectionWith(matrix(32))});
    EXPECT_EQ(occurrences(many, "class=\"upright\""), 33U);
    auto plain = matrix(4);
    plain.shades.clear();
    EXPECT_EQ(occurrences(pageOf({sectionWith(plain)}), "class=\"matrix\""), 0U);
}

TEST(ReportPage, OnPaperShortTablesAreWholeAndOnlyThese)
{
    ReportTable table{.name = "t", .columns = {{"a", "", ""}}, .rows = {}};
    table.rows.resize(6, {"1"});
    EXPECT_EQ(occurrences(pageOf({sectionWith(table)}), "<table class=\"short\">"), 1U);
    table.rows.resize(54, {"1"});
    EXPECT_EQ(occurrences(pageOf({sectionWith(table)}), "<table>"), 1U);
}

TEST(ReportPage, OnPaperASectionWithOneTableIsWholeAndOneWithAFigureTooIsNot)
{
    auto section = sectionWith({.name = "t", .columns = {{"a", "", ""}}, .rows = {}});
    EXPECT_EQ(occurrences(pageOf({section}), "<section class=\"short\">"), 1U);
    section.figures = {{.kind = FigureKind::groupRadar,
                        .design = 0,
                        .participant = 0,
                        .name = "f",
                        .caption = "It would not fit on the first page."}};
    EXPECT_EQ(occurrences(pageOf({section}), "<section>"), 1U);
}

TEST(ReportPage, AWarningIsShownBelowItsRow)
{
    const auto page = pageOf({sectionWith({.name = "t",
                                           .columns = {{"a", "", ""}, {"warnings", "", ""}},
                                           .rows = {{"1", "too few trials"}, {"2", ""}}})});
    EXPECT_EQ(occurrences(page, "<th>"), 1U);
    EXPECT_EQ(occurrences(page, "<tr class=\"note\"><td colspan=\"1\">too few trials</td>"), 1U);
    EXPECT_EQ(occurrences(page, "<tr class=\"note\">"), 1U);
}

TEST(ReportPage, EachParticipantIsOnceInTheContents)
{
    std::vector<ReportSection> document;
    for (const std::string design : {"one", "two"}) {
        document.push_back(sectionWith(matrix(2)));
        document.back().title = design;
        document.back().isDesign = true;
        for (const std::string id : {"P01", "P<2"}) {
            document.push_back(sectionWith(matrix(2)));
            document.back().title = "Participant " + id;
            document.back().participant = id;
        }
    }
    const auto page = pageOf(document);
    const auto contents = page.substr(page.find("<nav>"), page.find("</nav>") - page.find("<nav>"));
    EXPECT_EQ(occurrences(contents, "P01"), 1U);
    EXPECT_NE(contents.find("P01: <a href=\"#s1\">one</a>, <a href=\"#s4\">two</a>"),
              std::string::npos)
        << contents;
    EXPECT_EQ(occurrences(contents, "P&lt;2"), 1U);
    const auto alone = pageOf({document[0], document[1]});
    EXPECT_NE(alone.find("Participants: <a href=\"#s1\">P01</a></li>"), std::string::npos);
}

} // namespace
} // namespace mlab::app
