// SPDX-License-Identifier: GPL-3.0-or-later
#include "stimuli/checkpoints/float_array.h"

#include <bit>
#include <cmath>
#include <cstring>

namespace mlab::stimuli {
namespace {

static_assert(std::endian::native == std::endian::little, "stored arrays are little-endian");

float fromHalf(std::uint16_t half)
{
    const std::uint32_t sign = (half & 0x8000U) << 16U;
    const std::uint32_t exponent = (half >> 10U) & 0x1fU;
    const std::uint32_t fraction = half & 0x3ffU;
    if (exponent == 0) { // zero or subnormal: fraction * 2^-24, exact in float32
        const float size = std::ldexp(static_cast<float>(fraction), -24);
        return sign != 0 ? -size : size;
    }
    const std::uint32_t wide = exponent == 0x1fU ? 0xffU : exponent + (127 - 15);
    return std::bit_cast<float>(sign | wide << 23U | fraction << 13U);
}

template <typename T> T load(const char* at)
{
    T value;
    std::memcpy(&value, at, sizeof value); // stored arrays need not be aligned
    return value;
}

struct Float16 {
    static constexpr std::size_t kBytes = 2;
    static float read(const char* at) { return fromHalf(load<std::uint16_t>(at)); }
};
struct BFloat16 {
    static constexpr std::size_t kBytes = 2;
    static float read(const char* at)
    {
        return std::bit_cast<float>(std::uint32_t{load<std::uint16_t>(at)} << 16U);
    }
};
struct Float32 {
    static constexpr std::size_t kBytes = 4;
    static float read(const char* at) { return load<float>(at); }
};
struct Float64 {
    static constexpr std::size_t kBytes = 8;
    static float read(const char* at) { return static_cast<float>(load<double>(at)); }
};

template <typename Format> void gather(const ArrayView& array, std::vector<float>& out)
{
    const std::size_t sides = array.shape.size();
    std::vector<std::int64_t> index(sides, 0);
    std::size_t element = 0;
    for (auto& value : out) {
        value = Format::read(array.data.data() + element * Format::kBytes);
        for (std::size_t side = sides; side-- > 0;) {
            element += static_cast<std::size_t>(array.strides[side]);
            if (++index[side] < array.shape[side]) {
                break;
            }
            element -= static_cast<std::size_t>(array.strides[side] * array.shape[side]);
            index[side] = 0;
        }
    }
}

template <typename Format> void convert(const ArrayView& array, std::vector<float>& out)
{
    if (array.strides != rowMajorStrides(array.shape)) {
        gather<Format>(array, out);
        return;
    }
    const char* at = array.data.data();
    for (auto& value : out) {
        value = Format::read(at);
        at += Format::kBytes;
    }
}

} // namespace

std::optional<std::int64_t> elementCount(std::span<const std::int64_t> shape)
{
    std::int64_t count = 1;
    bool empty = false;
    for (const auto side : shape) {
        // Without a side of zero too, so that rowMajorStrides() cannot overflow.
        if (side < 0 || (side > 0 && __builtin_mul_overflow(count, side, &count))) {
            return std::nullopt;
        }
        empty = empty || side == 0;
    }
    return empty ? 0 : count;
}

std::vector<std::int64_t> rowMajorStrides(std::span<const std::int64_t> shape)
{
    std::vector<std::int64_t> strides(shape.size());
    std::int64_t step = 1;
    for (std::size_t side = shape.size(); side-- > 0;) {
        strides[side] = step;
        step *= shape[side];
    }
    return strides;
}

FloatArray toFloat32(const ArrayView& array)
{
    FloatArray out;
    out.shape = array.shape;
    out.values.resize(static_cast<std::size_t>(elementCount(array.shape).value()));
    switch (array.format) {
    case FloatFormat::float16:
        convert<Float16>(array, out.values);
        break;
    case FloatFormat::bfloat16:
        convert<BFloat16>(array, out.values);
        break;
    case FloatFormat::float32:
        convert<Float32>(array, out.values);
        break;
    case FloatFormat::float64:
        convert<Float64>(array, out.values);
        break;
    }
    return out;
}

} // namespace mlab::stimuli
