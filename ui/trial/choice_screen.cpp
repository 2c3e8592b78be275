// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trial/choice_screen.h"

#include "core/base/error.h"
#include "ui/trial/answer_keys.h"
#include "ui/widgets/rgb_view.h"

#include <QFontMetrics>
#include <QPainter>
#include <QPainterPath>
#include <QPen>
#include <QTextBoundaryFinder>
#include <QTextLayout>
#include <QTextOption>

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

namespace mlab::ui {

namespace {

/// A length given as a multiple of the height of ordinary text.
int times(double units, int unit)
{
    return static_cast<int>(units * unit);
}

struct Grid {
    int columns = 1;
    int rows = 1;
    QSize box;
};

/// The grid in which the boxes come closest to the size they want and few places stay empty. Of
/// equally good grids, the one with the most columns.
Grid gridFor(int boxes, QSize room, QSize wanted, int gap)
{
    Grid best;
    double bestWorth = -1;
    for (int columns = 1; columns <= boxes; ++columns) {
        const int rows = (boxes + columns - 1) / columns;
        const QSize box = QSize((room.width() - (columns - 1) * gap) / columns,
                                (room.height() - (rows - 1) * gap) / rows)
                              .boundedTo(wanted);
        const double size = std::min(static_cast<double>(box.width()) / wanted.width(),
                                     static_cast<double>(box.height()) / wanted.height());
        const double worth = size * std::pow(static_cast<double>(boxes) / (columns * rows), 3);
        if (worth >= bestWorth) {
            bestWorth = worth;
            // A box that is taller than wide would only have more empty space.
            best = {
                .columns = columns, .rows = rows, .box = box.boundedTo({box.width(), box.width()})};
        }
    }
    return best;
}

struct Wrapped {
    QStringList lines;
    bool whole = true; ///< nothing was left out and no word was broken
};

Wrapped wrapped(const QString& words, const QFont& font, QSize room)
{
    Wrapped out;
    const QFontMetrics metrics(font);
    const qsizetype most = std::max(1, room.height() / metrics.lineSpacing());
    QTextLayout layout(words, font);
    QTextOption option;
    option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
    layout.setTextOption(option);
    QTextBoundaryFinder breaks(QTextBoundaryFinder::Line, words);
    layout.beginLayout();
    for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
        line.setLineWidth(room.width());
        const int end = line.textStart() + line.textLength();
        const bool last = end == words.size();
        if (!last && out.lines.size() + 1 == most) {
            out.lines +=
                metrics.elidedText(words.mid(line.textStart()), Qt::ElideRight, room.width());
            out.whole = false;
            break;
        }
        out.lines += words.mid(line.textStart(), line.textLength()).trimmed();
        breaks.setPosition(end);
        out.whole = out.whole && (last || breaks.isAtBoundary());
    }
    layout.endLayout();
    return out;
}

QColor between(const QColor& from, const QColor& to, double share)
{
    const int grey = static_cast<int>((1 - share) * from.lightness() + share * to.lightness());
    return {grey, grey, grey};
}

} // namespace

ChoiceScreen::ChoiceScreen(QSize size, QColor background, Choices choices, QString question)
    : size_(size), style_(size, background), choices_(std::move(choices)),
      question_(std::move(question))
{
    if (!choices_ || choices_->size() < 2 || choices_->size() > kMostCategories) {
        throw InternalError("an answer screen needs 2 to " + std::to_string(kMostCategories) +
                            " categories, not " + std::to_string(choices_ ? choices_->size() : 0));
    }
    for (const auto& choice : *choices_) {
        if (choice.icon) {
            rgbView(*choice.icon);
            icons_ = true;
        }
    }
    placeBoxes();
    placeParts();
}

