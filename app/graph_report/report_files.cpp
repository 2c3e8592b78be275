// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_report/report_files.h"

#include "app/graph_report/graph_page.h"

namespace mlab::app {

void writeGraphReport(const GraphReport& report, const std::filesystem::path& folder,
                      Overwrite overwrite)
{
    auto tables = graphReportTables(report);
    tables.push_back(dataDictionary(tables));
    const auto sections = graphPage(report);
    std::map<std::string, std::string> files;
    for (const auto& table : tables) {
        files[table.name + ".csv"] = toCsv(table);
    }
    for (const auto& section : sections) {
        for (const auto& figure : section.figures) {
            files["figures/" + figure.name + ".svg"] = figure.svg;
        }
    }
    files["index.html"] =
        sectionsPage("Metamers of graph networks: " + report.results.study, sections);
    std::vector<std::string> names;
    names.reserve(files.size());
    for (const auto& [name, content] : files) {
        names.push_back(name);
    }
    OutputFolder out(folder, "graph-report", names, overwrite);
    for (const auto& [name, content] : files) {
        out.write(name, content);
    }
    out.removeOthers();
}

} // namespace mlab::app
