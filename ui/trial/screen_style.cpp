// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trial/screen_style.h"

#include <QPainterPath>
#include <QPen>

#include <algorithm>

namespace mlab::ui {

ScreenStyle::ScreenStyle(QSize size, QColor grey)
    : background(grey), unit(std::max(14, size.height() / 36))
{
    const bool light = background.lightness() > 110;
    const int outline = std::clamp(background.lightness() + (light ? -34 : 34), 0, 255);
    ink = light ? QColor(24, 24, 24) : QColor(235, 235, 235);
    faint = light ? QColor(58, 58, 58) : QColor(205, 205, 205);
    line = QColor(outline, outline, outline);
}

QImage ScreenStyle::blank(QSize size) const
{
    QImage image(size, QImage::Format_RGB32);
    image.fill(background);
    return image;
}

QFont screenFont(int pixels, QFont::Weight weight)
{
    QFont font;
    font.setPixelSize(pixels);
    font.setWeight(weight);
    font.setHintingPreference(QFont::PreferNoHinting);
    return font;
}

void drawKeyCap(QPainter& painter, const QRect& at, const QString& cap, const QFont& font,
                const QColor& ink)
{
    const double unit = at.height() / 2.0;
    painter.setPen(QPen(ink, std::max(1.0, unit / 14.0)));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(QRectF(at).adjusted(1, 1, -1, -1), unit / 3.0, unit / 3.0);
    painter.setFont(font);
    painter.drawText(at, Qt::AlignCenter, cap);
}

void drawVerdict(QPainter& painter, bool correct, const QRectF& at, double strokeWidth,
                 const QColor& ink)
{
    QPainterPath path;
    if (correct) {
        path.moveTo(at.left(), at.center().y());
        path.lineTo(at.left() + at.width() * 0.38, at.bottom());
        path.lineTo(at.right(), at.top());
    } else {
        path.moveTo(at.topLeft());
        path.lineTo(at.bottomRight());
        path.moveTo(at.topRight());
        path.lineTo(at.bottomLeft());
    }
    painter.setPen(QPen(ink, strokeWidth, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.setBrush(Qt::NoBrush);
    painter.drawPath(path);
}

} // namespace mlab::ui
