// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/report_charts.h"

#include "ui/text.h"

#include <QBuffer>
#include <QCategoryAxis>
#include <QChart>
#include <QGraphicsLayout>
#include <QGraphicsScene>
#include <QLegend>
#include <QLineSeries>
#include <QLogValueAxis>
#include <QPainter>
#include <QPolarChart>
#include <QScatterSeries>
#include <QSvgGenerator>
#include <QValueAxis>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <numbers>
#include <utility>

namespace mlab::ui {
namespace {

using Chart = std::unique_ptr<QChart>;

constexpr int kResolution = 96; ///< units of a figure in an inch

// Charts of one size, side by side.
struct Sheet {
    std::vector<Chart> charts;
    int columns = 1;
    QSizeF size; ///< of each
};

// The palette of Okabe & Ito (2008), which colour-blind readers can tell apart.
QColor colorOf(std::size_t index)
{
    static const std::array kColors = {QColor(0, 114, 178), QColor(213, 94, 0),
                                       QColor(0, 158, 115), QColor(204, 121, 167),
                                       QColor(230, 159, 0), QColor(86, 180, 233)};
    return kColors[index % kColors.size()];
}
const QColor kInk(40, 40, 40);
const QColor kPale(170, 170, 170);
const QColor kGrid(228, 228, 228);
const QColor kWrong(200, 30, 30);

// In pixels, so that no screen's resolution comes into it.
QFont font(int pixels, bool bold = false)
{
    QFont out("sans-serif");
    out.setPixelSize(pixels);
    out.setBold(bold);
    return out;
}

std::string shortName(const Dimension& dimension)
{
    return std::to_string(dimension.component) +
           (dimension.direction == Direction::plus ? "+" : "−");
}

template <typename ChartType = QChart> std::unique_ptr<ChartType> chart(const QString& title)
{
    auto out = std::make_unique<ChartType>();
    out->setTitle(title);
    out->setTitleFont(font(11, true));
    out->setTitleBrush(kInk);
    out->setBackgroundVisible(false);
    out->setMargins(QMargins(2, 2, 6, 2));
    out->layout()->setContentsMargins(0, 0, 0, 0);
    out->legend()->hide();
    return out;
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

// Levels are shown by their logarithm.
struct LevelRange {
    double low = std::numeric_limits<double>::infinity();
    double high = 0.0;

    void hold(double level)
    {
        low = std::min(low, level);
        high = std::max(high, level);
    }
};

QLogValueAxis* levelAxis(const LevelRange& range, const QString& title, int pixels)
{
    auto* axis = new QLogValueAxis;
    const double low = std::floor(std::log2(range.low));
    const double high = std::max(low + 1, std::ceil(std::log2(range.high)));
    axis->setBase(high - low > 4 ? 4 : 2);
    axis->setRange(std::exp2(low), std::exp2(high));
    axis->setLabelFormat("%g");
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

void attach(QChart& chart, QXYSeries* series)
{
    chart.addSeries(series);
    for (auto* axis : chart.axes()) {
        series->attachAxis(axis);
    }
}

void addLine(QChart& chart, const QList<QPointF>& points, const QColor& color, double width,
             Qt::PenStyle style = Qt::SolidLine, const QString& name = {})
{
    auto* series = new QLineSeries;
    series->append(points);
    series->setPen(QPen(color, width, style, Qt::RoundCap, Qt::RoundJoin));
    series->setName(name);
    attach(chart, series);
}

void addPoints(QChart& chart, const QList<QPointF>& points, const QColor& fill, const QColor& edge,
               double size, const QString& name = {})
{
    if (points.isEmpty()) {
        return;
    }
    auto* series = new QScatterSeries;
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

QString panelTitle(const Dimension& dimension)
{
    return text("component " + shortName(dimension) + ", " +
                shortNumber(dimension.eccentricityDeg) + "°");
}

Chart trackChart(const DimensionReport& dimension, const LevelRange& range)
{
    auto out = chart(panelTitle(dimension.dimension));
    const auto trials = static_cast<double>(dimension.track.size());
    setAxes(*out, valueAxis(0, std::max(1.0, trials), 3, "%.0f", "", 9), levelAxis(range, "", 9));
    QList<QPointF> levels;
    QList<QPointF> wrong;
    QList<QPointF> reversals;
    for (std::size_t i = 0; i < dimension.track.size(); ++i) {
        const auto& trial = dimension.track[i];
        const QPointF at(static_cast<double>(i + 1), trial.levelAchieved);
        levels.append(at);
        if (!trial.correct) {
            wrong.append(at);
        }
        if (trial.reversal) {
            reversals.append(at);
        }
    }
    if (dimension.located) {
        const double threshold = dimension.estimate->parameters.threshold;
        addLine(*out, {{0, threshold}, {trials, threshold}}, kPale, 1.2, Qt::DashLine);
    }
    addLine(*out, levels, colorOf(0), 1.2);
    addPoints(*out, reversals, Qt::transparent, kInk, 8);
    addPoints(*out, wrong, kWrong, kWrong, 4);
    return out;
}

Chart fitChart(const DimensionReport& dimension, const LevelRange& range, double chance)
{
    auto out = chart(panelTitle(dimension.dimension));
    auto* levels = levelAxis(range, "", 9);
    auto* share = valueAxis(-0.05, 1.05, 2, "%.1f", "", 9); // room for points at 0 and 1
    share->setTickType(QValueAxis::TicksDynamic);
    share->setTickInterval(0.5);
    setAxes(*out, levels, share);
    if (dimension.estimate) {
        const auto& fitted = dimension.estimate->parameters;
        QList<QPointF> curve;
        constexpr int kSteps = 60;
        for (int i = 0; i <= kSteps; ++i) {
            const double level =
                levels->min() * std::pow(levels->max() / levels->min(), i / double{kSteps});
            curve.append({level, probabilityCorrect(reportSigmoid(), fitted, level)});
        }
        addLine(*out, curve, dimension.located ? colorOf(0) : kPale, 1.4,
                dimension.located ? Qt::SolidLine : Qt::DashLine);
        const double middle = (chance + 1 - fitted.lapse) / 2;
        const auto within = [&](double level) {
            return std::clamp(level, levels->min(), levels->max());
        };
        const auto& interval = dimension.estimate->interval95;
        addLine(*out,
                {{within(interval.lower.threshold), middle},
                 {within(interval.upper.threshold), middle}},
                dimension.located ? colorOf(1) : kPale, 2.2);
    }
    QList<QPointF> shares;
    for (const auto& bin : dimension.bins) {
        shares.append({bin.level, bin.correct / bin.total});
    }
    addPoints(*out, shares, kInk, kInk, 5);
    return out;
}

// 1, 2 or 5 times a power of 10, for 2 to 5 ticks up to `end`.
double tickStep(double end)
{
    const double unit = std::pow(10.0, std::floor(std::log10(end)));
    const double digits = end / unit;
    return unit * (digits <= 2 ? 0.5 : digits <= 5 ? 1 : 2);
}

// The dimensions of one eccentricity, round the circle.
struct Spokes {
    std::vector<std::string> labels;
    /// One threshold for each spoke: lower limit, estimate, upper limit; NaN where there is none.
    struct Line {
        std::vector<std::array<double, 3>> values;
        bool isMain = false;
    };
    std::vector<Line> lines;
};

Chart radarChart(const QString& title, const Spokes& spokes, double largest)
{
    auto out = chart<QPolarChart>(title);
    out->setTitleFont(font(13, true));
    const auto n = static_cast<double>(spokes.labels.size());
    auto* around = new QCategoryAxis;
    around->setRange(0, n);
    around->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    for (std::size_t i = 0; i < spokes.labels.size(); ++i) {
        around->append(text(spokes.labels[i]), static_cast<double>(i));
    }
    styleAxis(*around, "", 9);
    const double step = tickStep(largest);
    const double end = std::ceil(largest / step) * step;
    auto* outward = valueAxis(0, end, static_cast<int>(std::lround(end / step)) + 1, "%g", "", 9);
    out->addAxis(around, QPolarChart::PolarOrientationAngular);
    out->addAxis(outward, QPolarChart::PolarOrientationRadial);
    const auto closed = [&](const Spokes::Line& line, std::size_t which) {
        QList<QPointF> points;
        for (std::size_t i = 0; i < line.values.size(); ++i) {
            if (std::isfinite(line.values[i][which])) {
                points.append({static_cast<double>(i), std::min(end, line.values[i][which])});
            }
        }
        if (points.size() > 2) {
            points.append({points.front().x() + n, points.front().y()});
        }
        // The axis ends at n: a polygon that begins after 0 is closed there, not beyond.
        if (!points.isEmpty() && points.back().x() > n) {
            const QPointF last = points[points.size() - 2];
            const QPointF first = points.front() + QPointF(n, 0);
            const double share = (n - last.x()) / (first.x() - last.x());
            const double middle = last.y() + share * (first.y() - last.y());
            points.back() = {n, middle};
            points.prepend({0, middle});
        }
        return points;
    };
    for (const auto& line : spokes.lines) {
        if (line.isMain) {
            addLine(*out, closed(line, 0), colorOf(0), 1.0, Qt::DashLine);
            addLine(*out, closed(line, 2), colorOf(0), 1.0, Qt::DashLine);
            addLine(*out, closed(line, 1), colorOf(0), 2.4);
            if (line.values.size() < 3) { // no polygon
                addPoints(*out, closed(line, 1), colorOf(0), colorOf(0), 8);
            }
        } else {
            addLine(*out, closed(line, 1), kPale, 0.8);
        }
    }
    return out;
}

constexpr double kNone = std::numeric_limits<double>::quiet_NaN();

std::array<double, 3> spokeOf(const DimensionReport& dimension)
{
    if (!dimension.located) {
        return {kNone, kNone, kNone};
    }
    const auto& estimate = *dimension.estimate;
    return {estimate.interval95.lower.threshold, estimate.parameters.threshold,
            estimate.interval95.upper.threshold};
}

std::array<double, 3> spokeOf(const GroupDimension& dimension)
{
    if (!dimension.logThreshold) {
        return {kNone, kNone, kNone};
    }
    const auto& [mean, count, all, most] = *dimension.logThreshold;
    return {all ? std::exp((*all)[0]) : kNone, std::exp(mean), all ? std::exp((*all)[1]) : kNone};
}

Sheet radarSheet(const DesignReport& report, const ReportFigure& figure)
{
    const bool ofGroup = figure.kind == FigureKind::groupRadar;
    std::vector<double> eccentricities;
    for (const auto& group : report.group) {
        if (std::ranges::find(eccentricities, group.dimension.eccentricityDeg) ==
            eccentricities.end()) {
            eccentricities.push_back(group.dimension.eccentricityDeg);
        }
    }
    std::vector<Spokes> circles;
    double largest = 0.0;
    double largestEstimate = 0.0;
    for (const double eccentricity : eccentricities) {
        Spokes circle;
        Spokes::Line main{.values = {}, .isMain = true};
        std::vector<Spokes::Line> others(ofGroup ? report.participants.size() : 0);
        for (std::size_t i = 0; i < report.group.size(); ++i) {
            const auto& dimension = report.group[i].dimension;
            if (dimension.eccentricityDeg != eccentricity) {
                continue;
            }
            circle.labels.push_back(dimension.layer + " " + shortName(dimension));
            main.values.push_back(
                ofGroup ? spokeOf(report.group[i])
                        : spokeOf(report.participants[figure.participant].dimensions[i]));
            for (std::size_t person = 0; person < others.size(); ++person) {
                others[person].values.push_back(spokeOf(report.participants[person].dimensions[i]));
            }
            const auto& [low, middle, high] = main.values.back();
            largestEstimate = std::max(largestEstimate, std::isfinite(middle) ? middle : 0.0);
            largest = std::max(largest, std::isfinite(high) ? high : 0.0);
        }
        if (report.participants.size() > 1) {
            circle.lines = std::move(others);
        }
        circle.lines.push_back(std::move(main));
        circles.push_back(std::move(circle));
    }
    // One wide interval must not make everything else small.
    largest = std::clamp(largest, 1.1 * largestEstimate, 1.6 * largestEstimate);
    Sheet sheet{.charts = {},
                .columns = std::min<int>(2, static_cast<int>(circles.size())),
                .size = circles.size() == 1 ? QSizeF(560, 520) : QSizeF(460, 430)};
    for (std::size_t i = 0; i < circles.size(); ++i) {
        sheet.charts.push_back(radarChart(text(shortNumber(eccentricities[i]) + "°"), circles[i],
                                          std::max(largest, 1e-6)));
    }
    return sheet;
}

Sheet layerSheet(const DesignReport& report)
{
    const auto& layers = report.layers;
    auto out = chart("");
    auto* across = new QCategoryAxis;
    across->setRange(-0.5, static_cast<double>(layers.layers.size()) - 0.5);
    across->setLabelsPosition(QCategoryAxis::AxisLabelsPositionOnValue);
    for (std::size_t i = 0; i < layers.layers.size(); ++i) {
        across->append(text(layers.layers[i]), static_cast<double>(i));
    }
    styleAxis(*across, "", 12);
    LevelRange range;
    for (const auto& row : layers.rows) {
        for (const double logThreshold : row.logThresholds) {
            range.hold(std::exp(logThreshold));
        }
    }
    for (const auto& mean : layers.means) {
        if (mean && mean->interval95) {
            range.hold(std::exp((*mean->interval95)[0]));
            range.hold(std::exp((*mean->interval95)[1]));
        }
    }
    setAxes(*out, across, levelAxis(range, "threshold (SD)", 12));
    for (const auto& row : layers.rows) {
        QList<QPointF> points;
        for (std::size_t i = 0; i < row.logThresholds.size(); ++i) {
            points.append({static_cast<double>(i), std::exp(row.logThresholds[i])});
        }
        addLine(*out, points, kPale, 1.0);
        addPoints(*out, points, kPale, kPale, 4);
    }
    QList<QPointF> means;
    for (std::size_t i = 0; i < layers.means.size(); ++i) {
        const auto& mean = layers.means[i];
        const auto x = static_cast<double>(i);
        means.append({x, std::exp(mean->mean)});
        if (mean->interval95) {
            addLine(*out,
                    {{x, std::exp((*mean->interval95)[0])}, {x, std::exp((*mean->interval95)[1])}},
                    colorOf(0), 2.4);
        }
    }
    addLine(*out, means, colorOf(0), 2.4);
    addPoints(*out, means, colorOf(0), colorOf(0), 8);
    Sheet sheet{.charts = {}, .columns = 1, .size = {460, 320}};
    sheet.charts.push_back(std::move(out));
    return sheet;
}

Sheet contrastSheet(const DesignReport& report)
{
    Sheet sheet{.charts = {}, .columns = 2, .size = {430, 330}};
    LevelRange levels;
    double largestChange = 0.0;
    double smallestSsim = 1.0;
    std::vector<const GroupDimension*> shown;
    for (const auto& group : report.group) {
        if (group.logThreshold && group.probes) {
            shown.push_back(&group);
            levels.hold(std::exp(group.logThreshold->mean));
            largestChange = std::max(largestChange, group.probes->rmsContrastChange);
            smallestSsim = std::min(smallestSsim, group.probes->ssim);
        }
    }
    for (const bool ssim : {false, true}) {
        auto out = chart("");
        const double least = std::floor(smallestSsim * 10) / 10;
        const double most = std::max(0.01, std::ceil(largestChange * 100) / 100);
        auto* measure = ssim ? valueAxis(least, 1, 2, "%.2f", "SSIM", 12)
                             : valueAxis(0, most, 2, "%.3f", "change of RMS contrast", 12);
        measure->setTickType(QValueAxis::TicksDynamic);
        measure->setTickInterval(tickStep(ssim ? std::max(0.1, 1 - least) : most));
        measure->setTickAnchor(ssim ? 1 : 0);
        setAxes(*out, measure, levelAxis(levels, "threshold (SD)", 12));
        for (std::size_t layer = 0; layer < report.layers.layers.size(); ++layer) {
            QList<QPointF> points;
            for (const auto* group : shown) {
                if (group->dimension.layer == report.layers.layers[layer]) {
                    points.append({ssim ? group->probes->ssim : group->probes->rmsContrastChange,
                                   std::exp(group->logThreshold->mean)});
                }
            }
            addPoints(*out, points, colorOf(layer), Qt::white, 8,
                      text(report.layers.layers[layer]));
        }
        out->legend()->setFont(font(11));
        out->legend()->setLabelColor(kInk);
        out->legend()->show();
        sheet.charts.push_back(std::move(out));
    }
    return sheet;
}

Sheet panels(const DesignReport& report, const ReportFigure& figure)
{
    const auto& participant = report.participants[figure.participant];
    // All of a participant's figures have the same range, to be compared.
    LevelRange range;
    for (const auto& dimension : participant.dimensions) {
        for (const auto& trial : dimension.track) {
            range.hold(trial.levelAchieved);
        }
    }
    Sheet sheet{.charts = {}, .columns = 4, .size = {225, 150}};
    for (const auto& dimension : participant.dimensions) {
        if (dimension.dimension.layer == figure.layer && dimension.trials > 0) {
            sheet.charts.push_back(figure.kind == FigureKind::tracks
                                       ? trackChart(dimension, range)
                                       : fitChart(dimension, range, report.chance));
        }
    }
    return sheet;
}

// Qt's charts have many invisible parts, and each leaves a group without content.
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

Sheet sheetOf(const ReportFigure& figure, const DesignReport& report)
{
    switch (figure.kind) {
    case FigureKind::groupRadar:
    case FigureKind::radar:
        return radarSheet(report, figure);
    case FigureKind::layers:
        return layerSheet(report);
    case FigureKind::contrast:
        return contrastSheet(report);
    case FigureKind::tracks:
    case FigureKind::fits:
        return panels(report, figure);
    }
    return {};
}

} // namespace

Drawing drawFigure(const ReportFigure& figure, const DesignReport& report, double pixelsPerUnit)
{
    auto sheet = sheetOf(figure, report);
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
