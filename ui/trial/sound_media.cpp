// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trial/sound_media.h"

#include "core/base/error.h"

namespace mlab::ui {

using experiments::TrialTimeline;

SoundMedia::SoundMedia(bool silent, const std::optional<AudioSettings>& audio,
                       const experiments::Timing& timing)
    : silent_(silent)
{
    if (audio && !silent) {
        sound_ = std::make_unique<TrialSound>(*audio, timing);
    }
}

void SoundMedia::prepare(const experiments::TrialView& view,
                         const experiments::ScreenGeometry& /*screen*/)
{
    if (silent_) {
        return;
    }
    if (!sound_) {
        throw InternalError("a trial with sounds needs a sound device, and this window has none");
    }
    sound_->prepare(view.stimuli);
}

TrialTimeline::Leader SoundMedia::leader() const
{
    return sound_ ? TrialTimeline::Leader::sound : TrialTimeline::Leader::frames;
}

void SoundMedia::begin()
{
    if (sound_) {
        sound_->begin();
    }
}

void SoundMedia::stop()
{
    if (sound_) {
        sound_->stop();
    }
}

std::optional<experiments::IntervalTimes> SoundMedia::times() const
{
    return sound_ ? sound_->times() : std::nullopt;
}

bool SoundMedia::over() const
{
    return !sound_ || sound_->over();
}

TrialMedia::Trouble SoundMedia::trouble() const
{
    switch (sound_ ? sound_->trouble() : TrialSound::Trouble::none) {
    case TrialSound::Trouble::none:
        break;
    case TrialSound::Trouble::underrun:
        return Trouble::interrupted;
    case TrialSound::Trouble::lost:
        return Trouble::deviceLost;
    }
    return Trouble::none;
}

bool SoundMedia::deviceLost() const
{
    return sound_ && sound_->lost();
}

std::string SoundMedia::deviceLostText() const
{
    return sound_ ? sound_->lostText() : std::string();
}

void SoundMedia::reopenDevice()
{
    if (sound_) {
        sound_->reopen();
    }
}

std::string SoundMedia::deviceInfo() const
{
    return sound_ ? sound_->info() : std::string();
}

} // namespace mlab::ui
