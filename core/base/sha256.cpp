// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sha256.h"

#include "core/base/files.h"
#include "core/base/sha256_block.h"

#include <algorithm>

namespace mlab {

Sha256::Sha256()
    : state_{0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
             0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19}
{
}

void Sha256::block(const std::uint8_t* bytes)
{
    static const auto kAdd =
        sha256Instructions() != nullptr ? sha256Instructions() : addSha256Block;
    kAdd(state_, bytes);
}

Sha256& Sha256::update(std::span<const std::uint8_t> bytes)
{
    length_ += bytes.size();
    while (!bytes.empty()) {
        if (buffered_ == 0 && bytes.size() >= buffer_.size()) {
            block(bytes.data());
            bytes = bytes.subspan(buffer_.size());
            continue;
        }
        const auto take = std::min(bytes.size(), buffer_.size() - buffered_);
        std::copy_n(bytes.begin(), take, buffer_.begin() + static_cast<std::ptrdiff_t>(buffered_));
        buffered_ += take;
        bytes = bytes.subspan(take);
        if (buffered_ == buffer_.size()) {
            block(buffer_.data());
            buffered_ = 0;
        }
    }
    return *this;
}

Sha256& Sha256::update(std::string_view text)
{
    return update(
        std::span(reinterpret_cast<const std::uint8_t*>(text.data()), text.size())); // NOLINT
}

std::string Sha256::hex()
{
    const std::uint64_t bits = length_ * 8;
    // A bit that is set, then zeros up to the last 8 bytes of a block.
    const std::array<std::uint8_t, 64> padding = {0x80};
    update(std::span(padding).first((buffered_ < 56 ? 56 : 120) - buffered_));
    std::array<std::uint8_t, 8> tail{};
    for (std::size_t i = 0; i < 8; ++i) {
        tail[i] = static_cast<std::uint8_t>(bits >> (56 - 8 * i));
    }
    update(tail);
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string out(64, '0');
    auto digit = out.begin();
    for (const auto word : state_) {
        for (unsigned shift = 32; shift > 0;) {
            shift -= 4;
            *digit++ = kDigits[(word >> shift) & 0xFU];
        }
    }
    return out;
}

std::string sha256Hex(std::string_view text)
{
    return Sha256().update(text).hex();
}

std::string sha256OfFile(const std::filesystem::path& file)
{
    Sha256 hash;
    readInParts(file, [&](std::string_view part) { hash.update(part); });
    return hash.hex();
}

} // namespace mlab
