// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trial/screens.h"

#include "core/base/error.h"

#include <QFont>
#include <QFontMetrics>
#include <QPainter>
#include <QPainterPath>
#include <QString>
#include <QStringList>

#include <algorithm>
#include <cmath>
#include <vector>

namespace mlab::ui {

namespace {

using experiments::Interlude;

constexpr const char* kEndHint =
    "If you end the session, it can be continued later. No answers are lost.";

/// A key as it looks on a keyboard, and what it does.
struct KeyHint {
    QString cap;
    QString does;
    bool capLast = false; ///< the key is on the right of the words
};

} // namespace

/// Draws a centred column of texts, bars and keys from top to bottom. Without a painter it only
/// measures, so that the same calls first give the height and then the picture.
class Screens::Column {
public:
    Column(QPainter* painter, QRect area, const ScreenStyle& style)
        : painter_(painter), area_(area), unit_(style.unit), ink_(style.ink), faint_(style.faint),
          line_(style.line)
    {
    }

    int height() const { return y_; }
    void space(double lines) { y_ += static_cast<int>(lines * unit_); }

    void title(const QString& words) { text(words, screenFont(unit_ * 2, QFont::DemiBold), ink_); }
    void question(const QString& words)
    {
        text(words, screenFont(unit_ * 5 / 4, QFont::Medium), ink_);
    }
    void words(const QString& words) { text(words, screenFont(unit_), faint_); }
    void small(const QString& words) { text(words, screenFont(unit_ * 4 / 5), faint_); }

    void bar(double fraction)
    {
        const double done = std::clamp(fraction, 0.0, 1.0);
        const int width = std::min(area_.width() * 3 / 5, unit_ * 22);
        const QRectF track(
            QRect(area_.center().x() - width / 2, area_.top() + y_, width, unit_ / 2));
        if (painter_ != nullptr) {
            painter_->setPen(Qt::NoPen);
            QPainterPath shape;
            shape.addRoundedRect(track, track.height() / 2, track.height() / 2);
            painter_->fillPath(shape, line_);
            painter_->save();
            painter_->setClipPath(shape);
            painter_->fillRect(
                QRectF(track.left(), track.top(), track.width() * done, track.height()), ink_);
            painter_->restore();
        }
        y_ += unit_ / 2;
        space(0.6);
        small(QString("%1 %").arg(static_cast<int>(std::floor(done * 100))));
    }

    void keys(const std::vector<KeyHint>& hints)
    {
        const QFont capFont = screenFont(unit_, QFont::Medium);
        const QFont wordFont = screenFont(unit_);
        const QFontMetrics capMetrics(capFont);
        const QFontMetrics wordMetrics(wordFont);
        const int height = unit_ * 2;
        const int inner = unit_ / 2;
        const int between = unit_ * 3;
        const auto capWidth = [&](const KeyHint& hint) {
            return std::max(height, capMetrics.horizontalAdvance(hint.cap) + 2 * unit_ * 2 / 3);
        };
        const auto wordWidth = [&](const KeyHint& hint) {
            return wordMetrics.horizontalAdvance(hint.does);
        };
        int width = between * (static_cast<int>(hints.size()) - 1);
        for (const KeyHint& hint : hints) {
            width += capWidth(hint) + inner + wordWidth(hint);
        }
        if (painter_ != nullptr) {
            int x = area_.center().x() - width / 2;
            for (const KeyHint& hint : hints) {
                const int words = wordWidth(hint);
                const int cap = capWidth(hint);
                const QRect capAt(hint.capLast ? x + words + inner : x, area_.top() + y_, cap,
                                  height);
                const QRect wordsAt(hint.capLast ? x : x + cap + inner, area_.top() + y_, words,
                                    height);
                drawKeyCap(*painter_, capAt, hint.cap, capFont, ink_);
                painter_->setFont(wordFont);
                painter_->setPen(ink_);
                painter_->drawText(wordsAt, Qt::AlignVCenter | Qt::AlignLeft | Qt::TextDontClip,
                                   hint.does);
                x += cap + inner + words + between;
            }
        }
        y_ += height;
    }

private:
    void text(const QString& words, const QFont& font, const QColor& colour)
    {
        const QFontMetrics metrics(font);
        const int width = std::min(area_.width() * 9 / 10, unit_ * 40);
        const int flags = Qt::AlignHCenter | Qt::TextWordWrap;
        const QRect needed = metrics.boundingRect(QRect(0, 0, width, 1 << 20), flags, words);
        if (painter_ != nullptr) {
            painter_->setFont(font);
            painter_->setPen(colour);
            painter_->drawText(
                QRect(area_.center().x() - width / 2, area_.top() + y_, width, needed.height()),
                flags | Qt::TextDontClip, words);
        }
        y_ += needed.height();
    }