void ChoiceScreen::placeBoxes()
{
    const auto units = [this](double count) { return times(count, style_.unit); };
    const int headingHeight = units(2.5);
    const int hintHeight = units(1.2);
    const int space = units(1);
    const int gap = units(0.5);
    const QSize room(size_.width() - 2 * units(2),
                     size_.height() - headingHeight - hintHeight - 4 * space);
    const QSize wanted = icons_ ? QSize(units(12), units(12)) : QSize(units(12), units(3.6));
    const int count = static_cast<int>(choices_->size());
    const Grid grid = gridFor(count, room, wanted, gap);
    boxSize_ = grid.box;

    const int gridHeight = grid.rows * (boxSize_.height() + gap) - gap;
    const int whole = headingHeight + space + gridHeight + space + hintHeight;
    // A little above the middle looks like the middle.
    const int top = std::max(0, (size_.height() - whole) * 9 / 20);
    heading_ = QRect(0, top, size_.width(), headingHeight);
    const int gridTop = top + headingHeight + space;
    hint_ = QRect(0, gridTop + gridHeight + space, size_.width(), hintHeight);
    for (int i = 0; i < count; ++i) {
        const int row = i / grid.columns;
        const int width = grid.columns * (boxSize_.width() + gap) - gap;
        boxes_.emplace_back((size_.width() - width) / 2 +
                                i % grid.columns * (boxSize_.width() + gap),
                            gridTop + row * (boxSize_.height() + gap));
    }
}

void ChoiceScreen::placeParts()
{
    const auto units = [this](double count) { return times(count, style_.unit); };
    const QRect inside =
        QRect({0, 0}, boxSize_).adjusted(units(0.5), units(0.4), -units(0.5), -units(0.4));
    const int cap = std::min(icons_ ? units(1.5) : units(1.8), inside.height());
    if (!icons_) {
        parts_.cap = QRect(inside.left(), (boxSize_.height() - cap) / 2, cap, cap);
        parts_.label = inside.adjusted(cap + units(0.6), 0, 0, 0);
        breakLabels(parts_.label.size());
        return;
    }
    const int labelHeight = breakLabels({inside.width(), units(2.5)});
    parts_.cap = QRect(inside.topLeft(), QSize(cap, cap));
    parts_.label = inside.adjusted(0, inside.height() - labelHeight, 0, 0);
    const int beside = cap + units(0.3);
    parts_.icon = inside.adjusted(beside, 0, 0, -labelHeight - units(0.2));
    // In the middle of the box if that does not make it smaller.
    if (parts_.icon.width() - beside >= parts_.icon.height()) {
        parts_.icon.adjust(0, 0, -beside, 0);
    }
}

int ChoiceScreen::breakLabels(QSize room)
{
    // One font size for all, so that no category stands out, unless a label needs a much smaller
    // one.
    const int leastCommon = times(0.8, style_.unit);
    const int least = std::max(10, times(0.6, style_.unit));
    const auto wordsOf = [](const experiments::Choice& choice) {
        return QString::fromStdString(choice.label).simplified();
    };
    const auto fittingSize = [&](const experiments::Choice& choice, int from) {
        while (from > least && !wrapped(wordsOf(choice), screenFont(from), room).whole) {
            --from;
        }
        return from;
    };
    int common = style_.unit;
    for (const auto& choice : *choices_) {
        common = std::max(leastCommon, std::min(common, fittingSize(choice, common)));
    }
    int height = 0;
    for (const auto& choice : *choices_) {
        const int pixels = fittingSize(choice, common);
        const QFont font = screenFont(pixels);
        labels_.push_back({.lines = wrapped(wordsOf(choice), font, room).lines, .pixels = pixels});
        height = std::max(height, static_cast<int>(labels_.back().lines.size()) *
                                      QFontMetrics(font).lineSpacing());
    }
    return height;
}

QImage ChoiceScreen::page() const
{
    QImage image = style_.blank(size_);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(screenFont(style_.unit * 3 / 2, QFont::Medium));
    painter.setPen(style_.ink);
    painter.drawText(heading_, Qt::AlignCenter, question_);
    painter.setFont(screenFont(style_.unit * 4 / 5));
    painter.setPen(style_.faint);
    painter.drawText(hint_, Qt::AlignCenter, "Press the key or click the box.");
    for (std::size_t i = 0; i < boxes_.size(); ++i) {
        paintBox(painter, boxes_[i], i, Look::plain);
    }
    return image;
}

