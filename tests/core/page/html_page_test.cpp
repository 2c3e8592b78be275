// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/page/html_page.h"

#include <gmock/gmock.h>

namespace mlab {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(SectionsPage, LinksToItsSectionsAndEscapes)
{
    const std::vector<PageSection> sections = {
        {.title = "What < was done", .paragraphs = {"a & b"}, .figures = {}, .tables = {}},
        {.title = "Second",
         .paragraphs = {},
         .figures = {{.name = "f",
                      .svg = "<?xml version=\"1.0\"?>\n<svg></svg>",
                      .caption = "A figure.",
                      .narrow = true}},
         .tables = {{.name = "Table", .columns = {{"n", "Hz", ""}}, .rows = {{"<1>"}}}}}};
    const auto page = sectionsPage("A title", sections);
    EXPECT_THAT(page, HasSubstr("<a href=\"#s0\">What &lt; was done</a>"));
    EXPECT_THAT(page, HasSubstr("<h2 id=\"s1\">Second</h2>"));
    EXPECT_THAT(page, HasSubstr("<p>a &amp; b</p>"));
    EXPECT_THAT(page, HasSubstr("<figure class=\"half\"><svg></svg><figcaption>A figure."));
    EXPECT_THAT(page, HasSubstr("<th>n (Hz)</th>"));
    EXPECT_THAT(page, HasSubstr("<td>&lt;1&gt;</td>"));
    EXPECT_THAT(page, Not(HasSubstr("<?xml")));
    EXPECT_THAT(page, HasSubstr("prefers-color-scheme: dark"));
}

} // namespace
} // namespace mlab
