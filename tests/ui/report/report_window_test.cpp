// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/error.h"
#include "tests/core/network_report/simulated_metamers.h"
#include "tests/core/network_report/simulated_networks.h"
#include "tests/core/network_report/simulated_recognition.h"
#include "tests/core/report/recognition_test_support.h"
#include "tests/core/report/report_test_support.h"
#include "ui/report/report_charts.h"
#include "ui/report/report_window.h"

#include <QApplication>
#include <QLabel>
#include <QListWidget>
#include <QPainter>
#include <QPixmap>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QSvgRenderer>
#include <QTableWidget>
#include <QTest>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace mlab::ui {
namespace {

const StudyReport& report()
{
    static const StudyReport kReport = {
        .thresholds = {computeThresholdReport(study(3, 2.0), {})},
        .recognition = {computeRecognitionReport(recognitionStudy(3))}};
    return kReport;
}

// Networks beside people, of every kind of session.
StudyReport comparedStudy()
{
    StudyReport study;
    const Simulated simulated(2, 24);
    const auto people = computeThresholdReport(simulated.people, {});
    DesignComparison thresholds;
    thresholds.design = comparedDesign(simulated.people);
    thresholds.people = people.group;
    thresholds.networks = simulated.networks;
    thresholds.report = computeNetworkReport(thresholds.networks, &people, 2, {});
    study.comparisons.push_back(std::move(thresholds));
    DesignComparison metamers;
    metamers.design.designName = "metamers";
    metamers.networks = simulatedMetamers(2, 12);
    metamers.report = computeNetworkReport(metamers.networks, nullptr, 2, {});
    study.comparisons.push_back(std::move(metamers));
    ClassifierComparison classifiers;
    classifiers.people.designName = "kinds";
    classifiers.people.chance = 0.25;
    classifiers.networks = recognised(2);
    classifiers.report = computeClassifierNumbers(classifiers.networks, 2, {});
    study.classifiers.push_back(std::move(classifiers));
    return study;
}

const StudyReport& comparisons()
{
    static const StudyReport kStudy = comparedStudy();
    return kStudy;
}

int coloursOf(const QImage& image)
{
    std::set<QRgb> colours;
    for (int y = 0; y < image.height(); y += 2) {
        for (int x = 0; x < image.width(); x += 2) {
            colours.insert(image.pixel(x, y));
        }
    }
    return static_cast<int>(colours.size());
}

// Qt had replaced the names of 54 dimensions by dots.
TEST(ReportCharts, EveryDimensionIsNamedHoweverManyThereAre)
{
    auto data = study(1, 2.0);
    for (int component = 1; component <= 50; ++component) {
        data.dimensions.push_back({"pool", component, Direction::plus, 8});
    }
    const StudyReport large{.thresholds = {computeThresholdReport(data, {})}, .recognition = {}};
    const ReportFigure figure{.kind = FigureKind::thresholds,
                              .design = 0,
                              .participant = 0,
                              .name = "P0-thresholds",
                              .caption = {}};
    const auto svg = QString::fromUtf8(drawFigure(figure, large, 1.0).svg);
    for (int component = 1; component <= 50; ++component) {
        EXPECT_TRUE(svg.contains(QString("pool %1+").arg(component))) << component;
    }
}

class ReportOn : public testing::TestWithParam<const StudyReport& (*)()> {};
INSTANTIATE_TEST_SUITE_P(People, ReportOn, testing::Values(&report));
INSTANTIATE_TEST_SUITE_P(Networks, ReportOn, testing::Values(&comparisons));

TEST_P(ReportOn, EveryFigureIsDrawnTheSameAsSvgAndAsPixels)
{
    const auto& study = GetParam()();
    for (const auto& section : reportDocument(study)) {
        for (const auto& figure : section.figures) {
            SCOPED_TRACE(figure.name);
            const auto drawing = drawFigure(figure, study, 1.0);
            EXPECT_GT(coloursOf(drawing.image), 20);
            QSvgRenderer svg(drawing.svg);
            ASSERT_TRUE(svg.isValid());
            EXPECT_EQ(svg.viewBox().size(), drawing.image.size());
            QImage drawn(drawing.image.size(), QImage::Format_RGB32);
            drawn.fill(Qt::white);
            QPainter painter(&drawn);
            painter.setRenderHint(QPainter::Antialiasing);
            svg.render(&painter);
            painter.end();
            // The same except for the shapes of letters and the edges of lines.
            double difference = 0.0;
            for (int y = 0; y < drawn.height(); ++y) {
                for (int x = 0; x < drawn.width(); ++x) {
                    difference +=
                        std::abs(qGray(drawn.pixel(x, y)) - qGray(drawing.image.pixel(x, y)));
                }
            }
            EXPECT_LT(difference / (drawn.width() * drawn.height()), 3.0);
        }
    }
}

TEST(ReportCharts, ADimensionWithoutAFitIsDrawn)
{
    auto data = study(1, 1.0);
    for (auto& trial : data.participants[0].sessions[0].trials) {
        trial.levelAchieved = 0.5;
    }
    const StudyReport study{.thresholds = {computeThresholdReport(data, {})}, .recognition = {}};
    for (const auto& section : reportDocument(study)) {
        for (const auto& figure : section.figures) {
            EXPECT_GT(coloursOf(drawFigure(figure, study, 1.0).image), 5) << figure.name;
        }
    }
}

TEST(ReportCharts, AConditionWithoutTrialsAndManyConditionsAreDrawn)
{
    auto data = recognitionData({{recognized("natural", 0, 0)}, {recognized("fc", 1, 2)}});
    const auto few =
        drawFigure({.kind = FigureKind::accuracy,
                    .design = 0,
                    .participant = 0,
                    .name = "few",
                    .caption = "few"},
                   {.thresholds = {}, .recognition = {computeRecognitionReport(data)}}, 1.0);
    EXPECT_GT(coloursOf(few.image), 20);
    for (int i = 0; i < 20; ++i) {
        data.conditions.push_back("layer" + std::to_string(i));
    }
    const auto many =
        drawFigure({.kind = FigureKind::participantAccuracy,
                    .design = 0,
                    .participant = 1,
                    .name = "many",
                    .caption = "many"},
                   {.thresholds = {}, .recognition = {computeRecognitionReport(data)}}, 1.0);
    EXPECT_GT(many.image.width(), few.image.width());
    EXPECT_LT(many.image.width(), 1100); // what fits on a page with legible letters
}

TEST(ReportWindowTest, AConfusionMatrixIsShaded)
{
    ReportWindow window(
        {.thresholds = {}, .recognition = {computeRecognitionReport(recognitionStudy(3))}},
        [](const std::filesystem::path&) {});
    window.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&window));
    const auto document = reportDocument(
        {.thresholds = {}, .recognition = {computeRecognitionReport(recognitionStudy(3))}});
    const auto section = std::ranges::find(document, "Confusions", &ReportSection::title);
    ASSERT_NE(section, document.end());
    window.findChild<QListWidget*>()->setCurrentRow(static_cast<int>(section - document.begin()));
    QApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
    const auto tables = window.findChildren<QTableWidget*>();
    ASSERT_EQ(tables.size(), 3);
    const auto alpha = [&](int row, int column) {
        return tables[0]->item(row, column)->background().color().alphaF();
    };
    EXPECT_EQ(alpha(0, 0), 0.0F);        // the category's name
    EXPECT_GT(alpha(0, 1), alpha(0, 2)); // natural sounds are recognised
    EXPECT_LT(alpha(0, 1), 0.6F) << "text on the darkest shade must be legible";
}

