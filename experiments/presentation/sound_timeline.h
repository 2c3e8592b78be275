// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "core/stimulus/sound.h"
#include "experiments/design/design.h"

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace mlab::experiments {

/// Where an interval lies on a trial's timeline, in frames (samples of one channel).
struct FrameSpan {
    std::int64_t onset = 0;
    std::int64_t offset = 0; ///< the first frame after it

    bool operator==(const FrameSpan&) const = default;
};

/// Everything that is played in a trial, from fixation onset to the end of the last interval,
/// sample by sample.
struct SoundTimeline {
    int sampleRateHz = 0;
    int bits = 16; ///< of a sample, 16 or 24
    int channels = 1;
    /// Interleaved, frames x channels; each in [-2^(bits-1), 2^(bits-1) - 1].
    std::vector<std::int32_t> samples;
    std::vector<FrameSpan> intervals;

    std::int64_t frames() const { return static_cast<std::int64_t>(samples.size()) / channels; }
};

/// How the sounds of a trial are rendered.
struct SoundRendering {
    int bits = 16;     ///< of the output; at least as many as the sounds have
    int channels = 2;  ///< all of them get the same sound
    double rampMs = 0; ///< raised cosine at both ends of each interval
    double gain = 1;   ///< see gainOf()
};

/// When the intervals of a trial are heard, ms of any one clock.
struct IntervalTimes {
    std::array<double, 3> onsetMs{};
    std::array<double, 3> offsetMs{};
};

/// A duration in frames: the nearest whole number.
std::int64_t framesOf(double durationMs, int sampleRateHz);

/// The factor of a raised-cosine ramp of `length` frames at frame `index`: rises from near 0 to
/// near 1. The ramp and its mirror image add up to 1 everywhere.
double rampAt(std::int64_t index, std::int64_t length);

/// Silence for fixation, then the sounds with gaps between them.
/// @throws InternalError for a sound that is missing, empty or of another rate than the first.
std::vector<FrameSpan> intervalSpans(std::span<const SoundPtr> sounds, const Timing& timing);

/// The same as samples. With gain 1 and no ramp they are the sounds' own, shifted up if the output
/// has more bits; otherwise rounded to the nearest.
/// @throws InternalError as above, and for a sample outside its sound's bits. InvalidArgument for
/// an
///         output with fewer bits than a sound, overlapping ramps, or a gain that moves a sample
///         beyond full scale.
SoundTimeline soundTimeline(std::span<const SoundPtr> sounds, const Timing& timing,
                            const SoundRendering& rendering);

/// When the intervals are heard if the timeline's first frame is at `firstFrameMs`.
IntervalTimes timesOf(const std::vector<FrameSpan>& intervals, int sampleRateHz,
                      double firstFrameMs);

} // namespace mlab::experiments
