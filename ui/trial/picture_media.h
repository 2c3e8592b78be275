// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/design/design.h"
#include "ui/trial/trial_media.h"

#include <vector>

namespace mlab::ui {

class TrialStage;

/// The images of a trial: uploaded before it begins, each shown at the design's size and
/// eccentricity while its interval lasts. The frames say how long that is. GUI thread only.
class PictureMedia final : public TrialMedia {
public:
    /// @param stage must outlive this object, which is destroyed with the stage's canvas current
    PictureMedia(TrialStage& stage, const experiments::DisplaySpec& display)
        : stage_(stage), display_(display)
    {
    }

    /// @throws InvalidArgument if an image does not fit in the window, InternalError if one is
    /// missing
    void prepare(const experiments::TrialView& view,
                 const experiments::ScreenGeometry& screen) override;
    experiments::TrialTimeline::Leader leader() const override
    {
        return experiments::TrialTimeline::Leader::frames;
    }
    std::optional<Canvas::Placed> picture(std::size_t interval) const override
    {
        return Canvas::Placed{images_.at(interval).get(), at_};
    }
    QString recognitionQuestion() const override { return "What did you see?"; }

private:
    TrialStage& stage_;
    experiments::DisplaySpec display_;
    std::vector<Canvas::Picture> images_; ///< of the intervals
    QRect at_;
};

} // namespace mlab::ui
