// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/media/pnm.h"

#include "core/base/error.h"

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>

namespace mlab::stimuli {
namespace {

constexpr std::uint32_t kMaxMaximum = 65535;

bool isSpace(std::uint8_t c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

/// The header's and the plain formats' decimal numbers, between white space and comments.
class PnmReader {
public:
    explicit PnmReader(std::span<const std::uint8_t> file) : rest_(file.subspan(2)) {}

    std::uint32_t number(const char* what)
    {
        skipSpaceAndComments();
        if (rest_.empty() || rest_[0] < '0' || rest_[0] > '9') {
            throw IoError(std::string("it is cut off or corrupt (no ") + what +
                          " where one should be)");
        }
        std::uint32_t value = 0;
        while (!rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9') {
            // Saturates: the caller rejects numbers this large.
            value = std::min(value * 10 + (rest_[0] - std::uint32_t{'0'}), 100'000'000U);
            rest_ = rest_.subspan(1);
        }
        return value;
    }

    /// What follows the header: one white-space byte ends it.
    std::span<const std::uint8_t> binary() const { return rest_.subspan(rest_.empty() ? 0 : 1); }

private:
    void skipSpaceAndComments()
    {
        while (!rest_.empty() && (isSpace(rest_[0]) || rest_[0] == '#')) {
            if (rest_[0] == '#') {
                rest_ = rest_.subspan(static_cast<std::size_t>(
                    std::find(rest_.begin(), rest_.end(), '\n') - rest_.begin()));
            } else {
                rest_ = rest_.subspan(1);
            }
        }
    }

    std::span<const std::uint8_t> rest_;
};

} // namespace

DecodedImage decodePnm(std::span<const std::uint8_t> file)
{
    const std::uint8_t kind = file[1];
    const bool plain = kind == '2' || kind == '3';
    PnmReader reader(file);
    const std::uint32_t width = reader.number("width");
    const std::uint32_t height = reader.number("height");
    const std::uint32_t maximum = reader.number("maximum");
    requireUsableSize(width, height);
    if (maximum == 0 || maximum > kMaxMaximum) {
        throw IoError("its maximum sample is " + std::to_string(maximum) +
                      "; 1 to 65535 is allowed");
    }

    DecodedImage image;
    image.format = "PNM";
    image.width = static_cast<int>(width);
    image.height = static_cast<int>(height);
    image.channels = kind == '3' || kind == '6' ? 3 : 1;
    image.maxValue = static_cast<int>(maximum);
    const std::size_t count =
        std::size_t{width} * height * static_cast<std::size_t>(image.channels);
    const auto binary = reader.binary();
    const std::size_t sampleBytes = maximum > 255 ? 2 : 1;
    // A plain sample takes at least two characters, except the last one.
    const std::size_t needed = plain ? 2 * count - 1 : count * sampleBytes;
    if (binary.size() < needed) {
        throw IoError("it is cut off (" + std::to_string(binary.size()) + " bytes of pixels, " +
                      std::to_string(needed) + " needed)");
    }
    auto samples = std::make_unique<std::uint16_t[]>(count); // NOLINT(modernize-avoid-c-arrays)
    for (std::size_t i = 0; i < count; ++i) {
        std::uint32_t value = 0;
        if (plain) {
            value = reader.number("sample");
        } else if (sampleBytes == 1) {
            value = binary[i];
        } else {
            value = std::uint32_t{binary[2 * i]} << 8U | binary[2 * i + 1];
        }
        if (value > maximum) {
            throw IoError("it is corrupt (a sample of " + std::to_string(value) +
                          " where the maximum is " + std::to_string(maximum) + ")");
        }
        samples[i] = static_cast<std::uint16_t>(value);
    }
    image.words = std::move(samples);
    return image;
}

} // namespace mlab::stimuli
