// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstddef>
#include <filesystem>
#include <functional>
#include <numbers>
#include <sndfile.h>
#include <string>
#include <string_view>
#include <vector>

namespace mlab::stimuli {

/// Samples of a recording from (time in s, channel), full scale 1.
using Player = std::function<double(double t, int channel)>;

inline Player tone(double hz, double amplitude)
{
    return [=](double t, int) { return amplitude * std::sin(2 * std::numbers::pi * hz * t); };
}

struct Recording {
    int sampleRateHz = 48000;
    double seconds = 0.5;
    int channels = 1;
    int format = SF_FORMAT_WAV | SF_FORMAT_PCM_16;
};

/// Writes a sound file with libsndfile itself.
inline void record(const std::filesystem::path& file, const Recording& recording,
                   const Player& player)
{
    SF_INFO info{};
    info.samplerate = recording.sampleRateHz;
    info.channels = recording.channels;
    info.format = recording.format;
    SNDFILE* out = sf_open(file.c_str(), SFM_WRITE, &info);
    ASSERT_NE(out, nullptr) << sf_strerror(nullptr);
    const auto frames =
        static_cast<std::size_t>(std::lround(recording.seconds * recording.sampleRateHz));
    constexpr std::size_t kAtOnce = 1 << 16U;
    std::vector<double> block;
    for (std::size_t i = 0; i < frames;) {
        block.clear();
        const std::size_t end = std::min(frames, i + kAtOnce);
        const auto count = static_cast<sf_count_t>(end - i);
        for (; i < end; ++i) {
            for (int c = 0; c < recording.channels; ++c) {
                block.push_back(player(static_cast<double>(i) / recording.sampleRateHz, c));
            }
        }
        ASSERT_EQ(sf_writef_double(out, block.data(), count), count);
    }
    sf_close(out);
}

/// Amplitude of one frequency in samples, by correlation.
template <typename Samples> double amplitudeAt(const Samples& samples, double hz, double rateHz)
{
    double re = 0;
    double im = 0;
    for (std::size_t i = 0; i < samples.size(); ++i) {
        const double angle = 2 * std::numbers::pi * hz * static_cast<double>(i) / rateHz;
        re += static_cast<double>(samples[i]) * std::cos(angle);
        im += static_cast<double>(samples[i]) * std::sin(angle);
    }
    return 2 * std::hypot(re, im) / static_cast<double>(samples.size());
}

} // namespace mlab::stimuli
