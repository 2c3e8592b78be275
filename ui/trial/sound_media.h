// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "ui/audio/trial_sound.h"
#include "ui/trial/trial_media.h"

#include <memory>
#include <optional>
#include <string>

namespace mlab::ui {

/// The sounds of a trial, which say how long its intervals last. Silent at fast pace: then the
/// frames lead, and no device is needed. GUI thread only.
class SoundMedia final : public TrialMedia {
public:
    /// @param silent nothing is played, and no device is opened
    /// @param audio  absent in a session without sounds
    /// @throws DeviceError if the device cannot be opened as asked
    SoundMedia(bool silent, const std::optional<AudioSettings>& audio,
               const experiments::Timing& timing);

    /// @throws InternalError also if there is no device to play on
    void prepare(const experiments::TrialView& view,
                 const experiments::ScreenGeometry& screen) override;
    experiments::TrialTimeline::Leader leader() const override;
    std::optional<Canvas::Placed> picture(std::size_t /*interval*/) const override
    {
        return std::nullopt;
    }
    QString recognitionQuestion() const override { return "What did you hear?"; }

    void begin() override;
    void stop() override;
    std::optional<experiments::IntervalTimes> times() const override;
    bool over() const override;
    Trouble trouble() const override;

    bool deviceLost() const override;
    std::string deviceLostText() const override;
    void reopenDevice() override;

    /// The device as a JSON object, for the session's row; empty if nothing is played.
    std::string deviceInfo() const;

private:
    bool silent_;
    std::unique_ptr<TrialSound> sound_; ///< null if nothing is played
};

} // namespace mlab::ui
