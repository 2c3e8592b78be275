// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/presenter.h"

#include <QColor>
#include <QImage>
#include <QSize>

#include <functional>

namespace mlab::ui {

/// What people read between and after images, painted as opaque pictures on the background grey, in
/// physical pixels. Sizes follow the height of the window, so a prompt looks the same on every
/// screen. All must be called on the GUI thread.
class Screens {
public:
    /// @param size       of the window, physical pixels
    /// @param background the grey that everything stands on
    Screens(QSize size, QColor background);

    /// Bull's eye and cross combined: of the marks compared by Thaler et al. (2013, Vision Research
    /// 76, 31-42), the one with the steadiest fixation. 0.6 degrees across, the dot 0.2.
    QImage fixationMark(double pixelsPerDegree) const;

    /// The question under the fixation mark, with the keys that answer it.
    QImage answerPrompt(Task task) const;
    /// Right or wrong in sign and word; not by colour.
    QImage feedback(bool correct) const;

    /// A whole window.
    QImage interlude(const experiments::Interlude& what) const;
    /// A whole window. @param becauseOfFocus the window lost the keyboard; else somebody asked
    QImage paused(bool becauseOfFocus) const;

private:
    class Column;

    QImage page(const std::function<void(Column&)>& fill) const;
    QImage blank(QSize size) const;

    QSize size_;
    QColor background_;
    QColor ink_;   ///< text
    QColor faint_; ///< secondary text
    QColor line_;  ///< outlines and the track of a progress bar
    int unit_;     ///< height of ordinary text, px
};

} // namespace mlab::ui
