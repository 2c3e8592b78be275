// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace mlab::stimuli {

/// One float32 array, row-major.
struct FloatArray {
    std::vector<std::int64_t> shape;
    std::vector<float> values;
};

/// How a file stores a real number: IEEE 754 binary16, 32 and 64, and the upper half of binary32.
enum class FloatFormat { float16, bfloat16, float32, float64 };

/// The element type of a stored array.
struct ElementType {
    std::size_t bytes;
    std::optional<FloatFormat> format; ///< absent for integers and booleans

    bool operator==(const ElementType&) const = default;
};

/// An array inside the bytes of a file, which must outlive it.
struct ArrayView {
    FloatFormat format;
    std::vector<std::int64_t> shape;   ///< none negative
    std::vector<std::int64_t> strides; ///< in elements, none negative, one for each side
    std::string_view data;             ///< begins at element 0 and holds all that strides reach
};

/// @returns the product of the sides, nothing if a side is negative or the product overflows.
std::optional<std::int64_t> elementCount(std::span<const std::int64_t> shape);

/// The strides of a row-major array, in elements. The shape must have an elementCount().
std::vector<std::int64_t> rowMajorStrides(std::span<const std::int64_t> shape);

/// The array in float32 and row-major order. float64 is rounded to the nearest float32.
FloatArray toFloat32(const ArrayView& array);

} // namespace mlab::stimuli
