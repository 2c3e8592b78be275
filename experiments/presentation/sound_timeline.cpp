// SPDX-License-Identifier: GPL-3.0-or-later
#include "experiments/presentation/sound_timeline.h"

#include "core/base/error.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <string>

namespace mlab::experiments {

namespace {

void requireBits(int bits, const char* whose)
{
    if (bits != 16 && bits != 24) {
        throw InternalError(std::string("samples of ") + whose + " must have 16 or 24 bits, not " +
                            std::to_string(bits));
    }
}

} // namespace

std::int64_t framesOf(double durationMs, int sampleRateHz)
{
    return std::llround(durationMs * sampleRateHz / 1000.0);
}

double rampAt(std::int64_t index, std::int64_t length)
{
    const double share = (static_cast<double>(index) + 0.5) / static_cast<double>(length);
    return 0.5 * (1 - std::cos(std::numbers::pi * share));
}

std::vector<FrameSpan> intervalSpans(std::span<const SoundPtr> sounds, const Timing& timing)
{
    std::vector<FrameSpan> spans;
    std::int64_t at = 0;
    for (const auto& sound : sounds) {
        if (!sound || sound->samples.empty()) {
            throw InternalError("a trial needs a sound for each of its intervals; one is missing "
                                "or has no samples");
        }
        const int rateHz = sounds.front()->sampleRateHz;
        if (sound->sampleRateHz != rateHz || rateHz < 1) {
            throw InternalError("the sounds of a trial must have the same sample rate, not " +
                                std::to_string(rateHz) + " and " +
                                std::to_string(sound->sampleRateHz) + " Hz");
        }
        at += framesOf(spans.empty() ? timing.fixationMs : timing.gapMs, rateHz);
        const auto end = at + static_cast<std::int64_t>(sound->samples.size());
        spans.push_back({.onset = at, .offset = end});
        at = end;
    }
    return spans;
}

SoundTimeline soundTimeline(std::span<const SoundPtr> sounds, const Timing& timing,
                            const SoundRendering& rendering)
{
    requireBits(rendering.bits, "the output");
    if (rendering.channels < 1) {
        throw InternalError("an output needs at least one channel");
    }
    SoundTimeline timeline{.sampleRateHz = 0,
                           .bits = rendering.bits,
                           .channels = rendering.channels,
                           .samples = {},
                           .intervals = intervalSpans(sounds, timing)};
    if (sounds.empty()) {
        throw InternalError("a trial without sounds has no timeline");
    }
    timeline.sampleRateHz = sounds.front()->sampleRateHz;
    const auto channels = static_cast<std::size_t>(rendering.channels);
    timeline.samples.resize(static_cast<std::size_t>(timeline.intervals.back().offset) * channels);
    const std::int64_t highest = (std::int64_t{1} << (rendering.bits - 1)) - 1;
    const std::int64_t ramp = framesOf(rendering.rampMs, timeline.sampleRateHz);

    for (std::size_t i = 0; i < sounds.size(); ++i) {
        const Sound& sound = *sounds[i];
        requireBits(sound.bits, "a sound");
        const auto length = static_cast<std::int64_t>(sound.samples.size());
        if (sound.bits > rendering.bits) {
            throw InvalidArgument("a sound of " + std::to_string(sound.bits) +
                                  " bits would lose some on an output with " +
                                  std::to_string(rendering.bits) + " bits");
        }
        if (ramp < 0 || 2 * ramp > length) {
            throw InvalidArgument("two ramps of " + std::to_string(ramp) +
                                  " samples do not fit into a sound of " + std::to_string(length));
        }
        const std::int64_t own = std::int64_t{1} << (sound.bits - 1);
        const std::int64_t shift = std::int64_t{1} << (rendering.bits - sound.bits);
        auto* frame = timeline.samples.data() +
                      static_cast<std::size_t>(timeline.intervals[i].onset) * channels;
        for (std::int64_t t = 0; t < length; ++t, frame += channels) {
            const std::int64_t sample = sound.samples[static_cast<std::size_t>(t)];
            if (sample < -own || sample >= own) {
                throw InternalError("a sample of " + std::to_string(sample) + " does not have " +
                                    std::to_string(sound.bits) + " bits");
            }
            const std::int64_t edge = std::min(t, length - 1 - t);
            const double factor =
                edge < ramp ? rendering.gain * rampAt(edge, ramp) : rendering.gain;
            std::int64_t value = sample * shift;
            if (factor != 1) {
                value = std::llround(static_cast<double>(value) * factor);
            }
            if (value < -highest - 1 || value > highest) {
                throw InvalidArgument("a sound would be clipped: sample " + std::to_string(t) +
                                      " of interval " + std::to_string(i + 1) +
                                      " is beyond full scale");
            }
            std::fill_n(frame, channels, static_cast<std::int32_t>(value));
        }
    }
    return timeline;
}

IntervalTimes timesOf(const std::vector<FrameSpan>& intervals, int sampleRateHz,
                      double firstFrameMs)
{
    IntervalTimes times;
    const auto at = [&](std::int64_t frame) {
        return firstFrameMs + static_cast<double>(frame) * 1000.0 / sampleRateHz;
    };
    for (std::size_t i = 0; i < intervals.size() && i < times.onsetMs.size(); ++i) {
        times.onsetMs.at(i) = at(intervals[i].onset);
        times.offsetMs.at(i) = at(intervals[i].offset);
    }
    return times;
}

} // namespace mlab::experiments
