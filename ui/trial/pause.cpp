// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trial/pause.h"

#include "core/base/error.h"
#include "core/trial/trial.h"
#include "ui/trial/screens.h"
#include "ui/trial/trial_media.h"

namespace mlab::ui {

const char* Pause::trialFlag() const
{
    switch (reason_) {
    case PauseReason::asked:
        break;
    case PauseReason::focusLost:
        return flag::kLostFocus;
    case PauseReason::soundInterrupted:
        return flag::kAudioUnderrun;
    case PauseReason::deviceLost:
        return flag::kAudioDeviceLost;
    }
    return flag::kPaused;
}

void Pause::begin(PauseReason why, const TrialMedia& media)
{
    active_ = true;
    visible_ = false;
    asksToEnd_ = false;
    reason_ = why;
    text_ = why == PauseReason::deviceLost ? media.deviceLostText() : std::string();
}

bool Pause::end(TrialMedia& media)
{
    if (reason_ == PauseReason::deviceLost) {
        try {
            media.reopenDevice();
        } catch (const DeviceError& problem) {
            text_ = problem.what();
            visible_ = false;
            return false;
        }
    }
    active_ = false;
    return true;
}

void Pause::askToEnd(bool asks)
{
    asksToEnd_ = asks;
    visible_ = false;
}

QImage Pause::picture(const Screens& screens) const
{
    if (asksToEnd_) {
        return screens.endQuestion();
    }
    switch (reason_) {
    case PauseReason::asked:
        break;
    case PauseReason::focusLost:
        return screens.paused(true);
    case PauseReason::soundInterrupted:
        return screens.soundInterrupted();
    case PauseReason::deviceLost:
        return screens.deviceLost(text_);
    }
    return screens.paused(false);
}

} // namespace mlab::ui
