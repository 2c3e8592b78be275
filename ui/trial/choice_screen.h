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
/// with its key, its label and its picture, if it has one. Painted as opaque pictures in physical
/// pixels: the whole page once, and single boxes when their look changes. GUI thread only.
class ChoiceScreen {
public:
    using Choices = std::shared_ptr<const std::vector<experiments::Choice>>;

    /// How a box looks. Correct and wrong differ in shape, not in colour.
    enum class Look {
        plain,
        pointed,     ///< the mouse is over it
        chosenRight, ///< chosen, and correct
        chosenWrong, ///< chosen, and wrong
        missed       ///< correct, but another one was chosen
    };

    /// @param size       of the window, physical pixels
    /// @param background the grey of the whole window
    /// @throws InternalError unless there are 2 to kMostCategories choices, InvalidArgument if an
    ///         icon has no pixels
    ChoiceScreen(QSize size, QColor background, Choices choices, QString question);

    /// A whole window: the question and all boxes, plain.
    QImage page() const;

    /// Where the question is, and what replaces it as feedback.
    QRect headingAt() const { return heading_; }
    QImage verdict(bool correct) const;

    QRect boxAt(std::size_t index) const;
    QImage box(std::size_t index, Look look) const;

    /// The box at a point of the window, physical pixels.
    std::optional<std::size_t> boxUnder(QPoint at) const;

private:
    /// A label broken into lines, in the font size in which it fits.
    struct Label {
        QStringList lines;
        int pixels;
    };
    /// Where the parts of a box are, from its top left.
    struct Parts {
        QRect cap;
        QRect icon; ///< empty if no category has one
        QRect label;
    };

    void placeBoxes();
    void placeParts();
    /// Fills labels_. Returns the height of the tallest one.
    int breakLabels(QSize room);
    void paintBox(QPainter& painter, QPoint topLeft, std::size_t index, Look look) const;

    QSize size_;
    ScreenStyle style_;
    Choices choices_;
    QString question_;
    bool icons_ = false; ///< at least one category has one
    QRect heading_;
    QRect hint_;
    QSize boxSize_;
    std::vector<QPoint> boxes_; ///< their top left corners
    Parts parts_;
    std::vector<Label> labels_;
};

} // namespace mlab::ui
