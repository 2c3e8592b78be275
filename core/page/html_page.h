// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/page/report_table.h"

#include <span>
#include <string>
#include <vector>

namespace mlab {

/// A table. A last column named "warnings" holds sentences, each shown below its row.
std::string tableHtml(const ReportTable& table);

/// A figure inside the page, with its caption.
/// @param svg an SVG document
/// @param narrow leaves room for another one beside it
std::string figureHtml(const std::string& svg, const std::string& caption, bool narrow);

/// One page that needs no other file, can be printed, and is light or dark as the reader has set
/// the browser; figures stay on white.
/// @param contents HTML of the links at its top @param body HTML of everything below them
std::string htmlPage(const std::string& title, const std::string& contents,
                     const std::string& body);

struct PageFigure {
    std::string name; ///< of its file, without an extension
    std::string svg;  ///< an SVG document
    std::string caption;
    bool narrow = false; ///< leaves room for another one beside it
};

struct PageSection {
    std::string title;
    std::vector<std::string> paragraphs;
    std::vector<PageFigure> figures;
    std::vector<ReportTable> tables;
};

/// A page of sections, with links to them at its top.
std::string sectionsPage(const std::string& title, std::span<const PageSection> sections);

} // namespace mlab
