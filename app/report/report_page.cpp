// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/report/report_page.h"

#include "core/base/markup_text.h"
#include "core/page/html_page.h"

#include <QByteArray>

#include <map>
#include <vector>

namespace mlab::app {
namespace {

// Short sections are not split between printed pages. Longer ones begin on the page that is there.
std::string classOf(const ReportSection& section)
{
    const bool isShort = !section.isDesign && section.participant.empty() &&
                         section.tables.size() + section.figures.size() < 2;
    return isShort ? " class=\"short\"" : "";
}

std::string link(std::size_t section, const std::string& words)
{
    return "<a href=\"#s" + std::to_string(section) + "\">" + escaped(words) + "</a>";
}

// A line for each design, and one for all participants, who may have taken part in several.
std::string contentsHtml(std::span<const ReportSection> document)
{
    std::string html;
    std::vector<std::string> participants;
    std::map<std::string, std::string> linksOf;
    std::string design;
    std::size_t designs = 0;
    for (const auto& section : document) {
        designs += section.isDesign ? 1 : 0;
    }
    for (std::size_t i = 0; i < document.size(); ++i) {
        const auto& section = document[i];
        design = section.isDesign ? section.title : design;
        if (section.participant.empty()) {
            html += section.isDesign && !html.empty() ? "</li>\n<li>" : "";
            html += link(i, section.title) + "\n";
            continue;
        }
        auto& links = linksOf[section.participant];
        if (links.empty()) {
            participants.push_back(section.participant);
        }
        links += (links.empty() ? "" : ", ") + link(i, designs > 1 ? design : section.participant);
    }
    html = "<li>" + html + "</li>\n";
    if (!participants.empty()) {
        html += "<li>Participants: ";
        for (const auto& participant : participants) {
            html += (designs > 1 ? escaped(participant) + ": " : "") + linksOf[participant] + "; ";
        }
        html.replace(html.size() - 2, 2, "</li>\n");
    }
    return html;
}

// A figure that leaves room for another one beside it.
bool isNarrow(FigureKind kind)
{
    return kind == FigureKind::groupRadar || kind == FigureKind::layers ||
           kind == FigureKind::thresholds || kind == FigureKind::accuracy ||
           kind == FigureKind::participantAccuracy || kind == FigureKind::groupThresholds ||
           kind == FigureKind::metamers || kind == FigureKind::participantMetamers ||
           kind == FigureKind::modelRadar || kind == FigureKind::otherNetworks;
}

// The stimulus itself, inside the page; nothing if it is no longer there.
std::string embedded(const std::map<std::string, ReportMedia>& media, const std::string& sha256,
                     const std::string& what)
{
    const auto found = media.find(sha256);
    if (found == media.end()) {
        return {};
    }
    const auto& [type, bytes] = found->second;
    const auto source = "\"data:" + type + ";base64," +
                        QByteArray::fromStdString(bytes).toBase64().toStdString() + "\"";
    return type.starts_with("image")
               ? "<img alt=\"" + what + "\" src=" + source + ">\n"
               : "<audio controls title=\"" + what + "\" src=" + source + "></audio>\n";
}

std::string pairHtml(const ReportPair& pair, const std::map<std::string, ReportMedia>& media)
{
    return "<figure class=\"half\">" + embedded(media, pair.referenceSha256, "reference") +
           embedded(media, pair.probeSha256, "probe") + "<figcaption>" + escaped(pair.caption) +
           "</figcaption></figure>\n";
}

} // namespace

std::string reportPage(std::span<const ReportSection> document, const std::string& title,
                       const std::map<std::string, ReportMedia>& media,
                       const std::function<std::string(const ReportFigure&)>& svgOf)
{
    std::string body;
    for (std::size_t i = 0; i < document.size(); ++i) {
        const auto& section = document[i];
        const std::string anchor = "s" + std::to_string(i);
        body += std::string("<section") + classOf(section) + ">\n" +
                (section.isDesign ? "<h2 id=\"" : "<h3 id=\"") + anchor + "\">" +
                escaped(section.title) + (section.isDesign ? "</h2>\n" : "</h3>\n");
        for (const auto& paragraph : section.paragraphs) {
            body += "<p>" + escaped(paragraph) + "</p>\n";
        }
        for (const auto& table : section.tables) {
            body += tableHtml(table);
        }
        for (const auto& figure : section.figures) {
            body += figureHtml(svgOf(figure), figure.caption, isNarrow(figure.kind));
        }
        for (const auto& pair : section.pairs) {
            body += pairHtml(pair, media);
        }
        body += "</section>\n";
    }
    return htmlPage(title, "<ul>\n" + contentsHtml(document) + "</ul>", body);
}

} // namespace mlab::app
