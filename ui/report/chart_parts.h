// SPDX-License-Identifier: GPL-3.0-or-later
//
// Parts of the report's charts. Internal to the charts.
#pragma once

#include "ui/widgets/text.h"

#include <QChart>
#include <QColor>
#include <QFont>
#include <QList>
#include <QPointF>
#include <QSizeF>
#include <QString>

#include <cstddef>
#include <limits>
#include <memory>
#include <string>
#include <vector>

class QAbstractAxis;
class QCategoryAxis;
class QLogValueAxis;
class QValueAxis;

namespace mlab::ui {

using Chart = std::unique_ptr<QChart>;

/// Charts of one size, side by side.
struct Sheet {
    std::vector<Chart> charts;
    int columns = 1;
    QSizeF size; ///< of each
};

/// The palette of Okabe & Ito (2008), which colour-blind readers can tell apart.
QColor colorOf(std::size_t index);
inline constexpr QColor kInk(40, 40, 40);
inline constexpr QColor kPale(170, 170, 170);
inline constexpr QColor kWrong(200, 30, 30);

/// In pixels, independent of the screen's resolution.
QFont font(int pixels, bool bold = false);

/// Without background and legend.
void styleChart(QChart& chart, const QString& title);
template <typename ChartType = QChart> std::unique_ptr<ChartType> chart(const QString& title)
{
    auto out = std::make_unique<ChartType>();
    styleChart(*out, title);
    return out;
}

/// Names of the series that have one.
void showLegend(QChart& chart, int pixels = 11);

/// A range of levels, which are shown on a logarithmic axis.
struct LevelRange {
    double low = std::numeric_limits<double>::infinity();
    double high = 0.0;

    void hold(double level);
};

/// 1, 2 or 5 times a power of 10, for 2 to 5 ticks up to `end`.
double tickStep(double end);

/// The axes below are owned by the chart that they are added to.
void styleAxis(QAbstractAxis& axis, const QString& title, int pixels);
QLogValueAxis* levelAxis(const LevelRange& range, const QString& title, int pixels);
QValueAxis* valueAxis(double low, double high, int ticks, const QString& format,
                      const QString& title, int pixels);
/// Names at 0, 1, 2, ...
QCategoryAxis* nameAxis(const std::vector<std::string>& names, const QString& title);
void setAxes(QChart& chart, QAbstractAxis* horizontal, QAbstractAxis* vertical);

void addLine(QChart& chart, const QList<QPointF>& points, const QColor& color, double width,
             Qt::PenStyle style = Qt::SolidLine, const QString& name = {});
enum class Marker { circle, square };
void addPoints(QChart& chart, const QList<QPointF>& points, const QColor& fill, const QColor& edge,
               double size, const QString& name = {}, Marker marker = Marker::circle);

} // namespace mlab::ui