TEST_P(ReportOn, OnANarrowScreenFiguresScrollAndSentencesWrap)
{
    ReportWindow window(GetParam()(), {});
    window.resize(700, 600);
    window.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&window));
    auto* sections = window.findChild<QListWidget*>();
    const auto* page = window.findChild<QScrollArea*>("page");
    ASSERT_NE(page, nullptr);
    int wide = 0;
    for (int i = 0; i < sections->count(); ++i) {
        SCOPED_TRACE(i);
        sections->setCurrentRow(i);
        QApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        QApplication::processEvents();
        EXPECT_EQ(page->horizontalScrollBar()->maximum(), 0);
        for (const auto* figure : page->widget()->findChildren<QScrollArea*>()) {
            wide += figure->horizontalScrollBar()->maximum() > 0 ? 1 : 0;
            EXPECT_EQ(figure->verticalScrollBar()->maximum(), 0);
        }
    }
    EXPECT_GT(wide, 0);
}

TEST(ReportWindowTest, OffersTheComparisonWithNetworksWhereItCanBeMade)
{
    const auto hasButton = [](const ReportWindow& window) {
        return std::ranges::any_of(window.findChildren<QPushButton*>(), [](const auto* button) {
            return button->text().startsWith("Compare with networks");
        });
    };
    const ReportWindow with(report(), {}, [](const std::filesystem::path&) {});
    EXPECT_TRUE(hasButton(with));
    const ReportWindow without(report(), {});
    EXPECT_FALSE(hasButton(without));
}

TEST_P(ReportOn, TheWindowShowsWhatTheDocumentSays)
{
    const auto& study = GetParam()();
    ReportWindow window(study, [](const std::filesystem::path&) {});
    window.show();
    ASSERT_TRUE(QTest::qWaitForWindowExposed(&window));
    const auto document = reportDocument(study);
    auto* sections = window.findChild<QListWidget*>();
    ASSERT_EQ(sections->count(), static_cast<int>(document.size()));
    for (int i = 0; i < sections->count(); ++i) {
        sections->setCurrentRow(i);
        QApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete);
        const auto& section = document[static_cast<std::size_t>(i)];
        SCOPED_TRACE(section.title);
        std::multiset<QString> texts;
        std::size_t pictures = 0;
        for (const auto* label : window.findChildren<QLabel*>()) {
            texts.insert(label->text());
            pictures += label->pixmap().isNull() ? 0 : 1;
        }
        for (const auto& paragraph : section.paragraphs) {
            EXPECT_EQ(texts.count(QString::fromStdString(paragraph)), 1U) << paragraph;
        }
        EXPECT_EQ(pictures, section.figures.size());
        const auto tables = window.findChildren<QTableWidget*>();
        ASSERT_EQ(static_cast<std::size_t>(tables.size()), section.tables.size());
        for (qsizetype table = 0; table < tables.size(); ++table) {
            const auto& rows = section.tables[static_cast<std::size_t>(table)].rows;
            ASSERT_EQ(static_cast<std::size_t>(tables[table]->rowCount()), rows.size());
            EXPECT_EQ(tables[table]->item(0, 2)->text().toStdString(), rows[0][2]);
        }
    }
}

} // namespace
} // namespace mlab::ui
