// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/report/report_charts.h"

#include "ui/report/classifier_charts.h"
#include "ui/report/metamer_charts.h"
#include "ui/report/network_charts.h"
#include "ui/report/recognition_charts.h"
#include "ui/report/threshold_charts.h"

#include <QBuffer>
#include <QGraphicsScene>
#include <QPainter>
#include <QSvgGenerator>

#include <algorithm>

namespace mlab::ui {
namespace {

constexpr int kResolution = 96; ///< units of a figure per inch

// Qt's charts have many invisible parts, each of which leaves an empty group.
QByteArray withoutEmptyGroups(const QByteArray& svg)
{
    QByteArray out;
    out.reserve(svg.size() / 2);
    qsizetype from = 0;
    for (qsizetype open = svg.indexOf("<g "); open >= 0; open = svg.indexOf("<g ", open + 1)) {
        const auto content = svg.indexOf('>', open) + 1;
        const auto close = svg.indexOf("</g>", content);
        if (content > 0 && close >= 0 && svg.mid(content, close - content).trimmed().isEmpty()) {
            out += svg.mid(from, open - from).trimmed();
            out += '\n';
            from = close + 4;
        }
    }
    return out + svg.mid(from).trimmed() + '\n';
}

Sheet sheetOf(const ReportFigure& figure, const StudyReport& study)
{
    switch (figure.kind) {
    case FigureKind::accuracy:
    case FigureKind::participantAccuracy:
        return recognitionSheet(figure, study.recognition.at(figure.design));
    case FigureKind::metamers:
    case FigureKind::participantMetamers:
    case FigureKind::metamerCurves:
        return metamerSheet(figure, study.metamers.at(figure.design));
    case FigureKind::modelThresholds:
    case FigureKind::modelRadar:
    case FigureKind::modelFunctions:
        return networkSheet(figure, study.comparisons.at(figure.design));
    case FigureKind::classifiers:
    case FigureKind::otherNetworks:
        return classifierSheet(figure, study.classifiers.at(figure.design));
    default:
        return thresholdSheet(figure, study.thresholds.at(figure.design));
    }
}

} // namespace

Drawing drawFigure(const ReportFigure& figure, const StudyReport& study, double pixelsPerUnit)
{
    auto sheet = sheetOf(figure, study);
    const auto count = static_cast<int>(sheet.charts.size());
    const int columns = std::max(1, std::min(sheet.columns, count));
    const int rows = std::max(1, (count + columns - 1) / columns);
    const QSizeF size(sheet.size.width() * columns, sheet.size.height() * rows);
    QGraphicsScene scene;
    for (int i = 0; i < count; ++i) {
        auto* item = sheet.charts[static_cast<std::size_t>(i)].release(); // the scene's
        scene.addItem(item);
        item->setPos((i % columns) * sheet.size.width(),   // NOLINT: whole columns
                     (i / columns) * sheet.size.height()); // NOLINT: whole rows
        item->resize(sheet.size);
    }
    const QRectF all(QPointF(0, 0), size);
    Drawing drawing;
    drawing.image = QImage((size * pixelsPerUnit).toSize(), QImage::Format_RGB32);
    drawing.image.fill(Qt::white);
    {
        QPainter painter(&drawing.image);
        painter.setRenderHint(QPainter::Antialiasing);
        scene.render(&painter, QRectF(drawing.image.rect()), all);
    }
    const auto dotsPerMeter = static_cast<int>(kResolution * pixelsPerUnit / 0.0254);
    drawing.image.setDotsPerMeterX(dotsPerMeter);
    drawing.image.setDotsPerMeterY(dotsPerMeter);
    QBuffer buffer(&drawing.svg);
    QSvgGenerator generator;
    generator.setOutputDevice(&buffer);
    generator.setSize(size.toSize());
    generator.setViewBox(all);
    generator.setResolution(kResolution);
    generator.setTitle(text(figure.caption));
    QPainter painter(&generator);
    scene.render(&painter, all, all);
    painter.end();
    drawing.svg = withoutEmptyGroups(drawing.svg);
    return drawing;
}

} // namespace mlab::ui
