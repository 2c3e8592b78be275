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

/// What participants read during and between trials, painted as opaque pictures on the background
/// grey, in physical pixels. GUI thread only.
class Screens {
public:
    /// @param size       of the window, physical pixels
    /// @param background the grey of the whole window
    Screens(QSize size, QColor background);

    /// Bull's eye and cross combined: the mark with the steadiest fixation of those compared by
    /// Thaler et al. (2013, Vision Research 76, 31-42). Its diameter is 0.6 degrees, that of its
    /// dot 0.2.
    QImage fixationMark(double pixelsPerDegree) const;

    /// The question under the fixation mark, with the keys that answer it.
    QImage answerPrompt(Task task) const;
    /// What is shown above the fixation mark while a sound is heard: A, B, X, a number, or a word
    /// if there is only one interval.
    /// @param index  of the interval, from 0
    QImage intervalCue(Task task, std::size_t index) const;
    /// Correct or wrong, as a sign and a word; colour carries no meaning.
    QImage feedback(bool correct) const;

    /// A whole window.
    QImage interlude(const experiments::Interlude& what) const;
    /// A whole window.
    /// @param becauseOfFocus the window lost the keyboard; otherwise the pause was requested
    QImage paused(bool becauseOfFocus) const;
    /// A whole window: asks whether the session shall end.
    QImage endQuestion() const;
    /// A whole window: the sound of a trial was interrupted several times.
    QImage soundInterrupted() const;
    /// A whole window: the sound device has disappeared.
    /// @param text what happened
    QImage deviceLost(const std::string& text) const;

private:
    class Column;

    QImage page(const std::function<void(Column&)>& fill) const;

    QSize size_;
    ScreenStyle style_;
};

} // namespace mlab::ui
