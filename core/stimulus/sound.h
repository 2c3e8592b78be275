// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace mlab {

/// The form in which the sounds of a design are played, the same for all of them.
struct SoundFormat {
    int sampleRateHz = 48000; ///< of the device; no sound is converted while it is played
    double durationMs = 2000;
    int bits = 16; ///< of a sample, 16 or 24

    bool operator==(const SoundFormat&) const = default;
};

/// RMS of every reference over its own length, relative to full scale (-26 dB): what leaves room
/// for peaks of 26 dB above it. A probe has its reference's.
inline constexpr double kSoundRms = 0.05;

/// Samples of a sound of that format.
std::size_t sampleCount(const SoundFormat& format);

/// @throws InvalidArgument unless it has 16 or 24 bits and lies within [8, 192] kHz and
///         [40, 60000] ms
void requireFormat(const SoundFormat& format);

/// A sound exactly as it is played: one channel, which both ears get.
struct Sound {
    int sampleRateHz = 0;
    int bits = 16; ///< of a sample, 16 or 24
    /// Full scale is 2^(bits-1); each in [-2^(bits-1), 2^(bits-1) - 1].
    std::vector<std::int32_t> samples;

    bool operator==(const Sound&) const = default;
};

using SoundPtr = std::shared_ptr<const Sound>;

/// SHA-256 of "RATExBITS" followed by the samples, each in little-endian order in bits / 8 bytes:
/// identifies what was played, independent of the file format.
std::string sha256Of(const Sound& sound);

} // namespace mlab
