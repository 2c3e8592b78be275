// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/presentation/presenter.h"
#include "ui/trial/screen_style.h"

#include <QColor>
#include <QImage>
#include <QPoint>
#include <QRect>
#include <QSize>
#include <QString>
#include <QStringList>

#include <cstddef>
#include <memory>
#include <optional>
#include <vector>

namespace mlab::ui {

/// The answer screen of recognition: a question above a grid of equal boxes, one for each category,
/// with its key, its words and, where it has one, its picture. Painted as opaque pictures in
/// physical pixels: the whole page once, and single boxes where they look different. GUI thread
/// only.
class ChoiceScreen {
public:
    using Choices = std::shared_ptr<const std::vector<experiments::Choice>>;

    /// How a box looks. Right and wrong differ in shape, not in colour.
    enum class Look {
        plain,
        pointed,     ///< the mouse is on it
        chosenRight, ///< answered, and right
        chosenWrong, ///< answered, and wrong
        missed       ///< the right one, where another was answered
    };

    /// @param size       of the window, physical pixels
    /// @param background the grey that everything stands on
    /// @throws InvalidArgument unless there are 2 to kMostCategories choices, or if an icon has no
    ///         pixels
    ChoiceScreen(QSize size, QColor background, Choices choices, QString question);

    /// A whole window: the question and all boxes, plain.
    QImage page() const;

    /// Where the question stands, and what takes its place as feedback.
    QRect headingAt() const { return heading_; }
    QImage verdict(bool correct) const;

    QRect boxAt(std::size_t index) const;
    QImage box(std::size_t index, Look look) const;

    /// The box at a point of the window, physical pixels.
    std::optional<std::size_t> boxUnder(QPoint at) const;

private:
    /// Words broken into lines, in the size in which they fit.
    struct Label {
        QStringList lines;
        int pixels;
    };
    /// Where things are in a box, from its top left.
    struct Parts {
        QRect cap;
        QRect icon; ///< empty where no category has one
        QRect label;
    };

    void placeBoxes();
    void placeParts();
    /// Fills labels_. Returns the height of the highest.
    int breakLabels(QSize room);
    void paintBox(QPainter& painter, QPoint topLeft, std::size_t index, Look look) const;

    QSize size_;
    ScreenStyle style_;
    Choices choices_;
    QString question_;
    bool icons_ = false; ///< one category at least has one
    QRect heading_;
    QRect hint_;
    QSize boxSize_;
    std::vector<QPoint> boxes_; ///< their top left corners
    Parts parts_;
    std::vector<Label> labels_;
};

} // namespace mlab::ui
