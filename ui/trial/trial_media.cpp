// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/trial/trial_media.h"

#include <variant>
#include <vector>

namespace mlab::ui {

std::optional<experiments::IntervalTimes> idealTimes(const experiments::TrialView& view,
                                                     const experiments::Timing& timing)
{
    if (view.stimuli.empty() || !std::holds_alternative<SoundPtr>(view.stimuli.front())) {
        return std::nullopt;
    }
    std::vector<SoundPtr> sounds;
    for (const auto& stimulus : view.stimuli) {
        const auto* sound = std::get_if<SoundPtr>(&stimulus);
        sounds.push_back(sound != nullptr ? *sound : nullptr);
    }
    const auto spans = experiments::intervalSpans(sounds, timing); // refuses one that is missing
    return experiments::timesOf(spans, sounds.front()->sampleRateHz, 0);
}

} // namespace mlab::ui
