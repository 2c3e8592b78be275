// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/report/report_window.h"

#include "core/base/error.h"
#include "ui/report/report_charts.h"
#include "ui/widgets/error_dialog.h"
#include "ui/widgets/spacing.h"
#include "ui/widgets/text.h"

#include <QDir>
#include <QFileDialog>
#include <QFont>
#include <QFrame>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QListWidget>
#include <QPixmap>
#include <QPushButton>
#include <QScreen>
#include <QScrollArea>
#include <QScrollBar>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

namespace mlab::ui {
namespace {

constexpr float kDarkest = 0.55F; ///< opacity of the darkest shade, on which text is still legible

QLabel* label(const QString& words, double size, bool bold)
{
    auto* out = new QLabel(words);
    QFont font = out->font();
    font.setPointSizeF(font.pointSizeF() * size);
    font.setBold(bold);
    out->setFont(font);
    out->setWordWrap(true);
    out->setTextFormat(Qt::PlainText);
    out->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return out;
}

// As high as its rows, because the page scrolls as a whole.
QTableWidget* tableWidget(const ReportTable& table)
{
    auto* out = new QTableWidget(static_cast<int>(table.rows.size()),
                                 static_cast<int>(table.columns.size()));
    for (int column = 0; column < out->columnCount(); ++column) {
        const auto& [name, unit, description] = table.columns[static_cast<std::size_t>(column)];
        const auto shown =
            text(name) + (unit.empty() ? QString() : QString(" (%1)").arg(text(unit)));
        auto* header = new QTableWidgetItem(shown);
        header->setTextAlignment(Qt::AlignLeft);
        out->setHorizontalHeaderItem(column, header);
    }
    for (int row = 0; row < out->rowCount(); ++row) {
        for (int column = 0; column < out->columnCount(); ++column) {
            const auto& value =
                table.rows[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)];
            auto* item = new QTableWidgetItem(text(value));
            if (!table.shades.empty()) {
                const double shade =
                    table.shades[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)];
                item->setBackground(
                    QColor::fromRgbF(0.0F, 0.45F, 0.7F, kDarkest * static_cast<float>(shade)));
                item->setToolTip(out->horizontalHeaderItem(column)->text());
            }
            out->setItem(row, column, item);
        }
    }
    out->setEditTriggers(QAbstractItemView::NoEditTriggers);
    out->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    out->setAlternatingRowColors(table.shades.empty());
    out->setShowGrid(false);
    out->verticalHeader()->hide();
    out->horizontalHeader()->setStretchLastSection(true);
    out->resizeColumnsToContents();
    // Long texts wrap, so that the rows' heights follow from the columns' widths.
    const auto fitHeight = [out] {
        out->resizeRowsToContents();
        out->setFixedHeight(out->verticalHeader()->length() +
                            out->horizontalHeader()->sizeHint().height() +
                            out->fontMetrics().height());
    };
    fitHeight();
    QObject::connect(out->horizontalHeader(), &QHeaderView::sectionResized, out, fitHeight);
    return out;
}

// Scrolls by itself where it is wider than the page, so that the sentences keep the page's width.
QScrollArea* scrolledSideways(QWidget* content)
{
    auto* out = new QScrollArea;
    out->setFrameShape(QFrame::NoFrame);
    out->viewport()->setBackgroundRole(QPalette::Base);
    out->setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    out->setWidget(content);
    out->setFixedHeight(content->sizeHint().height() +
                        out->horizontalScrollBar()->sizeHint().height());
    return out;
}

// The pictures side by side. Sounds are played by the page that is saved.
QWidget* pairWidget(const ReportPair& pair, const std::map<std::string, ReportMedia>& media)
{
    auto* out = new QWidget;
    auto* row = new QHBoxLayout(out);
    row->setContentsMargins(0, 0, 0, 0);
    for (const auto& sha256 : {pair.referenceSha256, pair.probeSha256}) {
        const auto found = media.find(sha256);
        QPixmap pixmap;
        if (found != media.end() &&
            pixmap.loadFromData(QByteArray::fromStdString(found->second.bytes))) {
            auto* picture = new QLabel;
            picture->setPixmap(pixmap);
            picture->setAccessibleName(text(pair.caption));
            row->addWidget(picture);
        } else {
            row->addWidget(label(found == media.end() ? "no longer there"
                                                      : "sound: save the report to play it",
                                 0.9, false));
        }
    }
    row->addStretch();
    return out;
}

} // namespace

