// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "experiments/design/visual_angle.h"
#include "experiments/presentation/presenter.h"
#include "experiments/presentation/sound_timeline.h"
#include "experiments/presentation/trial_timeline.h"
#include "ui/trial/canvas.h"

#include <QString>

#include <cstddef>
#include <optional>
#include <string>

namespace mlab::ui {

/// What a trial presents in its intervals: images or sounds. Everything the participant window
/// needs to know of the difference is asked here. One object serves all trials of its kind, one
/// trial at a time. GUI thread only.
///
/// The default implementations are those of a medium that only uses the screen.
class TrialMedia {
public:
    enum class Trouble {
        none,
        interrupted, ///< the device ran out of samples during the trial
        deviceLost   ///< the device disappeared before the trial was complete
    };

    TrialMedia() = default;
    TrialMedia(const TrialMedia&) = delete;
    TrialMedia& operator=(const TrialMedia&) = delete;
    virtual ~TrialMedia() = default;

    /// Prepares everything that can be prepared before the trial, in place of the previous trial.
    /// @throws InvalidArgument if a stimulus cannot be presented as asked, InternalError if one is
    ///         missing; then the previous trial stays prepared.
    virtual void prepare(const experiments::TrialView& view,
                         const experiments::ScreenGeometry& screen) = 0;
    /// What determines how long the intervals last.
    virtual experiments::TrialTimeline::Leader leader() const = 0;
    /// The picture on the screen during an interval. Absent if the screen shows a cue instead.
    virtual std::optional<Canvas::Placed> picture(std::size_t interval) const = 0;
    /// What recognition asks.
    virtual QString recognitionQuestion() const = 0;

    /// The fixation mark has become visible: the prepared trial begins.
    virtual void begin() {}
    virtual void stop() {}
    /// When the intervals begin and end, by the clock of nowMs(). Absent until it is known, and
    /// always where the frames lead.
    virtual std::optional<experiments::IntervalTimes> times() const { return std::nullopt; }
    /// Whether all of it has been presented, as far as it does not depend on the frames.
    virtual bool over() const { return true; }
    /// Of the trial that began last.
    virtual Trouble trouble() const { return Trouble::none; }

    virtual bool deviceLost() const { return false; }
    /// Tells a person what happened to the device.
    virtual std::string deviceLostText() const { return {}; }
    /// Opens the device again. @throws DeviceError if that fails.
    virtual void reopenDevice() {}
};

/// When the intervals would be heard on a device without latency, if the trial began at 0 ms.
/// Absent for a trial without sounds.
/// @throws InternalError if a sound is missing
std::optional<experiments::IntervalTimes> idealTimes(const experiments::TrialView& view,
                                                     const experiments::Timing& timing);

} // namespace mlab::ui
