// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/trial/task.h"
#include "experiments/presentation/presenter.h"
#include "experiments/presentation/trial_timeline.h"
#include "ui/trial/canvas.h"
#include "ui/trial/choice_screen.h"
#include "ui/trial/screens.h"

#include <QColor>
#include <QImage>
#include <QPoint>
#include <QRect>
#include <QSize>
#include <QString>
#include <QWindow>

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace mlab::ui {

class TrialMedia;

/// Everything the participant window draws: paints its pictures in advance, keeps them on the
/// graphics card, and puts those of the current phase in their places. All lengths are physical
/// pixels. GUI thread only.
class TrialStage {
public:
    /// @param window created, of surface type OpenGL; must outlive the stage
    /// @throws DeviceError if there is no usable OpenGL
    TrialStage(QWindow& window, const QColor& background);

    /// Its pictures can be destroyed while its context is current only.
    Canvas& canvas() { return canvas_; }
    const QColor& background() const { return background_; }
    QSize size() const;
    /// A rectangle with its centre `offset` away from the window's.
    QRect centred(QSize size, QPoint offset = {}) const;

    /// The task of the trials to come.
    void setTask(Task task);
    /// Paints what the window's size or the task has made necessary.
    void preparePictures(double pixelsPerDegree);
    /// Paints the answer screen of recognition, unless it has already been painted. After
    /// preparePictures().
    void prepareChoices(const ChoiceScreen::Choices& choices, const QString& question);

    /// Draws and swaps one frame of a trial.
    /// @param response what was answered, in the feedback phase
    void showPhase(experiments::Phase phase, const experiments::TrialView& view,
                   const TrialMedia& media, std::optional<Answer> response);
    /// Draws and swaps the page between trials, which is painted only if dropPage() was called
    /// since the last time.
    void showPage(const std::function<QImage(const Screens&)>& paint);
    void dropPage();
    /// Draws and swaps the background alone.
    void showNothing();

    /// The box of recognition at a point of the window. Absent if these choices are not the ones
    /// that were prepared.
    std::optional<std::size_t> choiceAt(QPoint at, const ChoiceScreen::Choices& choices) const;
    /// Marks the box that the mouse points at from the next frame on. Returns whether it is another
    /// one than before.
    bool pointAt(std::optional<std::size_t> choice);

private:
    /// The answer screen of recognition.
    struct Choosing {
        ChoiceScreen::Choices choices;
        QString question;
        ChoiceScreen screen;
        Canvas::Picture page;
        Canvas::Picture right;
        Canvas::Picture wrong;
    };

    void showChoices(const experiments::TrialView& view, std::optional<Answer> response);
    Canvas::Placed above(const Canvas::Picture& picture) const;
    Canvas::Placed below(const Canvas::Picture& picture) const;

    QWindow& window_;
    QColor background_;
    Canvas canvas_;
    std::optional<Screens> screens_; ///< once the window has its size
    QSize screensSize_;
    Canvas::Picture fixation_;
    Task task_ = Task::abx;
    std::optional<Task> paintedTask_;   ///< the task of prompt_ and cues_
    Canvas::Picture prompt_;            ///< null for recognition
    std::vector<Canvas::Picture> cues_; ///< of the task's intervals
    Canvas::Picture right_;
    Canvas::Picture wrong_;
    std::optional<Choosing> choosing_; ///< once it is painted
    std::optional<std::size_t> pointedAt_;
    Canvas::Picture page_; ///< null until it is painted
};

} // namespace mlab::ui