QImage ChoiceScreen::verdict(bool correct) const
{
    const QString word = correct ? "Correct" : "Wrong";
    QImage image = style_.blank(heading_.size());
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    const QFont font = screenFont(style_.unit * 3 / 2, QFont::Medium);
    const int sign = times(1.2, style_.unit);
    const int space = times(0.8, style_.unit);
    const int words = QFontMetrics(font).horizontalAdvance(word);
    const int left = (image.width() - sign - space - words) / 2;
    drawVerdict(painter, correct, QRectF(left, (image.height() - sign) / 2.0, sign, sign),
                style_.unit / 4.0, style_.ink);
    painter.setFont(font);
    painter.drawText(QRect(left + sign + space, 0, words + space, image.height()),
                     Qt::AlignVCenter | Qt::AlignLeft, word);
    return image;
}

QRect ChoiceScreen::boxAt(std::size_t index) const
{
    return {boxes_.at(index), boxSize_};
}

QImage ChoiceScreen::box(std::size_t index, Look look) const
{
    QImage image = style_.blank(boxSize_);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    paintBox(painter, {0, 0}, index, look);
    return image;
}

std::optional<std::size_t> ChoiceScreen::boxUnder(QPoint at) const
{
    for (std::size_t i = 0; i < boxes_.size(); ++i) {
        if (boxAt(i).contains(at)) {
            return i;
        }
    }
    return std::nullopt;
}

void ChoiceScreen::paintBox(QPainter& painter, QPoint topLeft, std::size_t index, Look look) const
{
    const auto& choice = choices_->at(index);
    const bool chosen = look == Look::chosenRight || look == Look::chosenWrong;
    const bool verdict = chosen || look == Look::missed;
    const bool light = style_.background.lightness() > style_.ink.lightness();
    const QColor ink =
        chosen ? between(style_.background, light ? Qt::white : Qt::black, 0.6) : style_.ink;
    const QColor plain = between(style_.background, light ? Qt::white : style_.ink, 0.12);
    const QColor outline =
        look == Look::plain ? between(style_.background, style_.ink, 0.4) : style_.ink;
    const double stroke = std::max(1.0, style_.unit / (look == Look::plain ? 14.0 : 6.0));

    painter.save();
    painter.translate(topLeft);
    painter.setPen(QPen(outline, stroke));
    painter.setBrush(chosen ? style_.ink : plain);
    const double inset = stroke / 2;
    painter.drawRoundedRect(QRectF({0, 0}, QSizeF(boxSize_)).adjusted(inset, inset, -inset, -inset),
                            style_.unit / 2.0, style_.unit / 2.0);
    if (verdict) {
        const double edge = parts_.cap.width() * 0.2;
        drawVerdict(painter, look != Look::chosenWrong,
                    QRectF(parts_.cap).adjusted(edge, edge, -edge, -edge), style_.unit / 5.0, ink);
    } else {
        drawKeyCap(painter, parts_.cap, capOfCategory(index),
                   screenFont(parts_.cap.height() * 5 / 9, QFont::Medium), ink);
    }
    if (choice.icon) {
        const QImage icon =
            rgbView(*choice.icon)
                .scaled(parts_.icon.size(), Qt::KeepAspectRatio, Qt::SmoothTransformation);
        painter.drawImage(parts_.icon.center() - icon.rect().center(), icon);
    }

    const Label& label = labels_.at(index);
    painter.setFont(screenFont(label.pixels));
    painter.setPen(ink);
    const Qt::Alignment across = icons_ ? Qt::AlignHCenter : Qt::AlignLeft;
    painter.drawText(parts_.label, static_cast<int>(Qt::AlignVCenter | across) | Qt::TextDontClip,
                     label.lines.join('\n'));
    painter.restore();
}

} // namespace mlab::ui
