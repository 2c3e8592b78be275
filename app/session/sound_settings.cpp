// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/session/sound_settings.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "ui/console/sound_dialogs.h"

#include <QStandardPaths>

namespace mlab::app {
namespace {

constexpr const char* kBetween = ": "; // host API and device

} // namespace

std::filesystem::path calibrationFolder()
{
    return std::filesystem::path(
               QStandardPaths::writableLocation(QStandardPaths::GenericConfigLocation)
                   .toStdString()) /
           "metamerlab" / "calibrations";
}

ui::AudioSettings soundSettings(const SoundOptions& options, const SoundFormat& format)
{
    ui::AudioSettings settings;
    settings.output.sampleRateHz = format.sampleRateHz;
    settings.output.bits = options.bits.value_or(format.bits);
    settings.output.latencyMs = options.latencyMs;
    settings.level.levelDbSpl = options.levelDbSpl;
    settings.level.attenuationDb = options.attenuationDb;
    if (!options.device.empty()) {
        const auto between = options.device.find(kBetween);
        if (between == std::string::npos) {
            throw InvalidArgument("--sound-device " + options.device +
                                  " is not of the form \"HOST API: NAME\"; metamerlab "
                                  "sound-devices lists the devices");
        }
        settings.output.hostApi = options.device.substr(0, between);
        settings.output.device = options.device.substr(between + std::string(kBetween).size());
    }
    if (options.device.empty()) {
        for (const auto& device : ui::audioDevices()) {
            if (device.isDefault) {
                settings.output.hostApi = device.hostApi;
                settings.output.device = device.name;
            }
        }
    }
    // Its maximum applies whether or not a level is requested.
    settings.level.calibration = ui::findCalibration(calibrationFolder(), settings.output);
    if (options.levelDbSpl && !settings.level.calibration) {
        throw InvalidArgument("the device " + settings.output.hostApi + kBetween +
                              settings.output.device + " has not been calibrated at " +
                              std::to_string(format.sampleRateHz) + " Hz (file " +
                              ui::calibrationFile(calibrationFolder(), settings.output).string() +
                              " not found); calibrate it in the start window");
    }
    return settings;
}

std::string soundDevices()
{
    std::string text;
    for (const auto& device : ui::audioDevices()) {
        text += (device.isDefault ? "* " : "  ") + device.hostApi + kBetween + device.name + "  (" +
                std::to_string(device.channels) + " channels, " + shortNumber(device.sampleRateHz) +
                " Hz)\n";
    }
    return text.empty() ? "No sound device was found.\n" : text;
}

} // namespace mlab::app
