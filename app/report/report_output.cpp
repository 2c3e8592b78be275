// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/report/report_output.h"

#include "app/report/report_page.h"
#include "core/base/error.h"
#include "core/base/files.h"
#include "ui/report/report_charts.h"

#include <QBuffer>

namespace mlab::app {
namespace {

constexpr double kPixelsPerUnit = 2.0; ///< 192 dots per inch

std::string pngOf(const QImage& image)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (!image.save(&buffer, "PNG")) {
        throw IoError("a figure could not be written as PNG");
    }
    return bytes.toStdString();
}

std::string titleOf(const StudyReport& report)
{
    if (report.recognition.empty()) {
        return "Discrimination thresholds";
    }
    return report.thresholds.empty() ? "Recognition" : "Discrimination thresholds and recognition";
}

} // namespace

void writeReport(const StudyReport& report, const std::filesystem::path& folder,
                 const ReportProgress& progress)
{
    const auto figures = folder / "figures";
    std::error_code problem;
    std::filesystem::create_directories(figures, problem);
    if (problem) {
        throw IoError("could not create the folder " + figures.string() + ": " + problem.message());
    }
    const auto tables = reportTables(report);
    for (const auto& table : tables) {
        writeFileAtomically(folder / (table.name + ".csv"), toCsv(table));
    }
    writeFileAtomically(folder / "data_dictionary.csv", toCsv(dataDictionary(tables)));

    const auto document = reportDocument(report);
    std::size_t total = 0;
    for (const auto& section : document) {
        total += section.figures.size();
    }
    std::size_t done = 0;
    const auto page = reportPage(document, titleOf(report), [&](const ReportFigure& figure) {
        const auto drawing = ui::drawFigure(figure, report, kPixelsPerUnit);
        auto svg = drawing.svg.toStdString();
        writeFileAtomically(figures / (figure.name + ".svg"), svg);
        writeFileAtomically(figures / (figure.name + ".png"), pngOf(drawing.image));
        ++done;
        progress("Drawing figure " + std::to_string(done) + " of " + std::to_string(total),
                 static_cast<double>(done) / static_cast<double>(total));
        return svg;
    });
    writeFileAtomically(folder / "report.html", page);
}

} // namespace mlab::app
