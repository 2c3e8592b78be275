// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/session/live_session_options.h"
#include "experiments/design/design.h"
#include "experiments/presentation/headphone_check.h"
#include "ui/audio/audio_settings.h"

#include <optional>
#include <string>
#include <vector>

namespace mlab::app {

/// How a run plays its sounds.
struct SessionSound {
    ui::AudioSettings settings;
    std::vector<experiments::HeadphoneResult> headphones; ///< of each check, if any was made
};

/// The sound of a run with a window; absent for a design without sounds. Plays the headphone check
/// if the design asks for one and the participant is a person.
/// @throws Cancelled if the check is ended early, or the session after a check that failed;
/// mlab::Error as soundSettings()
std::optional<SessionSound> prepareSound(const LiveSessionOptions& options,
                                         const experiments::Design& design, bool simulated);

/// The sound device and the headphone check, as the store keeps them for a run.
/// @param deviceJson the device's description of itself; if empty, nothing is played and the result
/// is empty too
std::string soundJson(const std::string& deviceJson, const std::optional<SessionSound>& sound);

} // namespace mlab::app
