// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>
#include <string_view>

namespace mlab {

/// SHA-256 (FIPS 180-4) of a stream of bytes. Implemented here because the core builds with
/// header-only libraries alone, and none in Debian has it.
class Sha256 {
public:
    Sha256();
    Sha256& update(std::span<const std::uint8_t> bytes);
    Sha256& update(std::string_view text);
    /// Lower-case hexadecimal digest, 64 characters. The object cannot be used afterwards.
    std::string hex();

private:
    void block(const std::uint8_t* bytes);

    std::array<std::uint32_t, 8> state_;
    std::array<std::uint8_t, 64> buffer_{};
    std::size_t buffered_ = 0;
    std::uint64_t length_ = 0;
};

std::string sha256Hex(std::string_view text);
/// @throws IoError if the file cannot be read.
std::string sha256OfFile(const std::filesystem::path& file);

} // namespace mlab
