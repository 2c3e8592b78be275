// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/document/report_document.h"

#include <QByteArray>
#include <QImage>

namespace mlab::ui {

/// A figure of the report, as SVG and as pixels.
struct Drawing {
    QByteArray svg;
    QImage image;
};

/// Draws a figure with Qt Charts. Needs a QApplication; its platform may be "offscreen".
/// @param figure of the document on `study`
/// @param pixelsPerUnit of the image: 2 for print
Drawing drawFigure(const ReportFigure& figure, const StudyReport& study, double pixelsPerUnit);

} // namespace mlab::ui
