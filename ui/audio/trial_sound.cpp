// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/audio/trial_sound.h"

#include "core/base/error.h"

#include <QJsonDocument>
#include <QJsonObject>

#include <algorithm>
#include <utility>
#include <vector>

namespace mlab::ui {

TrialSound::TrialSound(AudioSettings settings, const experiments::Timing& timing)
    : settings_(std::move(settings)), timing_(timing),
      player_(std::make_unique<AudioPlayer>(settings_.output))
{
    settings_.output = player_->output();
}

void TrialSound::prepare(std::span<const Stimulus> stimuli)
{
    std::vector<SoundPtr> sounds;
    for (const auto& stimulus : stimuli) {
        const auto* sound = std::get_if<SoundPtr>(&stimulus);
        if (sound == nullptr || !*sound || (*sound)->samples.empty()) {
            throw InternalError("a trial needs a sound for each interval; one is missing");
        }
        sounds.push_back(*sound);
    }
    timeline_ = experiments::soundTimeline(sounds, timing_,
                                           {.bits = settings_.output.bits,
                                            .channels = settings_.output.channels,
                                            .rampMs = settings_.rampMs,
                                            .gain = experiments::gainOf(sounds, settings_.level)});
}

void TrialSound::begin()
{
    player_->play(timeline_);
}

void TrialSound::stop()
{
    if (player_) {
        player_->stop();
    }
}

std::optional<experiments::IntervalTimes> TrialSound::times() const
{
    const Playback playback = player_ ? player_->playback() : Playback{};
    if (!playback.began) {
        return std::nullopt;
    }
    auto times =
        experiments::timesOf(timeline_.intervals, timeline_.sampleRateHz, playback.firstFrameMs);
    for (std::size_t i = 0; i < playback.onsetMs.size() && i < times.onsetMs.size(); ++i) {
        if (playback.onsetMs[i]) {
            const double later = *playback.onsetMs[i] - times.onsetMs.at(i);
            times.onsetMs.at(i) += later;
            times.offsetMs.at(i) += later;
        }
    }
    return times;
}

TrialSound::Trouble TrialSound::trouble() const
{
    const Playback playback = player_ ? player_->playback() : Playback{};
    if (playback.underruns > 0) {
        return Trouble::underrun;
    }
    return !playback.over && lost() ? Trouble::lost : Trouble::none;
}

void TrialSound::reopen()
{
    if (player_) {
        callbackWorstMs_ = std::max(callbackWorstMs_, player_->callbackWorstMs());
        underruns_ += player_->underruns();
        player_.reset();
    }
    player_ = std::make_unique<AudioPlayer>(settings_.output);
}

std::string TrialSound::info() const
{
    QJsonObject info{
        {"host_api", QString::fromStdString(settings_.output.hostApi)},
        {"device", QString::fromStdString(settings_.output.device)},
        {"sample_rate_hz", settings_.output.sampleRateHz},
        {"bits", settings_.output.bits},
        {"channels", settings_.output.channels},
        {"latency_asked_ms", settings_.output.latencyMs},
        {"ramp_ms", settings_.rampMs},
        {"attenuation_db", settings_.level.attenuationDb},
        {"level_db_spl",
         settings_.level.levelDbSpl ? QJsonValue(*settings_.level.levelDbSpl) : QJsonValue()},
        {"callback_worst_ms",
         std::max(callbackWorstMs_, player_ ? player_->callbackWorstMs() : 0.0)},
        {"underruns", underruns_ + (player_ ? player_->underruns() : 0)},
    };
    if (player_) {
        info["latency_ms"] = player_->latencyMs();
        info["buffer_frames"] = player_->bufferFrames();
    }
    if (settings_.level.calibration) {
        const auto text = experiments::toJson(*settings_.level.calibration);
        info["calibration"] = QJsonDocument::fromJson(QByteArray::fromStdString(text)).object();
    } else {
        info["calibration"] = QJsonValue();
    }
    return QJsonDocument(info).toJson(QJsonDocument::Compact).toStdString();
}

} // namespace mlab::ui
