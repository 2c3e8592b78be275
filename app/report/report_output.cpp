// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/report/report_output.h"

#include "app/report/report_page.h"
#include "core/base/error.h"
#include "ui/report/report_charts.h"

#include <QBuffer>

#include <cctype>
#include <future>

namespace mlab::app {
namespace {

constexpr double kPixelsPerUnit = 2.0; ///< 192 dots per inch
/// The lightest compression (Qt: 0 the strongest, 100 none). PNG loses nothing.
constexpr int kPngQuality = 85;
constexpr const char* kPage = "report.html";
constexpr const char* kDictionary = "data_dictionary.csv";

std::string pngOf(const QImage& image)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    buffer.open(QIODevice::WriteOnly);
    if (!image.save(&buffer, "PNG", kPngQuality)) {
        throw IoError("a figure could not be written as PNG");
    }
    return bytes.toStdString();
}

std::string fileOf(const ReportFigure& figure, const std::string& ending)
{
    return "figures/" + figure.name + ending;
}

std::vector<std::string> fileNames(const std::vector<ReportTable>& tables,
                                   const std::vector<ReportSection>& document)
{
    std::vector<std::string> names = {kPage, kDictionary};
    for (const auto& table : tables) {
        names.push_back(table.name + ".csv");
    }
    for (const auto& section : document) {
        for (const auto& figure : section.figures) {
            names.push_back(fileOf(figure, ".svg"));
            names.push_back(fileOf(figure, ".png"));
        }
    }
    return names;
}

bool isComparison(const StudyReport& report)
{
    return !report.comparisons.empty() || !report.classifiers.empty();
}

std::string titleOf(const StudyReport& report)
{
    if (isComparison(report)) {
        return "Networks compared with people";
    }
    std::vector<std::string> parts;
    if (!report.thresholds.empty()) {
        parts.emplace_back("discrimination thresholds");
    }
    if (!report.recognition.empty()) {
        parts.emplace_back("recognition");
    }
    if (!report.metamers.empty()) {
        parts.emplace_back("discrimination of metamers");
    }
    std::string title;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        title += (i == 0 ? "" : i + 1 < parts.size() ? ", " : " and ") + parts[i];
    }
    title.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(title.front())));
    return title;
}

} // namespace

void writeReport(const StudyReport& report, const std::filesystem::path& folder,
                 const ReportProgress& progress, Overwrite overwrite,
                 std::span<const std::string> participants)
{
    const auto tables = reportTables(report);
    auto document = reportDocument(report);
    selectParticipants(document, participants);
    const auto names = fileNames(tables, document);
    // Each command replaces its own files only.
    OutputFolder output(folder, isComparison(report) ? "compare" : "report", names, overwrite);
    for (const auto& table : tables) {
        output.write(table.name + ".csv", toCsv(table));
    }
    output.write(kDictionary, toCsv(dataDictionary(tables)));

    std::size_t total = 0;
    for (const auto& section : document) {
        total += section.figures.size();
    }
    std::size_t done = 0;
    // While a figure is encoded and written, the next one is drawn.
    std::future<void> writing;
    const auto finishWriting = [&] {
        if (writing.valid()) {
            writing.get();
        }
    };
    const auto svgOf = [&](const ReportFigure& figure) {
        const auto drawing = ui::drawFigure(figure, report, kPixelsPerUnit);
        auto svg = drawing.svg.toStdString();
        finishWriting();
        writing = std::async(std::launch::async, [&output, &figure, svg, image = drawing.image] {
            output.write(fileOf(figure, ".svg"), svg);
            output.write(fileOf(figure, ".png"), pngOf(image));
        });
        ++done;
        progress("Drawing figure " + std::to_string(done) + " of " + std::to_string(total),
                 static_cast<double>(done) / static_cast<double>(total));
        return svg;
    };
    const auto page = reportPage(document, titleOf(report), report.media, svgOf);
    finishWriting();
    output.write(kPage, page);
}

} // namespace mlab::app
