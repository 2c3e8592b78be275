// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

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
/// names what was played, whatever file format it was kept in.
std::string sha256Of(const Sound& sound);

} // namespace mlab
