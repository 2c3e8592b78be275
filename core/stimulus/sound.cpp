// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/stimulus/sound.h"

#include "core/base/error.h"
#include "core/base/number_text.h"
#include "core/base/sha256.h"

#include <cmath>

namespace mlab {

std::size_t sampleCount(const SoundFormat& format)
{
    return static_cast<std::size_t>(std::llround(format.sampleRateHz * format.durationMs / 1000));
}

void requireFormat(const SoundFormat& format)
{
    if (format.sampleRateHz < 8000 || format.sampleRateHz > 192000 ||
        !(format.durationMs >= 40 && format.durationMs <= 60000) ||
        (format.bits != 16 && format.bits != 24)) {
        throw InvalidArgument("sounds have 8000 to 192000 Hz, 40 to 60000 ms and 16 or 24 bits, "
                              "not " +
                              std::to_string(format.sampleRateHz) + " Hz, " +
                              shortNumber(format.durationMs) + " ms and " +
                              std::to_string(format.bits) + " bits");
    }
}

std::string sha256Of(const Sound& sound)
{
    std::vector<std::uint8_t> bytes;
    bytes.reserve(sound.samples.size() * static_cast<std::size_t>(sound.bits / 8));
    for (const auto sample : sound.samples) {
        for (int shift = 0; shift < sound.bits; shift += 8) {
            bytes.push_back(
                static_cast<std::uint8_t>(static_cast<std::uint32_t>(sample) >> shift & 0xFF));
        }
    }
    return Sha256()
        .update(std::to_string(sound.sampleRateHz) + "x" + std::to_string(sound.bits))
        .update(bytes)
        .hex();
}

} // namespace mlab
