// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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
    /// For a matrix: how dark each cell is, in [0, 1]. Empty for other tables.
    std::vector<std::vector<double>> shades = {};
};

/// The meaning of every column of these tables.
ReportTable dataDictionary(std::span<const ReportTable> tables);
/// RFC 4180, with a row of names.
std::string toCsv(const ReportTable& table);

/// A text as part of a file name: characters that are not portable become '-'. Two texts may become
/// the same.
std::string fileNameOf(std::string_view text);

} // namespace mlab
