// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/presentation/presenter.h"
#include "ui/trial/screen_style.h"

#include <QColor>
#include <QImage>
#include <QSize>

#include <cstddef>
#include <functional>
#include <string>

namespace mlab::ui {

/// What people read between and after images, painted as opaque pictures on the background grey, in
/// physical pixels. All must be called on the GUI thread.
class Screens {
public:
    /// @param size       of the window, physical pixels
    /// @param background the grey that everything stands on
    Screens(QSize size, QColor background);

    /// Bull's eye and cross combined: of the marks compared by Thaler et al. (2013, Vision Research
    /// 76, 31-42), the one with the steadiest fixation. 0.6 degrees across, the dot 0.2.
    QImage fixationMark(double pixelsPerDegree) const;

    /// The question under the fixation mark, with the keys that answer it.
    /// @throws InvalidArgument for recognition, which asks by a ChoiceScreen
    QImage answerPrompt(Task task) const;
    /// What stands above the fixation mark while an interval of sound is heard: A, B, X, a number,
    /// or a word where there is only one.
    /// @param index  of the interval, from 0
    QImage intervalCue(Task task, std::size_t index) const;
    /// Right or wrong in sign and word; not by colour.
    QImage feedback(bool correct) const;

    /// A whole window.
    QImage interlude(const experiments::Interlude& what) const;
    /// A whole window. @param becauseOfFocus the window lost the keyboard; else somebody asked
    QImage paused(bool becauseOfFocus) const;
    /// A whole window: the sound of a trial broke off several times.
    QImage soundInterrupted() const;
    /// A whole window: the sound device is gone. @param text what happened
    QImage deviceLost(const std::string& text) const;

private:
    class Column;

    QImage page(const std::function<void(Column&)>& fill) const;

    QSize size_;
    ScreenStyle style_;
};

} // namespace mlab::ui
