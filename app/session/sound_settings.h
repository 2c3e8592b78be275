// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/sound.h"
#include "ui/audio/audio_settings.h"

#include <filesystem>
#include <optional>
#include <string>

namespace mlab::app {

/// How sounds are played, as given on a command line.
struct SoundOptions {
    std::string device;               ///< "HOST API: NAME", as soundDevices() prints it; empty: the
                                      ///< system's choice
    double latencyMs = 20;            ///< asked of the device
    std::optional<int> bits;          ///< of a sample, 16 or 24; absent: as the sounds have
    std::optional<double> levelDbSpl; ///< needs a calibration of the device
    double attenuationDb = 0;         ///< without a level
};

/// Where the calibrations of sound devices are kept: below XDG_CONFIG_HOME or ~/.config.
std::filesystem::path calibrationFolder();

/// The settings for sounds of a form.
/// @throws InvalidArgument for a device name of another form, or a level if the device has not been
///         calibrated at that rate, or the calibration is of another device; IoError for one that
///         cannot be read
ui::AudioSettings soundSettings(const SoundOptions& options, const SoundFormat& format);

/// The sound devices of this computer, one a line, the system's choice marked.
std::string soundDevices();

} // namespace mlab::app