    QPainter* painter_;
    QRect area_;
    int unit_;
    QColor ink_;
    QColor faint_;
    QColor line_;
    int y_ = 0;
};

namespace {

QString textOf(std::string_view text)
{
    return QString::fromUtf8(text.data(), static_cast<qsizetype>(text.size()));
}

std::vector<KeyHint> answerKeysOf(Task task)
{
    std::vector<KeyHint> hints;
    for (const Answer answer : answersOf(task)) {
        hints.push_back({"", textOf(toString(answer)), false});
    }
    hints.front().cap = "←";
    if (hints.size() == 3) {
        hints.at(1).cap = "↓";
    }
    hints.back().cap = "→";
    hints.back().capLast = true;
    return hints;
}

QString titleOf(Interlude::Kind kind)
{
    switch (kind) {
    case Interlude::Kind::waiting:
        return "One moment";
    case Interlude::Kind::ready:
        return "Ready?";
    case Interlude::Kind::resumed:
        return "Welcome back";
    case Interlude::Kind::rest:
        return "Time for a break";
    case Interlude::Kind::end:
        return "Thank you";
    }
    return {};
}

QString keyOf(Interlude::Kind kind)
{
    switch (kind) {
    case Interlude::Kind::ready:
        return "start";
    case Interlude::Kind::end:
        return "close";
    default:
        return "continue";
    }
}

} // namespace

Screens::Screens(QSize size, QColor background) : size_(size), style_(size, background) {}

QImage Screens::fixationMark(double pixelsPerDegree) const
{
    // An odd number of pixels has a middle one, so the mark is symmetric.
    const auto odd = [](double px) { return std::max(1, static_cast<int>(px / 2) * 2 + 1); };
    const int across = std::max(7, odd(0.6 * pixelsPerDegree));
    const int dot = std::max(3, odd(0.2 * pixelsPerDegree));
    QImage image = style_.blank({across, across});
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(Qt::NoPen);
    painter.setBrush(style_.ink);
    painter.drawEllipse(QRectF(0, 0, across, across));
    const int edge = (across - dot) / 2;
    painter.fillRect(0, edge, across, dot, style_.background);
    painter.fillRect(edge, 0, dot, across, style_.background);
    painter.drawEllipse(QRectF(edge, edge, dot, dot));
    return image;
}

QImage Screens::answerPrompt(Task task) const
{
    const auto fill = [task](Column& column) {
        column.question(textOf(descriptionOf(task).question));
        column.space(1.2);
        column.keys(answerKeysOf(task));
    };
    Column measure(nullptr, QRect({0, 0}, size_), style_);
    fill(measure);
    QImage image = style_.blank({size_.width(), measure.height() + style_.unit / 4});
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    Column column(&painter, image.rect(), style_);
    fill(column);
    return image;
}

QImage Screens::intervalCue(Task task, std::size_t index) const
{
    const QString words = textOf(descriptionOf(task).intervalNames.at(index));
    const QFont font = screenFont(style_.unit * 5 / 2, QFont::DemiBold);
    const QFontMetrics metrics(font);
    QImage image = style_.blank({metrics.horizontalAdvance(words) + style_.unit, metrics.height()});
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setFont(font);
    painter.setPen(style_.ink);
    painter.drawText(image.rect(), Qt::AlignCenter, words);
    return image;
}

QImage Screens::feedback(bool correct) const
{
    const int sign = style_.unit * 2;
    const QFont font = screenFont(style_.unit * 5 / 4, QFont::Medium);
    const QString word = correct ? "Correct" : "Wrong";
    const int words = QFontMetrics(font).horizontalAdvance(word);
    QImage image = style_.blank({sign + style_.unit + words, sign + style_.unit / 2});
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    const QRectF box(sign * 0.2, image.height() / 2.0 - sign * 0.3, sign * 0.6, sign * 0.6);
    drawVerdict(painter, correct, box, style_.unit / 4.0, style_.ink);
    painter.setFont(font);
    painter.drawText(QRect(sign + style_.unit / 2, 0, words + style_.unit / 2, image.height()),
                     Qt::AlignVCenter | Qt::AlignLeft, word);
    return image;
}

QImage Screens::interlude(const Interlude& what) const
{
    return page([&](Column& column) {
        column.title(titleOf(what.kind));
        if (!what.text.empty()) {
            column.space(0.9);
            column.words(QString::fromStdString(what.text));
        }
        if (what.fraction >= 0) {
            column.space(1.6);
            column.bar(what.fraction);
        }
        if (what.kind != Interlude::Kind::waiting) {
            column.space(2.0);
            column.keys({{"Space", keyOf(what.kind), false}});
        }
        if (what.kind == Interlude::Kind::ready || what.kind == Interlude::Kind::resumed) {
            column.space(1.6);
            column.small("Press Esc to pause at any time.");
        }
    });
}

QImage Screens::soundInterrupted() const
{
    return page([&](Column& column) {
        column.title("The sound was interrupted");
        column.space(0.9);
        column.words("This happened several times in one trial. Please tell the experimenter: "
                     "another program may be keeping this computer busy, or the sound may need a "
                     "longer latency.");
        column.space(0.4);
        column.words("The trial will start again from the beginning.");
        column.space(2.0);
        column.keys({{"Space", "continue", false}, {"Q", "end the session", false}});
        column.space(1.6);
        column.small(kEndHint);
    });
}

QImage Screens::deviceLost(const std::string& text) const
{
    return page([&](Column& column) {
        column.title("No sound");
        column.space(0.9);
        column.words(QString::fromStdString(text));
        column.space(0.4);
        column.words("Please tell the experimenter. When the device is back, the trial will start "
                     "again from the beginning.");
        column.space(2.0);
        column.keys({{"Space", "try again", false}, {"Q", "end the session", false}});
        column.space(1.6);
        column.small(kEndHint);
    });
}

QImage Screens::paused(bool becauseOfFocus) const
{
    return page([&](Column& column) {
        column.title("Paused");
        column.space(0.9);
        column.words(becauseOfFocus ? "Another window is using the keyboard. If the keys do "
                                      "nothing, click here first."
                                    : "Take your time.");
        column.space(0.4);
        column.words("An interrupted trial starts again from the beginning.");
        column.space(2.0);
        column.keys({{"Space", "continue", false}, {"Q", "end the session", false}});
        column.space(1.6);
        column.small(kEndHint);
    });
}

QImage Screens::endQuestion() const
{
    return page([&](Column& column) {
        column.title("End the session?");
        column.space(0.9);
        column.words(kEndHint);
        column.space(2.0);
        column.keys({{"Space", "back", false}, {"Y", "end the session", false}});
    });
}

QImage Screens::page(const std::function<void(Column&)>& fill) const
{
    Column measure(nullptr, QRect({0, 0}, size_), style_);
    fill(measure);
    QImage image = style_.blank(size_);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    // A little above the middle looks like the middle.
    const int top = std::max(0, (size_.height() - measure.height()) * 9 / 20);
    Column column(&painter, image.rect().adjusted(0, top, 0, 0), style_);
    fill(column);
    return image;
}

} // namespace mlab::ui
