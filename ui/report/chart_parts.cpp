// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/report/chart_parts.h"

#include <QCategoryAxis>
#include <QGraphicsLayout>
#include <QLegend>
#include <QLegendMarker>
#include <QLineSeries>
#include <QLogValueAxis>
#include <QScatterSeries>
#include <QValueAxis>

#include <algorithm>
#include <array>
#include <cmath>

namespace mlab::ui {
namespace {

constexpr QColor kGrid(228, 228, 228);

void attach(QChart& chart, QXYSeries* series)
{
    chart.addSeries(series);
    for (auto* axis : chart.axes()) {
        series->attachAxis(axis);
    }
}

} // namespace

QColor colorOf(std::size_t index)
{
    static const std::array kColors = {QColor(0, 114, 178), QColor(213, 94, 0),
                                       QColor(0, 158, 115), QColor(204, 121, 167),
                                       QColor(230, 159, 0), QColor(86, 180, 233)};
    return kColors[index % kColors.size()];
}

QFont font(int pixels, bool bold)
{
    QFont out("sans-serif");
    out.setPixelSize(pixels);
    out.setBold(bold);
    return out;
}

void styleChart(QChart& chart, const QString& title)
{
    chart.setTitle(title);
    chart.setTitleFont(font(11, true));
    chart.setTitleBrush(kInk);
    chart.setBackgroundVisible(false);
    chart.setMargins(QMargins(2, 2, 6, 2));
    chart.layout()->setContentsMargins(0, 0, 0, 0);
    chart.legend()->hide();
}

void showLegend(QChart& chart, int pixels)
{
    auto* legend = chart.legend();
    legend->setFont(font(pixels));
    legend->setLabelColor(kInk);
    legend->show();
    for (auto* marker : legend->markers()) {
        marker->setVisible(!marker->label().isEmpty());
    }
}

void LevelRange::hold(double level)
{
    low = std::min(low, level);
    high = std::max(high, level);
}

double tickStep(double end)
{
    const double unit = std::pow(10.0, std::floor(std::log10(end)));
    const double digits = end / unit;
    return unit * (digits <= 2 ? 0.5 : digits <= 5 ? 1 : 2);
}

void styleAxis(QAbstractAxis& axis, const QString& title, int pixels)
{
    axis.setLabelsFont(font(pixels));
    axis.setLabelsColor(kInk);
    axis.setTitleFont(font(pixels));
    axis.setTitleBrush(kInk);
    axis.setTitleText(title);
    axis.setGridLinePen(QPen(kGrid, 0.8));
    axis.setLinePen(QPen(kPale, 0.8));
}

QLogValueAxis* levelAxis(const LevelRange& range, const QString& title, int pixels)
{
    auto* axis = new QLogValueAxis;
    const double low = std::floor(std::log2(range.low));
    const double high = std::max(low + 1, std::ceil(std::log2(range.high)));
    axis->setBase(high - low > 4 ? 4 : 2);
    axis->setRange(std::exp2(low), std::exp2(high));
    axis->setLabelFormat("%.3g"); // three digits, as numbers in the text
    styleAxis(*axis, title, pixels);
    return axis;
}

QValueAxis* valueAxis(double low, double high, int ticks, const QString& format,
                      const QString& title, int pixels)
{
    auto* axis = new QValueAxis;
    axis->setRange(low, high);
    axis->setTickCount(ticks);
    axis->setLabelFormat(format);
    styleAxis(*axis, title, pixels);
    return axis;
}

QCategoryAxis* nameAxis(const std::vector<std::string>& names, const QString& title)
{
    auto* axis = new QCategoryAxis;
    axis->setRange(-0.5, static_cast<double>(names.size()) - 0.5);
    axis->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    for (std::size_t i = 0; i < names.size(); ++i) {
        axis->append(text(names[i]), static_cast<double>(i));
    }
    styleAxis(*axis, title, 12);
    return axis;
}

void addLine(QChart& chart, const QList<QPointF>& points, const QColor& color, double width,
             Qt::PenStyle style, const QString& name)
{
    if (points.isEmpty()) {
        return;
    }
    auto* series = new QLineSeries;
    series->append(points);
    series->setPen(QPen(color, width, style, Qt::RoundCap, Qt::RoundJoin));
    series->setName(name);
    attach(chart, series);
}

void addPoints(QChart& chart, const QList<QPointF>& points, const QColor& fill, const QColor& edge,
               double size, const QString& name, Marker marker)
{
    if (points.isEmpty()) {
        return;
    }
    auto* series = new QScatterSeries;
    series->setMarkerShape(marker == Marker::square ? QScatterSeries::MarkerShapeRectangle
                                                    : QScatterSeries::MarkerShapeCircle);
    series->append(points);
    series->setMarkerSize(size);
    series->setColor(fill);
    series->setBorderColor(edge);
    series->setName(name);
    attach(chart, series);
}

void setAxes(QChart& chart, QAbstractAxis* horizontal, QAbstractAxis* vertical)
{
    chart.addAxis(horizontal, Qt::AlignBottom);
    chart.addAxis(vertical, Qt::AlignLeft);
}

} // namespace mlab::ui
