// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/console/audio_panel.h"

#include "core/base/error.h"
#include "ui/console/sound_dialogs.h"
#include "ui/widgets/spacing.h"

#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QSpinBox>
#include <QVBoxLayout>

#include <utility>

namespace mlab::ui {

AudioPanel::AudioPanel(std::filesystem::path calibrations, QWidget* parent)
    : QWidget(parent), calibrations_(std::move(calibrations)), device_(new QComboBox),
      again_(new QPushButton("Refresh")), latency_(new QSpinBox), bits_(new QComboBox),
      spl_(new QDoubleSpinBox), note_(new QLabel), check_(new QPushButton("Sound chec&k…")),
      calibrate_(new QPushButton("Cali&brate…"))
{
    device_->setMinimumContentsLength(20);
    device_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    setFocusProxy(device_);
    latency_->setRange(2, 500);
    latency_->setValue(static_cast<int>(AudioOutput().latencyMs));
    latency_->setPrefix("latency ");
    latency_->setSuffix(" ms");
    latency_->setToolTip(
        "Latency requested from the device. A longer one prevents interruptions of "
        "the sound. Onsets are measured in any case.");
    for (const int bits : {16, 24}) {
        bits_->addItem(QString("%1 bits").arg(bits), bits);
    }
    bits_->setToolTip("Bits of each sample sent to the device. If a level or a volume is set, 24 "
                      "bits avoid rounding to 16.");
    spl_->setRange(0, 120);
    spl_->setDecimals(1);
    spl_->setSuffix(" dB SPL");
    spl_->setSpecialValueText("original level");
    spl_->setToolTip("Level at which all sounds are played");
    note_->setWordWrap(true);
    QFont small = note_->font();
    small.setPointSizeF(small.pointSizeF() * 0.9);
    note_->setFont(small);
    for (QPushButton* button : {again_, check_, calibrate_}) {
        button->setAutoDefault(false);
    }
    auto* first = new QHBoxLayout;
    first->setSpacing(kSpace / 2);
    first->addWidget(device_, 1);
    first->addWidget(again_);
    auto* second = new QHBoxLayout;
    second->setSpacing(kSpace / 2);
    second->addWidget(latency_);
    second->addWidget(bits_);
    second->addWidget(spl_);
    second->addStretch();
    second->addWidget(calibrate_);
    second->addWidget(check_);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->setSpacing(kSpace / 2);
    all->addLayout(first);
    all->addLayout(second);
    all->addWidget(note_);

    QObject::connect(again_, &QPushButton::clicked, this, [this] { findDevices(); });
    QObject::connect(device_, &QComboBox::currentIndexChanged, this, [this] { readLevel(); });
    QObject::connect(spl_, &QDoubleSpinBox::valueChanged, this, [this] { describeLevel(); });
    QObject::connect(check_, &QPushButton::clicked, this, [this] { checkSound(); });
    QObject::connect(calibrate_, &QPushButton::clicked, this, [this] { calibrate(); });
}

void AudioPanel::setFormat(const SoundFormat& format)
{
    if (devices_ && format == format_) {
        return;
    }
    format_ = format;
    bits_->setCurrentIndex(bits_->findData(format.bits));
    bits_->setEnabled(format.bits < 24); // bits are never removed
    if (devices_) {
        readLevel();
    } else {
        findDevices();
    }
}

std::optional<AudioSettings> AudioPanel::settings() const
{
    return isRefused_ ? std::nullopt : chosen();
}

std::optional<AudioSettings> AudioPanel::chosen() const
{
    const int index = device_->currentIndex();
    if (!devices_ || index < 0) {
        return std::nullopt;
    }
    const AudioDevice& device = devices_->at(static_cast<std::size_t>(index));
    AudioSettings settings{.output = {.hostApi = device.hostApi,
                                      .device = device.name,
                                      .sampleRateHz = format_.sampleRateHz,
                                      .bits = bits_->currentData().toInt(),
                                      .channels = device.channels < 2 ? 1 : 2,
                                      .latencyMs = static_cast<double>(latency_->value())},
                           .level = level_};
    if (level_.calibration && spl_->value() > 0) {
        settings.level.levelDbSpl = spl_->value();
        settings.level.attenuationDb = 0;
    }
    return settings;
}

void AudioPanel::findDevices()
{
    const QString before = device_->currentText();
    {
        const QSignalBlocker quiet(device_);
        device_->clear();
        try {
            devices_ = audioDevices();
        } catch (const DeviceError& problem) {
            devices_.emplace();
            note_->setText(QString::fromUtf8(problem.what()));
        }
        for (const AudioDevice& device : *devices_) {
            device_->addItem(QString("%1: %2").arg(QString::fromStdString(device.hostApi),
                                                   QString::fromStdString(device.name)));
            if (device.isDefault) {
                device_->setCurrentIndex(device_->count() - 1);
            }
        }
        if (const int known = device_->findText(before); known >= 0) {
            device_->setCurrentIndex(known);
        }
    }
    readLevel();
}

void AudioPanel::readLevel()
{
    level_.calibration.reset();
    QString problem;
    const auto device = chosen();
    if (device) {
        try {
            level_.calibration = findCalibration(calibrations_, device->output);
        } catch (const Error& error) {
            problem = QString::fromUtf8(error.what());
        }
    }
    spl_->setVisible(level_.calibration.has_value());
    if (level_.calibration) {
        spl_->setMaximum(level_.calibration->maxDbSpl);
    }
    isRefused_ = !problem.isEmpty();
    check_->setEnabled(device && !isRefused_);
    calibrate_->setEnabled(device.has_value());
    describeLevel();
    if (isRefused_) {
        note_->setText(problem);
    }
    Q_EMIT changed();
}

void AudioPanel::describeLevel()
{
    if (device_->count() == 0) {
        note_->setText("No sound device was found. Connect one or start the sound server, then "
                       "choose Refresh.");
        return;
    }
    QString text = QString("Played at %1 Hz without resampling. ").arg(format_.sampleRateHz);
    if (level_.calibration) {
        text += QString("Calibrated on %1: full scale is %2 dB SPL, the maximum is %3 dB SPL. ")
                    .arg(QString::fromStdString(level_.calibration->measuredAt.substr(0, 10)))
                    .arg(level_.calibration->fullScaleDbSpl, 0, 'f', 1)
                    .arg(level_.calibration->maxDbSpl, 0, 'f', 1);
    } else {
        text += "Not calibrated, so levels are relative. ";
    }
    if (const auto device = chosen(); device && !device->level.levelDbSpl) {
        text += level_.attenuationDb > 0
                    ? QString("Volume −%1 dB.").arg(level_.attenuationDb, 0, 'f', 0)
                    : QString("Volume: full.");
    }
    note_->setText(text);
}

void AudioPanel::checkSound()
{
    SoundCheckDialog dialog(*settings(), this);
    if (dialog.exec() == QDialog::Accepted) {
        level_.attenuationDb = dialog.attenuationDb();
        describeLevel();
    }
}

void AudioPanel::calibrate()
{
    CalibrationDialog dialog(chosen()->output, calibrations_, this);
    if (dialog.exec() == QDialog::Accepted) {
        readLevel();
    }
}

} // namespace mlab::ui
