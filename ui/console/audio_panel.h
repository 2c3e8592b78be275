// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/sound.h"
#include "ui/audio/audio_settings.h"

#include <QWidget>

#include <filesystem>
#include <optional>
#include <vector>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace mlab::ui {

/// The part of the start window for sound: device, latency, bits, level, calibration, and a sound
/// check that sets the volume. Devices are searched for when a sound format is first set. GUI
/// thread only.
class AudioPanel final : public QWidget {
    Q_OBJECT
public:
    /// @param calibrations  the folder of the calibration files
    explicit AudioPanel(std::filesystem::path calibrations, QWidget* parent = nullptr);

    /// The format of the sounds to be played. The device is opened with their sample rate.
    void setFormat(const SoundFormat& format);
    /// What was chosen; absent if there is no device, or its calibration is refused: no maximum
    /// would then protect people's ears.
    std::optional<AudioSettings> settings() const;

Q_SIGNALS:
    void changed();

private:
    std::optional<AudioSettings> chosen() const;
    void findDevices();
    void readLevel();
    void checkSound();
    void calibrate();
    void describeLevel();

    std::filesystem::path calibrations_;
    SoundFormat format_;
    std::optional<std::vector<AudioDevice>> devices_; ///< once searched for
    experiments::PlaybackLevel level_;
    bool isRefused_ = false; ///< the calibration

    QComboBox* device_;
    QPushButton* again_;
    QSpinBox* latency_;
    QComboBox* bits_;
    QDoubleSpinBox* spl_;
    QLabel* note_;
    QPushButton* check_;
    QPushButton* calibrate_;
};

} // namespace mlab::ui
