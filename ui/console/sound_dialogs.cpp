// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/console/sound_dialogs.h"

#include "core/base/error.h"
#include "core/base/utc_time.h"
#include "experiments/presentation/test_sounds.h"
#include "ui/widgets/spacing.h"

#include <QDoubleSpinBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>
#include <cstdint>
#include <utility>

namespace mlab::ui {

namespace {

constexpr int kLookMs = 50;
constexpr double kStepDb = 3;
constexpr double kQuietestDb = 60;
constexpr std::uint64_t kBurstsSeed = 1;

QLabel* words(const QString& text)
{
    auto* label = new QLabel(text);
    label->setWordWrap(true);
    return label;
}

experiments::OutputForm formOf(const AudioOutput& output)
{
    return {.sampleRateHz = output.sampleRateHz, .bits = output.bits, .channels = output.channels};
}

/// Null, with the reason in `state`, if the device cannot be opened.
std::unique_ptr<AudioPlayer> opened(const AudioOutput& output, QLabel* state)
{
    try {
        return std::make_unique<AudioPlayer>(output);
    } catch (const Error& problem) {
        state->setText(QString::fromUtf8(problem.what()));
        return nullptr;
    }
}

experiments::CalibratedOutput calibrated(const AudioOutput& output)
{
    return {
        .hostApi = output.hostApi, .device = output.device, .sampleRateHz = output.sampleRateHz};
}

} // namespace

std::filesystem::path calibrationFile(const std::filesystem::path& folder,
                                      const AudioOutput& output)
{
    return experiments::calibrationFile(folder, calibrated(output));
}

std::optional<experiments::LevelCalibration> findCalibration(const std::filesystem::path& folder,
                                                             const AudioOutput& output)
{
    return experiments::findCalibration(folder, calibrated(output));
}

SoundCheckDialog::SoundCheckDialog(AudioSettings settings, QWidget* parent)
    : QDialog(parent), settings_(std::move(settings)), volume_(new QLabel), state_(words({})),
      play_(new QPushButton("&Play")), quieter_(new QPushButton("− &Quieter")),
      louder_(new QPushButton("+ &Louder")), good_(new QPushButton("This is &good"))
{
    setWindowTitle("MetamerLab: sound check");
    auto* title = new QLabel("Sound check");
    QFont large = title->font();
    large.setPointSizeF(large.pointSizeF() * 1.5);
    large.setWeight(QFont::DemiBold);
    title->setFont(large);
    const bool fixed = settings_.level.levelDbSpl.has_value();
    auto* text = words(fixed ? "Put on the headphones, then choose Play. You will hear bursts of "
                               "noise in both ears, as loud as the sounds of the session."
                             : "Put on the headphones, then choose Play. You will hear bursts of "
                               "noise in both ears. Set a comfortable volume: clear, but not too "
                               "loud.");
    volume_->setAlignment(Qt::AlignCenter);
    volume_->setMinimumWidth(fontMetrics().averageCharWidth() * 14);
    auto* volume = new QHBoxLayout;
    volume->addStretch();
    volume->addWidget(quieter_);
    volume->addWidget(volume_);
    volume->addWidget(louder_);
    volume->addStretch();
    auto* cancel = new QPushButton("Cancel");
    for (QPushButton* button : {play_, quieter_, louder_, cancel}) {
        button->setAutoDefault(false);
    }
    quieter_->setVisible(!fixed);
    louder_->setVisible(!fixed);
    play_->setDefault(true);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(play_);
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(good_);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(2 * kSpace, 2 * kSpace, 2 * kSpace, 2 * kSpace);
    all->setSpacing(kSpace);
    all->addWidget(title);
    all->addWidget(text);
    all->addSpacing(kSpace);
    all->addLayout(volume);
    all->addWidget(state_);
    all->addSpacing(kSpace);
    all->addLayout(buttons);
    setMinimumWidth(fontMetrics().averageCharWidth() * 70);

    QObject::connect(play_, &QPushButton::clicked, this, [this] { play(); });
    QObject::connect(quieter_, &QPushButton::clicked, this, [this] { step(kStepDb); });
    QObject::connect(louder_, &QPushButton::clicked, this, [this] { step(-kStepDb); });
    QObject::connect(cancel, &QPushButton::clicked, this, [this] { reject(); });
    QObject::connect(good_, &QPushButton::clicked, this, [this] { accept(); });
    QObject::connect(&timer_, &QTimer::timeout, this, [this] { look(); });

    player_ = opened(settings_.output, state_);
    play_->setEnabled(player_ != nullptr);
    good_->setEnabled(false); // nothing has been heard yet
    showVolume();
    timer_.start(kLookMs);
}

SoundCheckDialog::~SoundCheckDialog() = default;

void SoundCheckDialog::step(double db)
{
    double& attenuation = settings_.level.attenuationDb;
    attenuation = std::clamp(attenuation + db, 0.0, kQuietestDb);
    showVolume();
    play();
}

void SoundCheckDialog::showVolume()
{
    const double attenuation = settings_.level.attenuationDb;
    volume_->setText(settings_.level.levelDbSpl
                         ? QString("%1 dB SPL").arg(*settings_.level.levelDbSpl, 0, 'f', 1)
                         : (attenuation > 0 ? QString("−%1 dB").arg(attenuation, 0, 'f', 0)
                                            : QString("0 dB (full)")));
    quieter_->setEnabled(player_ && attenuation < kQuietestDb);
    louder_->setEnabled(player_ && attenuation > 0);
}

void SoundCheckDialog::play()
{
    if (!player_) {
        return;
    }
    try {
        player_->play(experiments::noiseBursts(
            experiments::checkLevelDbFs(settings_.level, experiments::sessionLevelDbFs()),
            formOf(player_->output()), kBurstsSeed));
        state_->setText("Playing…");
        play_->setText("&Play again");
        good_->setEnabled(true);
        good_->setDefault(true);
    } catch (const InvalidArgument& problem) {
        player_->stop();
        state_->setText(QString::fromUtf8(problem.what()));
        good_->setEnabled(false);
    }
}

void SoundCheckDialog::look()
{
    if (!player_) {
        return;
    }
    if (player_->lost()) {
        state_->setText(QString::fromStdString(lostText(player_->output())));
        good_->setEnabled(false);
    } else if (player_->playback().over) {
        state_->clear();
    }
}

CalibrationDialog::CalibrationDialog(AudioOutput output, std::filesystem::path folder,
                                     QWidget* parent)
    : QDialog(parent), output_(std::move(output)), folder_(std::move(folder)),
      toneLevel_(new QSpinBox), play_(new QPushButton("&Play the tone")),
      reading_(new QDoubleSpinBox), maximum_(new QDoubleSpinBox), outcome_(words({})),
      state_(words({})), save_(new QPushButton("Save"))
{
    setWindowTitle("MetamerLab: calibration");
    auto* text = words(
        QString("Calibrates %1 (%2) at %3 Hz. Set the volume of the computer and of all devices as "
                "in the sessions, and put the sound level meter at the position of the ear. Then "
                "play the tone and enter what the meter shows.")
            .arg(QString::fromStdString(output_.device), QString::fromStdString(output_.hostApi))
            .arg(output_.sampleRateHz));
    toneLevel_->setRange(-60, -6);
    toneLevel_->setValue(-20);
    toneLevel_->setSuffix(" dB re full scale");
    reading_->setRange(0, 140);
    reading_->setDecimals(1);
    reading_->setSpecialValueText("–");
    reading_->setSuffix(" dB SPL");
    maximum_->setRange(experiments::kLeastMaxDbSpl, experiments::kMostMaxDbSpl);
    maximum_->setDecimals(1);
    maximum_->setValue(calibration_.maxDbSpl);
    maximum_->setSuffix(" dB SPL");
    auto* form = new QFormLayout;
    form->setVerticalSpacing(kSpace);
    form->addRow("Level of the 1 kHz tone", toneLevel_);
    form->addRow("", play_);
    form->addRow("&Meter reading", reading_);
    form->addRow("Maximum level of sounds", maximum_);
    form->addRow("", outcome_);
    auto* cancel = new QPushButton("Cancel");
    play_->setAutoDefault(false);
    cancel->setAutoDefault(false);
    save_->setDefault(true);
    auto* buttons = new QHBoxLayout;
    buttons->addStretch();
    buttons->addWidget(cancel);
    buttons->addWidget(save_);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(2 * kSpace, 2 * kSpace, 2 * kSpace, 2 * kSpace);
    all->setSpacing(kSpace);
    all->addWidget(text);
    all->addLayout(form);
    all->addWidget(state_);
    all->addLayout(buttons);
    setMinimumWidth(fontMetrics().averageCharWidth() * 75);

    QObject::connect(play_, &QPushButton::clicked, this, [this] { play(); });
    QObject::connect(toneLevel_, &QSpinBox::valueChanged, this, [this] {
        if (player_) {
            player_->stop();
        }
        reading_->setValue(0); // the reading was for the previous tone
        look();
    });
    for (QDoubleSpinBox* box : {reading_, maximum_}) {
        QObject::connect(box, &QDoubleSpinBox::valueChanged, this, [this] { look(); });
    }
    QObject::connect(cancel, &QPushButton::clicked, this, [this] { reject(); });
    QObject::connect(save_, &QPushButton::clicked, this, [this] { save(); });
    QObject::connect(&timer_, &QTimer::timeout, this, [this] { look(); });
    player_ = opened(output_, state_);
    play_->setEnabled(player_ != nullptr);
    reading_->setEnabled(false); // until a tone is played
    timer_.start(kLookMs);
    look();
}

CalibrationDialog::~CalibrationDialog() = default;

void CalibrationDialog::play()
{
    const Playback playback = player_->playback();
    if (playback.began && !playback.over) {
        player_->stop();
    } else {
        constexpr double kLengthMs = 30'000;
        player_->play(
            experiments::tone(1000, kLengthMs, 50, toneLevel_->value(), formOf(player_->output())));
    }
}

void CalibrationDialog::look()
{
    const bool known = reading_->value() > 0;
    calibration_.fullScaleDbSpl = reading_->value() - toneLevel_->value();
    calibration_.maxDbSpl = maximum_->value();
    const bool possible = calibration_.fullScaleDbSpl >= experiments::kLeastFullScaleDbSpl &&
                          calibration_.fullScaleDbSpl <= experiments::kMostFullScaleDbSpl;
    outcome_->setText(known ? QString("A sine wave at full scale has %1 dB SPL%2.")
                                  .arg(calibration_.fullScaleDbSpl, 0, 'f', 1)
                                  .arg(possible ? "" : ", which no device has: check the reading")
                            : QString());
    save_->setEnabled(known && possible);
    if (player_) {
        const Playback playback = player_->playback();
        play_->setText(playback.began && !playback.over ? "&Stop the tone" : "&Play the tone");
        if (playback.began) {
            reading_->setEnabled(true);
        }
        if (player_->lost()) {
            reading_->setValue(0);
            reading_->setEnabled(false);
            state_->setText(QString::fromStdString(lostText(player_->output())));
        }
    }
}

void CalibrationDialog::save()
{
    calibration_.hostApi = output_.hostApi;
    calibration_.device = output_.device;
    calibration_.sampleRateHz = output_.sampleRateHz;
    calibration_.measuredAt = utcNow();
    try {
        std::error_code problem;
        std::filesystem::create_directories(folder_, problem);
        experiments::writeCalibration(calibrationFile(folder_, output_), calibration_);
        accept();
    } catch (const IoError& error) {
        state_->setText(QString::fromUtf8(error.what()));
    }
}

} // namespace mlab::ui
