// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trial/trial_stage.h"

#include "ui/trial/trial_media.h"

#include <utility>

namespace mlab::ui {

using experiments::Phase;
using experiments::TrialView;

namespace {

std::optional<std::size_t> intervalOf(Phase phase)
{
    switch (phase) {
    case Phase::interval1:
        return 0;
    case Phase::interval2:
        return 1;
    case Phase::interval3:
        return 2;
    default:
        return std::nullopt;
    }
}

QSize sizeOf(const Canvas::Picture& picture)
{
    return {picture->width(), picture->height()};
}

} // namespace

TrialStage::TrialStage(QWindow& window, const QColor& background)
    : window_(window), background_(background), canvas_(window)
{
}

QSize TrialStage::size() const
{
    return window_.size() * window_.devicePixelRatio();
}

QRect TrialStage::centred(QSize size, QPoint offset) const
{
    const QSize whole = this->size();
    return {QPoint((whole.width() - size.width()) / 2, (whole.height() - size.height()) / 2) +
                offset,
            size};
}

void TrialStage::setTask(Task task)
{
    task_ = task;
}

void TrialStage::preparePictures(double pixelsPerDegree)
{
    if (screensSize_ != size()) {
        screensSize_ = size();
        screens_.emplace(screensSize_, background_);
        fixation_ = canvas_.upload(screens_->fixationMark(pixelsPerDegree));
        right_ = canvas_.upload(screens_->feedback(true));
        wrong_ = canvas_.upload(screens_->feedback(false));
        paintedTask_.reset();
        choosing_.reset();
        page_.reset();
    }
    if (paintedTask_ != task_) {
        canvas_.makeCurrent();
        prompt_.reset();
        cues_.clear();
        if (task_ != Task::recognition) {
            prompt_ = canvas_.upload(screens_->answerPrompt(task_));
        }
        for (std::size_t i = 0; i < intervalCount(task_); ++i) {
            cues_.push_back(canvas_.upload(screens_->intervalCue(task_, i)));
        }
        paintedTask_ = task_;
    }
}

void TrialStage::prepareChoices(const ChoiceScreen::Choices& choices, const QString& question)
{
    if (choosing_ && choosing_->choices == choices && choosing_->question == question) {
        return;
    }
    canvas_.makeCurrent();
    choosing_.reset();
    ChoiceScreen screen(screensSize_, background_, choices, question);
    auto page = canvas_.upload(screen.page());
    auto right = canvas_.upload(screen.verdict(true));
    auto wrong = canvas_.upload(screen.verdict(false));
    choosing_.emplace(Choosing{.choices = choices,
                               .question = question,
                               .screen = std::move(screen),
                               .page = std::move(page),
                               .right = std::move(right),
                               .wrong = std::move(wrong)});
}

void TrialStage::showPhase(Phase phase, const TrialView& view, const TrialMedia& media,
                           std::optional<Answer> response)
{
    if (view.task == Task::recognition && (phase == Phase::answer || phase == Phase::feedback)) {
        showChoices(view, phase == Phase::feedback ? response : std::nullopt);
        return;
    }
    std::vector<Canvas::Placed> pictures;
    pictures.push_back({fixation_.get(), centred(sizeOf(fixation_))});
    if (const auto interval = intervalOf(phase)) {
        const auto picture = media.picture(*interval);
        pictures.push_back(picture ? *picture : above(cues_.at(*interval)));
    } else if (phase == Phase::answer) {
        pictures.push_back(below(prompt_));
    } else if (phase == Phase::feedback) {
        pictures.push_back(below(response == view.correctAnswer ? right_ : wrong_));
    }
    canvas_.show(background_, pictures);
}

void TrialStage::showChoices(const TrialView& view, std::optional<Answer> response)
{
    using Look = ChoiceScreen::Look;
    const ChoiceScreen& screen = choosing_->screen;
    std::vector<Canvas::Picture> boxes; // for as long as they are drawn
    std::vector<Canvas::Placed> pictures = {{choosing_->page.get(), QRect({0, 0}, size())}};
    const auto mark = [&](std::size_t index, Look look) {
        boxes.push_back(canvas_.upload(screen.box(index, look)));
        pictures.push_back({boxes.back().get(), screen.boxAt(index)});
    };
    if (response) {
        const bool right = response == view.correctAnswer;
        pictures.push_back(
            {right ? choosing_->right.get() : choosing_->wrong.get(), screen.headingAt()});
        mark(categoryIndex(*response), right ? Look::chosenRight : Look::chosenWrong);
        if (!right) {
            mark(categoryIndex(view.correctAnswer), Look::missed);
        }
    } else if (pointedAt_) {
        mark(*pointedAt_, Look::pointed);
    }
    canvas_.show(background_, pictures);
}

void TrialStage::showPage(const std::function<QImage(const Screens&)>& paint)
{
    if (!page_) {
        page_ = canvas_.upload(paint(*screens_));
    }
    const Canvas::Placed placed{page_.get(), QRect({0, 0}, size())};
    canvas_.show(background_, {&placed, 1});
}

void TrialStage::dropPage()
{
    canvas_.makeCurrent();
    page_.reset();
}

void TrialStage::showNothing()
{
    canvas_.show(background_, {});
}

std::optional<std::size_t> TrialStage::choiceAt(QPoint at,
                                                const ChoiceScreen::Choices& choices) const
{
    const bool prepared = choosing_ && choosing_->choices == choices;
    return prepared ? choosing_->screen.boxUnder(at) : std::nullopt;
}

bool TrialStage::pointAt(std::optional<std::size_t> choice)
{
    return std::exchange(pointedAt_, choice) != choice;
}

Canvas::Placed TrialStage::above(const Canvas::Picture& picture) const
{
    const QSize whole = sizeOf(picture);
    return {picture.get(), centred(whole, {0, -size().height() / 10 - whole.height() / 2})};
}

Canvas::Placed TrialStage::below(const Canvas::Picture& picture) const
{
    const QSize whole = sizeOf(picture);
    return {picture.get(), centred(whole, {0, size().height() / 10 + whole.height() / 2})};
}

} // namespace mlab::ui
