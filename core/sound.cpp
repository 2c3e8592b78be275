// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/sound.h"

#include "core/sha256.h"

namespace mlab {

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
