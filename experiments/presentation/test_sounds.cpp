// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/presentation/test_sounds.h"

#include "core/base/error.h"
#include "core/base/random_stream.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

namespace mlab::experiments {

SoundTimeline tone(double frequencyHz, double durationMs, double rampMs, double levelDbFs,
                   const OutputForm& form)
{
    if (!(frequencyHz > 0 && frequencyHz < form.sampleRateHz / 2.0)) {
        throw InvalidArgument("a tone of " + std::to_string(frequencyHz) +
                              " Hz cannot be played at a sample rate of " +
                              std::to_string(form.sampleRateHz) + " Hz");
    }
    if (!(levelDbFs <= 0)) {
        throw InvalidArgument("a tone cannot be louder than full scale");
    }
    const double amplitude = (std::ldexp(1.0, form.bits - 1) - 1) * std::pow(10.0, levelDbFs / 20);
    Sound sound{.sampleRateHz = form.sampleRateHz, .bits = form.bits, .samples = {}};
    sound.samples.resize(static_cast<std::size_t>(framesOf(durationMs, form.sampleRateHz)));
    const double step = 2 * std::numbers::pi * frequencyHz / form.sampleRateHz;
    for (std::size_t t = 0; t < sound.samples.size(); ++t) {
        sound.samples[t] = static_cast<std::int32_t>(
            std::lround(amplitude * std::sin(step * static_cast<double>(t))));
    }
    const SoundPtr whole = std::make_shared<const Sound>(std::move(sound));
    return soundTimeline({&whole, 1}, {.fixationMs = 0},
                         {.bits = form.bits, .channels = form.channels, .rampMs = rampMs});
}

SoundTimeline noiseBursts(double levelDbFs, const OutputForm& form, std::uint64_t seed)
{
    constexpr int kBursts = 4;
    constexpr double kBurstMs = 600;
    constexpr double kPauseMs = 250;
    constexpr double kRampMs = 30;
    // White noise through a one-pole low-pass filter at 1 kHz, which sounds less sharp.
    const double pole = std::exp(-2 * std::numbers::pi * 1000 / form.sampleRateHz);
    std::vector<SoundPtr> bursts;
    for (int i = 0; i < kBursts; ++i) {
        RandomStream random(seed, "sound check", static_cast<std::uint64_t>(i));
        std::vector<double> noise(static_cast<std::size_t>(framesOf(kBurstMs, form.sampleRateHz)));
        double last = 0;
        double power = 0;
        for (double& sample : noise) {
            // Clamped, so that no sample is far beyond the RMS.
            last = pole * last + std::clamp(random.normal(), -2.5, 2.5);
            sample = last;
            power += last * last / static_cast<double>(noise.size());
        }
        const double full = std::ldexp(1.0, form.bits - 1);
        const double factor =
            full * std::sqrt(0.5) * std::pow(10.0, levelDbFs / 20) / std::sqrt(power);
        Sound burst{.sampleRateHz = form.sampleRateHz, .bits = form.bits, .samples = {}};
        for (const double sample : noise) {
            burst.samples.push_back(static_cast<std::int32_t>(std::lround(sample * factor)));
        }
        bursts.push_back(std::make_shared<const Sound>(std::move(burst)));
    }
    return soundTimeline(bursts, {.fixationMs = 0, .gapMs = kPauseMs},
                         {.bits = form.bits, .channels = form.channels, .rampMs = kRampMs});
}

} // namespace mlab::experiments
