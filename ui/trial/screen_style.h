// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QColor>
#include <QFont>
#include <QImage>
#include <QPainter>
#include <QRect>
#include <QRectF>
#include <QSize>
#include <QString>

namespace mlab::ui {

/// The greys and the text size of everything that a participant reads. Sizes follow the height of
/// the window, so a prompt looks the same on every screen.
struct ScreenStyle {
    QColor background; ///< the grey of the whole window
    QColor ink;        ///< text
    QColor faint;      ///< secondary text
    QColor line;       ///< outlines and the track of a progress bar
    int unit = 0;      ///< height of ordinary text, px

    /// @param size of the window, physical pixels
    ScreenStyle(QSize size, QColor background);

    /// An opaque picture of the background only.
    QImage blank(QSize size) const;
};

/// The font of all screens, `pixels` high.
QFont screenFont(int pixels, QFont::Weight weight = QFont::Normal);

/// A key as it looks on a keyboard.
void drawKeyCap(QPainter& painter, const QRect& at, const QString& cap, const QFont& font,
                const QColor& ink);

/// A tick for correct or a cross for wrong, which fills `at`.
void drawVerdict(QPainter& painter, bool correct, const QRectF& at, double strokeWidth,
                 const QColor& ink);

} // namespace mlab::ui
