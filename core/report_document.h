// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/report.h"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace mlab {

struct ReportColumn {
    std::string name;
    std::string unit; ///< may be empty
    std::string description;
};

/// A table of texts.
struct ReportTable {
    std::string name; ///< of the CSV file, or the heading
    std::vector<ReportColumn> columns;
    std::vector<std::vector<std::string>> rows;
};

/// Every number of the report, for other programs: one table a file. A value that is absent is an
/// empty text; numbers are the shortest text that reads back as the same number.
std::vector<ReportTable> reportTables(std::span<const DesignReport> reports);
/// The meaning of every column of these tables.
ReportTable dataDictionary(std::span<const ReportTable> tables);
/// RFC 4180, with a row of names.
std::string toCsv(const ReportTable& table);

/// What a figure shows.
enum class FigureKind {
    groupRadar, ///< thresholds of the group over dimensions
    layers,     ///< thresholds by layer
    contrast,   ///< thresholds against the pictures' own measures
    radar,      ///< thresholds of a participant over dimensions
    tracks,     ///< levels of a participant's trials, of one layer
    fits        ///< psychometric functions of a participant, of one layer
};

struct ReportFigure {
    FigureKind kind = FigureKind::layers;
    std::size_t design = 0;      ///< into the reports
    std::size_t participant = 0; ///< into DesignReport::participants
    std::string layer;           ///< of tracks and fits
    std::string name;            ///< of its files, without an extension
    std::string caption;
};

/// A part of the report as people read it.
struct ReportSection {
    std::string title;
    bool isDesign = false; ///< begins the report of another design
    std::vector<std::string> paragraphs;
    std::vector<ReportFigure> figures;
    std::vector<ReportTable> tables; ///< rounded; `name` is the heading
};

/// The report as people read it, on paper as in the window.
std::vector<ReportSection> reportDocument(std::span<const DesignReport> reports);

/// A text whose letters a file name can have: others become '-'.
std::string fileNameOf(std::string_view text);

} // namespace mlab
