// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/base/sha256_block.h"

#include <bit>
#include <cstddef>

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#endif

namespace mlab {
namespace {

// FIPS 180-4, 4.2.2: fractional parts of the cube roots of the first 64 primes.
alignas(16) constexpr std::array<std::uint32_t, 64> kRound = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

#if defined(__x86_64__)

[[gnu::target("sse4.1")]] __m128i load(const void* from)
{
    return _mm_loadu_si128(static_cast<const __m128i*>(from));
}

[[gnu::target("sse4.1")]] void store(void* to, __m128i words)
{
    _mm_storeu_si128(static_cast<__m128i*>(to), words);
}

// Four words of the message, which has the highest byte of each first.
[[gnu::target("sse4.1")]] __m128i message(const std::uint8_t* bytes)
{
    return _mm_shuffle_epi8(load(bytes), _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
}

[[gnu::target("sha,sse4.1")]] void addByInstructions(Sha256State& state, const std::uint8_t* bytes)
{
    // The instructions keep the words a to h as (a, b, e, f) and (c, d, g, h), highest first.
    const auto cdab = _mm_shuffle_epi32(load(state.data()), 0xb1);
    const auto efgh = _mm_shuffle_epi32(load(state.data() + 4), 0x1b);
    const auto before0 = _mm_alignr_epi8(cdab, efgh, 8);
    const auto before1 = _mm_blend_epi16(efgh, cdab, 0xf0);
    auto state0 = before0;
    auto state1 = before1;
    auto w0 = message(bytes);
    auto w1 = message(bytes + 16);
    auto w2 = message(bytes + 32);
    auto w3 = message(bytes + 48);
    for (std::size_t round = 0; round < kRound.size(); round += 4) {
        const auto sum = _mm_add_epi32(w0, load(kRound.data() + round));
        state1 = _mm_sha256rnds2_epu32(state1, state0, sum);
        state0 = _mm_sha256rnds2_epu32(state0, state1, _mm_shuffle_epi32(sum, 0x0e));
        const auto next = _mm_sha256msg2_epu32(
            _mm_add_epi32(_mm_sha256msg1_epu32(w0, w1), _mm_alignr_epi8(w3, w2, 4)), w3);
        w0 = w1;
        w1 = w2;
        w2 = w3;
        w3 = next;
    }
    const auto feba = _mm_shuffle_epi32(_mm_add_epi32(state0, before0), 0x1b);
    const auto dchg = _mm_shuffle_epi32(_mm_add_epi32(state1, before1), 0xb1);
    store(state.data(), _mm_blend_epi16(feba, dchg, 0xf0));
    store(state.data() + 4, _mm_alignr_epi8(dchg, feba, 8));
}

bool hasInstructions()
{
    unsigned a = 0;
    unsigned b = 0;
    unsigned c = 0;
    unsigned d = 0;
    return __builtin_cpu_supports("sse4.1") && __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 &&
           (b & bit_SHA) != 0;
}

#endif

} // namespace

void addSha256Block(Sha256State& state, const std::uint8_t* bytes)
{
    std::array<std::uint32_t, 64> w{};
    for (std::size_t i = 0; i < 16; ++i) {
        w[i] = std::uint32_t{bytes[4 * i]} << 24U | std::uint32_t{bytes[4 * i + 1]} << 16U |
               std::uint32_t{bytes[4 * i + 2]} << 8U | std::uint32_t{bytes[4 * i + 3]};
    }
    for (std::size_t i = 16; i < 64; ++i) {
        const auto s0 = std::rotr(w[i - 15], 7) ^ std::rotr(w[i - 15], 18) ^ (w[i - 15] >> 3U);
        const auto s1 = std::rotr(w[i - 2], 17) ^ std::rotr(w[i - 2], 19) ^ (w[i - 2] >> 10U);
        w[i] = w[i - 16] + s0 + w[i - 7] + s1;
    }
    auto [a, b, c, d, e, f, g, h] = state;
    for (std::size_t i = 0; i < 64; ++i) {
        const auto s1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
        const auto choice = (e & f) ^ (~e & g);
        const auto t1 = h + s1 + choice + kRound[i] + w[i];
        const auto s0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
        const auto majority = (a & b) ^ (a & c) ^ (b & c);
        const auto t2 = s0 + majority;
        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + t2;
    }
    const std::array<std::uint32_t, 8> add = {a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < 8; ++i) {
        state[i] += add[i];
    }
}

Sha256Block sha256Instructions()
{
#if defined(__x86_64__)
    static const bool kHas = hasInstructions();
    return kHas ? &addByInstructions : nullptr;
#else
    return nullptr;
#endif
}

} // namespace mlab
