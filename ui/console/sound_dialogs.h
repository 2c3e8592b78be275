// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/audio/audio_settings.h"

#include <QDialog>
#include <QTimer>

#include <filesystem>
#include <memory>
#include <optional>

class QDoubleSpinBox;
class QLabel;
class QPushButton;
class QSpinBox;

namespace mlab::ui {

/// experiments::calibrationFile() and findCalibration() for an output.
std::filesystem::path calibrationFile(const std::filesystem::path& folder,
                                      const AudioOutput& output);
std::optional<experiments::LevelCalibration> findCalibration(const std::filesystem::path& folder,
                                                             const AudioOutput& output);

/// A short sound check before a session: bursts of noise in both ears once a button is pressed, and
/// the volume in steps of 3 dB, unless a level in dB SPL is set. The device is open while the
/// dialog is; if it cannot be opened, the dialog says so. GUI thread only.
class SoundCheckDialog final : public QDialog {
    Q_OBJECT
public:
    explicit SoundCheckDialog(AudioSettings settings, QWidget* parent = nullptr);
    ~SoundCheckDialog() override;

    /// The volume that was set, once exec() has returned QDialog::Accepted.
    double attenuationDb() const { return settings_.level.attenuationDb; }

private:
    void play();
    void step(double db);
    void showVolume();
    void look();

    AudioSettings settings_;
    std::unique_ptr<AudioPlayer> player_; ///< null if the device could not be opened
    QTimer timer_;
    QLabel* volume_;
    QLabel* state_;
    QPushButton* play_;
    QPushButton* quieter_;
    QPushButton* louder_;
    QPushButton* good_;
};

/// Plays a tone of 1 kHz at a known digital level, asks for the reading of the sound level meter,
/// and writes the calibration of the device. GUI thread only.
class CalibrationDialog final : public QDialog {
    Q_OBJECT
public:
    /// @param folder for the calibration file; created if necessary
    CalibrationDialog(AudioOutput output, std::filesystem::path folder, QWidget* parent = nullptr);
    ~CalibrationDialog() override;

private:
    void play();
    void look();
    void save();

    AudioOutput output_;
    std::filesystem::path folder_;
    experiments::LevelCalibration calibration_;
    std::unique_ptr<AudioPlayer> player_;
    QTimer timer_;
    QSpinBox* toneLevel_;
    QPushButton* play_;
    QDoubleSpinBox* reading_;
    QDoubleSpinBox* maximum_;
    QLabel* outcome_;
    QLabel* state_;
    QPushButton* save_;
};

} // namespace mlab::ui