ReportWindow::ReportWindow(StudyReport report, Save save, Compare compare)
    : report_(std::move(report)), document_(reportDocument(report_)), save_(std::move(save)),
      compare_(std::move(compare)), sections_(new QListWidget), page_(new QScrollArea)
{
    setWindowTitle("MetamerLab: report");
    for (const auto& section : document_) {
        auto* item = new QListWidgetItem(text(section.title), sections_);
        QFont font = item->font();
        font.setBold(section.isDesign);
        item->setFont(font);
        item->setToolTip(text(section.title));
    }
    // Names of designs and participants can be too long for it; they are elided.
    const int widest = sections_->sizeHintForColumn(0) + 2 * sections_->frameWidth() +
                       sections_->verticalScrollBar()->sizeHint().width();
    sections_->setFixedWidth(std::min(widest, fontMetrics().averageCharWidth() * 50));
    sections_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    page_->setObjectName("page");
    page_->setWidgetResizable(true);

    auto* close = new QPushButton("Close");
    auto* saving = new QPushButton("Save report…");
    saving->setAutoDefault(false);
    auto* buttons = new QHBoxLayout;
    if (compare_) {
        auto* comparing = new QPushButton("Compare with networks…");
        comparing->setAutoDefault(false);
        comparing->setToolTip("Choose the list of networks (MODELS.json) of metamerlab compare");
        buttons->addWidget(comparing);
        QObject::connect(comparing, &QPushButton::clicked, this, [this] { chooseModels(); });
    }
    buttons->addStretch();
    buttons->addWidget(saving);
    buttons->addWidget(close);
    auto* columns = new QHBoxLayout;
    columns->setSpacing(kSpace);
    columns->addWidget(sections_);
    columns->addWidget(page_, 1);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(kSpace, kSpace, kSpace, kSpace);
    all->setSpacing(kSpace);
    all->addLayout(columns, 1);
    all->addLayout(buttons);
    const QSize screen = QGuiApplication::primaryScreen()->availableSize();
    resize(std::min(1240, screen.width() - 40), std::min(900, screen.height() - 80));

    QObject::connect(sections_, &QListWidget::currentRowChanged, this,
                     [this](int row) { showSection(row); });
    QObject::connect(close, &QPushButton::clicked, this, [this] { accept(); });
    QObject::connect(saving, &QPushButton::clicked, this, [this] { saveAs(); });
    sections_->setCurrentRow(0);
    sections_->setFocus();
}

void ReportWindow::showSection(int section)
{
    const auto& shown = document_.at(static_cast<std::size_t>(section));
    auto* content = new QWidget;
    content->setBackgroundRole(QPalette::Base);
    content->setAutoFillBackground(true);
    auto* column = new QVBoxLayout(content);
    column->setContentsMargins(2 * kSpace, 2 * kSpace, 2 * kSpace, 2 * kSpace);
    column->setSpacing(kSpace);
    column->addWidget(label(text(shown.title), 1.5, true));
    for (const auto& paragraph : shown.paragraphs) {
        column->addWidget(label(text(paragraph), 1.0, false));
    }
    for (const auto& table : shown.tables) {
        column->addWidget(label(text(table.name), 1.0, true));
        column->addWidget(tableWidget(table));
    }
    const double ratio = devicePixelRatioF();
    for (const auto& figure : shown.figures) {
        auto image = drawFigure(figure, report_, ratio).image;
        image.setDevicePixelRatio(ratio);
        auto* picture = new QLabel;
        picture->setPixmap(QPixmap::fromImage(image));
        picture->setAccessibleName(text(figure.caption));
        column->addWidget(scrolledSideways(picture));
        column->addWidget(label(text(figure.caption), 0.9, false));
    }
    for (const auto& pair : shown.pairs) {
        column->addWidget(scrolledSideways(pairWidget(pair, report_.media)));
        column->addWidget(label(text(pair.caption), 0.9, false));
    }
    column->addStretch();
    page_->setWidget(content);
}

void ReportWindow::saveAs()
{
    const QString folder =
        QFileDialog::getExistingDirectory(this, "Folder for the report", QDir::homePath());
    if (folder.isEmpty()) {
        return;
    }
    try {
        save_(folder.toStdString());
    } catch (const Error& problem) {
        showError({.title = "The report could not be saved",
                   .whatHappened = QString::fromUtf8(problem.what()),
                   .whatToDo = "Choose another folder.",
                   .details = {},
                   .canRetry = false});
    }
}

void ReportWindow::chooseModels()
{
    const QString file = QFileDialog::getOpenFileName(
        this, "List of networks (MODELS.json)", QDir::homePath(), "JSON (*.json);;All files (*)");
    if (!file.isEmpty()) {
        compare_(file.toStdString());
    }
}

} // namespace mlab::ui
