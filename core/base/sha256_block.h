// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <array>
#include <cstdint>

namespace mlab {

/// The eight words of a SHA-256 (FIPS 180-4, 6.2).
using Sha256State = std::array<std::uint32_t, 8>;
/// Adds one block of 64 bytes to a state.
using Sha256Block = void (*)(Sha256State& state, const std::uint8_t* bytes);

/// For every processor.
void addSha256Block(Sha256State& state, const std::uint8_t* bytes);
/// The same by the SHA instructions of x86-64; null on processors without them.
Sha256Block sha256Instructions();

} // namespace mlab
